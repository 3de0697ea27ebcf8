"""Response headers that keep the browser on our side."""

from flask import Flask, Response, request
from werkzeug.exceptions import SecurityError

POLICY = "; ".join([
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
    "font-src 'self'", "media-src 'self' blob:", "connect-src 'self'{sockets}", "form-action 'self'",
    "manifest-src 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors {frames}",
])


def init_app(app: Flask) -> None:
    app.after_request(_protect)


def policy(frames: str = "'none'") -> str:
    # older Safari does not take 'self' for a websocket of the same host
    try:
        sockets = f" ws://{request.host} wss://{request.host}"
    except SecurityError:
        sockets = ""
    return POLICY.format(sockets=sockets, frames=frames)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = policy()
    if request.endpoint != "static" and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response

"""Answers for htmx: a page or a fragment from the same address, events for the page."""

import json
from urllib.parse import unquote

from flask import Flask, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx

htmx = Htmx()


def init_app(app: Flask) -> None:
    htmx.init_app(app)
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
    return response


def is_htmx() -> bool:
    return bool(request.htmx)


def wants_fragment() -> bool:
    """True when only a part of the page is being swapped."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def header(name: str) -> str | None:
    """An HX- request header; htmx percent-encodes what is not Latin-1."""
    value = request.headers.get(name)
    if value is not None and request.headers.get(f"{name}-URI-AutoEncoded") == "true":
        return unquote(value)
    return value


def page_or(page: str, fragment: str, /, **context) -> str:
    """The fragment alone for htmx, the whole page otherwise."""
    return render_template(fragment if wants_fragment() else page, **context)


def answer(body="", status: int = 200, *, push: str | None = None, retarget: str | None = None,
           reswap: str | None = None, **events) -> Response:
    """A response with htmx headers; `events` are fired on the page (`toast="…"`).

    htmx-flask refuses several swap styles and Cyrillic in plain triggers, so both go round it.
    """
    response = make_response(body, status)
    if push:
        response.headers["HX-Push-Url"] = push
    if retarget:
        response.headers["HX-Retarget"] = retarget
    if reswap:
        response.headers["HX-Reswap"] = reswap
    if events:
        response.headers["HX-Trigger"] = json.dumps(events)
    return response


def done(url: str, body="", **options) -> Response:
    """After a form: for htmx `body` with events, for a plain browser 303 to `url`."""
    if is_htmx():
        return answer(body, 200 if body else 204, **options)
    return redirect(url, 303)


def go(url: str) -> Response:
    """Send the whole page elsewhere, whoever asked."""
    if is_htmx():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, 303)

"""The short way for deliveries: round Flask's request machinery, which costs more than storing what came.

Sessions, forms, pages and cookies mean nothing to a provider. The route in `inbound` stays the description of the
address and does the same with the same function.
"""

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

import psycopg
from flask import Flask
from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import get_input_stream

from c2d.channels.contract import Answer
from c2d.channels.inbound import take

PREFIX = "/hooks/"


class HookDoor:
    """WSGI middleware: answers posts to /hooks/<token>, lets everything else through."""

    def __init__(self, app: Flask, inner: Callable):
        self.app, self.inner = app, inner

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] != "POST" or "/" in path[len(PREFIX):]:
            return self.inner(environ, start_response)
        answer = self._answer(path[len(PREFIX):], environ)
        body = answer.body.encode()
        start_response(f"{answer.status} {HTTP_STATUS_CODES.get(answer.status, 'Unknown')}", [
            ("Content-Type", answer.mime), ("Content-Length", str(len(body))), ("X-Content-Type-Options", "nosniff"),
        ])
        return [body]

    def _answer(self, token: str, environ: dict) -> Answer:
        with self.app.app_context():
            try:
                limit = self.app.config["MAX_CONTENT_LENGTH"]
                raw = get_input_stream(environ, max_content_length=limit).read()
                return take(token, EnvironHeaders(environ), dict(parse_qsl(environ.get("QUERY_STRING", ""))), raw)
            except HTTPException as refusal:
                return Answer(str(refusal.code), refusal.code or 400)
            except psycopg.OperationalError:
                return Answer("503", 503)  # the provider comes again
            except Exception:
                self.app.logger.exception("a delivery could not be stored")
                return Answer("500", 500)

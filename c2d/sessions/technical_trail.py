"""What technical access does in a company: each request that may change something leaves a row with both names."""

from flask import Flask, Response, request

from c2d.core import audit
from c2d.core.csrf import SAFE
from c2d.core.current import operator_or_none
from c2d.core.db import db, in_transaction
from c2d.core.text import one_line


def init_app(app: Flask) -> None:
    app.after_request(_note)


def _note(response: Response) -> Response:
    who = operator_or_none()
    if who and who.staff_name and request.method not in SAFE:
        db.session.rollback()  # what the request did is committed; what it left half-done is not to go with this
        in_transaction(lambda: audit.record(
            "technical_request", who.id, subject_kind="request", subject=one_line(f"{request.method} {request.path}"),
            after={"status": response.status_code}))
    return response

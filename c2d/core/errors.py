"""What goes wrong, as a page or as a fragment, in the reader's language."""

import json

from flask import Flask, current_app, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from c2d.core.htmx import wants_fragment

MACHINES = ("/hooks/", "/v1/", "/healthz", "/up", "/live")  # these read JSON, not pages
OUT_OF_RANGE = "22003"


class Refused(Exception):
    """A rule of the business said no. `message` is for the reader; `field` names the input."""

    status = 422

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class Forbidden(Refused):
    """Not with the rights that this reader has. `ask`: it is a right that an administrator can give."""

    status = 403

    def __init__(self, message: str, field: str | None = None, ask: bool = False):
        super().__init__(message, field)
        self.ask = ask


class NotFound(Refused):
    """The row does not exist, or not for this reader: the two look the same."""

    status = 404

    def __init__(self, message: str = ""):
        super().__init__(message)


class Conflict(Refused):
    """Somebody else changed it meanwhile."""

    status = 409


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, lambda e: _answer(e.status, e.message, ask=getattr(e, "ask", False)))
    app.register_error_handler(CSRFError, lambda e: _answer(419))
    app.register_error_handler(SecurityError, _foreign_name)
    app.register_error_handler(HTTPException, lambda e: _answer(e.code or 500, response=e.response))
    for away in (OperationalError, InterfaceError):
        app.register_error_handler(away, _away)
    app.register_error_handler(DataError, _no_such_number)
    app.register_error_handler(Exception, _crash)


def _foreign_name(_error):
    """Asked for under a name that is not ours: no address can be made for it, so it gets no page."""
    return make_response("Bad request", 400, {"Content-Type": "text/plain; charset=utf-8"})


def _no_such_number(error: DataError):
    """An id that was typed, greater than any that a row can have: what it names does not exist."""
    if getattr(error.orig, "sqlstate", None) != OUT_OF_RANGE:
        return _crash(error)
    current_app.logger.warning("a number that fits no column", extra={"path": request.path})
    return _answer(404)


def _crash(error: Exception):
    if current_app.testing:
        raise error
    current_app.logger.exception("unhandled error", extra={"path": request.path})
    return _answer(500)


def _away(error: OperationalError | InterfaceError):
    """The database is away or overloaded: it comes back, and so may the reader."""
    current_app.logger.warning("the database is away", extra={"path": request.path, "error": type(error.orig).__name__})
    response = _answer(503)
    response.headers["Retry-After"] = "5"
    return response


def _words(status: int) -> tuple[str, str]:
    """A title and what the reader can do about it."""
    return {
        400: (_("The request could not be read"), _("Go back and try again.")),
        403: (_("No permission"), _("Ask an administrator of your company for this right.")),
        404: (_("Nothing here"), _("The page was moved or never existed.")),
        405: (_("Nothing here"), _("The page was moved or never existed.")),
        409: (_("Somebody changed this meanwhile"), _("Reload the page to see how it is now.")),
        413: (_("The file is too large"), _("Choose a smaller one.")),
        419: (_("The page is out of date"), _("Reload it and try again; what you typed is kept in the browser.")),
        422: (_("This cannot be done"), ""),
        429: (_("Too many attempts"), _("Try again in a few minutes.")),
        503: (_("The service is busy"), _("Try again in a minute.")),
    }.get(status, (_("Something went wrong"), _("We already know about it. Try again in a minute.")))


def _answer(status: int, message: str = "", response=None, ask: bool = False):
    if response is not None or status < 400:
        return response
    if request.path.startswith(MACHINES):
        return make_response({"status": "error", "message": message or str(status)}, status)
    title, advice = _words(status)
    template = "errors/_error.html" if wants_fragment() else "errors/error.html"
    text = f"{message}. {advice}" if message and ask else message or advice
    response = make_response(render_template(template, code=status, title=title, text=text), status)
    if wants_fragment() and status != 422:  # a form shows its own; nothing of the rest is swapped in
        response.headers["HX-Trigger"] = json.dumps({"toast": message or title})
        response.headers["HX-Reswap"] = "none"  # the page does swap a 409: a form that shows what changed
    return response

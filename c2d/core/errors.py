"""What goes wrong, as a page or as a fragment, in the reader's language."""

from flask import Flask, current_app, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from c2d.core.htmx import wants_fragment


class Refused(Exception):
    """A rule of the business said no. `message` is for the reader; `field` names the input."""

    status = 422

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Refused):
    """The row does not exist, or not for this reader: the two look the same."""

    status = 404

    def __init__(self, message: str = ""):
        super().__init__(message)


class Conflict(Refused):
    """Somebody else changed it meanwhile."""

    status = 409


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, lambda e: _answer(e.status, e.message))
    app.register_error_handler(CSRFError, lambda e: _answer(419))
    app.register_error_handler(HTTPException, lambda e: _answer(e.code or 500, response=e.response))
    app.register_error_handler(Exception, _crash)


def _crash(error: Exception):
    if current_app.testing:
        raise error
    current_app.logger.exception("unhandled error", extra={"path": request.path})
    return _answer(500)


def titles() -> dict[int, str]:
    return {
        400: _("The request could not be read"),
        403: _("No permission"),
        404: _("Nothing found here"),
        409: _("Somebody changed this meanwhile"),
        413: _("The file is too large"),
        419: _("The page is out of date"),
        422: _("This cannot be done"),
        429: _("Too many attempts"),
        503: _("The service is busy"),
    }


def _answer(status: int, message: str = "", response=None):
    if response is not None or status < 400:
        return response
    if request.path.startswith(("/hooks/", "/v1/", "/healthz", "/up")):
        return make_response({"status": "error", "message": message or str(status)}, status)
    title = titles().get(status, _("Something went wrong"))
    template = "errors/_error.html" if wants_fragment() else "errors/error.html"
    body = render_template(template, status=status, title=title, message=message)
    return make_response(body, status)

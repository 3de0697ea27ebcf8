"""What every template may call."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Flask, current_app, request
from flask_babel import get_locale

from c2d.core.current import can, operator_or_none
from c2d.core.i18n import file_size, when
from c2d.core.veil import words


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        fresh_key=lambda: secrets.token_urlsafe(12),
        can=can, dom_id=dom_id, static=static, when=when, file_size=file_size, qs=qs, current_operator=operator_or_none
    )
    app.jinja_env.filters["veiled"] = words
    app.context_processor(lambda: {"current_locale": str(get_locale())})


def dom_id(thing, part: str = "") -> str:
    """The id of a thing's root element: 'row-7', 'm-124'; `part` names an element inside."""
    prefix = getattr(thing, "dom_prefix", type(thing).__name__.lower())
    return "-".join(str(x) for x in (prefix, thing.id, part) if x != "")


def static(path: str) -> str:
    """The address of a file in static/, changing whenever the file does."""
    return request.script_root + _versioned(current_app.static_url_path, current_app.static_folder, path)


@cache
def _versioned(prefix: str, folder: str, path: str) -> str:
    """Without the place where c2d is mounted, which only a request knows. Asked for at every icon."""
    version = hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()[:10]
    return f"{prefix}/{quote(path)}?v={version}"


def qs(**changes) -> str:
    """The query of this page with some values changed; None drops one."""
    values = {**request.args.to_dict(), **changes}
    return urlencode({k: v for k, v in values.items() if v not in (None, "")})

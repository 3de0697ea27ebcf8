"""The audit log as a file: written while it is read, so that it may be of any size."""

from collections.abc import Iterator

from flask import Flask, current_app
from flask_babel import gettext as _

from c2d.companies import audit, audit_words
from c2d.companies.audit import Wanted
from c2d.core.current import CurrentOperator
from c2d.core.db import db
from c2d.core.i18n import reading_as, when
from c2d.core.sheet import BOM, line
from c2d.core.sql import Row
from c2d.core.tenancy import company
from c2d.core.veil import CONTACTS


def lines(wanted: Wanted, reader: CurrentOperator) -> Iterator[str]:
    """CSV in the reader's words. It outlives its request, so each piece is made in contexts of its own."""
    return _lines(current_app._get_current_object(), wanted, reader)


def _lines(app: Flask, wanted: Wanted, reader: CurrentOperator) -> Iterator[str]:
    below: int | None = audit.NEWEST
    while below:
        text, below = _piece(app, wanted, reader, below)
        yield text


def _piece(app: Flask, wanted: Wanted, reader: CurrentOperator, below: int) -> tuple[str, int | None]:
    """Some rows, and where the next ones begin. Nothing is held while a slow reader takes them."""
    with app.app_context(), company(reader.company_id), reading_as(reader.locale, reader.time_zone):
        head = BOM + _head() if below == audit.NEWEST else ""
        rows = audit.batch(wanted, below)
        text = head + "".join(_line(row, not reader.may(CONTACTS)) for row in rows)
        db.session.rollback()
    return text, rows[-1].id if rows else None


def _head() -> str:
    return line([_("When"), _("Who"), _("Platform's staff"), _("Action"), _("About what"), _("Changes"), _("IP address")])


def _line(row: Row, veiled: bool) -> str:
    changed = [f"{label}: {after}" if before is None else f"{label}: {before} → {after}"
               for label, before, after in audit_words.changes(row, veiled)]
    return line([when(row.at, "full"), row.actor_name, row.staff_name, audit_words.kind(row.kind),
                 audit_words.subject(row, veiled), "; ".join(changed), row.ip])

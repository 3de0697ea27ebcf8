"""`python app.py licence COMPANY_ID registered|authorised SEATS|none`: what a company may use."""

import sys
from collections.abc import Sequence

from flask import Flask

from c2d.companies.events import LicenceChanged
from c2d.companies.models import Company
from c2d.core.audit import changed
from c2d.core.db import db, in_transaction
from c2d.core.events import emit
from c2d.core.tenancy import company, company_id
from c2d.operators.licence import LICENCES

USAGE = "Usage: python app.py licence COMPANY_ID registered|authorised SEATS|none"


def run(app: Flask, arguments: Sequence[str]) -> int:
    """Write it down and say so; 2 when the arguments make no sense."""
    if len(arguments) != 3 or arguments[1] not in LICENCES or not _number(arguments[0]):
        print(USAGE, file=sys.stderr)
        return 2
    seats = None if arguments[2] == "none" else _number(arguments[2])
    if seats == 0:
        print(USAGE, file=sys.stderr)
        return 2
    with app.app_context(), company(_number(arguments[0])):
        return in_transaction(lambda: _write(company_id(), arguments[1], seats))


def _write(id: int, kind: str, seats: int | None) -> int:
    row = db.session.get(Company, id, with_for_update={"key_share": True})
    if row is None:
        print(f"There is no company {id}", file=sys.stderr)
        return 1
    before, after = changed({"licence": row.licence, "seats": row.seats}, {"licence": kind, "seats": seats})
    row.licence, row.seats = kind, seats
    if after:
        emit(LicenceChanged(before=before, after=after))
    print(f"{row.name}: {kind}, seats: {'no limit' if seats is None else seats}")
    return 0


def _number(text: str) -> int:
    """0 for what is no number of a company or of seats."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

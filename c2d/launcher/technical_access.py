"""`python app.py technical-access COMPANY_ID --staff "…" --reason "…"`: prints a link with which one person may enter once."""

import argparse
import sys
from collections.abc import Sequence

from flask import Flask

from c2d.companies.models import Company
from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.tenancy import all_companies, company
from c2d.sessions import technical


def run(app: Flask, arguments: Sequence[str]) -> int:
    """0 with the link on stdout, 1 with a sentence on stderr; argparse ends with 2."""
    options = _parser().parse_args(arguments)
    with app.app_context():
        try:
            with company(_existing(options.company)):
                print(technical.grant(options.staff, options.reason, options.minutes, options.operator))
        except Refused as no:
            print(no.message, file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python app.py technical-access",
        description="A link for one person of the platform's staff to enter a company once, good for ten minutes.")
    parser.add_argument("company", type=int, metavar="COMPANY_ID")
    parser.add_argument("--staff", required=True, help="first and last name of who enters; the company sees it")
    parser.add_argument("--reason", required=True, help="why; the company sees it")
    parser.add_argument("--minutes", type=int, default=technical.USUAL,
                        help=f"how long the session lasts, {technical.SHORTEST} to {technical.LONGEST} (%(default)s)")
    parser.add_argument("--operator", default="", metavar="E-MAIL",
                        help="as whom; without it the company's first active administrator")
    return parser


def _existing(company_id: int) -> int:
    with all_companies("the command line names the company"):
        known = db.session.get(Company, company_id) is not None if 0 < company_id < 2**63 else False
        db.session.rollback()
    if not known:
        raise Refused(f"There is no company {company_id}")
    return company_id

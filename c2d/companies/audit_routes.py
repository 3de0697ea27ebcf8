"""Settings > Audit log."""

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _

from c2d.companies import audit, audit_export, audit_words, bp
from c2d.companies.audit_filter import STAFF, Filter
from c2d.companies.events import AuditExported
from c2d.core.clock import now
from c2d.core.current import can, operator
from c2d.core.db import in_transaction
from c2d.core.events import emit
from c2d.core.kept import Kept
from c2d.core.sql import Row
from c2d.core.text import fold

NEEDS = "audit"


def init_app(app: Flask) -> None:
    # other slices show these rows on their own pages
    app.jinja_env.globals.update(audit_words=audit_words, audit_row=_row)


@bp.get("/settings/audit", needs=NEEDS)
def audit_log():
    asked = Filter.read(request.args)
    page = audit.page(asked.wanted(operator().zone), request.args.get("cursor"))
    return render_template("companies/audit.html", asked=asked, page=page, people=_people(asked.person), kinds=_kinds(),
                           subjects=_subjects(asked))


@bp.post("/settings/audit/export", needs=NEEDS)
def export_audit_log():
    asked = Filter.read(request.form)
    in_transaction(lambda: emit(AuditExported(after=_told(asked))))
    name = f"audit-{now().astimezone(operator().zone):%Y-%m-%d-%H%M}.csv"
    body = audit_export.lines(asked.wanted(operator().zone), operator())
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _row(row: Row) -> str:
    """A row as it is shown; rows never change, so what was shown once is kept."""
    linked = can(NEEDS)
    return Kept("companies/_audit_row.html").html((repr(row), linked), lambda: {"row": row, "linked": linked})


def _told(asked: Filter) -> dict:
    """The filter for the log itself, by the names of its fields."""
    chosen = asked.chosen
    period = " – ".join(filter(None, (chosen.pop("since", ""), chosen.pop("until", ""))))
    words = chosen.pop("q", "")
    return {**chosen, **({"period": period} if period else {}), **({"words": words} if words else {})}


def _people(chosen: str) -> str:
    """The field 'Who'; of 1 000 people its options are not made anew for every page."""
    everybody = audit.people()
    return Kept("companies/_audit_people.html").html((everybody, chosen), lambda: {
        "people": _people_options(everybody), "chosen": chosen})


def _people_options(everybody: str) -> list[tuple[str, str]]:
    named = [(id, name) for line in everybody.split("\n") if line for id, _space, name in [line.partition(" ")]]
    named.sort(key=lambda pair: fold(pair[1]))
    return [("", _("Everybody")), (STAFF, _("Platform's staff")), *named]


def _kinds() -> list[tuple[str, str]]:
    named = sorted(((name, audit_words.kind(name)) for name in audit_words.KINDS), key=lambda pair: pair[1].lower())
    return [("", _("Everything")), *named]


def _subjects(asked: Filter) -> list[tuple[str, str]]:
    named = sorted(((name, audit_words.subject_kind(name)) for name in audit_words.SUBJECTS), key=lambda pair: pair[1])
    one = [(asked.about, _one(asked.about))] if ":" in asked.about else []
    return [("", _("Everything")), *one, *named]


def _one(about: str) -> str:
    """A single thing in the list of kinds: 'Role #7'."""
    kind, _colon, id = about.partition(":")
    return f"{audit_words.subject_kind(kind)} #{id}"

"""The statuses that a company gives its operators to choose from: Settings > Operators > Operator statuses."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from c2d.core import audit
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.errors import NotFound, Refused
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.core.tenancy import company_id
from c2d.operators.events import StatusRulesChanged
from c2d.operators.models import AWAY, OFFLINE, ONLINE, OperatorStatus
from c2d.operators.status_display import dot, in_all_languages, label
from c2d.operators.statuses import chosen, everybody_in, move

MOST = 20
# Of two who change the list at the same time the second waits: limit, names and order hold for both.
_alone = scoped("SELECT 1 FROM companies WHERE id = %(company)s FOR NO KEY UPDATE")
_counts = scoped("""
    SELECT status_id, count(*) AS n FROM operators
    WHERE company_id = %(company)s AND status_id IS NOT NULL AND deleted_at IS NULL GROUP BY status_id""")


@dataclass(frozen=True)
class Shown:
    """A status as it is shown; `people` who are in it now, where that was asked for."""

    id: int
    key: str | None
    name: str
    hue: int
    counts_online: bool
    for_assignment: bool
    archived: bool
    people: int = 0

    @property
    def label(self) -> str:
        return label(self.key, self.name)

    @property
    def dot(self) -> str:
        return dot(self.key, self.hue)


def to_choose() -> list[Shown]:
    """What an operator can choose, in the company's order."""
    return [_shown(row) for row in _rows() if row.archived_at is None]


def for_settings() -> tuple[list[Shown], list[Shown]]:
    """(in use, archived), with the numbers of people."""
    people = {row.status_id: row.n for row in _counts.all()}
    found = [_shown(row, people.get(row.id, 0)) for row in _rows()]
    return [s for s in found if not s.archived], [s for s in found if s.archived]


def get(status_id: int) -> OperatorStatus:
    found = db.session.get(OperatorStatus, (company_id(), status_id))
    if found is None:
        raise NotFound()
    return found


def add(name: str, hue: int, counts_online: bool, for_assignment: bool) -> int:
    """A new status, the last of the list."""
    there = _locked_rows()
    _room(there)
    _free(there, name)
    row = OperatorStatus(name=name, hue=hue, counts_online=counts_online, for_assignment=for_assignment,
                         position=max(r.position for r in there) + 1)
    db.session.add(row)
    _flush()
    _tell(row, {}, _facts(row))
    return row.id


def change(status_id: int, name: str, hue: int, counts_online: bool, for_assignment: bool) -> None:
    """Everybody in it follows when it counts as something else now. An empty name gives a built-in one its usual name."""
    there = _locked_rows()
    row = _of(there, status_id)
    if row.archived_at is not None:
        raise Refused(_("The status is in the archive"), "name")
    if row.key and name == label(row.key, ""):
        name = ""
    _free([other for other in there if other is not row], label(row.key, name) if row.key else name)
    before, counted = _facts(row), row.counts_online
    row.name = name
    if row.key != OFFLINE:
        row.hue, row.for_assignment = hue, for_assignment
        row.counts_online = counts_online or row.key == ONLINE
    _flush()
    if row.counts_online != counted:
        move(everybody_in(row.id), row)
    _tell(row, *audit.changed(before, _facts(row)))


def reorder(status_id: int, by: int) -> None:
    """One place up (-1) or down (1) among those in use."""
    there = [row for row in _locked_rows() if row.archived_at is None]
    at = there.index(_of(there, status_id))
    if not 0 <= at + by < len(there):
        return
    before = [_name(row) for row in there]
    there[at], there[at + by] = there[at + by], there[at]
    for place, row in enumerate(there):
        row.position = place
    _tell(there[at + by], {"order": before}, {"order": [_name(row) for row in there]})


def archive(status_id: int) -> None:
    """No longer to choose; whoever is in it goes to the break. The three that every company has stay."""
    row = _of(_locked_rows(), status_id)
    if row.key:
        raise Refused(_("This status is needed: it can get another name, but not go to the archive"))
    if row.archived_at is None:
        row.archived_at = now()
        db.session.flush()
        move(everybody_in(row.id), chosen(AWAY))
        _tell(row, {"archived": False}, {"archived": True})


def restore(status_id: int) -> None:
    """To choose again, as the last one."""
    there = _locked_rows()
    row = _of(there, status_id)
    if row.archived_at is not None:
        _room(there)
        _free(there, row.name)
        row.archived_at, row.position = None, max(r.position for r in there) + 1
        _flush()
        _tell(row, {"archived": True}, {"archived": False})


def _rows() -> list[OperatorStatus]:
    query = select(OperatorStatus).order_by(OperatorStatus.position, OperatorStatus.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _locked_rows() -> list[OperatorStatus]:
    _alone.run()
    return _rows()


def _of(rows: list[OperatorStatus], status_id: int) -> OperatorStatus:
    found = next((row for row in rows if row.id == status_id), None)
    if found is None:
        raise NotFound()
    return found


def _room(rows: list[OperatorStatus]) -> None:
    if sum(row.archived_at is None for row in rows) >= MOST:
        raise Refused(_("At most %(num)s fit", num=MOST), "name")


def _free(others: list[OperatorStatus], name: str) -> None:
    """Also the usual names of the built-in ones are taken, in every language."""
    if any(row.archived_at is None and name.lower() in in_all_languages(row.key, row.name) for row in others):
        raise Refused(_("There is a status of this name already"), "name")


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("There is a status of this name already"), "name") from None


def _name(row: OperatorStatus) -> str:
    return label(row.key, row.name)


def _facts(row: OperatorStatus) -> dict:
    return {"name": _name(row), "hue": row.hue, "counts_online": row.counts_online, "for_assignment": row.for_assignment}


def _tell(row: OperatorStatus, before: dict, after: dict) -> None:
    if before != after:
        emit(StatusRulesChanged(status_id=row.id, subject=_name(row), before=before, after=after))


def _shown(row: OperatorStatus, people: int = 0) -> Shown:
    return Shown(row.id, row.key, row.name, row.hue, row.counts_online, row.for_assignment,
                 row.archived_at is not None, people)

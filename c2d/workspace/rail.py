"""What every page of a signed-in operator carries: the rail and the newest event's number."""

from functools import cached_property

from flask import Flask, g

from c2d.core.current import CurrentOperator, operator_or_none
from c2d.core.sql import Row, scoped
from c2d.dialogs.display import transport_of
from c2d.operators.profile import LOOK, hue_of
from c2d.operators.status_display import CHOSEN, dot
from c2d.roles import builtin
from c2d.workspace import menu, slots

# one statement, so that the count is true as of that number and catching up loses nothing
_now = scoped(f"""
    SELECT n.event_seq AS seq, s.key AS status_key, s.hue AS status_hue,
           (SELECT count(*) FROM dialogs WHERE company_id = %(company)s AND state = 'open'
              AND operator_id = %(me)s AND unread > 0) AS unread
    FROM company_counters n JOIN operators o ON o.company_id = n.company_id AND o.id = %(me)s {CHOSEN}
    WHERE n.company_id = %(company)s""")  # noqa: S608 only our own text


class Rail:
    """Read only by whole pages: a fragment costs no query."""

    def __init__(self, operator: CurrentOperator):
        self._operator = operator
        self.short_name, self.initials = operator.short_name, operator.initials
        self.hue = hue_of(operator.id)

    @property
    def role(self) -> str:
        return builtin.label(self._operator.role, self._operator.role_name)

    @property
    def look(self) -> dict[str, str]:
        """What the operator chose otherwise than everybody has it, as attributes of the page: {'data-theme': 'dark'}."""
        chosen = {name: self._operator.preferences.get(name) for name in LOOK}
        return {f"data-{name}": value for name, value in chosen.items() if value in LOOK[name][1:]}

    @property
    def rating(self) -> slots.Figure | None:
        return slots.figure(slots.RATING, self._operator)

    @property
    def sections(self) -> list[menu.Item]:
        return menu.sections()

    @cached_property
    def _facts(self) -> Row:
        return _now.first(me=self._operator.id)

    @property
    def presence(self) -> str:
        return dot(self._facts.status_key, self._facts.status_hue)

    @property
    def unread(self) -> int:
        return self._facts.unread

    @property
    def seq(self) -> int:
        return self._facts.seq


class _Seq:
    """The newest event's number, read when a page writes it."""

    def __init__(self, rail: Rail):
        self._rail = rail

    def __str__(self) -> str:
        return str(self._rail.seq)


def init_app(app: Flask) -> None:
    app.context_processor(_of_the_page)
    app.jinja_env.globals.update(
        settings_items=menu.settings_items, settings_pages=menu.settings_pages, account_items=menu.account_items,
        glyph_of=lambda transport: transport_of(transport).glyph)


def _of_the_page() -> dict:
    operator = operator_or_none()
    if operator is None:
        return {}
    rail = g.setdefault("rail", Rail(operator))
    return {"rail": rail, "seq": _Seq(rail), "operator_id": operator.id}

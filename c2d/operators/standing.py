"""When a login session still stands: part of SQL that has it."""

from c2d.companies.settings import Settings


def _lasts(ago: str) -> str:
    """`ago`: the moment as many hours before %(now)s as a field of the company's settings says."""
    return f"""s.ended_at IS NULL AND s.expires_at > %(now)s
    AND s.created_at > {ago.format("session_hours", Settings.session_hours)}
    AND s.last_seen_at > {ago.format("idle_hours", Settings.idle_hours)}"""


_AGO = "%(now)s::timestamptz - make_interval(hours => coalesce((c.settings->>'{}')::int, {}))"
# Does the session `s` of company `c` last at %(now)s? The company may shorten it at any time.
LASTS = _lasts(_AGO)
# The same for many sessions of the company in scope: its settings are read once, not with each of them.
LASTS_HERE = _lasts(f"(SELECT {_AGO} FROM companies c WHERE c.id = %(company)s)")  # noqa: S608 only our own text
# Does the operator `o` still get in?
LETS_IN = "o.blocked_at IS NULL AND o.deleted_at IS NULL"
STANDS = f"""{LASTS}
    AND {LETS_IN}"""

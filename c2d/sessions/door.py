"""The one door: from the cookie's token to who is asking, in one query."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from c2d.core.clock import now
from c2d.core.crypto import fingerprint
from c2d.core.current import CurrentOperator
from c2d.core.db import db
from c2d.core.permissions import ADMINISTRATOR, registry
from c2d.core.sql import Platform, Row, platform
from c2d.core.tenancy import all_companies
from c2d.operators.standing import STANDS
from c2d.roles.grants import CHANGES, effective
from c2d.sessions import devices, places

LIFETIME = timedelta(days=400)  # of the cookie: how long the session itself lasts says its row, and the company
SEEN_EVERY = timedelta(minutes=1)
# Who is no administrator any more looks with nobody's eyes but their own. A subselect: joined, the operator's own role
# would be found by walking all roles of the company, and it is asked for in a preview alone.
PREVIEWS = f"""(CASE WHEN s.preview_role_id IS NULL THEN false ELSE (
    SELECT w.base = '{ADMINISTRATOR}' FROM roles w WHERE w.company_id = o.company_id AND w.id = o.role_id) END)"""  # noqa: S608 only our own text
WHY = "the cookie's token says which company it is"


def who(which: str) -> Platform:
    """The query that joins all of a session; `which` is the SQL condition that finds it."""
    return platform(f"""
        SELECT s.id AS login_session_id, s.company_id, s.created_at AS session_started, s.last_seen_at,
               o.id, o.first_name, o.last_name, o.email, o.phone, o.status, o.status_id, o.read_only, o.new_chats,
               o.locale, o.preferences, r.id AS role_id, r.base AS role, r.name AS role_name, c.name AS company_name,
               c.time_zone, {CHANGES} AS changes, s.staff_name, s.expires_at AS staff_until,
               s.reason AS staff_reason,
               {PREVIEWS} AS previewing,
               (SELECT array_agg(h.channel_id ORDER BY h.channel_id) FROM operator_channels h
                WHERE h.company_id = o.company_id AND h.operator_id = o.id) AS channel_ids,
               o.totp_on_at IS NULL AND s.staff_name = ''
                   AND coalesce((c.settings->>'two_factor_required')::boolean, false) AS must_secure
        FROM login_sessions s
        JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
        CROSS JOIN LATERAL (
            SELECT company_id, id, base, name FROM roles WHERE company_id = o.company_id
              AND id = CASE WHEN {PREVIEWS} THEN s.preview_role_id ELSE o.role_id END OFFSET 0) r
        JOIN companies c ON c.id = s.company_id
        WHERE {which} AND {STANDS}""")  # noqa: S608 only our own text


_by_token = who("s.token_hash = %(token)s")
_seen = platform("""
    UPDATE login_sessions SET last_seen_at = %(now)s
    WHERE company_id = %(company_id)s AND id = %(id)s AND last_seen_at <= %(before)s""")


@dataclass(frozen=True)
class SignedInOperator(CurrentOperator):
    """The operator together with the token that the cookie holds."""

    token: str = field(default="", repr=False)

    def get_id(self) -> str:
        return self.token


class _Arriving(UserMixin):
    def __init__(self, token: str):
        self.token = token

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    app.config["PERMANENT_SESSION_LIFETIME"] = LIFETIME
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # the row, not the cookie, knows how long
    manager = LoginManager()
    manager.session_protection = None  # it compares addresses, which change on the move
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(read)
    app.extensions["authenticate"] = authenticate


def authenticate() -> CurrentOperator | None:
    """Who holds the cookie of this request, if the session still stands."""
    found = current_user._get_current_object()
    return found if isinstance(found, CurrentOperator) else None


def read(token: str) -> SignedInOperator | None:
    """The operator behind a token; None for an unknown, ended, expired or blocked one."""
    moment = now()
    with all_companies(WHY):
        row = _by_token.first(token=fingerprint(token), now=moment)
        if row is None:
            return None
        if row.last_seen_at <= moment - SEEN_EVERY and not _by_itself():
            _seen.run(id=row.login_session_id, company_id=row.company_id, now=moment, before=moment - SEEN_EVERY)
            db.session.commit()
    return operator_of(row, token)


def _by_itself() -> bool:
    """Does the page ask without anybody having touched it: the socket, and what it fetches when it has missed news?"""
    return request.path == "/live" or request.headers.get("X-By-Itself") == "1"


def operator_of(row: Row, token: str = "") -> SignedInOperator:
    """What `who` found, as the operator that everything asks."""
    values = row._asdict()
    del values["last_seen_at"]
    values["channel_ids"] = values["channel_ids"] and tuple(values["channel_ids"])
    permissions = effective(row.role, values.pop("changes"), row.role_name is not None)
    if row.read_only:
        permissions = registry.for_reading(permissions)
    if not row.new_chats:
        permissions = registry.of_own_chats(permissions)
    return SignedInOperator(permissions=permissions, token=token, **values)


def let_in(token: str) -> None:
    """Put the token into a fresh cookie; nothing that was in the old one stays."""
    session.clear()
    session.permanent = True
    login_user(_Arriving(token))


def held_token() -> str | None:
    """The token in the cookie of this request, valid or not."""
    return session.get("_user_id")


def address() -> str:
    """The other end's address as kept; behind a trusted proxy it is what that one says."""
    return places.cleaned(request.remote_addr)


def device() -> str:
    return devices.cleaned(request.user_agent.string)

"""Who is asking: the operator, the company and the language of this request."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g, has_request_context
from flask_login import UserMixin

from c2d.core.permissions import ADMINISTRATOR, COMPANY_ADMIN, SIGNED_IN
from c2d.core.text import full_name, short_name, staff_initials


@dataclass(frozen=True)
class CurrentOperator(UserMixin):
    """The signed-in operator as read in one query at the start of the request."""

    id: int
    company_id: int
    company_name: str
    login_session_id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    role: str  # key of the base role
    role_name: str | None  # name of a custom role
    status: str  # online, away, offline: what the chosen status counts as
    read_only: bool
    locale: str
    time_zone: str
    permissions: frozenset[str]
    preferences: dict = field(default_factory=dict)
    session_started: datetime | None = None
    role_id: int = 0
    status_id: int | None = None
    new_chats: bool = True  # False: sees only the chats that were given to them
    channel_ids: tuple[int, ...] | None = None  # beyond their own chats they see those of these channels; None: of all
    staff_name: str = ""  # who of the platform's staff is really here, by technical access
    staff_until: datetime | None = None
    staff_reason: str = ""
    previewing: bool = False  # an administrator looks with the rights of another role
    must_secure: bool = False  # the company wants a second factor and this operator has none yet

    @property
    def is_active(self) -> bool:
        return True

    @property
    def full_name(self) -> str:
        return full_name(self.first_name, self.last_name)

    @property
    def short_name(self) -> str:
        return short_name(self.first_name, self.last_name)

    @property
    def initials(self) -> str:
        return staff_initials(self.first_name, self.last_name)

    @property
    def is_administrator(self) -> bool:
        return self.role == ADMINISTRATOR

    @property
    def looks_only(self) -> bool:
        """Nothing that the operator does here changes anything: forms are shown, but not to be sent."""
        return self.read_only or self.previewing

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def meets(self, needs: str) -> bool:
        """Is what a route demands in `needs=` there?"""
        return needs == SIGNED_IN or self.may(needs) or (needs == COMPANY_ADMIN and self.is_administrator)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def operator() -> CurrentOperator:
    """The signed-in operator. Raises RuntimeError where there is none (pushes, jobs, hooks)."""
    found = operator_or_none()
    if found is None:
        raise RuntimeError("nobody is signed in here")
    return found


def operator_or_none() -> CurrentOperator | None:
    return g.get("operator") if has_request_context() else None


def can(needs: str) -> bool:
    """May the signed-in operator do this? Used by templates to hide a control."""
    found = operator_or_none()
    return bool(found and found.meets(needs))

from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    operator_id: int
    login_session_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    operator_id: int
    login_session_id: int


@dataclass(frozen=True, kw_only=True)
class SessionTerminated(Event):
    operator_id: int
    login_session_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PreviewStarted(Event):
    """An administrator looks with the rights of another role: open pages of the session get those."""

    audited = True
    about = "role_id"
    operator_id: int
    login_session_id: int
    role_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class PreviewEnded(Event):
    audited = True
    about = "role_id"
    operator_id: int
    login_session_id: int
    role_id: int
    subject: str

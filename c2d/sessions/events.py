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

from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """By the operator or by a link in a letter."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorOn(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorOff(Event):
    """By its owner."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(Event):
    """By an administrator, for somebody who cannot get in."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class SecurityChanged(Event):
    """The company's rules for signing in and embedding: open pages ask anew who may stay."""

    audited = True
    before: dict
    after: dict


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

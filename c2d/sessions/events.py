from dataclasses import dataclass, field

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
    audited = True
    about = "operator_id"
    operator_id: int
    login_session_id: int
    subject: str = ""
    after: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    login_session_id: int
    subject: str = ""
    after: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SessionTerminated(Event):
    """Somebody ended it, the operator on another device or an administrator: `actor_id` says who."""

    audited = True
    about = "operator_id"
    operator_id: int
    login_session_id: int
    reason: str
    subject: str = ""
    after: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NewDeviceSeen(Event):
    """Somebody signed in as the operator with a browser, system or country that was not seen before."""

    operator_id: int
    login_session_id: int


@dataclass(frozen=True, kw_only=True)
class TechnicalAccessGranted(Event):
    """By command line: a link is made with which one person of the platform's staff may enter once."""

    audited = True
    about = "operator_id"
    operator_id: int
    staff_name: str
    subject: str
    after: dict


@dataclass(frozen=True, kw_only=True)
class TechnicalAccessStarted(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    login_session_id: int
    staff_name: str
    subject: str
    after: dict


@dataclass(frozen=True, kw_only=True)
class TechnicalAccessEnded(Event):
    """`actor_id` ended it; None: its time was over."""

    audited = True
    about = "operator_id"
    operator_id: int
    login_session_id: int
    staff_name: str
    reason: str
    subject: str = ""
    after: dict = field(default_factory=dict)


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

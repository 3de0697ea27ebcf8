from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OperatorAdded(Event):
    operator_id: int


@dataclass(frozen=True, kw_only=True)
class OperatorStatusChanged(Event):
    operator_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class OperatorAccessChanged(Event):
    """Role, read-only, new chats, channels: open pages of the operator get the new rights with it."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class OperatorChanged(Event):
    """Name, phone, language or preferences."""

    operator_id: int


@dataclass(frozen=True, kw_only=True)
class OperatorBlocked(Event):
    """No way in any more; `chats` says what becomes of the open ones (dialogs.handing_on)."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str
    chats: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class OperatorRestored(Event):
    """Unblocked, or back from the deleted."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class OperatorDeleted(Event):
    """Gone for good, as far as anybody can see; the name stays in what they wrote."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str
    chats: str
    before: dict
    after: dict

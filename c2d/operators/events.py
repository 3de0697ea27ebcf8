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
class OperatorEmailChanged(Event):
    """An operator signs in with another address now."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str
    before: dict
    after: dict

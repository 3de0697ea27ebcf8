from dataclasses import dataclass, field

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OperatorAdded(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    subject: str = ""
    after: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OperatorStatusChanged(Event):
    """`old` and `new`: what the statuses count as (online, away, offline); the ids are those of the statuses themselves,
    `old_id` None for somebody who never chose one."""

    operator_id: int
    old: str
    new: str
    old_id: int | None
    new_id: int


@dataclass(frozen=True, kw_only=True)
class StatusRulesChanged(Event):
    """A status of the company, their order, or what happens to statuses by itself."""

    audited = True
    about = "status_id"
    status_id: int | None = None
    subject: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class GroupAdded(Event):
    audited = True
    about = "group_id"
    group_id: int
    subject: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class GroupChanged(Event):
    """Its name, who is in it, what it serves."""

    audited = True
    about = "group_id"
    group_id: int
    subject: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class GroupDeleted(Event):
    audited = True
    about = "group_id"
    group_id: int
    subject: str
    before: dict
    after: dict


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
    """Name, e-mail, phone, language, groups, limit or preferences; audited when somebody else did it."""

    about = "operator_id"
    operator_id: int
    subject: str = ""
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)

    @property
    def audited(self) -> bool:
        return bool(self.subject)


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


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """Another link for somebody who has not come yet."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    audited = True
    about = "operator_id"
    operator_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class OperatorEmailChanged(Event):
    """An operator signs in with another address now."""

    audited = True
    about = "operator_id"
    operator_id: int
    subject: str
    before: dict
    after: dict

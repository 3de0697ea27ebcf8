from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CompanyRegistered(Event):
    name: str


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    """The basic settings."""

    audited = True
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class AuditExported(Event):
    """Somebody took the audit log with them: `after` says which part of it."""

    audited = True
    after: dict


@dataclass(frozen=True, kw_only=True)
class LicenceChanged(Event):
    """Whoever runs the instance sold other seats, by command line."""

    audited = True
    before: dict
    after: dict

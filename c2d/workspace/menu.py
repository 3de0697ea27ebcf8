"""Which sections the signed-in operator sees; an item stands here once its screen exists."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from c2d.core.current import can


@dataclass(frozen=True)
class Item:
    label: str
    href: str
    permission: str
    icon: str = ""
    key: str = ""

    @property
    def current(self) -> bool:
        """Is this the section of the page being shown?"""
        return request.path == self.href or request.path.startswith(self.href + "/")


def sections() -> list[Item]:
    """The rail, from top to bottom."""
    return _allowed([
        Item(_("Chats"), "/chats", "chats", "chats", "chats"),
        Item(_("Settings"), "/settings", "settings", "gear", "settings"),
    ])


def settings_items() -> list[Item]:
    """The side menu of the settings."""
    return _allowed([
        Item(_("Basic"), "/settings/basic", "settings.basic"),
        Item(_("Accounts"), "/settings/accounts", "accounts"),
        Item(_("Chats"), "/settings/chats", "settings.chats"),
        Item(_("Duplicates"), "/settings/duplicates", "clients.link"),
        Item(_("Blacklist"), "/settings/blacklist", "blacklist"),
    ])


def _allowed(items: list[Item]) -> list[Item]:
    return [item for item in items if can(item.permission)]

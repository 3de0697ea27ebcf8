"""Which sections the signed-in operator sees; an item stands here once its screen exists."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _

from c2d.core.current import can
from c2d.core.htmx import header, wants_fragment
from c2d.core.permissions import COMPANY_ADMIN, SIGNED_IN

ALONE = "/account/sections"


@dataclass(frozen=True)
class Item:
    """`needs` is what the page behind it demands. A group has `items` instead of a page of its own."""

    label: str
    href: str
    needs: str
    icon: str = ""
    key: str = ""
    items: tuple["Item", ...] = ()

    @property
    def current(self) -> bool:
        """Is this the section of the page being shown?"""
        if self.items:
            return any(item.current for item in self.items)
        here = _here()
        return here == self.href or here.startswith(self.href + "/")


def _here() -> str:
    """The path of the page that the menu stands on, also when the menu alone is asked for."""
    if request.path == ALONE and wants_fragment():
        return urlsplit(header("HX-Current-URL") or "").path
    return request.path


def sections() -> list[Item]:
    """The rail, from top to bottom."""
    settings = first_of_settings()
    return [
        *_allowed([Item(_("Chats"), "/chats", "chats", "chats", "chats")]),
        *([Item(_("Settings"), "/settings", "", "gear", "settings")] if settings else []),
    ]


def settings_items() -> list[Item]:
    """The side menu of the settings; a group without anything open to the reader is left out."""
    items = [
        Item(_("Basic"), "/settings/basic", "settings.basic"),
        _group(_("Operators"), [
            Item(_("List"), "/settings/operators", "operators"),
            Item(_("Operator groups"), "/settings/groups", "groups"),
            Item(_("Active sessions"), "/settings/sessions", COMPANY_ADMIN),
            Item(_("Roles and access rights"), "/settings/roles", COMPANY_ADMIN),
            Item(_("Operator statuses"), "/settings/statuses", "statuses"),
        ]),
        Item(_("Accounts"), "/settings/accounts", "accounts"),
        Item(_("Chats"), "/settings/chats", "settings.chats"),
        Item(_("Duplicates"), "/settings/duplicates", "settings.duplicates"),
        Item(_("Blacklist"), "/settings/blacklist", "blacklist"),
        Item(_("Security"), "/settings/security", "security"),
        Item(_("Audit log"), "/settings/audit", "audit"),
    ]
    return [item for item in items if item.items or (item.href and can(item.needs))]


def account_items() -> list[Item]:
    """The side menu of one's own account."""
    return [
        Item(_("Profile"), "/account/profile", SIGNED_IN),
        Item(_("Active sessions"), "/account/sessions", SIGNED_IN),
        Item(_("Security"), "/account/security", SIGNED_IN),
        Item(_("Interface"), "/account/interface", SIGNED_IN),
    ]


def settings_pages() -> list[Item]:
    """The same without the groups, for narrow screens."""
    return [page for item in settings_items() for page in (item.items or (item,))]


def first_of_settings() -> str | None:
    """The address of the first page of the settings that is open to the reader."""
    pages = settings_pages()
    return pages[0].href if pages else None


def _group(label: str, items: list[Item]) -> Item:
    return Item(label, "", "", items=tuple(_allowed(items)))


def _allowed(items: list[Item]) -> list[Item]:
    return [item for item in items if can(item.needs)]

"""What Telegram refuses, in its own words (as python-telegram-bot, aiogram and public issue threads quote them)."""

import re
from urllib.parse import urlsplit


class Refusal(Exception):
    def __init__(self, description: str, status: int = 400, **parameters):
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def need(params: dict, *names: str) -> None:
    for name in names:
        if params.get(name) in (None, ""):
            raise Refusal("Bad Request: message text is empty" if name == "text" else f"Bad Request: {name} is empty")


def check_text(text: str) -> str:
    if not text.strip():
        raise Refusal("Bad Request: message text is empty")
    if units(text) > 4096:
        raise Refusal("Bad Request: message is too long")
    return text.strip()


def check_caption(caption: str) -> str:
    if units(caption) > 1024:
        raise Refusal("Bad Request: message caption is too long")
    return caption


def check_keyboard(markup: object) -> None:
    if not isinstance(markup, dict):
        raise Refusal("Bad Request: object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refusal('Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(map(len, rows)) > 100:
        raise Refusal("Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        _check_button(button)


def _check_button(button: dict) -> None:
    if not str(button.get("text", "")).strip():
        raise Refusal("Bad Request: text buttons are unallowed in the inline keyboard")
    actions = [key for key in ("callback_data", "url", "web_app", "login_url", "copy_text", "pay") if key in button]
    if len(actions) != 1:
        raise Refusal("Bad Request: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Refusal("Bad Request: BUTTON_DATA_INVALID")
    if "url" in button and urlsplit(button["url"]).scheme not in ("http", "https", "tg"):
        raise Refusal(f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Unsupported URL protocol")


def check_secret(secret: str) -> None:
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise Refusal("Bad Request: secret token contains unallowed characters")

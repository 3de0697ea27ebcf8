"""A stand-in for Telegram's server, so that replies of the demo company arrive somewhere: https://core.telegram.org/bots/api

It takes what a bot sends and keeps nothing. Only an instance that runs the demo has it.
"""

import os
import time

from flask import abort, current_app, jsonify, request

from c2d.core.csrf import protect
from c2d.core.permissions import PUBLIC
from c2d.core.slice import Slice

PATH = "/demo/telegram"
BOT = {"id": 5550001234, "is_bot": True, "first_name": "Romashka", "username": "romashka_demo_bot"}
TAKEN = {"setWebhook", "deleteWebhook", "sendChatAction", "answerCallbackQuery", "deleteMessage", "setMessageReaction"}
bp = Slice("demo_telegram", __name__)
protect.exempt(bp)


def address() -> str:
    """Where this instance's stand-in is reached from its own worker; C2D_DEMO_TELEGRAM_URL names another one."""
    given = os.environ.get("C2D_DEMO_TELEGRAM_URL", "").rstrip("/")
    host = os.environ.get("C2D_HOST") or "127.0.0.1"
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    return given or f"http://{here}:{os.environ.get('PORT') or 8000}{PATH}"


@bp.url_value_preprocessor
def _take_files(_endpoint, _values) -> None:
    request.max_content_length = current_app.config["MAX_UPLOAD"] * 2


@bp.post(f"{PATH}/bot<token>/<method>", needs=PUBLIC)
def call(token: str, method: str):
    if not current_app.config["DEMO"]:
        abort(404)
    while request.stream.read(65536):
        pass  # to the end, or the sender is cut off in the middle
    if method == "getMe":
        return jsonify(ok=True, result=BOT)
    if method == "getWebhookInfo":
        return jsonify(ok=True, result={"url": "", "has_custom_certificate": False, "pending_update_count": 0})
    if method in TAKEN:
        return jsonify(ok=True, result=True)
    if method.startswith(("send", "editMessage")):
        return jsonify(ok=True, result=_message())
    return jsonify(ok=False, error_code=400, description="Bad Request: the demo cannot do this"), 400


def _message() -> dict:
    # never the same twice, in whatever process
    return {"message_id": time.time_ns() // 1000, "date": int(time.time()), "chat": {"id": 1, "type": "private"}}

"""Updates as Telegram posts them, and the ways a test lets them in."""

import json
from itertools import count

from flask.testing import FlaskClient

from c2d.channels.adapters.telegram_bot.adapter import SECRET_HEADER
from c2d.channels.intake import drain
from c2d.core.db import db
from c2d.core.sql import scoped

_number = count(1000)
SECRET = "hook-secret"


def text_update(peer: int = 7, text: str = "Здравствуйте", message_id: int | None = None, **more) -> dict:
    return update("message", {"message_id": message_id or next(_number), "text": text, **more}, peer)


def update(kind: str, inner: dict, peer: int = 7) -> dict:
    """Any update of the private chat with `peer`."""
    person = {"id": peer, "is_bot": False, "first_name": "Павел", "last_name": "Никулин", "username": f"pavel{peer}"}
    chat = {"id": peer, "type": "private", "first_name": "Павел"}
    return {"update_id": next(_number), kind: {"date": 1_790_000_000, "chat": chat, "from": person, **inner}}


def press(data: str, message_id: int, peer: int = 7, title: str = "") -> dict:
    keyboard = {"inline_keyboard": [[{"text": title, "callback_data": data}]]} if title else {}
    message = {"message_id": message_id, "chat": {"id": peer, "type": "private"}, "reply_markup": keyboard}
    return {"update_id": next(_number), "callback_query": {
        "id": str(next(_number)), "from": {"id": peer, "first_name": "Павел"}, "message": message, "data": data}}


class Line:
    """A channel's hook: `post` delivers, `tell` delivers and takes in."""

    def __init__(self, client: FlaskClient, channel_id: int):
        self.client, self.channel_id = client, channel_id
        [row] = rows("SELECT token FROM channels WHERE id = %(id)s", id=channel_id)
        self.token = row.token

    def post(self, body: dict | bytes, secret: str = SECRET, token: str | None = None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {SECRET_HEADER: secret, "Content-Type": "application/json"}
        return self.client.post(f"/hooks/{token or self.token}", data=raw, headers=headers)

    def tell(self, *bodies: dict | bytes) -> None:
        for body in bodies:
            assert self.post(body).status_code == 200
        take_in()


def take_in() -> int:
    db.session.expunge_all()
    return drain()


def rows(sql: str, **values) -> list:
    """A look into the company's tables: `rows("SELECT text FROM messages")`."""
    clause = " AND company_id = %(company)s" if " WHERE " in sql else " WHERE company_id = %(company)s"
    head, order, tail = sql.partition(" ORDER BY ")
    found = scoped(head + clause + order + tail).all(**values)
    db.session.rollback()
    return found

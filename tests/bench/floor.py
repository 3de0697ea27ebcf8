"""Floors: what a Flask route under the same gunicorn on the same PostgreSQL costs at the very least.

No sessions, no rights, no templates, no ORM: raw SQL, strings, and flask-sock in its simplest form.
Run by gunicorn as `tests.bench.floor:app` with DATABASE_URL, REDIS_URL and FLOOR_COMPANY.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis
from flask import Flask, request
from flask_sock import Sock

from tests.bench import floor_sql as sql

app = Flask("floor")
app.config["SOCK_SERVER_OPTIONS"] = {"ping_interval": 25}
sock = Sock(app)
COMPANY = int(os.environ.get("FLOOR_COMPANY") or 0)
BELL = "floor"
_free: list[psycopg.Connection] = []
_pages: set = set()
_ear = threading.Lock()
_listening: list[threading.Thread] = []
_redis = redis.Redis.from_url(os.environ.get("REDIS_URL") or "redis://127.0.0.1")


@contextmanager
def _connection() -> Iterator[psycopg.Connection]:
    """A kept connection; each statement is its own transaction."""
    try:
        connection = _free.pop()
    except IndexError:
        connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    yield connection
    _free.append(connection)


@contextmanager
def _transaction() -> Iterator[psycopg.Connection]:
    with _connection() as connection, connection.transaction():
        yield connection


@app.get("/up")
def up():
    """Nothing at all: what Flask and gunicorn take for themselves."""
    return "ok"


@app.post("/take")
def take():
    """P1: store the message and update its dialog, at once."""
    found = request.get_json()
    values = {"company": COMPANY, "dialog": found["dialog"], "text": found["text"], "key": found["key"]}
    with _transaction() as connection:
        if connection.execute(sql.STORE, values).fetchone():
            connection.execute(sql.TOUCH, values)
    return "ok"


@app.post("/keep")
def keep():
    """P2: the raw body, durably."""
    with _connection() as connection:
        connection.execute(sql.KEEP, {"key": request.headers["X-Key"], "body": request.get_data()})
    return "ok"


@app.post("/push")
def push():
    """P4, P9: store and ring; the thread that hears it sends to every open page."""
    found = request.get_json()
    values = {"company": COMPANY, "dialog": found["dialog"], "text": found["text"], "key": found["key"]}
    with _transaction() as connection:
        id = connection.execute(sql.STORE, values).fetchone()[0]
        connection.execute(sql.TOUCH, values)
    _redis.publish(BELL, f'<div hx-swap-oob="beforeend:#log"><li id="m-{id}">{values["text"]}</li></div>')
    return "ok"


@app.get("/rows")
def rows():
    """P5: the newest fifty dialogs."""
    with _connection() as connection:
        return "".join(map(_row, connection.execute(sql.ROWS, {"company": COMPANY})))


@app.get("/search")
def search():
    """P8: part of a name, phone or login."""
    with _connection() as connection:
        values = {"company": COMPANY, "pattern": f"%{request.args['q']}%"}
        return "".join(map(_row, connection.execute(sql.SEARCH, values)))


@app.get("/chats/<int:dialog>")
def chat(dialog: int):
    """P6: head, card and the newest fifty messages."""
    values = {"company": COMPANY, "dialog": dialog}
    with _connection() as connection:
        head = connection.execute(sql.HEAD, values).fetchone()
        log = connection.execute(sql.LOG, values).fetchall()
    items = "".join(f'<li id="m-{m[0]}" class="{m[1]}">{m[2]}<time>{m[4]}</time></li>' for m in reversed(log))
    return f"<h1>{head[0]}</h1><ol>{items}</ol><aside>{head[3]} {head[4]} {head[5]}</aside>"


@app.post("/chats/<int:dialog>/messages")
def reply(dialog: int):
    """P7: message, promise to the provider, fact with its place in the order, dialog; the fragment back."""
    values = {"company": COMPANY, "dialog": dialog, "text": request.form["text"], "key": request.form["client_key"]}
    with _transaction() as connection:
        message, at = connection.execute(sql.REPLY, values).fetchone()
        values["message"] = message
        connection.execute(sql.PROMISE, values)
        connection.execute(sql.ANSWERED, values)
        values["seq"] = connection.execute(sql.BUMP, values).fetchone()[0]
        connection.execute(sql.FACT, values)
    _redis.publish("floor:other", str(values["seq"]))
    return f'<li id="m-{message}" class="to_client">{values["text"]}<time>{at}</time></li>'


@sock.route("/live")
def live(ws):
    with _ear:
        if not _listening:
            _listening.append(threading.Thread(target=_listen, daemon=True))
            _listening[0].start()
        _pages.add(ws)
    try:
        while True:
            ws.receive()
    finally:
        _pages.discard(ws)


def _listen() -> None:
    ear = _redis.pubsub(ignore_subscribe_messages=True)
    ear.subscribe(BELL)
    for heard in ear.listen():
        text = heard["data"].decode()
        for ws in list(_pages):
            try:
                ws.send(text)
            except Exception:
                _pages.discard(ws)


def _row(row: tuple) -> str:
    return (f'<li id="row-{row[0]}"><a href="/chats/{row[0]}"><b>{row[1]}</b> <i>{row[2]}</i> <span>{row[3]}</span>'
            f" <em>{row[4]}</em> <time>{row[5]}</time>{row[6]}</a></li>")

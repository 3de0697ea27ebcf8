"""All addresses of the application, with something to fill them and to post to them."""

import itertools
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.operators.models import Operator
from tests.support.world import World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# rules that belong to no company's rows, with the reason
OPEN = {
    "/logout": "ends the session that walks",
    "/static/<path:filename>": "files of the product itself",
    "/hooks/<token>": "the token is the secret; what it may do is tried with the providers",
    "/password/<token>": "the token is the secret",
    "/demo/": "the token of the simulated client is the secret",
}


def rules(app: Flask) -> list[Rule]:
    """Every rule but the websocket's and those that are open by design."""
    return sorted(
        (rule for rule in app.url_map.iter_rules()
         if rule.rule != "/live" and not rule.rule.startswith(tuple(OPEN))),
        key=lambda rule: (rule.rule, sorted(rule.methods)),
    )


def methods(rule: Rule) -> list[str]:
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def path(rule: Rule, values: dict) -> str:
    return rule.build(values, append_unknown=False)[1]


def mixes(rule: Rule, theirs: World, own: World) -> Iterator[tuple[str, bool]]:
    """(path, foreign) for every mix of their ids and our own in the path."""
    names = sorted(rule.arguments)
    seen = set()
    for choice in itertools.product((theirs, own), repeat=len(names)):
        values = {name: world.value(name) for name, world in zip(names, choice, strict=True)}
        address = path(rule, values)
        foreign = any(w is theirs and theirs.value(n) != own.value(n) for n, w in zip(names, choice, strict=True))
        if address not in seen:
            seen.add(address)
            yield address, foreign


def form(world: World) -> dict:
    """A body with every field any form has, its ids those of `world`, and a forged company."""
    ids = {name: value for name, value in vars(world).items() if value}
    return {
        **ids, "quote_id": world.message_id, "channel": world.channel_id, "operator": world.operator_id,
        "text": "текст", "name": "Имя", "value": "значение",
        "with": world.client_id, "leave": world.client_id, "comment": "комментарий", "client_key": "ключ",
        "status": "away", "locale": "en", "phone": "+79990001122", "theme": "dark", "title": "название",
        "columns": "1", "label": "поле", "kind": "text", "client": world.client_id, "dialog": world.dialog_id,
        "other": world.client_id, "first_name": "Имя", "last_name": "Фамилия", "density": "compact", "send": "mod",
        "keys": "off", "rail": "open",
    }


ROLES = ("anna", "boris", "vera", "galya", "reader", "nobody")


def matrix_of(app: Flask, cast, as_, world: World) -> dict[str, str]:
    """{'GET /chats': 'anna yes, boris yes, ..., nobody login'}, each try in a savepoint of its own.

    'reader' is Вера while she may only read.
    """
    found = {}
    for rule in rules(app):
        address = path(rule, {name: world.value(name) for name in rule.arguments})
        for method in methods(rule):
            words = [f"{role} {_verdict(app, cast, as_, role, method, address)}" for role in ROLES]
            found[f"{method} {rule.rule}"] = ", ".join(words)
    return found


def _verdict(app: Flask, cast, as_, role: str, method: str, address: str) -> str:
    point = db.engine.begin_nested()  # tests run on one connection (conftest)
    try:
        status = _browser(app, cast, as_, role).open(address, method=method, data={}).status_code
    finally:
        db.session.remove()
        point.rollback()
    if role == "nobody" and status in (303, 401):
        return "login"
    return {403: "no", 404: "none", 405: "no"}.get(status, "yes" if status < 500 else str(status))


def _browser(app: Flask, cast, as_, role: str):
    if role == "nobody":
        return app.test_client()
    if role != "reader":
        return as_(getattr(cast, role))
    with company(cast.romashka):
        db.session.get(Operator, (cast.romashka, cast.vera.id)).read_only = True
        db.session.commit()
        db.session.remove()
    return as_(cast.vera)

"""All addresses of the application, with something to fill them and to post to them."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from c2d.core.db import db
from c2d.core.permissions import registry
from c2d.core.tenancy import company
from c2d.operators.models import Operator
from tests.support import factories
from tests.support.cast import Person
from tests.support.world import World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# rules that belong to no company's rows, with the reason
OPEN = {
    "/logout": "ends the session that walks",
    "/static/<path:filename>": "files of the product itself",
    "/hooks/<token>": "the token is the secret; what it may do is tried with the providers",
    "/password/<token>": "the token is the secret",
    "/invite/<token>": "the token is the secret",
    "/technical-access/<token>": "the token is the secret",
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
        "other": world.client_id, "first_name": "Имя", "email": "new@romashka.example", "emails": "new@romashka.example",
        "to": "new", "group": world.operator_id, "dialog_limit": "5",
        "hue": "20", "skill": "70", "idle_offline_minutes": "30",
        "like": world.role_id, "move_to": world.role_id, "right": f"{world.role_id}:chats.reply",
        "shown": f"{world.role_id}:chats",
        "last_name": "Фамилия", "density": "compact", "send": "mod",
        "keys": "off", "rail": "open",
    }


PEOPLE = ("anna", "boris", "vera", "galya", "reader", "nobody")
EMPTY = ""  # the role without rights, among those with one


def matrix_of(app: Flask, cast, as_, world: World) -> dict[str, str]:
    """{'GET /chats': 'anna yes, boris yes, ..., nobody login; empty no; only chats'}, each try undone.

    'reader' is Вера while she may only read. `only`: which of the roles with one single right get a yes, `unseen`:
    which of them pass the gate and get 404, because the things tried are not theirs to see.
    """
    people = of_people(app, cast, as_, world)
    single = {right: tried(app, browser, world) for right, browser in single_rights(cast.romashka, as_).items()}
    return {route: _line(route, people, single) for route in people["anna"]}


def of_people(app: Flask, cast, as_, world: World) -> dict[str, dict[str, str]]:
    """{'anna': {'GET /chats': 'yes'}} for each of PEOPLE."""
    people = {name: tried(app, _browser(app, cast, as_, name), world) for name in PEOPLE if name != "reader"}
    with undone():
        people["reader"] = tried(app, _browser(app, cast, as_, "reader"), world)
    return people


def tried(app: Flask, browser, world: World) -> dict[str, str]:
    """{'GET /chats': 'yes'} for every address, as this browser is answered."""
    found = {}
    for rule in rules(app):
        address = path(rule, {name: world.value(name) for name in rule.arguments})
        for method in methods(rule):
            found[f"{method} {rule.rule}"] = verdict(browser, method, address)
    return found


def single_rights(company_: int, as_) -> dict[str, Any]:
    """{'chats': a browser} for each right there is, of somebody whose role has that right alone; EMPTY: none."""
    with company(company_):
        people = {}
        for right in (*(permission.name for permission in registry.all()), EMPTY):
            role = factories.role(f"only {right}", *([right] if right else []))
            people[right] = Person(factories.operator(role, "Один"), company_, "", "Один", "", role)
        db.session.remove()
    return {right: as_(person) for right, person in people.items()}


def _line(route: str, people: dict, single: dict) -> str:
    unseen = _those(route, single, "none")
    return (f"{line_of_people(route, people)}; empty {single[EMPTY][route]}; only {_those(route, single, 'yes')}"
            + (f"; unseen {unseen}" if unseen != "none" else ""))


def line_of_people(route: str, people: dict) -> str:
    return ", ".join(f"{name} {people[name][route]}" for name in PEOPLE)


def _those(route: str, single: dict, verdict: str) -> str:
    found = [right for right, verdicts in single.items() if right and verdicts[route] == verdict]
    return "all" if len(found) == len(single) - 1 else " ".join(found) or "none"


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back: tests run on one connection (conftest)."""
    point = db.engine.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        point.rollback()


def verdict(browser, method: str, address: str) -> str:
    with undone():
        status = browser.open(address, method=method, data={}).status_code
    if not signed_in(browser) and status in (303, 401):
        return "login"
    return {403: "no", 404: "none", 405: "no"}.get(status, "yes" if status < 500 else str(status))


def signed_in(browser) -> bool:
    with browser.session_transaction() as session:
        return "_user_id" in session


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

"""All addresses of the application, with something to fill them and to post to them."""

import itertools
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from tests.support.world import World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# rules that belong to no company's rows, with the reason
OPEN = {
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
        "text": "текст", "name": "Имя", "value": "значение", "comment": "комментарий", "client_key": "ключ",
        "status": "away", "locale": "en", "phone": "+79990001122", "theme": "dark", "title": "название",
    }

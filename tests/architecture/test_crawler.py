"""No company learns of another: every address, every mix of ids, every field."""

import pytest

from c2d.core.db import db
from tests.support import routes
from tests.support.world import CANARY, build_in, fingerprint


@pytest.fixture
def worlds(cast):
    return build_in(cast.romashka, cast.vera), build_in(cast.chuzhaya, cast.hariton)


def test_every_parameter_of_every_address_has_something_to_try(app, worlds):
    theirs, _ = worlds
    unknown = []
    for rule in routes.rules(app):
        for name in rule.arguments:
            try:
                theirs.value(name)
            except KeyError:
                unknown.append(f"{rule.rule}: {name}")
    assert unknown == []


def test_a_stranger_gets_404_and_not_a_byte(app, as_, cast, worlds):
    theirs, own = worlds
    stranger, before = as_(cast.hariton), fingerprint(cast.romashka)
    wrong, tried = [], 0
    for rule in routes.rules(app):
        for method in routes.methods(rule):
            for address, foreign in routes.mixes(rule, theirs, own):
                answer = stranger.open(address, method=method, data=_body(method, theirs), htmx=tried % 2 == 0)
                tried += 1
                if rule.rule.endswith("/preview"):
                    stranger.post("/account/preview/end")  # or the rest would be walked with the rights of that role
                if CANARY in _text(answer).replace(address, "") and foreign:
                    wrong.append(f"{method} {address} shows a canary")
                if foreign and answer.status_code != 404:
                    wrong.append(f"{method} {address} answers {answer.status_code}")
    db.session.remove()
    assert tried > 20 and wrong == []
    assert fingerprint(cast.romashka) == before


def test_lists_and_searches_of_a_stranger_hold_no_canary(app, as_, cast):
    build_in(cast.romashka, cast.vera)
    stranger = as_(cast.hariton)
    wrong = []
    for rule in routes.rules(app):
        if "GET" not in rule.methods or rule.arguments:
            continue
        for query in ("", f"?q={CANARY}", "?folder=all", "?folder=new&unread=1"):
            if CANARY in _text(stranger.get(rule.rule + query)).replace(query[3:], ""):
                wrong.append(rule.rule + query)
    assert wrong == []


def test_the_colleague_who_may_does_find_it(app, as_, cast, worlds):
    theirs, _ = worlds
    allowed = as_(cast.anna)
    shown = [
        address for rule in routes.rules(app) if "GET" in rule.methods and rule.arguments
        for address in [routes.path(rule, {name: theirs.value(name) for name in rule.arguments})]
        if allowed.get(address).status_code == 200
    ]
    assert len(shown) >= 5


def _body(method: str, world) -> dict | None:
    return routes.form(world) if method in routes.UNSAFE else None


def _text(answer) -> str:
    return answer.get_data(as_text=True) + str(answer.headers)

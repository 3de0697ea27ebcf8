"""Role by route: what each may do, against the declared matrix beside this file.

When a route or a right changes on purpose: `python -m tests.score matrix --write`.
"""

from pathlib import Path

import pytest

from c2d.core.db import db
from tests.support import routes
from tests.support.routes import matrix_of
from tests.support.world import build_in, fingerprint

INLINE = ("<script>", 'style="', " onclick=", "<style", "javascript:")
FILE = Path(__file__).with_name("matrix.txt")


def declared() -> dict[str, str]:
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    return {line.partition("|")[0].strip(): line.partition("|")[2].strip() for line in lines}


@pytest.fixture
def world(cast):
    return build_in(cast.romashka, cast.vera)


def test_every_role_may_do_what_the_matrix_says_and_nothing_else(app, cast, as_, world):
    assert matrix_of(app, cast, as_, world) == declared()


def test_looking_changes_nothing(app, cast, as_, world):
    before, changed = fingerprint(cast.romashka), []
    anna = as_(cast.anna)
    for rule in routes.rules(app):
        if "GET" in rule.methods:
            anna.get(routes.path(rule, {name: world.value(name) for name in rule.arguments}))
            db.session.remove()
            if fingerprint(cast.romashka) != before:
                changed.append(rule.rule)
                before = fingerprint(cast.romashka)
    assert changed == []


def test_a_form_without_our_token_is_refused_everywhere(app, cast, as_, world):
    anna, open_doors = as_(cast.anna), []
    for rule in routes.rules(app):
        for method in set(routes.methods(rule)) & set(routes.UNSAFE):
            address = routes.path(rule, {name: world.value(name) for name in rule.arguments})
            answer = anna.open(address, method=method, data=routes.form(world), raw=True)
            if answer.status_code != 419:
                open_doors.append(f"{method} {address} {answer.status_code}")
    assert open_doors == []


def test_a_form_from_another_site_is_refused_everywhere(app, cast, as_, world):
    anna, open_doors = as_(cast.anna), []
    for rule in routes.rules(app):
        for method in set(routes.methods(rule)) & set(routes.UNSAFE):
            address = routes.path(rule, {name: world.value(name) for name in rule.arguments})
            answer = anna.open(address, method=method, headers={"Sec-Fetch-Site": "cross-site"})
            if answer.status_code != 403:
                open_doors.append(f"{method} {address} {answer.status_code}")
    assert open_doors == []


def test_every_answer_carries_the_headers_that_protect_it(app, cast, as_, world):
    anna, bare = as_(cast.anna), []
    for rule in routes.rules(app):
        if "GET" not in rule.methods:
            continue
        answer = anna.get(routes.path(rule, {name: world.value(name) for name in rule.arguments}))
        policy = answer.headers.get("Content-Security-Policy", "")
        if "unsafe" in policy or not policy or answer.headers.get("X-Content-Type-Options") != "nosniff":
            bare.append(rule.rule)
        if answer.mimetype == "text/html" and "frame-ancestors 'none'" not in policy:
            bare.append(f"{rule.rule}: frames")
    assert bare == []


def test_no_page_holds_script_or_style_of_its_own(app, cast, as_, world):
    anna, inline = as_(cast.anna), []
    for rule in routes.rules(app):
        if "GET" not in rule.methods:
            continue
        text = anna.get(routes.path(rule, {name: world.value(name) for name in rule.arguments})).text
        inline += [f"{rule.rule}: {mark}" for mark in INLINE if mark in text]
    assert inline == []

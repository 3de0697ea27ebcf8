"""Role by route: what each may do, against the declared matrix beside this file.

When a route or a right changes on purpose: `python -m tests.score matrix --write`.
"""

from pathlib import Path

import pytest

from c2d.core.db import db
from c2d.core.permissions import COMPANY_ADMIN, PROVIDER, PUBLIC, SIGNED_IN, registry
from tests.support import routes
from tests.support.world import build_in

INLINE = ("<script>", 'style="', " onclick=", "<style", "javascript:")
FILE = Path(__file__).with_name("matrix.txt")


def declared() -> dict[str, str]:
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    return {line.partition("|")[0].strip(): line.partition("|")[2].strip() for line in lines}


@pytest.fixture
def world(cast):
    return build_in(cast.romashka, cast.vera)


def test_everybody_may_do_what_the_matrix_says_and_nothing_else(app, cast, as_, world):
    people = routes.of_people(app, cast, as_, world)
    found = {route: routes.line_of_people(route, people) for route in people["anna"]}
    assert found == {route: line.partition("; ")[0] for route, line in declared().items()}


def test_a_role_of_one_right_or_none_may_do_what_the_matrix_says(app, cast, as_, world):
    """On each address the right that it demands, another one, and none; `make score NAME=matrix` tries all on all."""
    single = routes.single_rights(cast.romashka, as_)
    rights, wrong = [right for right in single if right], []
    for n, rule in enumerate(routes.rules(app)):
        address = routes.path(rule, {name: world.value(name) for name in rule.arguments})
        needs = app.extensions["needs"][rule.endpoint]
        for method in routes.methods(rule):
            line = declared()[f"{method} {rule.rule}"]
            for right in {needs, rights[n % len(rights)], routes.EMPTY} & set(single):
                found = routes.verdict(single[right], method, address)
                if found != _said_of(line, right, set(rights)):
                    wrong.append(f"{method} {rule.rule}: {right or 'empty'} {found}")
    assert wrong == []


def _said_of(line: str, right: str, everything: set[str]) -> str:
    if not right:
        return line.partition("; empty ")[2].partition(";")[0]
    if right in _listed(line, "only", everything):
        return "yes"
    return "none" if right in _listed(line, "unseen", everything) else "no"


# what a view refuses by itself, beyond the right that its address demands
STRICTER = {
    "GET /settings": "leads to the first page of the settings that is open to the reader",
    "POST /settings/operators/<int:operator_id>/invitation": "nobody gives a role with a right they lack",
    "POST /settings/operators/<int:operator_id>/role": "nobody gives a role with a right they lack",
}


def test_a_single_right_opens_what_demands_it_and_nothing_else(app):
    """The matrix beside what each address demands: neither list can say something of its own."""
    everything, wrong = {permission.name for permission in registry.all()}, []
    for rule in routes.rules(app):
        needs = app.extensions["needs"][rule.endpoint]
        expected = {PUBLIC: everything, PROVIDER: everything, SIGNED_IN: everything, COMPANY_ADMIN: set()}.get(needs, {needs})
        for method in routes.methods(rule):
            line = declared()[f"{method} {rule.rule}"]
            passed = {right for part in ("only", "unseen") for right in _listed(line, part, everything)}
            if passed != expected and not (f"{method} {rule.rule}" in STRICTER and passed < expected):
                wrong.append(f"{method} {rule.rule} needs {needs}, open to {sorted(passed)}")
    assert wrong == []


def _listed(line: str, part: str, everything: set[str]) -> set[str]:
    """The words after `part` on a line of the matrix."""
    words = next((piece.split()[1:] for piece in line.split("; ") if piece.startswith(f"{part} ")), [])
    return everything if words == ["all"] else set(words) - {"none"}


def test_looking_changes_nothing_for_any_role(app, cast, as_, world):
    people = {name: as_(getattr(cast, name)) for name in ("anna", "boris", "vera", "galya")}
    people |= routes.single_rights(cast.romashka, as_)
    assert people["anna"].post("/account/theme", data={"theme": "dark"}).status_code < 400
    written, changed = rows_written(), []
    assert written > 0
    for name, browser in people.items():
        for rule in routes.rules(app):
            if "GET" in rule.methods:
                browser.get(routes.path(rule, {name: world.value(name) for name in rule.arguments}))
                if (now := rows_written()) != written:
                    changed.append(f"{name or 'without rights'}: {rule.rule}")
                    written = now
    assert changed == []


def rows_written() -> int:
    """Rows added, changed and deleted in the test's own transaction, whatever was undone; when somebody was last seen aside."""
    return db.session.connection().exec_driver_sql(
        "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
        " WHERE relname <> 'login_sessions'").scalar()


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

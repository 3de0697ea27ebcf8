"""What the reader is told when something is wrong around us."""

from sqlalchemy.exc import OperationalError
from werkzeug.routing import IntegerConverter

from tests.support import routes
from tests.support.world import build_in


def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(as_, cast, monkeypatch):
    def away(*_):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    vera = as_(cast.vera)
    monkeypatch.setattr("c2d.dialogs.routes.pane", away)
    answer = vera.get("/chats")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5" and "<html" in answer.text


def test_a_foreign_host_is_refused_not_crashed_over(app, monkeypatch):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost"])
    for method in ("get", "post"):
        answer = getattr(app.test_client(), method)("/login", headers={"Host": "evil.example"})
        assert answer.status_code == 400 and "evil" not in answer.text


def test_a_broken_statement_does_not_tell_its_values(app):
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"]


def test_a_number_that_no_row_can_have_is_not_found_wherever_it_stands(app, as_, cast):
    world, anna, huge, wrong, tried = build_in(cast.romashka, cast.vera), as_(cast.anna), "9" * 25, [], 0
    for rule in routes.rules(app):
        numbers = {name for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)}
        if not numbers:
            continue
        address = routes.path(rule, {name: huge if name in numbers else world.value(name) for name in rule.arguments})
        for method in routes.methods(rule):
            answer = anna.open(address, method=method, data=routes.form(world) if method == "POST" else None)
            tried += 1
            if answer.status_code != 404:
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert tried > 50 and wrong == []


def test_also_in_a_form(as_, cast, romashka):
    group = as_(cast.anna).post("/settings/groups", data={"name": "Поддержка"}).location.split("?")[0]
    for form in ({"operator_id": "9" * 30, "skill": "5"}, {"operator_id": "x", "skill": "5"}):
        assert as_(cast.anna).post(f"{group}/members", data=form).status_code in (404, 422)


def test_only_a_right_that_can_be_given_is_to_be_asked_for(as_, cast):
    vera, ask = as_(cast.vera), "Попросите это право"
    given = vera.get("/settings/operators")
    assert given.status_code == 403 and "Нет прав: " in given.text and ask in given.text
    never = vera.get("/settings/roles")
    assert never.status_code == 403 and "Это может только администратор компании" in never.text and ask not in never.text

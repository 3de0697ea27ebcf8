from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from c2d.companies import settings
from c2d.core.audit import AuditRecord
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import company
from c2d.sessions import standing
from c2d.sessions.models import LoginSession
from c2d.sessions.policy_forms import normal_origin
from c2d.workspace import open_pages
from tests.sessions.conftest import enter
from tests.sessions.test_second_factor import set_up
from tests.support import routes
from tests.support.world import build_in


def settings_of(company_id: int, **values) -> None:
    with company(company_id):
        in_transaction(lambda: settings.choose(**values))


def stored(company_id: int) -> settings.Settings:
    with company(company_id):
        return settings.of(settings.own())


def audited(company_id: int) -> list[AuditRecord]:
    with company(company_id):
        found = db.session.query(AuditRecord).order_by(AuditRecord.id).all()
        db.session.expunge_all()
    return found


def test_a_second_factor_is_required_only_by_who_has_one(as_, cast):
    anna = as_(cast.anna)
    page = anna.get("/settings/security").text
    assert "Второго фактора пока нет у 5 операторов" in page
    refused = anna.post("/settings/security/second-factor", data={"required": "1"})
    assert refused.status_code == 422 and 'id="f-required-err"' in refused.text
    assert not stored(cast.romashka).two_factor_required
    set_up(anna)
    assert anna.post("/settings/security/second-factor", data={"required": "1"}).status_code == 303
    assert stored(cast.romashka).two_factor_required
    assert anna.get("/settings/security").status_code == 200
    last = audited(cast.romashka)[-1]
    assert (last.kind, last.actor_id, last.before, last.after) == (
        "security_changed", cast.anna.id, {"two_factor_required": False}, {"two_factor_required": True})


def test_who_has_no_second_factor_gets_nowhere_until_it_is_set_up(app, as_, cast):
    world, vera = build_in(cast.romashka, cast.vera), as_(cast.vera)
    assert vera.get("/chats").status_code == 200
    settings_of(cast.romashka, two_factor_required=True)
    needs, unsecured, through = app.extensions["needs"], set(), []
    for rule in routes.rules(app):
        if needs[rule.endpoint] in ("public", "provider", "api-token"):
            continue
        address = routes.path(rule, {name: world.value(name) for name in rule.arguments})
        for method in routes.methods(rule):
            answer = vera.open(address, method=method, data={})
            walled = (answer.status_code, answer.location) == (303, "/account/security") if method == "GET" \
                else answer.status_code == 403
            if rule.rule.startswith("/account/security"):
                unsecured.add(rule.endpoint)
            elif not walled:
                through.append(f"{method} {address}: {answer.status_code}")
    assert through == []
    way_out = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/logout"}
    assert app.extensions["unsecured"] == unsecured | way_out
    assert vera.get("/chats", htmx=True).headers["HX-Redirect"] == "/account/security"
    page = vera.get("/account/security").text
    assert "Ваша компания требует второй фактор" in page and 'action="/logout"' in page
    set_up(vera)
    assert vera.get("/chats").status_code == 200


def test_who_must_set_it_up_may_also_leave(as_, cast):
    settings_of(cast.romashka, two_factor_required=True)
    vera = as_(cast.vera)
    assert vera.post("/logout").location == "/login"


def test_switching_it_off_closes_everything_again(as_, cast, with_password):
    vera = as_(cast.vera)
    set_up(vera)
    settings_of(cast.romashka, two_factor_required=True)
    assert vera.get("/chats").status_code == 200
    vera.post("/account/security/second-factor/removal", data={"proof": with_password})
    assert vera.get("/chats").location == "/account/security"


def test_the_requirement_of_one_company_is_none_of_another(as_, cast):
    settings_of(cast.romashka, two_factor_required=True)
    assert as_(cast.hariton).get("/chats").status_code == 200


def test_the_rules_for_passwords_are_saved(as_, cast):
    anna = as_(cast.anna)
    answer = anna.post("/settings/security/passwords", data={"password_length": "12", "mixed": "1"})
    assert answer.location == "/settings/security?saved=passwords"
    assert (stored(cast.romashka).password_length, stored(cast.romashka).password_mixed) == (12, True)
    assert audited(cast.romashka)[-1].before == {"password_length": 10, "password_mixed": False}
    assert anna.post("/settings/security/passwords", data={"password_length": "12", "mixed": "1"}).status_code == 303
    assert len(audited(cast.romashka)) == 1  # nothing changed, nothing told


@pytest.mark.parametrize("typed", ["7", "65", "", "ten", "-9", "9" * 9])
def test_a_length_that_helps_nobody_is_refused(as_, cast, typed):
    answer = as_(cast.anna).post("/settings/security/passwords", data={"password_length": typed})
    assert answer.status_code == 422 and 'id="f-password_length-err"' in answer.text
    assert stored(cast.romashka).password_length == 10


def test_a_shorter_life_of_sessions_holds_for_those_that_run(as_, cast):
    anna, vera = as_(cast.anna), as_(cast.vera)
    with company(cast.romashka):
        db.session.execute(update(LoginSession).where(LoginSession.operator_id == cast.vera.id)
                           .values(created_at=now() - timedelta(hours=3)))
        db.session.commit()
    assert vera.get("/account/window").status_code == 200
    data = {"session": "2", "session_unit": "hours", "idle": "1", "idle_unit": "hours"}
    assert anna.post("/settings/security/sessions", data=data).status_code == 303
    assert vera.get("/account/window").status_code == 303
    assert anna.get("/account/window").status_code == 200


def test_a_longer_life_brings_no_session_back(as_, cast):
    """Neither one that a shorter life had ended, nor one that was over by the rules that held before."""
    anna, ended, idle = as_(cast.anna), as_(cast.vera), as_(cast.gleb)
    with company(cast.romashka):
        of = update(LoginSession).where
        db.session.execute(of(LoginSession.operator_id == cast.vera.id).values(created_at=now() - timedelta(hours=3)))
        db.session.execute(of(LoginSession.operator_id == cast.gleb.id).values(last_seen_at=now() - timedelta(hours=200)))
        db.session.commit()
    assert ended.get("/account/window").status_code == 200 and idle.get("/account/window").status_code == 303
    long = {"session": "90", "session_unit": "days", "idle": "90", "idle_unit": "days"}
    for data in ({"session": "2", "session_unit": "hours", "idle": "1", "idle_unit": "hours"}, long):
        assert anna.post("/settings/security/sessions", data=data).status_code == 303
    for device in (ended, idle):
        assert device.get("/account/window").status_code == 303
        assert "Сеанс закончился" in device.get("/login").text
    assert anna.get("/account/window").status_code == 200


def test_a_new_session_lasts_as_long_as_the_company_says(browser, cast, with_password):
    settings_of(cast.romashka, session_hours=48)
    enter(browser, cast.vera, with_password)
    with company(cast.romashka):
        row = db.session.query(LoginSession).one()
        assert row.expires_at - row.created_at == timedelta(hours=48)


@pytest.mark.parametrize(("field", "data"), [
    ("session", {"session": "0"}), ("session", {"session": "366", "session_unit": "days"}), ("session", {"session": "x"}),
    ("session", {"session_unit": "years"}), ("idle", {"idle": ""}), ("idle", {"session": "1", "idle": "2"}),
])
def test_a_life_of_sessions_that_makes_no_sense_is_refused(as_, cast, field, data):
    whole = {"session": "30", "session_unit": "hours", "idle": "7", "idle_unit": "hours", **data}
    answer = as_(cast.anna).post("/settings/security/sessions", data=whole)
    assert answer.status_code == 422 and f'id="f-{field}-err"' in answer.text
    assert stored(cast.romashka).session_hours == 720


def test_origins_are_kept_in_one_spelling(as_, cast):
    lines = "HTTPS://CRM.Example:443/\ncrm.example\n\n http://localhost:3000 \nhttps://почта.рф:8443"
    assert as_(cast.anna).post("/settings/security/origins", data={"origins": lines}).status_code == 303
    wanted = ["https://crm.example", "http://localhost:3000", "https://xn--80a1acny.xn--p1ai:8443"]
    assert stored(cast.romashka).embed_origins == wanted
    with company(cast.romashka):
        assert settings.embed_origins() == wanted


@pytest.mark.parametrize("wrong", [
    "http://crm.example", "ftp://crm.example", "https://crm.example/path", "https://*.example", "https://a b.example",
    "https://crm.example; script-src *", "'self'", "*", "https://user:word@crm.example", "https://crm.example:0",
    "https://crm.example:99999", "https://", "javascript:alert(1)", "https://crm.example?x=1", "data:text/html,x", "https://-a.example",
])
def test_what_is_no_origin_is_named_and_nothing_is_saved(as_, cast, wrong):
    assert normal_origin(wrong) is None
    answer = as_(cast.anna).post("/settings/security/origins", data={"origins": f"https://fine.example\n{wrong}"})
    assert answer.status_code == 422 and 'id="f-origins-err"' in answer.text and "https://fine.example" in answer.text
    assert stored(cast.romashka).embed_origins == []


@pytest.mark.parametrize("who", ["boris", "vera", "galya"])
def test_only_who_has_the_section_may(as_, cast, who):
    assert as_(cast.anna).get("/settings/security").status_code == 200
    person = as_(getattr(cast, who))
    assert person.get("/settings/security").status_code == 403
    assert person.post("/settings/security/passwords", data={"password_length": "12"}).status_code == 403
    assert stored(cast.romashka).password_length == 10


def change_session(person, **values) -> None:
    with company(person.company_id):
        db.session.execute(update(LoginSession).where(LoginSession.operator_id == person.id).values(**values))
        db.session.commit()


def test_technical_access_needs_no_second_factor_and_reaches_none(as_, cast):
    settings_of(cast.romashka, two_factor_required=True)
    anna = as_(cast.anna)
    assert anna.get("/chats").location == "/account/security"
    change_session(cast.anna, staff_name="Олег из поддержки")
    assert anna.get("/chats").status_code == 200
    assert anna.get("/settings/security").status_code == 200
    for path in ("/account/security", "/account/security/second-factor", "/account/security/recovery-codes"):
        assert anna.get(path).status_code == 403
    for path in ("/account/security/password", "/account/security/second-factor/secret", "/settings/security/passwords",
                 "/settings/security/second-factor", f"/settings/operators/{cast.vera.id}/second-factor/removal"):
        assert anna.post(path, data={"password_length": "12"}).status_code == 403
    assert stored(cast.romashka).password_length == 10


def test_who_only_looks_with_another_role_changes_no_rule(as_, cast):
    anna = as_(cast.anna)
    assert "Сохранить" in anna.get("/settings/security").text and "Выгрузить" in anna.get("/settings/audit").text
    change_session(cast.anna, preview_role_id=cast.anna.role_id)
    page = anna.get("/settings/security").text
    assert "Сохранить" not in page and "ничего не меняете" in page
    assert "Выгрузить" not in anna.get("/settings/audit").text
    assert anna.post("/settings/security/passwords", data={"password_length": "12"}).status_code == 403
    assert anna.post("/settings/audit/export").status_code == 403
    assert stored(cast.romashka).password_length == 10


def test_open_pages_of_who_must_set_it_up_are_let_go(as_, cast):
    as_(cast.vera)
    with company(cast.romashka):
        session = db.session.query(LoginSession).one()
    viewer = open_pages._viewer(standing.as_now(cast.romashka, session.id))
    assert open_pages.refresh_viewer(viewer) is not None
    settings_of(cast.romashka, two_factor_required=True)
    assert open_pages.refresh_viewer(viewer) is None
    for kind, particulars, concerned in (
        ("security_changed", {}, True), ("second_factor_off", {"operator_id": cast.vera.id}, True),
        ("second_factor_reset", {"operator_id": cast.gleb.id}, False),
    ):
        [concerns] = open_pages.rights_changed([SimpleNamespace(kind=kind, particulars=particulars)])
        assert concerns(viewer) is concerned

"""What the reader is told when something is wrong around us."""

from sqlalchemy.exc import OperationalError


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


def test_only_a_right_that_can_be_given_is_to_be_asked_for(as_, cast):
    vera, ask = as_(cast.vera), "Попросите это право"
    given = vera.get("/settings/operators")
    assert given.status_code == 403 and "Нет прав: " in given.text and ask in given.text
    never = vera.get("/settings/roles")
    assert never.status_code == 403 and "Это может только администратор компании" in never.text and ask not in never.text

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

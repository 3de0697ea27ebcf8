"""Only our own names are answered; any other costs nothing and breaks nothing."""

import pytest


@pytest.fixture
def ours(app):
    before = app.config["TRUSTED_HOSTS"]
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    yield app.test_client()
    app.config["TRUSTED_HOSTS"] = before


@pytest.mark.parametrize("path", ["/login", "/up", "/hooks/none", "/static/css/base.css", "/nowhere"])
def test_a_foreign_name_is_refused_in_plain_words(ours, path):
    assert ours.get("/login").status_code == 200
    refused = ours.get(path, headers={"Host": "evil.example"})
    assert refused.status_code == 400 and refused.mimetype == "text/plain"
    assert "evil" not in refused.text and "Content-Security-Policy" in refused.headers

import pytest

from c2d.sessions.redirects import safe_next
from tests.sessions.conftest import enter

HOSTILE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "https://evil.example", "http:evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example",
    "/ok\r\nLocation: //evil.example", " //evil.example", "/\n//evil.example", "/ok\x00", "https:/evil.example",
    "/a\\b", "@evil.example", "", None, "/" + "a" * 3000,
]


@pytest.mark.parametrize("wanted", HOSTILE)
def test_a_hostile_address_is_not_followed(wanted):
    assert safe_next(wanted, "/home") == "/home"


@pytest.mark.parametrize("wanted", ["/", "/chats", "/chats/7?q=%D0%B0&x=1#m-2", "/settings/basic"])
def test_a_page_of_ours_is_followed(wanted):
    assert safe_next(wanted) == wanted


def test_signing_in_follows_no_hostile_address(browser, cast, with_password):
    assert enter(browser, cast.vera, with_password, next="//evil.example").location == "/"
    assert browser.get("/login?next=//evil.example").location == "/"


def test_a_closed_page_is_opened_after_signing_in(browser, cast, with_password):
    asked = browser.get("/settings/accounts?x=1")
    assert asked.location == "/login?next=/settings/accounts?x%3D1"
    assert 'value="/settings/accounts?x=1"' in browser.get(asked.location).get_data(as_text=True)

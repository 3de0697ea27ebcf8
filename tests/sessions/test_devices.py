import time

import pytest

from c2d.sessions import devices
from tests.sessions.conftest import enter, sessions_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0"
IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
          "Mobile/15E148 Safari/604.1")
KNOWN = {
    FIREFOX: ("desktop", "Firefox", "136.0", "Windows"),
    FIREFOX + "b2": ("desktop", "Firefox", "136.0b2", "Windows"),
    IPHONE: ("mobile", "Safari", "17.4", "iOS"),
    IPHONE.replace("iPhone", "iPad"): ("tablet", "Safari", "17.4", "iOS"),
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.6943.59 Mobile Safari/537.36":
        ("mobile", "Chrome", "133.0.6943.59", "Android"),
    "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36":
        ("tablet", "Chrome", "133.0.0.0", "Android"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5.2 Safari/605.1.15":
        ("desktop", "Safari", "16.5.2", "Mac OS X"),
    "": ("", "", "", ""),
}
HOSTILE = [
    "", "\x00", "x" * 65_536, "a\x00b<script>alert(1)</script>", "((((" * 5000, "Mozilla/5.0 (" + " " * 60_000 + ")",
    "Mozilla/5.0 (" + "Linux; " * 9000, "AppleWebKit/1.1 " * 4000, "-" * 60_000, "a." * 30_000, "1" * 65_536,
    "Мозилла".encode().decode("latin-1"), "\ud800", "Firefox/" + "9" * 65_000, "{{7*7}}%s%(x)s", "Android " * 9000,
]


@pytest.mark.parametrize(("agent", "said"), KNOWN.items())
def test_a_browser_is_called_by_its_name(agent, said):
    assert tuple(vars(devices.read(agent)).values()) == said


@pytest.mark.parametrize("agent", HOSTILE)
def test_a_hostile_user_agent_costs_next_to_nothing(agent):
    devices.read(FIREFOX)  # the expressions are made ready at the first one
    begun = time.process_time()
    device = devices.read(agent)
    assert time.process_time() - begun < 0.05
    assert len(device.browser) <= 60 and len(device.browser_version) <= 30 and len(device.system) <= 60


@pytest.mark.parametrize("agent", HOSTILE[:12])
def test_a_hostile_user_agent_keeps_nobody_out(browser, cast, with_password, agent):
    data = {"email": cast.vera.email, "password": with_password}
    assert browser.post("/login", data=data, environ_overrides={"HTTP_USER_AGENT": agent}).status_code == 303
    page = browser.get("/account/sessions")
    assert page.status_code == 200 and "<script>alert" not in page.text


def test_signing_in_keeps_what_the_browser_said(browser, cast, with_password):
    enter(browser, cast.vera, with_password)
    browser.post("/login", data={"email": cast.vera.email, "password": with_password}, headers={"User-Agent": IPHONE})
    session = sessions_of(cast.vera)[-1]
    assert (session.device, session.browser, session.browser_version, session.system) == KNOWN[IPHONE]

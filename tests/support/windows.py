"""Windows of a real browser that notice what nobody looks at: errors, policy reports, what axe finds."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from tests.support import chromium
from tests.support.demo_run import DemoRun

SIZES = {1440: 900, 1024: 768, 768: 1024, 390: 844, 320: 640}
_TELL = """
document.addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
"""
# what the browser itself says about an answer or a socket that a journey has broken on purpose
NETWORK = r"Failed to load resource|WebSocket connection to|net::ERR|^htmx:(afterRequest|sendError)|^\[object Event\]"
_axe = Axe()
expect.set_options(timeout=15_000)


class Window:
    """One page in a browser of its own (cookies and all). `page` is playwright's."""

    def __init__(self, page: Page, url: str):
        self.page, self.url = page, url
        self.allowed: list[str] = []
        self.reports: list[str] = []
        self.posts: list[str] = []
        page.set_default_timeout(15_000)
        page.on("console", lambda said: self.reports.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.reports.append(f"exception: {error}"))
        page.on("request", lambda request: self.posts.append(request.url) if request.method == "POST" else None)

    def open(self, path: str) -> "Window":
        self.page.goto(self.url + path)
        return self

    def allow(self, pattern: str = NETWORK) -> None:
        """These reports are what the journey is about."""
        self.allowed.append(pattern)

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": SIZES[width]})

    def find(self, selector: str, text: str | re.Pattern | None = None) -> Locator:
        return self.page.locator(selector, has_text=text) if text else self.page.locator(selector)

    def message(self, text: str) -> Locator:
        return self.find(".log .msg", text)

    def row(self, text: str) -> Locator:
        return self.find("#rows > li", text)

    def type(self, text: str) -> None:
        self.page.locator("#text").fill(text)

    def answer(self, text: str) -> None:
        """Written and sent as an operator does it: with Enter."""
        self.type(text)
        self.page.locator("#text").press("Enter")

    def comment(self, text: str) -> None:
        self.page.get_by_role("radiogroup", name="Что написать").get_by_text("Комментарий").click()
        self.answer(text)

    def act(self, name: str) -> None:
        """Press a button of the conversation's head, in its menu where it has no room."""
        head = self.page.locator(".convo-head")
        wide = head.locator(".acts > button, .acts > a").filter(has_text=name)
        if wide.count() and wide.first.is_visible():
            wide.first.click()
            return
        head.get_by_role("button", name="Действия с чатом").click()
        head.locator(".pop .item").filter(has_text=name).click()

    def check(self) -> None:
        """No violation of accessibility that is serious or critical, in what is shown now."""
        found = _axe.run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        bad = [f"{v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found if v["impact"] in ("serious", "critical")]
        assert not bad, "\n".join(bad)

    def reconnects_soon(self) -> None:
        """The waits between attempts to connect again grow up to a minute: not in a test."""
        self.page.evaluate("htmx.config.wsReconnectDelay = () => 300")

    def has_focus(self) -> None:
        """The focus is on something, not lost to the page as a whole."""
        expect(self.find(":focus:not(body)")).to_have_count(1)

    def wrong(self) -> list[str]:
        """What was reported and not foreseen."""
        return [said for said in self.reports if not any(re.search(pattern, said) for pattern in self.allowed)]


class Windows:
    """Opens windows of people who have signed in once."""

    def __init__(self, browser: Browser, demo: DemoRun):
        self._browser, self._demo = browser, demo
        self._signed: dict[int, dict] = {}
        self.all: list[Window] = []

    def of(self, person: int, path: str = "/chats?folder=all", width: int = 1440, **options) -> Window:
        return self.anyone(path, width, storage_state=self._state(person), **options)

    def anyone(self, path: str = "/login", width: int = 1440, prepare: Callable[[Page], object] | None = None,
               **options) -> Window:
        """Nobody is signed in; `prepare` is called before the page is asked for."""
        context = self._browser.new_context(
            viewport={"width": width, "height": SIZES[width]}, locale="ru-RU", reduced_motion="reduce", **options)
        context.add_init_script(_TELL)
        page = context.new_page()
        if prepare:
            prepare(page)
        window = Window(page, self._demo.url)
        self.all.append(window)
        return window.open(path)

    def forget(self, person: int) -> None:
        """Their sessions were ended: the next window signs in anew."""
        self._signed.pop(person, None)

    def close(self) -> None:
        wrong = [report for window in self.all for report in window.wrong()]
        for window in self.all:
            window.page.context.close()
        self.all.clear()
        assert not wrong, "\n".join(wrong)

    def _state(self, person: int) -> dict:
        if person not in self._signed:
            login = self._demo.logins[person]
            context = self._browser.new_context(locale="ru-RU", java_script_enabled=False)
            page = context.new_page()
            page.goto(f"{self._demo.url}/login")
            page.fill("[name=email]", login["email"])
            page.fill("[name=password]", login["password"])
            page.click("button[type=submit]")
            page.wait_for_url("**/chats*")
            self._signed[person] = context.storage_state()
            context.close()
        return self._signed[person]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with _playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        yield found
        found.close()


def _playwright() -> Playwright:
    return sync_playwright()

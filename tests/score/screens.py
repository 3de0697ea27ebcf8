"""Every screen holds from 320 to 2560 px, in light and dark, in Russian and English: axe finds nothing serious.

Walks the links of the demo company from the chats page and looks at one address of each kind, as its
administrator; the doors that a stranger sees are looked at too.
"""

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.support.demo_run import ADMIN, demo_run
from tests.support.stage import make_app
from tests.support.stores import Stores
from tests.support.windows import Window, Windows, browser

WIDTHS = (2560, 1440, 1024, 768, 390, 320)
DOORS = ("/login", "/register", "/password/forgotten", "/nowhere")
# what sticks out of the page, and what a finger would miss (links inside of a sentence may be small)
LOOK = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const small = [...document.querySelectorAll('button, a.btn, input[type=checkbox], input[type=radio], summary, a.item')]
    .filter(e => { const r = (e.closest('label') || e.labels?.[0] || e).getBoundingClientRect();
                   return e.checkVisibility({visibilityProperty: true}) && r.width && !e.classList.contains('sr')
                     && !e.closest('.sr') && (r.width < 24 || r.height < 24); })
    .map(e => e.outerHTML.slice(0, 90));
  return {wide, small};
}"""


@dataclass
class Walk:
    """Looks at pages and remembers what was wrong, a line each."""

    app: Flask
    page: Page
    base: str
    looked: int = 0

    def addresses(self, start: str = "/chats?folder=all") -> list[str]:
        """One address for each kind of page that can be reached by links."""
        adapter = self.app.url_map.bind("")
        found, waiting = {}, deque([start])
        while waiting:
            address = waiting.popleft()
            try:
                kind, _ = adapter.match(urlsplit(address).path, method="GET")
            except HTTPException:
                continue
            if kind in found or kind.startswith(("static", "messages.file", "workspace.logout")):
                continue
            answer = self.page.goto(self.base + address, wait_until="load")
            if "text/html" not in (answer.headers.get("content-type") or "") or answer.headers.get("content-disposition"):
                continue
            found[kind] = address
            waiting += self.page.eval_on_selector_all(
                "a[href^='/'], [hx-get^='/']", "all => all.map(e => e.getAttribute('href') || e.getAttribute('hx-get'))")
        return list(found.values())

    def look(self, address: str, what: str) -> list[str]:
        self.page.goto(self.base + address, wait_until="load")
        self.looked += 1
        wrong = []
        try:
            Window.check(self)
        except AssertionError as said:
            wrong.append(f"{what} {address}: {said}")
        seen = self.page.evaluate(LOOK)
        if seen["wide"] > 0:
            wrong.append(f"{what} {address}: {seen['wide']} px wider than the window")
        return wrong + [f"{what} {address}: too small for a finger: {html}" for html in seen["small"]]


def run(scale: float = 1.0) -> tuple[bool, str]:
    """`scale` below 1 looks at the widths 1440 and 390 only."""
    widths = WIDTHS if scale >= 1 else (1440, 390)
    stores, wrong, looked, kinds = Stores.start(), [], 0, 0
    try:
        with TemporaryDirectory() as empty, demo_run(stores) as demo, browser() as chromium:
            windows = Windows(chromium, demo)
            window = windows.of(ADMIN)
            walk = Walk(make_app(stores, Path(empty)), window.page, demo.url)
            screens = walk.addresses()
            stranger = Walk(walk.app, windows.anyone().page, demo.url)
            kinds = len(screens) + len(DOORS)
            for language in ("ru", "en"):
                demo.tell("UPDATE operators SET locale = %s", language)
                for theme in ("light", "dark"):
                    for width in widths:
                        for seer, addresses in ((walk, screens), (stranger, DOORS)):
                            seer.page.emulate_media(color_scheme=theme)
                            seer.page.set_viewport_size({"width": width, "height": 900})
                            for address in addresses:
                                wrong += seer.look(address, f"{language} {theme} {width}")
            looked = walk.looked + stranger.looked
            for opened in windows.all:
                opened.allow()
                wrong += opened.wrong()
            windows.all.clear()
    finally:
        stores.stop()
    for line in wrong:
        print(line)
    return not wrong, f"{kinds} kinds of pages, {looked} looks, {len(wrong)} faults"

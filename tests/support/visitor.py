"""An operator's browser reduced to cookies and the token that unsafe requests carry."""

import html
import re
from urllib.parse import urlencode

from tests.support.http import Answer, Line, request
from tests.support.pages import Page

_COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+)=([^;\r]*)", re.IGNORECASE)
_TOKEN = re.compile(rb'name="csrf-token" content="([^"]+)"')


class NotSignedIn(RuntimeError):
    """The login was not accepted; the text tells the answer."""


class Visitor:
    """Signed in to a running instance; `get` and `post` make the bytes of requests, `ask` sends them."""

    def __init__(self, port: int, email: str, password: str):
        self.port = port
        self._cookies: dict[str, str] = {}
        self._csrf = ""
        self.line = Line(port)
        self._learn(self.ask(self.get("/login")))
        answer = self.ask(self.post("/login", {"email": email, "password": password, "csrf_token": self._csrf}))
        if answer.status not in (200, 204, 302, 303):
            raise NotSignedIn(f"{email}: {answer.status} {answer.body[:200]!r}")
        self._learn(answer)
        page = self.ask(self.get("/chats"))
        if page.status != 200:
            raise NotSignedIn(f"{email}: /chats answers {page.status}")
        self._learn(page)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str, fragment: bool = False) -> bytes:
        return request("GET", path, headers={"Cookie": self.cookie, **({"HX-Request": "true"} if fragment else {})})

    def post(self, path: str, fields: dict[str, str], fragment: bool = False) -> bytes:
        headers = {
            "Cookie": self.cookie, "X-CSRFToken": self._csrf, "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "http://localhost", "Referer": "http://localhost/chats",
        }
        return request("POST", path, headers={**headers, **({"HX-Request": "true"} if fragment else {})},
                       body=urlencode(fields).encode())

    def ask(self, data: bytes) -> Answer:
        answer = self.line.ask(data)
        for name, value in _COOKIE.findall(b"\r\n" + answer.head):
            self._cookies[name.decode().strip()] = value.decode()
        return answer

    def page(self, **options) -> Page:
        """A websocket with this operator's cookies, before its hello."""
        return Page(self.port, self.cookie, **options)

    def _learn(self, answer: Answer) -> None:
        if found := _TOKEN.search(answer.body):
            self._csrf = html.unescape(found.group(1).decode())

import pytest

from tests.support import factories
from tests.support.updates import Line, rows, text_update


class Pavel:
    """A client who has written once on `line`; the chat is Вера's."""

    def __init__(self, line: Line, operator_id: int):
        self.line = line
        line.tell(text_update(text="Здравствуйте"))
        [self.dialog] = [row.id for row in rows("SELECT id FROM dialogs")]
        [(self.client, self.card)] = rows("SELECT id, card_id FROM clients")
        factories.give(self.dialog, operator_id)

    def writes(self, text: str) -> None:
        self.line.tell(text_update(text=text))

    def texts(self, what: str = "withheld") -> list[str]:
        return [row.text for row in rows(f"SELECT text FROM messages WHERE {what} ORDER BY id")]  # noqa: S608

    def events(self) -> list[str]:
        return [row.kind for row in rows("SELECT kind FROM event_records ORDER BY seq")]


@pytest.fixture
def pavel(app, cast, romashka):
    return Pavel(Line(app.test_client(), factories.channel()), cast.vera.id)


@pytest.fixture
def block(as_, cast):
    """`block(pavel)` as Вера does it, for ever and with the chat closed unless the form says otherwise."""

    def press(client: Pavel, **form):
        browser = as_(form.pop("who", cast.vera))
        answer = browser.post(f"/clients/{client.client}/blocking", data={"term": "ever", "close": "1", **form}, htmx=True)
        assert answer.status_code == 204, answer.text
        return answer

    return press

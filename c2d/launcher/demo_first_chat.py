"""The simulated client has written already, so that there is somebody to answer at once."""

from datetime import datetime, timedelta

from flask_babel import force_locale

from c2d.demo.client import Client
from c2d.launcher.demo_story import Address, Chat, Human, Line, Visit
from c2d.launcher.demo_talk import GREETING
from c2d.messages.models import FROM_CLIENT


def chat(moment: datetime) -> Chat:
    with force_locale("ru"):
        client = Client()
        human = Human(client.name)
    line = Line(moment - timedelta(seconds=40), FROM_CLIENT, GREETING)
    return Chat(human, "demo", Address(client.external_id), [Visit([line])])

"""A stand-in for api.telegram.org: one process, loopback, reached by a channel's base URL.

    with Emulator() as telegram:
        pavel = telegram.client(707003957, first_name="Павел")
        pavel.writes("Здравствуйте")            # posts to the registered webhook, secret header included
        telegram.calls_of("sendMessage")        # what the bot sent, exactly

Other processes drive it over HTTP: `python -m tests.support.telegram 8081`, then /_control (see `control`).
"""

from tests.support.telegram.client import Client
from tests.support.telegram.emulator import Emulator
from tests.support.telegram.state import Call, Fault

__all__ = ["Call", "Client", "Emulator", "Fault"]

"""Processes that link, part and edit the same few cards at random, while their clients come with new names and numbers."""

import json
import multiprocessing
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from c2d import create_app
from c2d.channels import access
from c2d.channels.contract import Peer
from c2d.channels.transports import TRANSPORTS
from c2d.clients import card, choosing, custom, identity, linking, unlinking
from c2d.clients.identity import Known
from c2d.core.alone import hang_up
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.sql import scoped
from c2d.core.tenancy import company, company_id
from c2d.dialogs import opening
from tests.support import cast, factories
from tests.support.card_model import asking
from tests.support.stage import settings_for
from tests.support.stores import Stores

PROCESSES, CLIENTS, CHANNELS = 6, 12, 24
WRONG = ("clients_of_absorbed", "empty_cards", "lost_dialogs", "phones_of_absorbed", "words_of_absorbed", "misnamed_dialogs")

_card = scoped("SELECT id, card_id, external_id, name FROM clients WHERE company_id = %(company)s AND id = %(id)s")
_on_card = scoped("""
    SELECT array_agg(c.id) FROM clients c JOIN clients me ON me.company_id = c.company_id AND me.card_id = c.card_id
    WHERE c.company_id = %(company)s AND me.id = %(id)s""")
_wrong = scoped("""
    SELECT (SELECT count(*) FROM clients c JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
            WHERE c.company_id = %(company)s AND k.absorbed_by_id IS NOT NULL) AS clients_of_absorbed,
           (SELECT count(*) FROM client_cards k WHERE k.company_id = %(company)s AND k.absorbed_by_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM clients c WHERE c.company_id = k.company_id AND c.card_id = k.id)) AS empty_cards,
           (SELECT count(*) FROM dialogs d JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
            WHERE d.company_id = %(company)s AND d.card_id <> c.card_id) AS lost_dialogs,
           (SELECT count(*) FROM card_phones p JOIN client_cards k ON k.company_id = p.company_id AND k.id = p.card_id
            WHERE p.company_id = %(company)s AND k.absorbed_by_id IS NOT NULL) AS phones_of_absorbed,
           (SELECT count(*) FROM client_cards k WHERE k.company_id = %(company)s AND k.absorbed_by_id IS NOT NULL
              AND k.name || k.title || k.login || k.comment <> '') AS words_of_absorbed,
           (SELECT count(*) FROM dialogs d JOIN client_cards k ON k.company_id = d.company_id AND k.id = d.card_id
            WHERE d.company_id = %(company)s AND d.name <> k.name) AS misnamed_dialogs""")


def hammer(stores: Stores, seconds: float) -> tuple[Counter, dict[str, int]]:
    """What the processes did and met, and what is wrong in the end."""
    url = stores.clone()
    with tempfile.TemporaryDirectory() as var:
        settings = settings_for(url, stores.redis_url(), Path(var))
        app = create_app(settings)
        try:
            with app.app_context():
                people = cast.assemble()
                with company(people.romashka):
                    channels = [factories.channel(name=f"К{n}") for n in range(CHANNELS)]
                    clients = [factories.client(f"Клиент {n}", phone=f"+791200000{n:02}") for n in range(CLIENTS)]
                    for client in clients:
                        factories.dialog(client, channels[0])
                    db.session.remove()
                done = _together(settings, people, clients, channels, seconds)
                with company(people.romashka):
                    found = _wrong.first()
                    wrong = {name: getattr(found, name) for name in WRONG}
                    db.session.remove()
                db.engine.dispose()
                hang_up()
        finally:
            access.forget()
            stores.drop(url)
    return done, wrong


def _together(settings: dict, people, clients: list[int], channels: list[int], seconds: float) -> Counter:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    workers = [
        context.Process(target=_work, args=(settings, people.boris, clients, channels, seconds, seed, told))
        for seed in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    done = sum((Counter(json.loads(told.get(timeout=seconds + 120))) for _ in workers), Counter())
    for worker in workers:
        worker.join(30)
    return done


def _work(settings: dict, person, clients: list[int], channels: list[int], seconds: float, seed: int, told) -> None:
    app, dice, done = create_app(settings), random.Random(seed), Counter()
    with app.app_context(), asking(app, person):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            act = dice.choice((_link, _link, _part, _part, _edit, _open, _meet))
            try:
                in_transaction(lambda act=act: act(dice, clients, channels))
                done[act.__name__] += 1
            except Refused as refusal:
                done["refused"] += refusal.status in (404, 409, 422)
            except Exception as error:  # noqa: BLE001 whatever a user would have seen as our fault
                done[f"error {type(error).__name__}: {str(error)[:200]}"] += 1
                db.session.rollback()
    told.put(json.dumps(done))


def _link(dice: random.Random, clients: list[int], _channels: list[int]) -> None:
    one, other = dice.sample(clients, 2)
    mine, theirs = linking.pair(one, other)
    kinds = custom.kinds()
    said = choosing.joined(choosing.to_link(mine, theirs, kinds), kinds)
    linking.link(one, other, {**said, "comment": said["comment"][:200]}, (mine["version"], theirs["version"]))


def _part(dice: random.Random, clients: list[int], _channels: list[int]) -> None:
    one = dice.choice(clients)
    here = _on_card.value(id=one)
    leaving = dice.sample(here, dice.randint(1, max(1, len(here) - 1)))
    plan = unlinking.plan(one, leaving)
    unlinking.unlink(one, leaving, plan.now["version"], [pick for pair in plan.pairs for pick in pair.picks])


def _edit(dice: random.Random, clients: list[int], _channels: list[int]) -> None:
    card.change(dice.choice(clients), "comment", f"Слово {dice.random()}")


def _open(dice: random.Random, clients: list[int], channels: list[int]) -> None:
    row = _card.first(id=dice.choice(clients))
    account = access.by_id(company_id(), dice.choice(channels))
    opening.threads(account, [Known(row.id, row.card_id, row.external_id, row.name, 0)])


def _meet(dice: random.Random, clients: list[int], _channels: list[int]) -> None:
    row = _card.first(id=dice.choice(clients))
    word = dice.randint(1, 9)
    peer = Peer(external_id=row.external_id, name=f"Имя {word}", username=f"name{word}", phone=f"+7916000000{word}")
    identity.find_or_create(TRANSPORTS["telegram"], "", [peer])

"""Cards that are edited, linked and parted in any order, held against what must hold whatever the order."""

from contextlib import contextmanager

from flask import Flask, g
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from c2d.clients import card, choosing, custom, images, linking, relinking, unlinking
from c2d.clients.choosing import BETWEEN
from c2d.clients.images import TEXTS
from c2d.clients.models import CardTag, CardValue, Client, ClientCard, Email, Phone
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import company, company_id
from c2d.dialogs.models import Dialog
from c2d.sessions.standing import as_now
from tests.support import factories
from tests.support.browser import sign_in

CLIENTS = 5
WORDS = st.sampled_from(["Ада", "Боб", "Ева", "Яна", "Лев"])
WHO, OTHER = st.integers(0, CLIENTS - 1), st.integers(0, CLIENTS - 1)


@contextmanager
def asking(app: Flask, person):
    """As in a request of the person's, in the scope of their company."""
    session = sign_in(app.test_client(), person)
    with app.test_request_context(), company(person.company_id):
        g.operator = as_now(person.company_id, session)
        yield


class Cards(RuleBasedStateMachine):
    """Five people, each with an address of their own, on cards that come and go."""

    app: Flask
    person = None

    @initialize()
    def begin(self):
        self.point = db.engine.begin_nested()
        self.asking = asking(self.app, self.person)
        self.asking.__enter__()
        self.clients = [factories.client(f"К{n}", external_id=f"10{n}", phone=f"+7912000000{n}") for n in range(CLIENTS)]
        for client in self.clients:
            factories.dialog(client)
        self.tags = [factories.tag(f"т{n}") for n in range(3)]
        self.field = factories.custom_field("Договор")
        self.serial = 0
        self.links: list[tuple[dict, dict, dict]] = []  # both before, the joint one after

    def teardown(self):
        if hasattr(self, "asking"):
            self.asking.__exit__(None, None, None)
            db.session.remove()
            self.point.rollback()

    @rule(who=WHO, other=OTHER)
    def link_as_proposed(self, who, other):
        self.link_with(who, other, None)

    @rule(who=WHO, field=st.sampled_from(["name", "comment"]), word=WORDS)
    def edit(self, who, field, word):
        in_transaction(lambda: card.change(self.clients[who], field, word))

    @rule(who=WHO, tag=st.integers(0, 2))
    def add_tag(self, who, tag):
        id = self.card_of(who)
        if self.tags[tag] not in self.image(id)["tags"]:
            self.add(CardTag(card_id=id, tag_id=self.tags[tag]))

    @rule(who=WHO, tag=st.integers(0, 2))
    def drop_tag(self, who, tag):
        for row in db.session.query(CardTag).filter_by(card_id=self.card_of(who), tag_id=self.tags[tag]):
            db.session.delete(row)
        db.session.commit()

    @rule(who=WHO, bound=st.booleans(), email=st.booleans())
    def add_contact(self, who, bound, email):
        self.serial += 1
        about = {"card_id": self.card_of(who), "client_id": self.clients[who] if bound else None, "position": self.serial}
        mail = f"m{self.serial}@mail.example"
        self.add(Email(raw=mail, address=mail, **about) if email else Phone(raw=f"8{self.serial:06}", source="", **about))

    @rule(who=WHO, word=WORDS)
    def answer(self, who, word):
        id = self.card_of(who)
        row = db.session.query(CardValue).filter_by(card_id=id, field_id=self.field).one_or_none()
        if row:
            row.value = word
            db.session.commit()
        else:
            self.add(CardValue(card_id=id, field_id=self.field, value=word))

    @rule(who=WHO, other=OTHER, dice=st.randoms(use_true_random=False))
    def link(self, who, other, dice):
        self.link_with(who, other, dice)

    def link_with(self, who, other, dice):
        """Ticked as the dice say, without them as proposed."""
        if self.card_of(who) == self.card_of(other):  # somebody else then, if there is anybody
            other = next((n for n in range(CLIENTS) if self.card_of(n) != self.card_of(who)), None)
        if other is None:
            return
        one, two = linking.pair(self.clients[who], self.clients[other])
        pairs = choosing.to_link(one, two, custom.kinds())
        if dice:
            picks = [f"{p.key}.{side}" for p in pairs for side in "ab" if dice.random() < 0.6]
            pairs = choosing.pick(pairs, picks)
        said = choosing.joined(pairs, custom.kinds())
        said["name"] = said["name"] or one["name"]
        in_transaction(lambda: linking.link(self.clients[who], self.clients[other], said, (one["version"], two["version"])))
        after = self.image(one["card"])
        self.links.append((one, two, after))
        for pair in pairs:
            for side in pair.ticked:
                assert says(after, pair.field, pair.value(side)), (pair, after)
        ticked = {text for p in pairs for side in p.ticked for text in texts_of(p.field, p.value(side))}
        assert texts(after) - ticked - texts_of("name", one["name"]) == set()
        assert self.image(two["card"]) == {**self.image(two["card"]), **images.nothing(), "clients": [], "blocks": []}

    @precondition(lambda self: getattr(self, "links", None))
    @rule(who=WHO, dice=st.randoms(use_true_random=False), back=st.booleans())
    def unlink(self, who, dice, back):
        joint = [n for n in [*range(who, CLIENTS), *range(who)] if len(self.image(self.card_of(n))["clients"]) > 1]
        if not joint:
            return
        who, before = joint[0], self.image(self.card_of(joint[0]))
        known = [two["clients"] for _, two, after in self.links if after["card"] == before["card"]
                 and set(two["clients"]) < set(before["clients"])]
        leaving = dice.choice(known) if known and dice.random() < 0.7 else \
            dice.sample(before["clients"], dice.randint(1, len(before["clients"]) - 1))
        plan = unlinking.plan(self.clients[who], leaving)
        expected = next((link for link in reversed(self.links) if images.same(link[2], before)
                         and set(link[1]["clients"]) in (set(leaving), set(before["clients"]) - set(leaving))), None)
        assert (plan.how == unlinking.EXACT) == (expected is not None)
        picks = [pick for pair in plan.pairs for pick in pair.picks]
        parted = in_transaction(lambda: unlinking.unlink(self.clients[who], leaving, before["version"], picks))
        mine, theirs = self.image(parted.kept), self.image(parted.other)
        if expected:
            assert images.same(mine, expected[0]) and images.same(theirs, expected[1])
        else:
            self.nothing_is_lost(before, mine, theirs, plan.how)
        if back:
            note = relinking.note(parted)
            in_transaction(lambda: relinking.undo(self.clients[who], note))
            assert images.same(self.image(before["card"]), before)

    def nothing_is_lost(self, before, mine, theirs, how):
        left = texts(mine) | texts(theirs)
        own = {text for client in self.clients for text in (f"К{self.clients.index(client)}",)}
        assert texts(before) - own <= left, (how, texts(before) - left)
        assert set(before["tags"]) <= {*mine["tags"], *theirs["tags"]}

    @invariant()
    def every_client_is_on_one_living_card(self):
        if not hasattr(self, "clients"):
            return
        db.session.expire_all()
        cards = {row.id: row for row in db.session.query(ClientCard)}
        held: dict[int, set[int]] = {}
        for client in db.session.query(Client):
            assert cards[client.card_id].absorbed_by_id is None
            held.setdefault(client.card_id, set()).add(client.id)
        for id, row in cards.items():
            assert (id in held) != (row.absorbed_by_id is not None), "an empty card, or an absorbed one with clients"
            assert row.name or row.absorbed_by_id
        for dialog in db.session.query(Dialog):
            row = cards[dialog.card_id]
            assert dialog.client_id in held[dialog.card_id] and (dialog.name, dialog.hue) == (row.name, row.hue)

    def card_of(self, who: int) -> int:
        db.session.expire_all()
        return db.session.get(Client, (company_id(), self.clients[who])).card_id

    @staticmethod
    def image(card_id: int) -> dict:
        return images.take([card_id])[card_id]

    @staticmethod
    def add(row):
        db.session.add(row)
        db.session.commit()


def says(image: dict, field: str, value) -> bool:
    if field == "tags":
        return set(value) <= set(image["tags"])
    if field == "phone":
        return any(choosing.is_phone(value, entry) for entry in image["phones"])
    if field == "email":
        return any(choosing.is_email(value, entry) for entry in image["emails"])
    return texts_of(field, value) <= texts_of(field, image[field] if field in TEXTS else image["values"].get(field, ""))


def texts_of(field: str, value) -> set[str]:
    """The single words that a value is made of."""
    if field == "tags":
        return set()
    if field in ("phone", "email"):
        return {value[1]}
    return {part for part in value.split(BETWEEN.get(field, choosing.BETWEEN_VALUES)) if part}


def texts(image: dict) -> set[str]:
    found = {part for name in TEXTS for part in texts_of(name, image[name])}
    found |= {part for id, value in image["values"].items() for part in texts_of(id, value)}
    return found | {entry[1] for part in ("phones", "emails") for entry in image[part]}


def play(app: Flask, person, runs: int, steps: int = 12) -> None:
    """So many runs of so many steps; raises what does not hold, with the shortest way to it."""
    machine = type("CardsOfThisApp", (Cards,), {"app": app, "person": person})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None, print_blob=True,
        suppress_health_check=list(HealthCheck),
    ))

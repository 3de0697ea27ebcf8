"""A company with one of everything, full of canaries, for tests that walk all addresses."""

from dataclasses import dataclass
from itertools import count

from c2d.clients.models import Client, ClientCard, Email, Phone
from c2d.core.db import db
from c2d.core.tenancy import company, company_id
from c2d.messages.models import COMMENT, TO_CLIENT
from tests.support import factories
from tests.support.cast import Person

CANARY = "kanareyka-7f3a"
_number = count(1)  # a company may have several worlds


@dataclass(frozen=True)
class World:
    """Ids of one company's things, by the names that routes give to their parameters."""

    company_id: int
    operator_id: int
    channel_id: int
    client_id: int
    card_id: int
    dialog_id: int
    message_id: int
    attachment_id: int
    tag_id: int
    entry_id: int
    field_id: int
    link_id: int
    status_id: int
    group_id: int
    role_id: int
    login_session_id: int

    def value(self, parameter: str) -> int | str:
        """What to put into `<int:dialog_id>` and its like. KeyError: a parameter nobody prepared."""
        return {**vars(self), **PLAIN}[parameter]


# parameters that are no ids, with a value that exists
PLAIN = {"field": "name", "key": "name", "filename": "icons.svg", "name": "scan.pdf", "transport": "telegram", "part": "phones",
         "permission": "chats.reply"}


def build(company: int, owner: Person) -> World:
    """Fill the company in scope; `owner` is the operator of the dialog."""
    channel = factories.channel(name=f"{CANARY} channel", account=f"{CANARY} account", problem=f"{CANARY} problem")
    client = factories.client(name=f"{CANARY} client", phone="+79123456789")
    card = db.session.get(ClientCard, (company_id(), db.session.get(Client, (company_id(), client)).card_id))
    card.comment, card.login = f"{CANARY} comment", f"{CANARY} login"
    db.session.add(Email(card_id=card.id, raw=f"{CANARY}@mail.example", address=f"{CANARY}@mail.example"))
    own_phone = Phone(card_id=card.id, raw="+7 495 120-45-67", number="+74951204567", position=1)
    db.session.add(own_phone)
    db.session.flush()
    entry = own_phone.id
    tag = factories.tag(f"{CANARY} tag {next(_number)}", card_id=card.id)
    field = factories.custom_field(f"{CANARY} field {next(_number)}", card_id=card.id, value=f"{CANARY} value")
    dialog = factories.dialog(client, channel, operator_id=owner.id, unread=1)
    factories.message(dialog, text=f"{CANARY} hello")
    factories.message(dialog, text=f"{CANARY} note", kind=COMMENT, operator_id=owner.id)
    message = factories.message(dialog, text=f"{CANARY} answer", kind=TO_CLIENT, operator_id=owner.id,
                                status="failed", problem=f"{CANARY} reason", has_files=True)
    attachment = factories.attachment(message, name=f"{CANARY}.pdf", state="pending", mime="application/pdf")
    link = factories.card_link(card.id)
    status, group = factories.status(f"{CANARY} status {next(_number)}"), factories.group(
        f"{CANARY} group {next(_number)}", [owner.id], [channel])
    session = factories.login_session(owner.id, browser=f"{CANARY} browser", city=f"{CANARY} city")
    found = World(
        company_id=company, operator_id=owner.id, channel_id=channel, client_id=client, card_id=card.id, dialog_id=dialog,
        message_id=message, attachment_id=attachment, tag_id=tag, entry_id=entry, field_id=field, link_id=link,
        status_id=status, group_id=group, login_session_id=session,
        role_id=factories.role(f"{CANARY} role {next(_number)}", "chats"),
    )
    db.session.remove()
    return found


def build_in(company_id_: int, owner: Person) -> World:
    with company(company_id_):
        return build(company_id_, owner)


def fingerprint(company_id_: int) -> dict[str, str]:
    """A checksum of each table's rows of one company."""
    tables = [t for t in db.metadata.sorted_tables if "company_id" in t.c and t.name != "login_sessions"]
    return {
        table.name: db.session.connection().exec_driver_sql(
            f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table.name} t"
            " WHERE company_id = %s", (company_id_,)).scalar()
        for table in tables
    }

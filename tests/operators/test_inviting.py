"""New operators: by invitation, with a password, many at once."""

import re

import pytest
from sqlalchemy import func, select

from c2d.core import mail
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.operators import inviting
from c2d.operators.models import Invitation, Operator
from c2d.sessions import passwords
from tests.operators.conftest import HERE, audited, by_email, change, row, seats
from tests.support import factories

NEW = {"email": "nina@romashka.example", "first_name": "Нина", "last_name": "Новая", "phone": "", "locale": "ru"}


def create(browser, cast, **changes):
    return browser.post(HERE, data={**NEW, "role_id": cast.vera.role_id, **changes})


def link_in(answer) -> str:
    return re.search(r"http://localhost(/invite/[\w-]{43})", answer.text).group(1)


@pytest.fixture
def letters(app, monkeypatch):
    """Mail is set up, and the job runs at once."""
    sent = []
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://mail.example")
    monkeypatch.setattr(mail, "send", lambda to, subject, body, gist: sent.append((to, subject, body, gist)))

    def at_once(function, company_id, *args, queue):
        with company(company_id):
            function(*args)

    monkeypatch.setattr(inviting, "enqueue", at_once)
    return sent


def test_an_invitation_goes_by_mail_and_its_token_is_kept_nowhere(as_, cast, romashka, letters):
    answer = create(as_(cast.anna), cast)
    made = by_email(NEW["email"])
    id = made.id
    assert answer.location == f"{HERE}/{id}?done=invited" and made.password_hash is None
    [(to, subject, body, link)] = letters
    assert to == NEW["email"] and "Ромашка" in subject and "Анна Антонова" in body and link in body
    token = link.rsplit("/", 1)[1]
    kept = list(db.session.scalars(select(Invitation)))
    assert all(token not in (one.token_hash or "") for one in kept)
    assert ("operator_added", "Нина Новая") in audited()
    assert "Приглашён" in as_(cast.anna).get(f"{HERE}/{id}").text


def test_without_mail_the_link_is_shown_once(as_, cast, romashka):
    anna = as_(cast.anna)
    shown = create(anna, cast)
    assert shown.status_code == 200 and "передайте ссылку" in shown.text
    assert anna.application.test_client().get(link_in(shown)).status_code == 200
    assert "/invite/" not in anna.get(f"{HERE}/{by_email(NEW['email']).id}").text


def test_a_password_can_be_set_at_once_and_must_keep_the_rules(as_, cast, romashka):
    anna = as_(cast.anna)
    refused = create(anna, cast, way="password", password="short")
    assert refused.status_code == 422 and 'id="f-password-err"' in refused.text and 'value="Нина"' in refused.text
    assert by_email(NEW["email"]) is None
    assert create(anna, cast, way="password", password="ромашка цветёт").status_code == 303
    assert passwords.is_right("ромашка цветёт", by_email(NEW["email"]).password_hash)
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_what_is_wrong_with_a_new_operator_is_told_beside_the_field(as_, cast, romashka):
    for field, value in (("email", "x"), ("email", cast.hariton.email), ("first_name", ""), ("role_id", ""),
                         ("role_id", cast.hariton.role_id), ("phone", "12"), ("locale", "xx")):
        refused = create(as_(cast.anna), cast, **{field: value})
        assert refused.status_code == 422 and f'id="f-{field}-err"' in refused.text, (field, value)
    assert by_email(NEW["email"]) is None


def test_who_may_add_operators_adds_none_with_more_rights(as_, cast, manager):
    assert create(as_(manager), cast, role_id=cast.anna.role_id).status_code == 403
    assert by_email(NEW["email"]) is None
    assert create(as_(manager), cast).status_code == 200
    assert create(as_(cast.vera), cast, email="other@romashka.example").status_code == 403


def test_a_new_invitation_kills_the_old_link(as_, cast, romashka):
    anna = as_(cast.anna)
    old = link_in(create(anna, cast))
    id = by_email(NEW["email"]).id
    new = link_in(anna.post(f"{HERE}/{id}/invitation"))
    guest = anna.application.test_client()
    over = guest.get(old)
    assert over.status_code == 410 and "более новое" in over.text
    assert guest.get(new).status_code == 200
    assert ("invitation_sent", NEW["email"]) in audited()
    assert anna.post(f"{HERE}/{cast.hariton.id}/invitation").status_code == 404


def test_who_has_a_password_is_not_invited(as_, cast, romashka):
    change(cast.vera, password_hash="x")
    assert as_(cast.anna).post(f"{HERE}/{cast.vera.id}/invitation").status_code == 409


def test_a_job_of_a_revoked_invitation_sends_nothing(as_, cast, romashka, letters):
    create(as_(cast.anna), cast)
    id = by_email(NEW["email"]).id
    as_(cast.anna).post(f"{HERE}/{id}/deletion", data={"to": "new"})
    letters.clear()
    with company(cast.romashka):
        inviting.send_invitation(id, cast.anna.id)
    assert letters == []


def test_nobody_gives_chats_to_who_has_not_come_yet(as_, cast, romashka):
    shown = create(as_(cast.anna), cast)
    id, chat = by_email(NEW["email"]).id, factories.dialog(operator_id=cast.vera.id)
    vera = as_(cast.vera)
    assert "Нина" not in vera.get(f"/chats/{chat}/assignment", htmx=True).text
    assert vera.post(f"/chats/{chat}/assignment", data={"operator_id": id}, htmx=True).status_code == 422
    guest = vera.application.test_client()
    assert guest.post(link_in(shown), data={"first_name": "Нина", "password": "ромашка цветёт"}).status_code == 303
    assert "Нина" in vera.get(f"/chats/{chat}/assignment", htmx=True).text


def several(browser, cast, emails: str, **more):
    return browser.post(HERE + "/invitations", data={"emails": emails, "role_id": cast.vera.role_id, **more})


def new_ones() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Operator.email).where(Operator.email.like("%@new.example")).order_by(Operator.email)))


def test_several_are_invited_at_once(as_, cast, romashka):
    shown = several(as_(cast.anna), cast, "a@new.example, B@new.example;c@new.example\n\n Дина Дей <d@new.example>")
    assert shown.status_code == 200 and len(set(re.findall(r"/invite/[\w-]{43}", shown.text))) == 4
    assert new_ones() == [f"{x}@new.example" for x in "abcd"]
    dina = by_email("d@new.example")
    assert (dina.first_name, dina.last_name) == ("Дина", "Дей") and by_email("a@new.example").first_name == "a"


def test_each_wrong_address_is_told_and_nobody_is_invited_until_that_is_chosen(as_, cast, romashka):
    anna, text = as_(cast.anna), f"a@new.example\nерунда\nA@new.example\n{cast.hariton.email}\nb@new.example"
    refused = several(anna, cast, text)
    assert refused.status_code == 422 and new_ones() == []
    for words in ("ерунда</bdi>: не похоже", "A@new.example</bdi>: повторяется", f"{cast.hariton.email}</bdi>: уже"):
        assert words in refused.text, words
    assert "Пригласить 2 без ошибок" in refused.text and "b@new.example</textarea>" in refused.text
    assert several(anna, cast, text, only_right=1).status_code == 200
    assert new_ones() == ["a@new.example", "b@new.example"]


def test_more_than_there_are_seats_for_are_all_refused(as_, cast, romashka):
    seats(6)
    refused = several(as_(cast.anna), cast, "a@new.example,b@new.example,c@new.example")
    assert refused.status_code == 422 and "только 2 места" in refused.text and new_ones() == []
    assert several(as_(cast.anna), cast, "a@new.example,b@new.example").status_code == 200
    refused = several(as_(cast.anna), cast, "c@new.example")
    assert refused.status_code == 422 and "6 из 6" in refused.text
    assert several(as_(cast.anna), cast, "c@new.example", role_id=cast.anna.role_id).status_code == 200


def test_nothing_and_too_much_are_refused(as_, cast, romashka):
    for emails in ("", " ,;\n", ",".join(f"p{n}@new.example" for n in range(101))):
        refused = several(as_(cast.anna), cast, emails)
        assert refused.status_code == 422 and 'id="f-emails-err"' in refused.text
    assert several(as_(cast.anna), cast, "a@new.example", role_id="").status_code == 422
    assert new_ones() == []


def test_an_invited_operator_takes_a_seat(as_, cast, romashka):
    seats(5)
    assert create(as_(cast.anna), cast).status_code == 200
    assert "5 из 5" in as_(cast.anna).get(HERE).text
    refused = create(as_(cast.anna), cast, email="other@romashka.example")
    assert refused.status_code == 422 and "5 из 5" in refused.text
    as_(cast.anna).post(f"{HERE}/{by_email(NEW['email']).id}/deletion", data={"to": "new"})
    assert "4 из 5" in as_(cast.anna).get(HERE).text and row(cast.vera)

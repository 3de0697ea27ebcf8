"""Linking cards and parting them: nothing is lost, and what was linked by mistake is as it was."""

import re

import pytest

from c2d.blacklist.models import BlacklistEntry
from c2d.clients import images
from c2d.clients.models import CardTag, CardValue, Client, ClientCard, Distinction, Email, Phone
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.tenancy import company, company_id
from c2d.dialogs.models import Dialog
from tests.dialogs.test_list import shown
from tests.support import factories


def card_of(client: int) -> int:
    db.session.expire_all()
    return db.session.get(Client, (company_id(), client)).card_id


def image_of(card: int) -> dict:
    return images.take([card])[card]


def person(name: str, operator: int | None, external_id: str, source: str, **texts) -> int:
    """A client whose card has everything: phone, e-mail, tag, own field, one dialog."""
    client = factories.client(name, external_id=external_id)
    card = db.session.get(ClientCard, (company_id(), card_of(client)))
    for key, value in texts.items():
        setattr(card, key, value)
    db.session.add(Phone(card_id=card.id, client_id=client, source=source, raw=external_id))
    db.session.add(Email(card_id=card.id, raw=f"{external_id}@mail.example", address=f"{external_id}@mail.example"))
    db.session.commit()
    factories.dialog(client, operator_id=operator)
    return client


@pytest.fixture
def pavel(romashka, cast):
    """The card of the notes, in TamTam."""
    return person("Павел Никулин", cast.vera.id, "909985175687", "[tamtam]", comment="Новая карточка")


@pytest.fixture
def pasha(romashka, cast):
    """The same person in Telegram."""
    return person("Паша Н.", cast.vera.id, "707003957", "[tg]", comment="Любит звонки", login="aether_other")


def steps(browser, client: int, other: int, htmx: bool = True) -> dict:
    """The form of the third step, as the choice proposes it."""
    second = browser.get(f"/clients/{client}/link?with={other}", htmx=htmx)
    assert second.status_code == 200
    third = browser.get(f"/clients/{client}/link/review", query_string=form_of(second.text), htmx=htmx)
    assert third.status_code == 200
    return form_of(third.text)


def form_of(html: str) -> dict:
    """What a browser would send: hidden and text inputs, ticked boxes, text areas."""
    found: dict[str, list[str]] = {}
    html = html[html.index('id="link"'):]
    for tag in re.findall(r"<input[^>]*>", html):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        if "name" in given:
            found.setdefault(given["name"], []).append(unescaped(given.get("value", "")))
    for name, value in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)<', html):
        found.setdefault(name, []).append(unescaped(value))
    found.pop("csrf_token", None)
    return found


def unescaped(text: str) -> str:
    return text.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")


def linked(browser, client: int, other: int, **changes) -> dict:
    answer = browser.post(f"/clients/{client}/link", data={**steps(browser, client, other), **changes}, htmx=True)
    assert answer.status_code == 200, answer.text
    db.session.expire_all()
    return answer


def unlinked(browser, client: int, *leaving: int, **more):
    return browser.post(f"/clients/{client}/unlink", data={"leave": list(leaving), **more}, htmx=True)


def test_the_three_steps_make_one_card_of_two(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    found = vera.get(f"/clients/{pavel}/link?q=паша", htmx=True).text
    assert f'value="{pasha}"' in found and "<mark>Паша</mark> Н." in found
    linked(vera, pavel, pasha)
    card = image_of(card_of(pavel))
    assert card["clients"] == sorted([pavel, pasha]) and card["name"] == "Павел Никулин"
    assert [entry[:2] for entry in card["phones"]] == [["[tamtam]", "909985175687"], ["[tg]", "707003957"]]
    assert card["comment"] == "Новая карточка\nЛюбит звонки" and card["login"] == "aether_other"
    assert len(card["emails"]) == 2
    assert {row.name for row in db.session.query(Dialog)} == {"Павел Никулин"}
    assert len(shown(vera.get("/chats", query_string={"q": "707003957"}))) == 2


def test_the_words_are_those_of_the_notes(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    second = vera.get(f"/clients/{pavel}/link?with={pasha}").text
    assert "Выберите, какие данные сохранить. Чтобы объединить поле, отметьте оба варианта" in second
    third = vera.get(f"/clients/{pavel}/link/review", query_string=form_of(second)).text
    assert "Это итоговая версия карточки клиента. Отредактируйте ее при необходимости" in third
    assert all(word in third for word in ("Отмена", "Назад", "Сохранить", "Телефон или ID", "Логин клиента"))
    assert "Привязать чаты" in vera.get(f"/clients/{pavel}/card").text


def test_equal_values_are_ticked_once_and_what_is_ticked_nowhere_is_dropped(as_, cast, pavel, pasha):
    db.session.get(ClientCard, (company_id(), card_of(pasha))).comment = "Новая карточка"
    db.session.commit()
    vera = as_(cast.vera)
    chosen = form_of(vera.get(f"/clients/{pavel}/link?with={pasha}", htmx=True).text)
    assert "comment.a" in chosen["pick"] and "comment.b" not in chosen["pick"]
    chosen["pick"] = [pick for pick in chosen["pick"] if not pick.startswith(("comment", "phone-0.a"))]
    third = form_of(vera.get(f"/clients/{pavel}/link/review", query_string=chosen, htmx=True).text)
    vera.post(f"/clients/{pavel}/link", data=third, htmx=True)
    card = image_of(card_of(pavel))
    assert card["comment"] == "" and [entry[1] for entry in card["phones"]] == ["707003957"]
    vera.post(f"/clients/{pavel}/unlink", data={"leave": pasha})
    assert image_of(card_of(pavel))["comment"] == "Новая карточка"


def test_back_keeps_what_was_ticked(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    chosen = form_of(vera.get(f"/clients/{pavel}/link?with={pasha}", htmx=True).text)
    chosen["pick"] = ["name.b", "comment.a", "comment.b"]
    third = vera.get(f"/clients/{pavel}/link/review", query_string=chosen, htmx=True).text
    back = unescaped(re.search(r'href="([^"]*chosen=1[^"]*)"', third)[1])
    assert form_of(vera.get(back, htmx=True).text)["pick"] == chosen["pick"]


def test_nothing_changes_before_saving(as_, cast, pavel, pasha):
    before = [image_of(card_of(client)) for client in (pavel, pasha)]
    steps(as_(cast.vera), pavel, pasha)
    steps(as_(cast.vera), pavel, pasha, htmx=False)
    assert [image_of(card_of(client)) for client in (pavel, pasha)] == before


def test_the_final_card_is_edited_before_it_is_saved(as_, cast, pavel, pasha):
    field = factories.custom_field(label="№ заявки/договора")
    name = f"value-{field}"
    vera = as_(cast.vera)
    form = steps(vera, pavel, pasha)
    form.update(name="Павел", title="Никулин, лампы", phone_drop="0", new_phone="8 (912) 345-67-89",
                new_email="p@mail.example", comment="Одна карточка")
    form[name] = "77-12"
    assert vera.post(f"/clients/{pavel}/link", data=form, htmx=True).status_code == 200
    card = image_of(card_of(pavel))
    assert (card["name"], card["title"], card["comment"]) == ("Павел", "Никулин, лампы", "Одна карточка")
    assert [entry[1:3] for entry in card["phones"]] == [["707003957", None], ["8 (912) 345-67-89", "+79123456789"]]
    assert "p@mail.example" in [entry[1] for entry in card["emails"]] and list(card["values"].values()) == ["77-12"]


def test_a_final_card_that_will_not_do_is_shown_again_with_what_was_typed(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    form = steps(vera, pavel, pasha)
    answer = vera.post(f"/clients/{pavel}/link", data={**form, "name": " ", "new_email": "куда-то", "comment": "Моё"}, htmx=True)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert "куда-то" in answer.text and "Моё" in answer.text
    assert card_of(pavel) != card_of(pasha)


def test_a_card_changed_meanwhile_is_told_of_and_not_overwritten(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    form = steps(vera, pavel, pasha)
    as_(cast.boris).post(f"/clients/{pasha}/fields/comment", data={"value": "Звонить после шести"})
    late = vera.post(f"/clients/{pavel}/link", data={**form, "comment": "Мой текст"}, htmx=True)
    assert late.status_code == 422 and "Мой текст" in late.text and "Показать их версию" in late.text
    assert vera.post(f"/clients/{pavel}/link", data=form).status_code == 409
    assert card_of(pavel) != card_of(pasha) and image_of(card_of(pasha))["comment"] == "Звонить после шести"
    assert vera.post(f"/clients/{pavel}/link", data=form_of(late.text), htmx=True).status_code == 200
    assert image_of(card_of(pavel))["comment"] == "Мой текст"


def test_parting_right_after_linking_restores_both_cards_exactly(as_, cast, pavel, pasha):
    for client in (pavel, pasha):
        factories.tag(f"Тег {client}", card_of(client))
    cards = card_of(pavel), card_of(pasha)
    before = [image_of(card) for card in cards]
    vera = as_(cast.vera)
    linked(vera, pavel, pasha, name="Кто-то", comment="Другое", phone_drop=["0", "1"])
    assert unlinked(vera, pavel, pasha).status_code == 200
    assert all(images.same(image_of(card), image) for card, image in zip(cards, before, strict=True))
    assert (card_of(pavel), card_of(pasha)) == cards
    names = {row.client_id: (row.name, row.card_id) for row in db.session.query(Dialog)}
    assert names == {pavel: ("Павел Никулин", cards[0]), pasha: ("Паша Н.", cards[1])}


def test_choosing_those_who_stay_parts_just_as_exactly(as_, cast, pavel, pasha):
    cards = card_of(pavel), card_of(pasha)
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    unlinked(vera, pasha, pavel)
    assert (card_of(pavel), card_of(pasha)) == cards


def test_what_was_edited_since_is_offered_in_two_columns(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    vera.post(f"/clients/{pavel}/fields/comment", data={"value": "Изменено вместе"})
    answer = unlinked(vera, pavel, pasha)
    assert answer.status_code == 200 and "Изменено вместе" in answer.text and "изменено после привязки" in answer.text
    assert card_of(pavel) == card_of(pasha)
    form = form_of(answer.text)
    assert vera.post(f"/clients/{pavel}/unlink", data=form, htmx=True).status_code == 200
    mine, theirs = image_of(card_of(pavel)), image_of(card_of(pasha))
    assert (mine["comment"], theirs["comment"]) == ("Изменено вместе", "Любит звонки")
    assert (mine["name"], theirs["name"]) == ("Павел Никулин", "Паша Н.")
    assert [entry[1] for entry in theirs["phones"]] == ["707003957"]


def test_each_of_the_parted_cards_needs_a_name(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    vera.post(f"/clients/{pavel}/fields/comment", data={"value": "Вместе"})
    form = form_of(unlinked(vera, pavel, pasha).text)
    form["pick"] = [pick for pick in form["pick"] if pick != "name.b"]
    answer = vera.post(f"/clients/{pavel}/unlink", data=form, htmx=True)
    assert answer.status_code == 422 and 'value="name.b"' in answer.text and card_of(pavel) == card_of(pasha)


def test_a_chat_that_never_had_a_card_of_its_own_gets_one(as_, cast, pavel):
    other = factories.client("Соня", external_id="555000111", phone="+79990001122")
    row = db.session.get(Client, (company_id(), other))
    lost, row.card_id = row.card_id, card_of(pavel)
    db.session.flush()
    db.session.delete(db.session.get(ClientCard, (company_id(), lost)))
    db.session.commit()
    factories.tag("VIP", card_of(pavel))
    factories.dialog(other, operator_id=cast.vera.id)
    assert unlinked(as_(cast.vera), pavel, other).status_code == 200
    mine, theirs = image_of(card_of(pavel)), image_of(card_of(other))
    assert theirs["name"] == "Соня" and [entry[1] for entry in theirs["phones"]] == ["+79990001122"]
    assert (theirs["comment"], theirs["tags"]) == ("", []) and mine["comment"] == "Новая карточка" and mine["tags"]


def test_of_three_linked_cards_any_one_may_leave(as_, cast, pavel, pasha):
    sonya = person("Соня", cast.vera.id, "31337", "[vk]", comment="Про Соню")
    cards = {client: card_of(client) for client in (pavel, pasha, sonya)}
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    linked(vera, sonya, pavel)
    assert card_of(pasha) == cards[sonya]
    answer = unlinked(vera, pavel, pasha)
    assert answer.status_code == 200 and card_of(pasha) == cards[pasha]
    assert card_of(pavel) == card_of(sonya) == cards[sonya]
    assert image_of(cards[pasha])["name"] == "Паша Н."
    answer = unlinked(vera, pavel, pavel)
    assert answer.status_code == 200 and card_of(pavel) == cards[pavel]
    assert image_of(cards[sonya])["name"] == "Соня"


def test_at_least_one_chat_stays(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    for chosen in ((), (pavel, pasha)):
        answer = unlinked(vera, pavel, *chosen)
        assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert card_of(pavel) == card_of(pasha)


def test_an_absorbed_card_leads_to_the_one_it_is_part_of(as_, cast, pavel, pasha):
    vera, absorbed = as_(cast.vera), card_of(pasha)
    assert vera.get(f"/cards/{absorbed}").location == f"/clients/{pasha}/card"
    linked(vera, pavel, pasha)
    assert vera.get(f"/cards/{absorbed}").location == f"/clients/{min(pavel, pasha)}/card"
    unlinked(vera, pavel, pasha)
    assert vera.get(f"/cards/{absorbed}").location == f"/clients/{pasha}/card"
    assert as_(cast.gleb).get(f"/cards/{absorbed}").status_code == as_(cast.hariton).get(f"/cards/{absorbed}").status_code == 404


def test_a_block_holds_for_the_joint_card_until_the_later_end(as_, cast, pavel, pasha):
    until = now()
    db.session.add(BlacklistEntry(card_id=card_of(pavel), until=until, reason="спам"))
    db.session.add(BlacklistEntry(card_id=card_of(pasha), until=None, reason="угрозы"))
    db.session.commit()
    cards = card_of(pavel), card_of(pasha)
    before = [image_of(card) for card in cards]
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    [entry] = db.session.query(BlacklistEntry).filter_by(card_id=cards[0], lifted_at=None)
    assert entry.until is None and entry.reason == "спам"
    unlinked(vera, pavel, pasha)
    assert all(images.same(image_of(card), image) for card, image in zip(cards, before, strict=True))


def test_a_block_of_the_linked_card_comes_along_and_leaves_again(as_, cast, pavel, pasha):
    db.session.add(BlacklistEntry(card_id=card_of(pasha), reason="спам"))
    db.session.commit()
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    assert [e.card_id for e in db.session.query(BlacklistEntry)] == [card_of(pavel)]
    vera.post(f"/clients/{pavel}/fields/comment", data={"value": "Вместе"})
    vera.post(f"/clients/{pavel}/unlink", data=form_of(unlinked(vera, pavel, pasha).text), htmx=True)
    db.session.expire_all()
    assert [e.card_id for e in db.session.query(BlacklistEntry)] == [card_of(pasha)]


def test_who_is_not_the_one_is_not_the_other_either(as_, cast, pavel, pasha):
    stranger = card_of(factories.client("Однофамилец"))
    low, high = sorted([card_of(pasha), stranger])
    db.session.add(Distinction(card_id=low, other_card_id=high))
    db.session.commit()
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    assert image_of(card_of(pavel))["told_apart"] == [stranger]
    unlinked(vera, pavel, pasha)
    assert image_of(card_of(pavel))["told_apart"] == [] and image_of(card_of(pasha))["told_apart"] == [stranger]


def test_a_tag_and_an_answer_are_not_lost_by_linking(as_, cast, pavel, pasha):
    field = factories.custom_field(label="Договор")
    db.session.add(CardValue(card_id=card_of(pasha), field_id=field, value="12"))
    for client, name in ((pavel, "VIP"), (pasha, "Важный")):
        factories.tag(name, card_of(client))
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    assert db.session.query(CardTag).filter_by(card_id=card_of(pavel)).count() == 2
    assert image_of(card_of(pavel))["values"] == {str(field): "12"}
    assert {len(row.tags) for row in db.session.query(Dialog)} == {2}


def test_two_dates_are_not_joined_into_one(as_, cast, pavel, pasha):
    field = factories.custom_field(label="День рождения", kind="date")
    for client, value in ((pavel, "1990-01-01"), (pasha, "1991-02-02")):
        db.session.add(CardValue(card_id=card_of(client), field_id=field, value=value))
    db.session.commit()
    vera = as_(cast.vera)
    chosen = form_of(vera.get(f"/clients/{pavel}/link?with={pasha}", htmx=True).text)
    assert f"{field}.a" in chosen["pick"] and f"{field}.b" not in chosen["pick"]
    chosen["pick"].append(f"{field}.b")
    answer = vera.get(f"/clients/{pavel}/link/review", query_string=chosen, htmx=True)
    assert answer.status_code == 422 and "День рождения" in answer.text


def test_a_field_that_the_operator_does_not_see_is_kept(as_, cast, pavel, pasha):
    field = factories.custom_field(label="Долг", role_ids=[cast.anna.role_id])
    db.session.add(CardValue(card_id=card_of(pasha), field_id=field, value="тайна"))
    db.session.commit()
    vera = as_(cast.vera)
    assert "тайна" not in vera.get(f"/clients/{pavel}/link?with={pasha}").text
    linked(vera, pavel, pasha)
    assert image_of(card_of(pavel))["values"] == {str(field): "тайна"}


def test_linking_can_be_taken_back_while_nothing_has_changed(as_, cast, pavel, pasha):
    cards = card_of(pavel), card_of(pasha)
    vera = as_(cast.vera)
    undo = re.search(r'hx-post="([^"]+)"', linked(vera, pavel, pasha).text)[1]
    vera.post(f"/clients/{pavel}/fields/comment", data={"value": "Вместе"})
    late = vera.post(undo, htmx=True)
    assert late.status_code == 409 and card_of(pavel) == card_of(pasha)
    vera.post(f"/clients/{pavel}/fields/comment", data={"value": "Новая карточка\nЛюбит звонки"})
    assert vera.post(undo, htmx=True).status_code == 200 and (card_of(pavel), card_of(pasha)) == cards
    assert vera.post(undo, htmx=True).status_code == 404


def test_parting_can_be_taken_back_while_nothing_has_changed(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    before = image_of(card_of(pavel))
    html = unlinked(vera, pavel, pasha).text
    undo, note = re.search(r'hx-post="([^"]+)"', html)[1], re.search(r'name="note" value="([^"]+)"', html)[1]
    assert card_of(pavel) != card_of(pasha)
    assert vera.post(undo, data={"note": note}, htmx=True).status_code == 200
    assert images.same(image_of(card_of(pavel)), before) and card_of(pasha) == card_of(pavel)
    assert vera.post(undo, data={"note": note}, htmx=True).status_code == 409
    unlinked(vera, pavel, pasha)
    assert image_of(card_of(pasha))["name"] == "Паша Н."
    assert vera.post(undo, data={"note": "x" * 50}, htmx=True).status_code == 404


def test_both_conversations_tell_of_it_and_the_card_remembers(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    dialogs = {row.client_id: row.id for row in db.session.query(Dialog)}
    assert f"Вера Волкова привязал(а) чат ID {pasha}" in vera.get(f"/chats/{dialogs[pavel]}").text
    assert f"Вера Волкова привязал(а) чат ID {pavel}" in vera.get(f"/chats/{dialogs[pasha]}").text
    unlinked(vera, pavel, pasha)
    assert f"Вера Волкова отвязал(а) чат ID {pavel}" in vera.get(f"/chats/{dialogs[pasha]}").text
    card = vera.get(f"/clients/{pavel}/card").text
    assert "История привязок" in card and "отвязано: Вера Волкова" in card


def test_who_may_not_link_is_not_offered_it_and_refused(as_, cast, pavel, pasha):
    sight = as_(cast.galya)
    db.session.query(Dialog).update({"operator_id": cast.galya.id})
    db.session.commit()
    assert "Привязать чаты" in sight.get(f"/clients/{pavel}/card").text
    with company(cast.romashka):
        factories.right(cast.galya.role_id, "clients.link", False)
        db.session.commit()
    assert "Привязать чаты" not in sight.get(f"/clients/{pavel}/card").text
    for path in (f"/clients/{pavel}/link", f"/clients/{pavel}/unlink"):
        assert sight.get(path).status_code == sight.post(path).status_code == 403


def test_both_cards_must_be_seen_by_who_links_them(as_, cast, pavel):
    foreign = person("Чужая", cast.gleb.id, "42", "[tg]")
    vera = as_(cast.vera)
    assert "Чужая" not in vera.get(f"/clients/{pavel}/link?q=чужая", htmx=True).text
    assert vera.get(f"/clients/{pavel}/link?with={foreign}").status_code == 404
    assert vera.post(f"/clients/{pavel}/link", data={"with": foreign}).status_code == 404
    assert vera.get(f"/clients/{foreign}/link").status_code == 404


def test_a_dialog_of_the_same_card_cannot_be_chosen(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    found = vera.get(f"/clients/{pavel}/link?q=паша", htmx=True).text
    assert "уже в этой карточке" in found and re.search(rf'value="{pasha}" required disabled', found)
    assert vera.get(f"/clients/{pavel}/link?with={pasha}", htmx=True).status_code == 422


@pytest.mark.parametrize("typed", ["никулин", "НИКУЛИН пав", "909985", "id"])
def test_a_dialog_is_found_by_name_number_and_id(as_, cast, pavel, pasha, typed):
    typed = f"{pavel}" if typed == "id" else typed
    assert f'value="{pavel}"' in as_(cast.vera).get(f"/clients/{pasha}/link", query_string={"q": typed}, htmx=True).text


def test_without_scripts_the_steps_are_pages(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    answer = vera.post(f"/clients/{pavel}/link", data=steps(vera, pavel, pasha, htmx=False))
    assert answer.status_code == 303 and answer.location == f"/clients/{pavel}/card"
    assert "<h1" in vera.get(f"/clients/{pavel}/unlink").text
    assert vera.post(f"/clients/{pavel}/unlink", data={"leave": pasha}).status_code == 303


def test_linking_costs_the_same_with_many_dialogs(as_, cast, statements):
    vera, costs = as_(cast.vera), []
    with company(cast.romashka):
        for dialogs in (1, 20):
            one, other = (factories.client(f"К{dialogs}{n}") for n in range(2))
            for _ in range(dialogs):
                for client in (one, other):
                    factories.dialog(client, operator_id=cast.vera.id)
            form = steps(vera, one, other)
            statements.clear()
            assert vera.post(f"/clients/{one}/link", data=form, htmx=True).status_code == 200
            link = len(statements)
            statements.clear()
            assert unlinked(vera, one, other).status_code == 200
            costs.append((link, len(statements)))
    assert costs[0] == costs[1]


def answers(kind: str, pavels: str, pashas: str, pavel: int, pasha: int, **values) -> int:
    """A field of the company's own with what the two cards say in it."""
    field = factories.custom_field(label="Поле", kind=kind, **values)
    for client, value in ((pavel, pavels), (pasha, pashas)):
        if value:
            db.session.add(CardValue(card_id=card_of(client), field_id=field, value=value))
    db.session.commit()
    return field


def test_an_answer_that_is_offered_no_more_is_kept(as_, cast, pavel, pasha):
    field = answers("choice", "", "Медь", pavel, pasha, choices=["Золото", "Серебро"])
    vera = as_(cast.vera)
    second = form_of(vera.get(f"/clients/{pavel}/link?with={pasha}", htmx=True).text)
    third = vera.get(f"/clients/{pavel}/link/review", query_string=second, htmx=True).text
    assert '<option value="Медь" selected>' in third
    linked(vera, pavel, pasha, **{f"value-{field}": "Медь"})
    assert image_of(card_of(pavel))["values"] == {str(field): "Медь"}


def test_an_answer_of_the_final_card_is_read_as_on_the_card(as_, cast, pavel, pasha):
    number = answers("number", "12", "", pavel, pasha, required=True)
    vera = as_(cast.vera)
    form = steps(vera, pavel, pasha)
    for typed in ("", "1e5", "много"):
        answer = vera.post(f"/clients/{pavel}/link", data={**form, f"value-{number}": typed}, htmx=True)
        assert answer.status_code == 422 and "Поле" in answer.text, typed
    linked(vera, pavel, pasha, **{f"value-{number}": "1 200,5"})
    assert image_of(card_of(pavel))["values"] == {str(number): "1200.5"}


def test_addresses_of_the_final_card_are_read_as_on_the_card(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    form = steps(vera, pavel, pasha)
    assert vera.post(f"/clients/{pavel}/link", data={**form, "new_email": "a@b@c.ru"}, htmx=True).status_code == 422
    linked(vera, pavel, pasha, new_email="Post@Пример.рф")
    assert ["Post@Пример.рф", "post@xn--e1afmkfd.xn--p1ai", None] in image_of(card_of(pavel))["emails"]


def test_many_phones_are_all_kept(as_, cast, pavel, pasha):
    for client, first in ((pavel, 100), (pasha, 200)):
        db.session.add_all(Phone(card_id=card_of(client), source="", raw=f"id-{first + n}", position=n + 1) for n in range(45))
    db.session.commit()
    linked(as_(cast.vera), pavel, pasha)
    assert len(image_of(card_of(pavel))["phones"]) == 92


def test_addresses_of_one_id_leave_together_for_one_card(as_, cast, pavel):
    """Two accounts of the company know the client by the same id."""
    twins = [factories.client("Паша Н.", transport="external", external_id="55", scope=scope) for scope in ("1", "2")]
    for twin in twins:
        row = db.session.get(Client, (company_id(), twin))
        row.card_id = card_of(pavel)
        db.session.commit()
        factories.dialog(twin, operator_id=cast.vera.id)
    assert unlinked(as_(cast.vera), pavel, *twins).status_code == 200
    assert card_of(twins[0]) == card_of(twins[1]) != card_of(pavel)
    assert [entry[1] for entry in image_of(card_of(twins[0]))["phones"]] == ["55"]


def test_a_journal_keeps_the_phone_that_its_own_card_was_given(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    linked(vera, pavel, pasha)
    vera.post(f"/clients/{pavel}/phones", data={"value": "+7 916 123-45-67"})
    form = form_of(unlinked(vera, pavel, pasha).text)
    vera.post(f"/clients/{pavel}/unlink", data=form, htmx=True)
    db.session.expire_all()
    assert card_of(pavel) != card_of(pasha) and len(image_of(card_of(pavel))["phones"]) == 2
    own, other = (vera.get(f"/chats/{db.session.query(Dialog).filter_by(client_id=id).one().id}").text for id in (pavel, pasha))
    assert "+7 916 123-45-67" in own[own.index('class="log'):own.index('id="card-')] and "123-45-67" not in other


def test_who_links_what_somebody_else_has_just_linked_is_told_so_in_the_first_step(as_, cast, pavel, pasha):
    vera = as_(cast.vera)
    form = steps(vera, pavel, pasha)
    linked(as_(cast.boris), pavel, pasha)
    for answer in (vera.post(f"/clients/{pavel}/link", data=form, htmx=True),
                   vera.get(f"/clients/{pavel}/link/review", query_string=form, htmx=True)):
        assert answer.status_code == 422 and "Эти чаты уже в одной карточке" in answer.text and 'id="f-q"' in answer.text

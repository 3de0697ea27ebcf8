import pytest
from sqlalchemy import select

from c2d.channels import access
from c2d.channels.models import DEAD, Channel, InboundDelivery
from c2d.core.crypto import open_sealed
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.tenancy import all_companies, company
from tests.support import factories

NEW = "/settings/accounts/new/telegram"


@pytest.fixture
def anna(as_, cast):
    return as_(cast.anna)


@pytest.fixture
def form(telegram):
    return {"token": telegram.token, "base_url": telegram.url, "name": "Поддержка в Telegram"}


def channels() -> list[Channel]:
    with all_companies("a test looks"):
        found = list(db.session.scalars(select(Channel).order_by(Channel.id)))
        db.session.expunge_all()
    return found


def test_a_bot_is_checked_subscribed_and_kept_sealed(anna, cast, telegram, form):
    answer = anna.post(NEW, data=form)
    [channel] = channels()
    assert answer.location == f"/settings/accounts/{channel.id}?done=connected"
    assert (channel.company_id, channel.name, channel.state) == (cast.romashka, "Поддержка в Telegram", "active")
    assert channel.account.startswith("@") and telegram.token not in channel.sealed
    assert open_sealed(channel.sealed) == {"token": telegram.token}
    [hook] = telegram.calls_of("setWebhook")
    assert hook.params["url"] == f"http://localhost/hooks/{channel.token}"
    assert hook.params["secret_token"] == channel.secret
    with company(cast.romashka):
        assert "channel_connected" in db.session.scalars(select(EventRecord.kind)).all()
    page = anna.get(answer.location).get_data(as_text=True)
    assert f"/hooks/{channel.token}" in page
    assert telegram.token not in page and channel.secret not in page


def test_a_token_the_messenger_refuses_is_said_beside_its_field(anna, telegram, form):
    wrong = {**form, "token": "110201543:" + "B" * 35}
    telegram.fails(method="getMe", status=401, description="Unauthorized")
    answer = anna.post(NEW, data=wrong)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="f-token-err"' in body
    assert 'value="Поддержка в Telegram"' in body and wrong["token"] in body
    assert channels() == []


@pytest.mark.parametrize(("field", "value"), [
    ("token", ""), ("token", "not a token"), ("base_url", "ftp://x"), ("base_url", "https://u:p@host"),
    ("base_url", "http://host:port"), ("base_url", "//host"),
])
def test_what_cannot_be_right_is_refused_before_anybody_is_asked(anna, telegram, form, field, value):
    answer = anna.post(NEW, data={**form, field: value})
    assert answer.status_code == 422 and f'id="f-{field}-err"' in answer.get_data(as_text=True)
    assert telegram.calls_of("getMe") == [] and channels() == []


def test_a_messenger_that_is_down_leaves_nothing_behind(anna, form):
    answer = anna.post(NEW, data={**form, "base_url": "http://127.0.0.1:9"})
    assert answer.status_code == 422 and "сейчас не отвечает" in answer.get_data(as_text=True)
    assert channels() == []


def test_a_private_server_is_out_of_reach_unless_the_instance_allows_it(app, as_, cast, telegram, form, monkeypatch):
    monkeypatch.setitem(app.config, "ALLOW_PRIVATE_HOSTS", False)
    assert as_(cast.anna).post(NEW, data=form).status_code == 422
    assert telegram.calls_of("getMe") == [] and channels() == []


def test_the_same_bot_is_not_connected_twice(anna, form):
    anna.post(NEW, data=form)
    answer = anna.post(NEW, data=form)
    assert answer.status_code == 422 and "уже подключён" in answer.get_data(as_text=True)
    assert len(channels()) == 1


def test_another_company_with_the_same_bot_is_told_nothing(app, as_, cast, anna, form):
    anna.post(NEW, data=form)
    assert as_(cast.hariton).post(NEW, data=form).status_code == 303
    assert [c.company_id for c in channels()] == [cast.romashka, cast.chuzhaya]


def test_external_and_demo_need_no_messenger(anna):
    answers = {"name": "CRM", "url": "https://crm.example/in"}
    assert anna.post("/settings/accounts/new/external", data=answers).status_code == 303
    assert anna.post("/settings/accounts/new/demo", data={}).status_code == 303
    external, demo = channels()
    assert external.settings == {"url": "https://crm.example/in"} and external.account == demo.account == ""
    assert demo.name == "Демо-клиент"
    assert external.secret in anna.get(f"/settings/accounts/{external.id}").get_data(as_text=True)


@pytest.mark.parametrize("transport", ["viber", "no-such", "../x"])
def test_a_transport_without_an_adapter_is_not_found(anna, transport):
    assert anna.get(f"/settings/accounts/new/{transport}").status_code == 404


def test_checking_brings_a_strayed_hook_back(anna, telegram, form):
    anna.post(NEW, data=form)
    [channel] = channels()
    telegram.state.bot(telegram.token).hook.url = "https://elsewhere.example/"
    anna.post(f"/settings/accounts/{channel.id}/check")
    assert telegram.state.bot(telegram.token).hook.url.endswith(channel.token)
    assert channels()[0].checked_at > channel.checked_at


def test_a_revoked_token_breaks_the_account_and_says_so(anna, telegram, form):
    anna.post(NEW, data=form)
    telegram.fails(method="getMe", status=401, description="Unauthorized")
    [channel] = channels()
    anna.post(f"/settings/accounts/{channel.id}/check")
    assert channels()[0].state == "broken"
    assert "Не работает" in anna.get("/settings/accounts").get_data(as_text=True)
    anna.post(f"/settings/accounts/{channel.id}/check")
    assert channels()[0].state == "active" and channels()[0].problem == ""


def test_an_account_is_switched_off_and_on(anna, form):
    anna.post(NEW, data=form)
    [channel] = channels()
    anna.post(f"/settings/accounts/{channel.id}/pause")
    assert channels()[0].state == "disabled"
    anna.post(f"/settings/accounts/{channel.id}/check")
    assert channels()[0].state == "disabled"
    anna.post(f"/settings/accounts/{channel.id}/resumption")
    assert channels()[0].state == "active"


def test_an_account_is_renamed_and_an_empty_name_refused(anna, form):
    anna.post(NEW, data=form)
    [channel] = channels()
    assert anna.post(f"/settings/accounts/{channel.id}/name", data={"name": "Продажи"}).status_code == 303
    answer = anna.post(f"/settings/accounts/{channel.id}/name", data={"name": " "})
    assert answer.status_code == 422 and 'id="f-name-err"' in answer.get_data(as_text=True)
    assert channels()[0].name == "Продажи"


def test_the_list_counts_what_was_not_recognised(as_, cast):
    with company(cast.romashka):
        id = factories.channel()
        for n in range(2):
            db.session.add(InboundDelivery(channel_id=id, provider_key=str(n), body=b"{}", state=DEAD))
        db.session.commit()
        db.session.remove()
    body = as_(cast.boris).get("/settings/accounts").get_data(as_text=True)
    assert "2 сообщения мессенджера не распознаны" in body


def test_a_supervisor_looks_but_does_not_touch(as_, cast):
    with company(cast.romashka):
        id = factories.channel()
        db.session.remove()
    boris = as_(cast.boris)
    page = boris.get("/settings/accounts").get_data(as_text=True)
    assert "Поддержка" in page and "/settings/accounts/new" not in page
    assert boris.get(f"/settings/accounts/{id}").status_code == 403
    assert boris.post(f"/settings/accounts/{id}/pause").status_code == 403
    assert as_(cast.vera).get("/settings/accounts").status_code == 403


def test_a_strangers_account_is_not_found(as_, cast):
    with company(cast.romashka):
        id = factories.channel(name="Тайна")
        db.session.remove()
    hariton = as_(cast.hariton)
    for path in ("", "/check", "/name", "/pause", "/resumption"):
        method = hariton.post if path else hariton.get
        assert method(f"/settings/accounts/{id}{path}", **({"data": {"name": "x"}} if path else {})).status_code == 404
    assert "Тайна" not in hariton.get("/settings/accounts").get_data(as_text=True)
    assert channels()[0].state == "active"


def test_an_administrator_moves_an_account_to_another_server(anna, telegram, form):
    anna.post(NEW, data={**form, "base_url": telegram.url})
    [channel] = channels()
    page = f"/settings/accounts/{channel.id}"
    refused = anna.post(f"{page}/server", data={"base_url": "ftp:nowhere"})
    assert refused.status_code == 422 and "ftp:nowhere" in refused.text
    assert channels()[0].base_url == telegram.url
    moved = anna.post(f"{page}/server", data={"base_url": f"{telegram.url}/"})
    assert moved.status_code == 303 and channels()[0].base_url == telegram.url


def test_what_is_sent_keeps_to_public_hosts_too(app, telegram, monkeypatch):
    telegram_row = access.TRANSPORTS["telegram"]
    assert not access.is_guarded(telegram_row, telegram.url)  # the tests' instance allows it
    monkeypatch.setitem(app.config, "ALLOW_PRIVATE_HOSTS", False)
    assert access.is_guarded(telegram_row, telegram.url)
    assert not access.is_guarded(telegram_row, "")  # the messenger's own address was not typed by anybody


def test_a_bots_token_is_replaced_by_a_new_one_of_the_same_bot(anna, telegram, form):
    anna.post(NEW, data=form)
    [channel] = channels()
    fresh = telegram.token.split(":")[0] + ":" + "N" * 35
    answer = anna.post(f"/settings/accounts/{channel.id}/credentials", data={"token": fresh})
    assert answer.location == f"/settings/accounts/{channel.id}?done=saved"
    assert open_sealed(channels()[0].sealed) == {"token": fresh}
    assert fresh not in anna.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize("typed", ["", "not a token", "110201543:" + "B" * 35])
def test_a_token_that_does_not_do_is_not_kept(anna, telegram, form, typed):
    anna.post(NEW, data=form)
    [channel] = channels()
    if ":" in typed:
        telegram.fails(method="getMe", status=401, description="Unauthorized")
    answer = anna.post(f"/settings/accounts/{channel.id}/credentials", data={"token": typed})
    assert answer.status_code == 422 and 'id="f-token-err"' in answer.get_data(as_text=True)
    assert open_sealed(channels()[0].sealed) == {"token": telegram.token}


def test_another_bots_token_is_not_taken_for_this_account(anna, telegram, form):
    anna.post(NEW, data=form)
    [channel] = channels()
    with company(channel.company_id):
        db.session.get(Channel, (channel.company_id, channel.id)).account = "@somebody_else"
        db.session.commit()
    answer = anna.post(f"/settings/accounts/{channel.id}/credentials", data={"token": telegram.token})
    assert answer.status_code == 422 and "Это от другого аккаунта" in answer.get_data(as_text=True)


def test_what_was_not_recognised_is_read_again_on_demand(as_, cast):
    with company(cast.romashka):
        channel = factories.channel(transport="external", name="Сайт")
        db.session.add(InboundDelivery(channel_id=channel, provider_key="1", body=b"{}", state=DEAD, tries=9,
                                       problem="KeyError: x"))
        db.session.commit()
    anna = as_(cast.anna)
    assert "KeyError: x" in anna.get(f"/settings/accounts/{channel}").get_data(as_text=True)
    assert anna.post(f"/settings/accounts/{channel}/retrial").status_code == 303
    with company(cast.romashka):
        [row] = db.session.scalars(select(InboundDelivery)).all()
        assert (row.state, row.tries) == (0, 0)

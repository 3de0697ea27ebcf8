"""The emulator's levers, as other processes pull them."""

import subprocess
import sys
import time

import httpx
import pytest


@pytest.fixture
def levers(telegram):
    with httpx.Client(base_url=f"{telegram.url}/_control") as client:
        yield client


def send(telegram, text="x"):
    return httpx.post(f"{telegram.url}/bot{telegram.token}/sendMessage", json={"chat_id": 7, "text": text}, timeout=5)


def test_a_client_is_played_over_http(telegram, levers):
    update = levers.post("/clients/7/writes", json={"names": {"first_name": "Юра"}, "text": "Привет"}).json()
    assert update["message"]["from"]["first_name"] == "Юра" and telegram.state.bot(telegram.token).pending == [update]
    assert levers.post("/clients/7/_says", json={}).status_code == 404


def test_calls_are_listed_and_forgotten(telegram, levers):
    send(telegram, "раз")
    [call] = levers.get("/calls", params={"method": "sendMessage"}).json()
    assert (call["params"], call["status"]) == ({"chat_id": 7, "text": "раз"}, 200)
    levers.delete("/calls")
    assert levers.get("/calls").json() == []


def test_faults_last_as_often_as_told(telegram, levers):
    levers.post("/faults", json={"method": "sendMessage", "status": 500, "times": 2})
    assert [send(telegram).status_code for _ in range(3)] == [500, 500, 200]


def test_a_broken_connection_may_come_before_or_after_the_deed(telegram, levers):
    for drop, kept in (("before", 0), ("after", 1)):
        levers.post("/faults", json={"drop": drop})
        with pytest.raises(httpx.RemoteProtocolError):
            send(telegram)
        assert len(telegram.state.messages) == kept


def test_down_and_slow_until_told_otherwise(telegram, levers):
    levers.post("/settings", json={"down": True})
    assert send(telegram).status_code == 502
    levers.post("/settings", json={"down": False, "latency": 0.2})
    began = time.monotonic()
    assert send(telegram).status_code == 200 and time.monotonic() - began >= 0.2


def test_unknown_methods_tokens_and_chats_are_refused(telegram, levers):
    assert httpx.post(f"{telegram.url}/bot{telegram.token}/sendLove").status_code == 404
    assert httpx.post(f"{telegram.url}/botnonsense/getMe").status_code == 404
    levers.post("/settings", json={"strangers_refused": True})
    assert send(telegram).json()["description"] == "Bad Request: chat not found"


def test_a_refused_delivery_waits_and_is_reported(telegram):
    httpx.post(f"{telegram.url}/bot{telegram.token}/setWebhook", json={"url": f"{telegram.url}/nothing/here"})
    telegram.client().writes("Ау")
    info = httpx.get(f"{telegram.url}/bot{telegram.token}/getWebhookInfo").json()["result"]
    assert info["pending_update_count"] == 1 and info["last_error_message"] == "Wrong response from the webhook: 404"


def test_what_the_hook_refused_comes_again_in_order(telegram, levers):
    hook = f"{telegram.url}/_control/settings"  # takes any JSON object
    set_webhook = f"{telegram.url}/bot{telegram.token}/setWebhook"
    httpx.post(set_webhook, json={"url": "http://127.0.0.1:9/"})
    made = [telegram.client().writes(text)["update_id"] for text in ("раз", "два")]
    httpx.post(set_webhook, json={"url": hook})
    assert telegram.deliver_pending() == 2
    taken = [row["update_id"] for row in levers.get("/deliveries").json() if row["status"] == 200]
    assert taken == made


def test_it_runs_as_a_process_of_its_own():
    process = subprocess.Popen([sys.executable, "-m", "tests.support.telegram", "0"], stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/bot1:a/getMe").json()["result"]["is_bot"] is True
    finally:
        process.kill()
        process.wait()

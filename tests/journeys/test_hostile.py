"""Clients who write markup, tricks of direction, floods and commands for the page: it shows them and does nothing."""

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN

TEXTS = {
    "script": "<script>document.body.id='broken'</script><img src=x onerror=\"document.body.id='broken'\"><svg onload=alert(1)>",
    "htmx": "<a hx-post=/logout hx-trigger=load>x</a><form action=/logout method=post><button autofocus></form>"
            "<div hx-swap-oob=true id=list>y</div></li></ol></section>",
    "links": "javascript:document.body.id='broken' [x](javascript:alert(1)) data:text/html,<b>x</b> https://safe.example/?q=<b>",
    "direction": "счёт\u202egnp.exe\u2066 \u202eвнимание\u202c \u200f\u200e\ufeff",
    "template": "{{ 7*7 }} {% raw %} ${7*7} %(name)s \\u0000 \x1b[31m",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 300,
    "tower": "Z" + "\u0301\u0302\u0303\u0304\u0305" * 400,
    "flood": "Ы" * 60_000 + "конец",
    "one word": "w" * 3000,
}


def test_hostile_clients_are_only_shown(demo, desk):
    people = {name: demo.client(text[:60], "Хакер") for name, text in TEXTS.items()}
    window = desk.of(ADMIN, "/chats?folder=new")
    for name, person in people.items():
        person.writes(TEXTS[name])
    expect(window.find("#rows > li", "Хакер")).to_have_count(len(TEXTS))
    before = len(window.posts)
    for name, person in people.items():
        [(dialog,)] = demo.ask(
            "SELECT d.id FROM dialogs d JOIN clients c ON c.id = d.client_id WHERE c.external_id = %s", str(person.id))
        window.open(f"/chats/{dialog}")
        shown = window.find(".log .msg")
        expect(shown).to_have_count(1)
        person.writes(TEXTS[name] + " ещё")
        expect(shown).to_have_count(2)
        for width in (390, 1440):
            window.resize(width)
            assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            assert window.find(".log").evaluate("log => log.scrollWidth <= log.clientWidth + 1"), (name, width)
        expect(window.find("#broken"), name).to_have_count(0)
        links = window.find(".log a").evaluate_all("all => all.map(a => a.protocol)")
        assert set(links) <= {"https:", "http:"}, (name, links)
        assert window.find(".log [hx-post], .log script, .log form, .log [onerror]").count() == 0, name
    assert [url for url in window.posts[before:] if not url.endswith(("/reading", "/draft"))] == []
    window.check()

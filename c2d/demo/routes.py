"""The page of the simulated client. Whoever has its address may use it; it needs no login."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.htmx import wants_fragment
from c2d.core.i18n import reading_as
from c2d.core.permissions import PUBLIC
from c2d.core.tenancy import company
from c2d.core.text import clean
from c2d.demo import bp, client, files
from c2d.demo.client import MOST, Client
from c2d.demo.conversation import conversation
from c2d.demo.links import Place, place_of

LONGEST = 4000


@bp.url_value_preprocessor
def _take_pictures(endpoint: str, _values) -> None:
    if endpoint == "demo.say":
        request.max_content_length = current_app.config["MAX_UPLOAD"] + 65536


@contextmanager
def _at(token: str) -> Iterator[tuple[Place, Client]]:
    """The channel of the page and the client it plays; 404 for a wrong token."""
    place = place_of(token) or abort(404)
    with company(place.company_id), reading_as(place.locale, place.time_zone):
        yield place, Client.read(request.args.get("who"))
        db.session.rollback()


@bp.get("/demo/client/<token>", needs=PUBLIC)
def client_page(token: str):
    with _at(token) as (place, who):
        return _render("demo/client.html", place, who)


@bp.get("/demo/client/<token>/log", needs=PUBLIC)
def log(token: str):
    with _at(token) as (place, who):
        return _render("demo/_log.html" if wants_fragment() else "demo/client.html", place, who)


@bp.post("/demo/client/<token>/messages", needs=PUBLIC)
def say(token: str):
    with _at(token) as (place, who):
        text, upload = clean(request.form.get("text"), LONGEST).strip(), request.files.get("picture")
        try:
            _say(place, who, text, upload if upload and upload.filename else None)
        except Refused as refusal:
            template = "demo/_answer.html" if wants_fragment() else "demo/client.html"
            return _render(template, place, who, text=text, error=refusal.message), refusal.status
        return _back(place, who)


@bp.post("/demo/client/<token>/presses", needs=PUBLIC)
def press(token: str):
    with _at(token) as (place, who):
        line = next((line for line in conversation(place.id, who).lines
                     if str(line.id) == request.form.get("message")), None) or abort(404)
        button = next((b for n, b in enumerate(line.buttons) if str(n) == request.form.get("button")), None) or abort(404)
        payload = button.get("key") or button.get("payload") or button["title"]
        client.act(place.company_id, place.id, who, "button", title=button["title"], payload=payload,
                   reply_to=line.provider_id)
        return _back(place, who)


@bp.get("/demo/client/<token>/files/<int:attachment_id>", needs=PUBLIC)
def file(token: str, attachment_id: int):
    with _at(token) as (place, who):
        return files.attached(place.id, who, attachment_id)


@bp.get("/demo/client/<token>/pictures/<seal>", needs=PUBLIC)
def picture(token: str, seal: str):
    with _at(token):
        return files.handed_over(seal, current_app.config["SECRET_KEY"])


def _say(place: Place, who: Client, text: str, upload) -> None:
    if not text and not upload:
        raise Refused(_("Write something or choose a picture"), "text")
    more = {}
    if upload:
        key, name = files.keep_picture(upload)
        db.session.commit()
        seal = files.sealed(key, current_app.config["SECRET_KEY"])
        address = url_for("demo.picture", token=place.token, seal=seal, _external=True)
        more["attachments"] = [{"url": address, "type": "image", "name": name}]
    client.act(place.company_id, place.id, who, "message", text=text, **more)


def _back(place: Place, who: Client):
    if wants_fragment():
        return _render("demo/_answer.html", place, who)
    return redirect(url_for("demo.client_page", token=place.token, who=who.number), 303)


def _render(template: str, place: Place, who: Client, **more) -> str:
    """Whatever is shown to the client is read by the client."""
    found = conversation(place.id, who)
    for provider_id in found.unread:
        client.has_read(place.company_id, place.id, who, provider_id)
    others = [Client(n) for n in range(1, MOST + 1)]
    return render_template(template, place=place, who=who, lines=found.lines, others=others, **more)

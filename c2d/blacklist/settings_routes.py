from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from c2d.blacklist import bp, register
from c2d.blacklist.events import BlacklistReplyChanged
from c2d.companies import settings
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.htmx import page_or
from c2d.core.text import clean, one_line

MAX_REPLY = 1000


@bp.get("/settings/blacklist", needs="blacklist")
def index():
    return _index(settings.of(settings.own()).blacklist_reply)


@bp.post("/settings/blacklist/reply", needs="blacklist")
def reply():
    text = clean(request.form.get("reply")).strip()
    try:
        in_transaction(lambda: _keep(text))
    except Refused as refusal:
        return _index(text, refusal.message), 422
    return redirect(url_for("blacklist.index", saved=1), 303)


@bp.get("/settings/blacklist/new", needs="blacklist")
def new():
    address = one_line(request.args.get("address"), 100)
    return page_or("layouts/pane.html", "blacklist/_find.html", fragment="blacklist/_find.html", address=address,
                   found=register.known(address), title=_("Add to the blacklist"), own_heading=True)


def _keep(text: str) -> None:
    if len(text) > MAX_REPLY:
        raise Refused(_("At most %(num)s characters fit", num=MAX_REPLY), "reply")
    before = settings.of(settings.locked()).blacklist_reply
    settings.choose(blacklist_reply=text)
    if before != text:
        emit(BlacklistReplyChanged(before={"blacklist_reply": before}, after={"blacklist_reply": text}))


def _index(text: str, error: str = "") -> str:
    tab, q = request.args.get("tab", ""), one_line(request.args.get("q"), 100)
    tab = tab if tab in register.TABS else register.NOW
    page = register.page(tab, q, request.args.get("cursor"))
    return render_template("blacklist/index.html", tab=tab, q=q, page=page, reply=text, error=error)

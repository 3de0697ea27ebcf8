"""The way in, and the account window."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from c2d.clients.display import panel
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.htmx import answer, done, is_htmx, wants_fragment
from c2d.core.permissions import SIGNED_IN
from c2d.core.text import one_line
from c2d.operators import profile
from c2d.workspace import bp, menu
from c2d.workspace.account import Me, me


@bp.get("/", needs=SIGNED_IN)
def index():
    """The first section that is open to the reader; who has none still has their own account."""
    items = menu.sections()
    return redirect(items[0].href if items else url_for("workspace.window"), 303)


@bp.get("/settings", needs=SIGNED_IN)
def settings():
    found = menu.first_of_settings() or abort(403)
    return redirect(found, 303)


@bp.get(menu.ALONE, needs=SIGNED_IN)
def sections():
    """The rail's sections, or with menu=settings the side menu: an open page asks when rights have changed."""
    if not wants_fragment():
        return redirect("/", 303)
    of_settings = request.args.get("menu") == "settings"
    return render_template(f"workspace/{'_settings_items' if of_settings else '_rail_sections'}.html")


@bp.get("/account/window", needs=SIGNED_IN)
def window():
    return _window(me())


@bp.post("/account/locale", needs=SIGNED_IN)
def locale():
    response = _change(lambda: profile.set_locale(operator().id, request.form.get("locale", "")))
    response.headers["HX-Refresh"] = "true"  # every word on the page is another one now
    return response


@bp.post("/account/theme", needs=SIGNED_IN)
def theme():
    return _change(lambda: profile.prefer(operator().id, theme=request.form.get("theme", "")))


@bp.post("/account/card-columns", needs=SIGNED_IN)
def card_columns():
    client = request.form.get("client", type=int)
    in_transaction(lambda: profile.prefer(operator().id, card_columns=request.form.get("columns", "")))
    if not is_htmx() or client is None:
        return redirect(f"/clients/{client}/card" if client else "/chats", 303)
    shown = panel(client, request.form.get("dialog", type=int))
    shown.columns = request.form["columns"]  # the operator was read before it changed
    return render_template("clients/_card_menu.html", card=shown, focus=True)


@bp.post("/account/phone", needs=SIGNED_IN, staff=False)
def phone():
    typed = request.form.get("phone", "")
    try:
        return _change(lambda: profile.set_phone(operator().id, typed))
    except Refused as no:
        shown = _window(me(one_line(typed, 40), no.message))
    return answer(shown, 422, retarget="#account-window", reswap="morph:outerHTML")


def _window(shown: Me) -> str:
    fragment = "workspace/_account.html"
    if wants_fragment():
        return render_template(fragment, me=shown)
    return render_template("layouts/pane.html", title=_("Account"), fragment=fragment, me=shown)


def _change(work):
    in_transaction(work)
    return done(url_for("workspace.window"), toast=_("Saved"))

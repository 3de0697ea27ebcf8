from flask import redirect, render_template, request
from flask_babel import gettext as _

from c2d.clients import bp, duplicate_display, duplicates, queries
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.errors import NotFound
from c2d.core.htmx import answer, is_htmx

REVIEW = "/settings/duplicates"


@bp.get(REVIEW, needs="settings.duplicates")
def duplicate_list():
    told = request.args.get("told") == "1"
    cursor = request.args.get("cursor")
    page = duplicates.told_apart(cursor) if told else duplicates.page(cursor)
    return render_template(
        "clients/duplicates.html", told=told, pairs=duplicate_display.pairs(page),
        total=duplicate_display.counted(page.total),
        next_url=f"{REVIEW}?{'told=1&' if told else ''}cursor={page.cursor}" if page.cursor else None,
    )


@bp.post("/clients/<int:client_id>/distinctions", needs="clients.link")
def distinction(client_id: int):
    other = _other(client_id)
    in_transaction(lambda: duplicates.tell_apart(client_id, other, operator().id))
    return _told(client_id, _("The two will not be suggested again"), REVIEW)


@bp.post("/clients/<int:client_id>/distinctions/removal", needs="clients.link")
def distinction_removal(client_id: int):
    other = _other(client_id)
    in_transaction(lambda: duplicates.forget(client_id, other))
    return _told(client_id, _("The two are suggested again"), f"{REVIEW}?told=1")


def _other(client_id: int) -> int:
    """The other client of the form, as far as the operator sees both."""
    queries.card(client_id)
    other = request.form.get("other", type=int)
    if not other or other >= 2**63:
        raise NotFound()
    return other


def _told(client_id: int, words: str, review: str):
    if not is_htmx():
        return redirect(review if request.form.get("review") else f"/clients/{client_id}/card", 303)
    return answer(render_template(
        "clients/_duplicates.html", client_id=client_id, suggestions=duplicates.of_card(queries.card(client_id).id),
    ), toast=words)

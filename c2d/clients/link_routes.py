"""Linking in three steps, unlinking, and taking either back. Nothing changes before the last step of each."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from c2d.clients import (
    bp,
    choosing,
    custom,
    images,
    link_display,
    link_form,
    link_search,
    linking,
    queries,
    relinking,
    unlinking,
)
from c2d.core.db import in_transaction
from c2d.core.errors import Conflict, Refused
from c2d.core.htmx import answer, is_htmx, page_or
from c2d.core.text import whole_number

LINK = "clients.link"


@bp.get("/clients/<int:client_id>/link", needs=LINK)
def link(client_id: int):
    """The first step, and with a chosen dialog the second."""
    card = queries.card(client_id)
    if request.args.get("with", type=int) is not None:
        return _or_find(client_id, lambda: _choose(client_id, request.args["with"]))
    return _find(card)


@bp.get("/clients/<int:client_id>/link/review", needs=LINK)
def review(client_id: int):
    """The third step: the card that the choice makes."""
    return _or_find(client_id, lambda: _review(client_id))


@bp.post("/clients/<int:client_id>/link", needs=LINK)
def save(client_id: int):
    return _or_find(client_id, lambda: _save(client_id))


def _review(client_id: int):
    one, other, fields, pairs = _chosen(client_id, request.args)
    if not _is_current(one, other, request.args):
        return _choose(client_id, request.args.get("with"), linking.changed()), _no(Conflict(""))
    try:
        said = choosing.joined(pairs, {each.id: each.kind for each in fields})
    except choosing.OneValue as error:
        return _choose(client_id, request.args.get("with"), custom.holds_one(error.args[0])), _no(Refused(""))
    return _final(client_id, one, other, fields, link_form.proposed(said))


def _save(client_id: int):
    one, other, fields, pairs = _chosen(client_id, request.form)
    chosen = choosing.joined([pair for pair in pairs if not pair.field.isdecimal()], {})
    final = link_form.typed(request.form, fields, chosen)
    unseen = {each.id: value for each in fields if not each.shown
              for value in [choosing.joined([p for p in pairs if p.field == each.id], {})["values"].get(each.id)] if value}
    said = link_form.read(final, one, other, chosen, unseen, fields)
    if said is None:
        return _final(client_id, one, other, fields, final), 422
    versions = request.form.get("version", 0, int), request.form.get("other_version", 0, int)
    try:
        link_id = in_transaction(lambda: linking.link(client_id, request.form.get("with", 0, int), said, versions))
    except Conflict as conflict:
        one, other = linking.pair(client_id, request.form.get("with", 0, int))
        return _final(client_id, one, other, fields, final, conflict.message), _no(conflict)
    return _done(client_id, _("Chats are linked"), f"/clients/{client_id}/links/{link_id}/undoing")


@bp.get("/clients/<int:client_id>/unlink", needs=LINK)
def choose_leaving(client_id: int):
    return _leave(client_id)


@bp.post("/clients/<int:client_id>/unlink", needs=LINK)
def unlink(client_id: int):
    """Straight away where both cards are what they were; else first what goes where is to be chosen."""
    chosen, version = _leaving(client_id), request.form.get("version", type=int)
    picks = request.form.getlist("pick") if request.form.get("chosen") else None
    try:
        made = unlinking.plan(client_id, chosen)
        if made.how == unlinking.CHOICE and picks is None:
            return _part(client_id, made)
        parted = in_transaction(lambda: unlinking.unlink(client_id, chosen, version, picks))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        again = unlinking.plan(client_id, chosen) if picks is not None else None
        if again and again.how == unlinking.CHOICE:
            again.pairs = choosing.pick(again.pairs, picks, custom.unseen())
            return _part(client_id, again, refusal.message), _no(refusal)
        return _leave(client_id, [("f-leave", refusal.message)], chosen), _no(refusal)
    return _done(client_id, _("Chats are unlinked"), f"/clients/{client_id}/relinking", relinking.note(parted))


@bp.post("/clients/<int:client_id>/links/<int:link_id>/undoing", needs=LINK)
def undoing(client_id: int, link_id: int):
    in_transaction(lambda: unlinking.undo(client_id, link_id))
    return _done(client_id, _("Chats are unlinked"))


@bp.post("/clients/<int:client_id>/relinking", needs=LINK)
def relinked(client_id: int):
    queries.card(client_id)
    in_transaction(lambda: relinking.undo(client_id, request.form.get("note", "")))
    return _done(client_id, _("Chats are linked"))


@bp.get("/cards/<int:card_id>", needs="chats")
def by_card(card_id: int):
    """A card by its own id, which holds for ever: one that was linked leads to the card it is part of."""
    return redirect(f"/clients/{linking.standing(card_id)}/card", 303)


def _or_find(client_id: int, step: Callable):
    """The step; where the two make no pair, or no more, the first one again with the reason."""
    try:
        return step()
    except Refused as refusal:
        if refusal.status != Refused.status:
            raise
        return _find(queries.card(client_id), [("f-q", refusal.message)]), _no(refusal)


def _chosen(client_id: int, given) -> tuple:
    """(this card, the other, the company's fields, the pairs as ticked) of the second step."""
    if given.get("with", type=int) is None:
        queries.card(client_id)
        raise Refused(_("Choose a dialog first"), "with")
    one, other = linking.pair(client_id, given.get("with", 0, int))
    fields = custom.all()
    pairs = choosing.to_link(one, other, {each.id: each.kind for each in fields})
    if given.get("chosen"):
        pairs = choosing.pick(pairs, given.getlist("pick"), {each.id for each in fields if not each.shown})
    return one, other, fields, pairs


def _is_current(one: dict, other: dict, given) -> bool:
    asked = given.get("version", type=int), given.get("other_version", type=int)
    return asked in ((one["version"], other["version"]), (None, None))


def _find(card, errors=()) -> str:
    q = request.args.get("q", "")
    rows = link_display.found(*link_search.found(q), card.id)
    said = ngettext("%(num)d chat found", "%(num)d chats found", len(rows)) if q.strip() else ""
    return _step("_find", card.client_id, q=q, rows=rows, said=said, errors=errors)


def _choose(client_id: int, _other, problem: str = "") -> str:
    one, other, fields, pairs = _chosen(client_id, request.args)
    return _step("_choose", client_id, one=link_display.side(one), other=link_display.side(other), problem=problem,
                 pairs=link_display.pairs(pairs, fields), given=_given(one, other))


def _final(client_id: int, one: dict, other: dict, fields: list, final, conflict: str = "") -> str:
    given, picks = _given(one, other), request.values.getlist("pick")
    back = f"/clients/{client_id}/link?" + urlencode({"with": given["with"], "chosen": 1, "pick": picks}, doseq=True)
    return _step("_final", client_id, final=final, fields=[each for each in fields if each.shown], conflict=conflict,
                 answers={each.id: _answers(each, final.values.get(each.id, "")) for each in fields},
                 tags=list(link_display.tags(final.tags).values()), given=given, picks=picks, back=back, errors=final.errors)


def _answers(field: custom.Custom, value: str) -> list[tuple[str, str]]:
    """Those of a choice, with the one that the card has though it is offered no more."""
    return [("", "—"), *((choice, choice) for choice in dict.fromkeys([*field.field.choices, value]) if choice)]


def _given(one: dict, other: dict) -> dict:
    """What every later step hands on: whom, and the cards as they were shown."""
    return {"with": request.values.get("with", 0, int), "version": one["version"], "other_version": other["version"]}


def _leave(client_id: int, errors=(), chosen=()) -> str:
    card = queries.card(client_id)
    image = images.take([card.id])[card.id]
    return _step("_leave", client_id, rows=link_display.leaving(image, client_id), errors=errors, chosen=set(chosen),
                 version=image["version"], title=_("Unlink chats"))


def _part(client_id: int, made: unlinking.Plan, problem: str = "") -> str:
    kept, absorbed = made.link.kept_before, made.link.absorbed_before
    return _step("_part", client_id, one=link_display.side({**kept, "clients": sorted(made.staying)}),
                 other=link_display.side({**absorbed, "clients": sorted(made.leaving)}), problem=problem,
                 pairs=link_display.pairs(made.pairs, custom.all()), leaving=sorted(made.leaving),
                 version=made.now["version"], title=_("Unlink chats"))


def _leaving(client_id: int) -> set[int]:
    """The chosen clients that the form offered: those that the operator sees."""
    card = queries.card(client_id)
    offered = {row.client_id for row in link_display.leaving(images.take([card.id])[card.id], client_id)}
    return offered & {whole_number(id) for id in request.form.getlist("leave")}


def _step(name: str, client_id: int, title: str | None = None, **context) -> str:
    template = f"clients/link/{name}.html"
    return page_or("layouts/pane.html", template, fragment=template, client_id=client_id, own_heading=True,
                   title=title or _("Linking chats"), **context)


def _no(refusal: Refused) -> int:
    """htmx shows what comes with 422; a plain page says what it is."""
    return 422 if is_htmx() else refusal.status


def _done(client_id: int, said: str, undo: str | None = None, note: str = ""):
    if not is_htmx():
        return redirect(f"/clients/{client_id}/card", 303)
    if undo is None:
        return answer("", 200, toast=said)
    toast = render_template("clients/link/_done.html", said=said, undo=undo, note=note)
    return answer(toast, 200, reswap="none", closeModal=True)

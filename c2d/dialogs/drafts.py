"""What an operator has typed and not sent; kept here, so that it waits on every device."""

from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.sql import scoped
from c2d.core.text import clean

_save = scoped("""
    INSERT INTO drafts (company_id, dialog_id, operator_id, text, updated_at)
    VALUES (%(company)s, %(dialog_id)s, %(me)s, %(text)s, %(now)s)
    ON CONFLICT (company_id, dialog_id, operator_id)
    DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at""")
_forget = scoped("DELETE FROM drafts WHERE company_id = %(company)s AND dialog_id = %(dialog_id)s AND operator_id = %(me)s")
_among = scoped("""
    SELECT dialog_id, operator_id, text FROM drafts
    WHERE company_id = %(company)s AND dialog_id = ANY(%(dialogs)s) AND operator_id = ANY(%(operators)s)""")


def keep(dialog_id: int, text: str) -> None:
    """Remember the text; white space alone forgets it."""
    text, me = clean(text), operator().id
    if text.strip():
        _save.run(dialog_id=dialog_id, me=me, text=text, now=now())
    else:
        _forget.run(dialog_id=dialog_id, me=me)


def among(dialog_ids, operator_ids) -> dict[tuple[int, int], str]:
    """(dialog, operator) -> text."""
    found = _among.all(dialogs=list(dialog_ids), operators=list(operator_ids))
    return {(row.dialog_id, row.operator_id): row.text for row in found}

"""Searching inside one dialog."""

from types import SimpleNamespace

from c2d.core.text import fold, full_name, holding, one_line
from c2d.messages import queries
from c2d.messages.models import FROM_CLIENT


def search(dialog_id: int, q: str, client: str, withheld: bool) -> list[SimpleNamespace]:
    """The newest messages that contain the words as typed after folding."""
    wanted = fold(one_line(q, 100))
    if not wanted:
        return []
    pattern = holding(wanted)
    return [
        SimpleNamespace(
            id=row.id, at=row.at, text=_cut(row.text, wanted),
            author=client if row.kind == FROM_CLIENT else full_name(row.first_name, row.last_name),
        )
        for row in queries.found(dialog_id, pattern, withheld)
    ]


def _cut(text: str, wanted: str) -> str:
    at = max(0, fold(text).find(wanted) - 30)
    return ("…" if at else "") + one_line(text[at:], 140)

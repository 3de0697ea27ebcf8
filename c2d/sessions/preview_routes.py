from flask import url_for

from c2d.core.db import in_transaction
from c2d.core.htmx import go
from c2d.core.permissions import COMPANY_ADMIN, SIGNED_IN
from c2d.sessions import bp, previewing


@bp.post("/settings/roles/<int:role_id>/preview", needs=COMPANY_ADMIN)
def preview(role_id: int):
    in_transaction(lambda: previewing.begin(role_id))
    return go("/")


@bp.post("/account/preview/end", needs=SIGNED_IN)
def end_preview():
    in_transaction(previewing.end)
    return go(url_for("roles.index"))

from flask import redirect, render_template, request, url_for

from c2d.companies import bp, settings
from c2d.companies.forms import BasicForm, countries, languages, time_zones
from c2d.core.db import in_transaction


@bp.get("/settings/basic", needs="settings.basic")
def basic():
    return _page(BasicForm.of(settings.own()))


@bp.post("/settings/basic", needs="settings.basic")
def save_basic():
    form = BasicForm.read(request.form)
    if form.errors:
        return _page(form), 422
    in_transaction(lambda: settings.change(**form.values()))
    return redirect(url_for("companies.basic", saved=1), 303)


def _page(form: BasicForm) -> str:
    return render_template(
        "companies/basic.html", form=form, languages=languages(), countries=countries(), time_zones=time_zones(),
    )

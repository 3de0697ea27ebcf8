import pytest
from sqlalchemy import select

from c2d.companies import settings
from c2d.companies.models import Company
from c2d.core.db import db
from c2d.core.tenancy import company

GOOD = {"name": "Ромашка и ко", "time_zone": "Asia/Vladivostok", "locale": "en", "country": "KZ", "sla_minutes": "5"}


def stored(company_id: int) -> Company:
    found = db.session.scalars(select(Company).where(Company.id == company_id)).one()
    db.session.expunge_all()
    return found


def test_an_administrator_changes_the_basic_settings(as_, cast):
    anna = as_(cast.anna)
    answer = anna.post("/settings/basic", data=GOOD)
    assert (answer.status_code, answer.location) == (303, "/settings/basic?saved=1")
    found = stored(cast.romashka)
    assert (found.name, found.time_zone, found.locale, found.country) == (
        "Ромашка и ко", "Asia/Vladivostok", "en", "KZ")
    assert settings.of(found).sla_minutes == 5
    assert "Ромашка и ко" in anna.get(answer.location).get_data(as_text=True)
    assert stored(cast.chuzhaya).name == "Чужая"


@pytest.mark.parametrize(("field", "value"), [
    ("name", "  "), ("time_zone", "Europe/Nowhere"), ("time_zone", "../etc/passwd"), ("locale", "de"),
    ("country", "ZZ"), ("country", "<b>"), ("sla_minutes", "0"), ("sla_minutes", "soon"), ("sla_minutes", "9" * 10),
    ("sla_minutes", "²"),
])
def test_a_wrong_value_is_refused_beside_its_field(as_, cast, field, value):
    answer = as_(cast.anna).post("/settings/basic", data={**GOOD, field: value})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'id="f-{field}-err"' in body
    if field != "name":
        assert 'value="Ромашка и ко"' in body
    assert stored(cast.romashka).name == "Ромашка"


@pytest.mark.parametrize("who", ["boris", "vera", "galya"])
def test_only_an_administrator_may(as_, cast, who):
    person = as_(getattr(cast, who))
    assert person.get("/settings/basic").status_code == 403
    assert person.post("/settings/basic", data=GOOD).status_code == 403


def test_settings_of_another_type_fall_back_to_the_default(app, cast):
    with company(cast.romashka):
        own = settings.own()
        own.settings = {"sla_minutes": "many", "unknown": 1}
        db.session.flush()
        assert settings.of(own).sla_minutes == 15

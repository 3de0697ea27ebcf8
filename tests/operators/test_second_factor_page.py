from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.operators.models import Operator
from tests.sessions.test_second_factor import set_up


def test_an_administrator_finds_the_way_to_reset_a_lost_second_factor(as_, cast):
    anna, address = as_(cast.anna), f"/settings/operators/{cast.vera.id}"
    assert "second-factor/removal" not in anna.get(address).text
    set_up(as_(cast.vera))
    assert f'action="{address}/second-factor/removal"' in anna.get(address).text
    assert "second-factor/removal" not in as_(cast.boris).get(address).text
    answer = anna.post(f"{address}/second-factor/removal")
    assert "Второй фактор сброшен" in anna.get(answer.location).text
    with company(cast.romashka):
        assert db.session.get(Operator, (cast.romashka, cast.vera.id)).totp_on_at is None
    log = anna.get(f"{address}/log").text
    assert "Второй фактор сброшен администратором" in log and "Второй фактор включён" in log

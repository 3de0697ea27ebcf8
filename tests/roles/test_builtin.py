import pytest

from c2d.core.i18n import reading_as
from c2d.roles import builtin
from c2d.roles.grants import effective


@pytest.mark.parametrize(("locale", "words"), [
    ("ru", ["Оператор", "Супервайзер", "Администратор"]), ("en", ["Operator", "Supervisor", "Administrator"]),
])
def test_a_built_in_role_is_named_in_the_readers_language(app, locale, words):
    with app.app_context(), reading_as(locale, "UTC"):
        assert [builtin.label(base) for base in builtin.BASES] == words
        assert builtin.label("operator", "Стажер") == "Стажер"


def test_a_roles_changes_go_over_what_its_base_has(app):
    assert "accounts" in effective("supervisor", None, custom=False)
    assert "accounts" not in effective("supervisor", {"accounts": False}, custom=False)
    assert "accounts" in effective("operator", {"accounts": True, "no.such.permission": True}, custom=False)
    assert "no.such.permission" not in effective("operator", {"no.such.permission": True}, custom=False)


def test_a_custom_role_has_what_was_switched_on_and_nothing_else(app):
    assert "chats.reply" in effective("operator", None, custom=False)
    assert effective("operator", {"accounts": True, "chats": False, "no.such.permission": True}, custom=True) == {"accounts"}


def test_nothing_is_taken_from_the_administrator(app):
    assert "accounts" in effective("administrator", {"accounts": False}, custom=False)

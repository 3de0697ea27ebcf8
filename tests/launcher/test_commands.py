"""What `python app.py` does with its arguments."""

import pytest

from c2d import launcher


@pytest.mark.parametrize("arguments", [["nonsense"], ["web", "more"], ["--help"]])
def test_what_it_does_not_know_is_answered_with_what_it_knows(capsys, arguments):
    assert launcher.main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("Usage:") and "web" in said and "technical-access" in said


def test_a_tool_gets_its_own_arguments(monkeypatch, capsys):
    monkeypatch.setattr(launcher, "application", lambda: "the app")
    monkeypatch.setitem(launcher.TOOLS, "tell", f"{__name__}:tell")
    assert launcher.main(["tell", "12", "--staff", "Иван Петров"]) == 3
    assert capsys.readouterr().out == "the app ['12', '--staff', 'Иван Петров']\n"


def tell(app, arguments) -> int:
    print(app, arguments)
    return 3

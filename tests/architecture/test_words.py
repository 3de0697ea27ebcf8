"""Every text in both languages: English in the source, Russian complete."""

import io
import re

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from c2d.config import ROOT

CATALOGUE = ROOT / "c2d" / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "Section": (2,), "Action": (2,), "lazy_gettext": None, "_l": None}
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true"}
CYRILLIC = re.compile("[А-Яа-яЁё]")
# what the demo company says, letters as data, and the notes' own folding
MAY_BE_CYRILLIC = {
    "core/text.py", "messages/models.py", "messages/searching.py", "messages/queries.py", "dialogs/search.py",
}


def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ru")


def used() -> set[str | tuple[str, str]]:
    found = extract_from_dir(str(ROOT / "c2d"), [("**.py", "python")], keywords=KEYWORDS)
    pages = extract_from_dir(str(ROOT / "templates"), [("**.html", "jinja2")], {"**.html": JINJA}, keywords=KEYWORDS)
    return {entry[2] for entry in [*found, *pages]}


def test_every_text_has_its_russian_words():
    known = catalogue()
    missing = []
    for text in used():
        entry = known.get(text[0] if isinstance(text, tuple) else text)
        words = entry.string if entry else ""
        if not entry or not (all(words) and len(words) == 3 if isinstance(words, tuple) else words):
            missing.append(text)
    assert missing == []


def test_no_words_are_kept_that_nobody_uses():
    ids = {text[0] if isinstance(text, tuple) else text for text in used()}
    unused = [m.id for m in catalogue() if m.id and (m.id[0] if isinstance(m.id, tuple) else m.id) not in ids]
    assert unused == []


def test_translations_keep_the_places_for_values():
    places = re.compile(r"%\(\w+\)[sd]")
    wrong = []
    for message in catalogue():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and any(set(places.findall(s)) != set(places.findall(ids[-1])) for s in strings):
            wrong.append(message.id)
    assert wrong == []


def test_the_compiled_words_are_those_of_the_catalogue():
    made = io.BytesIO()
    write_mo(made, catalogue())
    assert CATALOGUE.with_suffix(".mo").read_bytes() == made.getvalue(), "run `make words`"


@pytest.mark.parametrize("folder", ["c2d", "templates", "static/js"])
def test_the_source_speaks_english(folder):
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".html", ".js")
        if not path.name.startswith("demo") and path.relative_to(ROOT / folder).as_posix() not in MAY_BE_CYRILLIC
        if CYRILLIC.search(path.read_text())
    ]
    assert wrong == []

"""Text that people typed: cleaned on the way in, folded for search, made safe on the way out."""

import re
import unicodedata
from collections.abc import Sequence

from markupsafe import Markup, escape

MAX_TEXT = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINK = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}»]", re.IGNORECASE)
_ANCHOR = Markup('<a href="%s" target="_blank" rel="noopener noreferrer nofollow">%s</a>')
_MARKED = Markup("<mark>%s</mark>")
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю."
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC[:-1], _LATIN[:-1])


def N_(msgid: str) -> str:
    """Marks a msgid for the catalogue; it is translated where it is shown."""
    return msgid


def clean(text: str | None, limit: int = MAX_TEXT) -> str:
    """Without what PostgreSQL or a browser chokes on (NUL, control, lone surrogates), capped."""
    return _CONTROL.sub("", (text or "").replace("\r\n", "\n"))[:limit]


def one_line(text: str | None, limit: int = 200) -> str:
    """For names and previews: trimmed, white space folded, capped."""
    return " ".join(clean(text, limit * 4).split())[:limit]


def fold(text: str | None) -> str:
    """For search: lower case, ё as е, compatibility forms unified."""
    return unicodedata.normalize("NFKC", clean(text)).lower().replace("ё", "е")


def holding(word: str) -> str:
    """The LIKE pattern of what has the word anywhere in it."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"


def whole_number(typed: str | None, digits: int = 18) -> int | None:
    """The number that was typed, an id perhaps; None for anything but so many digits."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) <= digits else None


def other_layout(text: str) -> str | None:
    """What was meant by 'gfdtk' (павел) or 'ghbdtn'; None when there is nothing to retry."""
    low = text.lower()
    swapped = low.translate(_TO_CYRILLIC if re.search("[a-z]", low) else _TO_LATIN)
    return swapped if swapped != low else None


def linkify(text: str) -> Markup:
    """Escaped text with its http(s) addresses as links. The only door to Markup for user text."""
    out, position = [], 0
    for match in _LINK.finditer(text):
        address = escape(match.group())
        out.append(escape(text[position : match.start()]))
        out.append(_ANCHOR % (address, address))
        position = match.end()
    out.append(escape(text[position:]))
    return Markup("").join(out)


def highlight(text: str, words: Sequence[str], around: int | None = None) -> Markup | None:
    """The text, escaped, with the folded words in <mark>; None when none of them occurs.

    Digits are found across what people write between them: '916123' in '+7 916 123-45-67'. With `around` only
    so many characters on both sides of the first one.
    """
    text = unicodedata.normalize("NFC", text)
    letters = [(letter, n) for n, char in enumerate(text) for letter in fold(char)]
    spans = []
    for word in words:
        spans += _occurrences(letters, word)
        if word.isdecimal() and len(word) > 2:
            spans += _occurrences([pair for pair in letters if pair[0].isdecimal()], word)
    if not spans:
        return None
    spans.sort()
    begin = max(0, spans[0][0] - around) if around else 0
    end = min(len(text), spans[0][1] + around) if around else len(text)
    out, position = [escape("…" if begin else "")], begin
    for first, last in spans:
        first = max(first, position)
        if first < last <= end:
            out += [escape(text[position:first]), _MARKED % escape(text[first:last])]
            position = last
    out += [escape(text[position:end]), escape("…" if end < len(text) else "")]
    return Markup("").join(out)


def _occurrences(letters: list[tuple[str, int]], word: str) -> list[tuple[int, int]]:
    """Where a word stands, as (first, behind the last) of the text that the letters came from."""
    line, found = "".join(letter for letter, _ in letters), []
    at = line.find(word) if word else -1
    while at >= 0 and len(found) < 20:
        found.append((letters[at][1], letters[at + len(word) - 1][1] + 1))
        at = line.find(word, at + len(word))
    return found


def ours(html: str) -> Markup:
    """What our own templates or catalogues have written: not to be escaped again. Never for anything typed."""
    return Markup(html)  # noqa: S704


def initials(name: str) -> str:
    """'Павел Никулин' -> 'ПН', '+7 912' -> '+7', '' -> '?'."""
    if name.startswith("+"):
        return name[:2]
    words = [w for w in re.split(r"[\s«»\"().,_-]+", name) if w and w[0].isalnum()]
    return "".join(w[0] for w in words[:2]).upper() or "?"


def full_name(first: str | None, last: str | None) -> str | None:
    """A colleague where it matters who it was; None for nobody."""
    return f"{first} {last}".strip() if first is not None else None


def short_name(first: str | None, last: str | None) -> str | None:
    """A colleague named in passing: first name and first letter of the last name; None for nobody."""
    return f"{first} {last[:1]}." if first is not None and last else first


def staff_initials(first: str, last: str) -> str:
    return (first[:1] + last[:1]).upper() or "?"

"""Passwords that are tried first: known ones, rows of the keyboard, one character again and again."""

import re
from functools import lru_cache
from pathlib import Path

from c2d.core.text import fold, other_layout

WORDS = Path(__file__).with_name("common_words.txt")
ROWS = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "1234567890-=", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
        "qazwsxedcrfvtgbyhnujmikolp")
ALIKE = str.maketrans("@4310$57!", "aaeiossti")
PADDING = 6  # a known word with so few characters around it is tried too
LEAST = 4


def is_common(password: str) -> bool:
    """Would somebody who tries the usual ones come upon it?"""
    text = fold(password).strip()
    typed = {text, other_layout(text) or text}
    return any(_repeats(t) or _walks(t) or _is_word(t) for t in typed)


def contains_name(password: str, names: tuple[str, ...]) -> bool:
    """Is it one of the names with little around it?"""
    text = _letters(fold(password))
    parts = [_letters(fold(name)) for name in names]
    return any(len(part) >= LEAST and part in text and len(fold(password)) - len(part) <= PADDING for part in parts)


def _repeats(text: str) -> bool:
    """'aaaaaaaaaa', '1212121212', 'abcabcabcabc'."""
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, min(5, len(text) // 2) + 1))


def _walks(text: str) -> bool:
    """A row of the keyboard, one way or the other, or characters that follow each other: 'abcdefghij'."""
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    along = any(text in row * 3 or text[::-1] in row * 3 for row in ROWS)
    return steps in ({1}, {-1}) or along


def _is_word(text: str) -> bool:
    known = _known()
    if text in known:
        return True
    inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    kept = (_letters(text), _letters(inner.translate(ALIKE)))
    return any(len(k) >= LEAST and k in known and len(text) - len(k) <= PADDING for k in kept)


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(WORDS.read_text(encoding="utf-8").split())

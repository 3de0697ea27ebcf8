"""The text a card is found by."""

import re

from c2d.core.text import fold


def folded(*parts: str | None) -> str:
    """Names, logins, ids and phones as one folded line; numbers also as their digits alone."""
    words = [part for part in parts if part]
    digits = [re.sub(r"\D", "", word) for word in words]
    numbers = [d for d, word in zip(digits, words, strict=True) if len(d) >= 5 and d != word]
    return fold(" ".join(dict.fromkeys([*words, *numbers])))[:2000]

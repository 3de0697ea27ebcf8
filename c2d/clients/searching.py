"""The text a card is found by, written anew whenever something on the card changes."""

import re
from collections.abc import Iterable

from c2d.core.phones import dialled
from c2d.core.sql import scoped
from c2d.core.text import fold

# What the company's own fields say stands at the end, each answer behind a mark with the field's id in
# characters that nobody types: so that a reader who may not see a field does not find by it either.
MARK, DIGITS = "\ue000", "\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008\ue009\ue00a"
_UNMARKED = {ord(c): None for c in MARK + DIGITS}
_TO_DIGITS = str.maketrans("0123456789", DIGITS)
MAX_WORDS, MAX_ANSWER = 6000, 1000

_lock = scoped("SELECT id FROM client_cards WHERE company_id = %(company)s AND id = ANY(%(cards)s) ORDER BY id FOR UPDATE")
_words = scoped("""
    SELECT k.id, ARRAY[k.name, k.title, k.login, k.comment]
        || ARRAY(SELECT x FROM clients c, unnest(ARRAY[c.name, c.username, c.external_id, c.phone]) x
                 WHERE c.company_id = k.company_id AND c.card_id = k.id AND x <> '' ORDER BY c.id)
        || ARRAY(SELECT p.raw FROM card_phones p
                 WHERE p.company_id = k.company_id AND p.card_id = k.id ORDER BY p.position, p.id)
        || ARRAY(SELECT x FROM card_emails e, unnest(ARRAY[e.raw, e.address]) x
                 WHERE e.company_id = k.company_id AND e.card_id = k.id ORDER BY e.position, e.id)
        || ARRAY(SELECT t.name FROM card_tags ct JOIN tags t ON t.company_id = ct.company_id AND t.id = ct.tag_id
                 WHERE ct.company_id = k.company_id AND ct.card_id = k.id ORDER BY t.id) AS words,
        ARRAY(SELECT p.number FROM card_phones p WHERE p.company_id = k.company_id AND p.card_id = k.id
              AND p.number IS NOT NULL ORDER BY p.position, p.id) AS numbers,
        ARRAY(SELECT ARRAY[v.field_id::text, v.value] FROM card_values v
              WHERE v.company_id = k.company_id AND v.card_id = k.id ORDER BY v.field_id) AS answers
    FROM client_cards k WHERE k.company_id = %(company)s AND k.id = ANY(%(cards)s)""")
_write = scoped("""
    UPDATE client_cards k SET search = t.search FROM unnest(%(cards)s::bigint[], %(texts)s::text[]) AS t(id, search)
    WHERE k.company_id = %(company)s AND k.id = t.id AND k.search <> t.search""")


def refresh(card_ids: Iterable[int]) -> None:
    """Write anew what these cards are found by; three statements whatever their number.

    The cards are locked first: what is read after that nobody else is changing.
    """
    cards = sorted(set(card_ids))
    if not cards or not _lock.all(cards=cards):
        return
    rows = _words.all(cards=cards)
    _write.run(cards=[row.id for row in rows],
               texts=[text_of(row.words, row.numbers, row.answers) for row in rows])


def text_of(words: Iterable[str | None], numbers: Iterable[str | None] = (),
            answers: Iterable[tuple[str, str]] = ()) -> str:
    """Names, logins, ids, addresses as one folded line; phones also as digits, as one dials them from
    abroad and at home; at the end the answers, pairs of a field's id and what the card says there."""
    spoken = [word for word in words if word]
    digits = [re.sub(r"\D", "", word) for word in spoken]
    plain = [d for d, word in zip(digits, spoken, strict=True) if 5 <= len(d) <= 20 and d != word]
    dialling = [spelling for number in numbers if number for spelling in dialled(number)]
    line = folded(" ".join(dict.fromkeys([*spoken, *plain, *dialling])))[:MAX_WORDS]
    return line + "".join(f" {mark(field)} {folded(value)[:MAX_ANSWER]}" for field, value in answers)


def folded(text: str | None) -> str:
    """As `core.text.fold`, in one line and without our marks."""
    return " ".join(fold(text).translate(_UNMARKED).split())


def mark(field_id: int | str) -> str:
    """What stands before a field's answer."""
    return MARK + str(field_id).translate(_TO_DIGITS)

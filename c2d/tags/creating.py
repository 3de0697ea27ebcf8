"""New tags."""

import zlib

from flask_babel import gettext as _

from c2d.core.current import operator
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.core.text import fold, one_line
from c2d.tags import CREATE
from c2d.tags.events import TagCreated

LONGEST = 60
HUES = 36

_find = scoped("""
    SELECT id FROM tags WHERE company_id = %(company)s AND translate(lower(name), '\u0451', '\u0435') = %(folded)s
    ORDER BY id LIMIT 1""")
# Somebody else may create the same one at this moment: then theirs is taken.
_create = scoped("""
    INSERT INTO tags (company_id, name, hue) VALUES (%(company)s, %(name)s, %(hue)s)
    ON CONFLICT (company_id, name) DO NOTHING RETURNING id""")


def find_or_create(raw: str) -> int:
    """The tag of this name, whatever its case; a new one where there is none and the operator may create it."""
    name = one_line(raw, LONGEST + 1)
    if not name:
        raise Refused(_("Give the tag a name"), "q")
    if len(name) > LONGEST:
        raise Refused(_("At most %(num)s characters fit", num=LONGEST), "q")
    found = _find.value(folded=fold(name))
    if found:
        return found
    if not operator().may(CREATE):
        raise Refused(_("You may not create tags"), "q")
    made = _create.value(name=name, hue=zlib.crc32(fold(name).encode()) % HUES)
    if made is None:
        return _find.value(folded=fold(name))
    emit(TagCreated(tag_id=made, name=name))
    return made

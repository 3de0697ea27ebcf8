"""The phones, ids and e-mails that a channel knows of a client, filed on the client's card."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from c2d.channels.transports import Transport
from c2d.core import emails, phones
from c2d.core.sql import scoped

EMAIL = "email"  # the transport whose ids are e-mail addresses


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of one client: the number where there is one, and the messenger's id."""

    card_id: int
    client_id: int
    external_id: str
    phone: str | None = None
    email: str | None = None


_country = scoped("SELECT country FROM companies WHERE id = %(company)s")
# Behind those that the card has: what an operator made the first one stays the first.
_add_phones = scoped("""
    INSERT INTO card_phones (company_id, card_id, client_id, source, raw, number, position)
    SELECT %(company)s, t.card_id, t.client_id, %(source)s::text, t.raw, t.number, coalesce(last.position, -1) + 1
    FROM unnest(%(cards)s::bigint[], %(clients)s::bigint[], %(raws)s::text[], %(numbers)s::text[])
        AS t(card_id, client_id, raw, number)
    LEFT JOIN LATERAL (SELECT max(p.position) AS position FROM card_phones p
        WHERE p.company_id = %(company)s AND p.card_id = t.card_id) last ON true
    WHERE NOT EXISTS (SELECT 1 FROM card_phones p WHERE p.company_id = %(company)s AND p.card_id = t.card_id
        AND p.source = %(source)s::text AND p.number = t.number)
    ON CONFLICT (company_id, card_id, source, raw) DO UPDATE SET client_id = excluded.client_id
        WHERE card_phones.client_id IS NULL""")
_add_emails = scoped("""
    INSERT INTO card_emails (company_id, card_id, client_id, raw, address, position)
    SELECT %(company)s, t.card_id, t.client_id, t.raw, t.address, coalesce(last.position, -1) + 1
    FROM unnest(%(cards)s::bigint[], %(clients)s::bigint[], %(raws)s::text[], %(addresses)s::text[])
        AS t(card_id, client_id, raw, address)
    LEFT JOIN LATERAL (SELECT max(e.position) AS position FROM card_emails e
        WHERE e.company_id = %(company)s AND e.card_id = t.card_id) last ON true
    ON CONFLICT (company_id, card_id, address) DO NOTHING""")


def file(transport: Transport, known: Iterable[Address]) -> None:
    """Put these on their cards, behind what is there; repeats change nothing. Cards that others can see are held."""
    known = list(known)
    if transport.key == EMAIL:
        known = [replace(each, email=each.email or each.external_id) for each in known]
    else:
        _file_phones(transport, known)
    written = [(each, address) for each in known if (address := emails.normalise(each.email))]
    if written:
        _add_emails.run(
            cards=[each.card_id for each, _ in written], clients=[each.client_id for each, _ in written],
            raws=[each.email.strip() for each, _ in written], addresses=[address for _, address in written],
        )


def normal_phones(transport: Transport | None, raws: Iterable[str | None]) -> list[str | None]:
    """Phones in their normal form: as a messenger writes them, or (without one) as operators type them."""
    raws = list(raws)
    country = (_country.value() if any(raws) else None) or "RU"
    abroad = bool(transport and transport.numbers_abroad)
    return [phones.normalise(raw, country, abroad) for raw in raws]


def _file_phones(transport: Transport, known: list[Address]) -> None:
    if not known:
        return
    _add_phones.run(
        cards=[each.card_id for each in known], clients=[each.client_id for each in known], source=transport.mark,
        raws=[(each.phone or each.external_id)[:200] for each in known],
        numbers=normal_phones(transport, [each.phone for each in known]),
    )

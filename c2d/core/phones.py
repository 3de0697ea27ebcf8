"""Phone numbers: one normal form for looking up, the raw text kept for reading."""

import re

import phonenumbers


def normalise(raw: str, country: str = "RU") -> str | None:
    """'8 (912) 345-67-89' -> '+79123456789'; None when it is not a phone number.

    `country` is the company's (ISO 3166 alpha-2), used for numbers without a country code.
    """
    digits = re.sub(r"\D", "", raw or "")
    if not 6 <= len(digits) <= 16:
        return None
    attempts = [raw] if raw.strip().startswith("+") else [raw, "+" + digits]
    for attempt in attempts:
        try:
            number = phonenumbers.parse(attempt, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def readable(number: str) -> str:
    """'+79123456789' -> '+7 912 345-67-89'; anything unknown comes back unchanged."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

"""Phone numbers: one normal form for looking up, the raw text kept for reading."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

# Brazil's mobiles have nine digits since 2016, and WhatsApp still knows many by the old eight; Mexico's
# lost the 1 after the country's code in 2019, with the same remainder.
_OLD_BRAZIL = re.compile(r"\+55(\d\d)([6-9]\d{7})")
_OLD_MEXICO = re.compile(r"\+521(\d{10})")


def normalise(raw: str | None, country: str = "RU", abroad: bool = False) -> str | None:
    """'8 (912) 345-67-89' -> '+79123456789'; None when it is not a phone number.

    `country` is the company's (ISO 3166 alpha-2), used for numbers without a country code. `abroad`:
    the number is known to begin with such a code, as messengers write them, with or without '+'.
    """
    text = (raw or "").strip()[:100]
    digits = _digits(text)
    if not 6 <= len(digits) <= 20:
        return None
    whole = "+" + digits.removeprefix("00")
    attempts = [text] if text.startswith("+") else [whole, text] if abroad or digits.startswith("00") else [text, whole]
    for attempt in attempts:
        number = _parsed(attempt, country)
        if number and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return None


@lru_cache(maxsize=4096)
def readable(number: str) -> str:
    """'+79123456789' -> '+7 912 345-67-89'; anything unknown comes back unchanged."""
    parsed = _parsed(number, None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else number


def masked(number: str) -> str:
    """'+7 916 123-45-67' -> '+7 916 ***-**-67': how it begins, and its last two digits, stay."""
    places = [n for n, char in enumerate(number) if char.isdecimal()]
    shown = {*places[: max(0, min(4, len(places) - 6))], *(places[-2:] if len(places) > 4 else ())}
    return "".join("*" if char.isdecimal() and n not in shown else char for n, char in enumerate(number))


def dialled(number: str) -> list[str]:
    """The digits of a normal form, abroad and at home: '+79123456789' -> ['79123456789', '89123456789']."""
    parsed = _parsed(number, None)
    if parsed is None:
        return [digits] if (digits := _digits(number)) else []
    trunk = phonenumbers.ndd_prefix_for_region(phonenumbers.region_code_for_number(parsed), True)
    national = phonenumbers.national_significant_number(parsed)
    return [f"{parsed.country_code}{national}", *([trunk + national] if trunk else [])]


def _digits(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdecimal())


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    plain = re.sub(r"[\s().-]", "", text)
    if old := _OLD_BRAZIL.fullmatch(plain):
        text = f"+55{old[1]}9{old[2]}"
    elif old := _OLD_MEXICO.fullmatch(plain):
        text = f"+52{old[1]}"
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None

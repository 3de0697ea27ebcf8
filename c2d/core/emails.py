"""E-mail addresses: one form for looking up, the raw text kept for reading."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

MAX_EMAIL = 254


def normalise(raw: str | None) -> str | None:
    """'Post@Bücher.example ' -> 'post@xn--bcher-kva.example'; None when it is not an address.

    All in lower case: two mailboxes that differ in case alone are one in practice. The domain stands
    as the DNS knows it, so that both of its spellings are one address.
    """
    text = unicodedata.normalize("NFC", (raw or "").strip())
    if not text or len(text) > MAX_EMAIL:
        return None
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        return None
    address = f"{found.local_part}@{found.ascii_domain}".lower()
    return address if len(address) <= MAX_EMAIL else None


def masked(address: str) -> str:
    """'pavel@mail.ru' -> 'p***@mail.ru'."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"

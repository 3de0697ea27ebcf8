"""Secrets: boxes for what must be read back, hashes for what must only be recognised."""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from flask import current_app


def new_token(size: int = 32) -> str:
    """A random token safe in URLs."""
    return secrets.token_urlsafe(size)


def fingerprint(token: str) -> str:
    """What is stored instead of a token: SHA-256 in hex (tokens are random, so no salt)."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(a: str, b: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(a.encode(), b.encode())


def seal(values: dict) -> str:
    """Encrypt a dict (credentials of a channel) with the application's key."""
    return _box().encrypt(json.dumps(values).encode()).decode()


def open_sealed(sealed: str | None) -> dict:
    """What `seal` was given; an empty dict for an empty box. Raises InvalidToken on a wrong key."""
    return json.loads(_box().decrypt(sealed.encode())) if sealed else {}


def _box() -> Fernet:
    key = hashlib.sha256(b"credentials:" + current_app.config["SECRET_KEY"].encode()).digest()
    return Fernet(urlsafe_b64encode(key))

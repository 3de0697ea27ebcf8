"""Settings from the environment. A wrong value stops the start with a sentence, not later."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import maxminddb

ROOT = Path(__file__).resolve().parent.parent


class WrongSetting(SystemExit):
    """The environment holds a value that cannot work."""


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "0", "true", "false", "yes", "no"):
        return default if value == "" else value in ("1", "true", "yes")
    raise WrongSetting(f"{name} is a switch: 1 or 0, not {value!r}")


def number(name: str, default: int) -> int:
    try:
        return int(os.environ.get(name) or default)
    except ValueError:
        raise WrongSetting(f"{name} is a whole number, not {os.environ[name]!r}") from None


def database_url() -> str:
    """`postgres://` of Heroku-style hosts becomes SQLAlchemy's psycopg 3 address."""
    url = os.environ.get("DATABASE_URL", "")
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith("postgresql+psycopg://"):
        raise WrongSetting("DATABASE_URL names a PostgreSQL: postgresql://user@host/name")
    return url


def city_file() -> str:
    """The path of a file in MaxMind's format, or ''."""
    path = os.environ.get("GEOIP_DB", "").strip()
    if path:
        try:
            maxminddb.open_database(path).close()
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise WrongSetting(f"GEOIP_DB names a city file (.mmdb) that can be read: {path}: {error}") from None
    return path


def from_environment() -> dict:
    """The configuration of the application, as Flask wants it."""
    public = os.environ.get("PUBLIC_URL", "").rstrip("/")
    secret = os.environ.get("SECRET_KEY", "")
    if len(secret) < 16:
        raise WrongSetting("SECRET_KEY is missing or shorter than 16 characters")
    hosts = [h for h in os.environ.get("TRUSTED_HOSTS", "").split(",") if h]
    if public and not hosts:
        hosts = [urlsplit(public).hostname]
    return {
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": database_url(),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": number("DB_POOL", 10), "max_overflow": 10, "pool_pre_ping": False,
            "pool_use_lifo": True,  # the connection used last knows the statements, with their plans
            "hide_parameters": True,  # what people wrote is nothing for the logs
            "connect_args": {"connect_timeout": 5, "options": "-c statement_timeout=15000 -c timezone=UTC"},
        },
        "REDIS_URL": os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0",
        "PUBLIC_URL": public,
        "TRUSTED_HOSTS": hosts or None,
        "TRUST_PROXY": flag("TRUST_PROXY"),
        "VAR": Path(os.environ.get("C2D_VAR") or ROOT / "var").resolve(),
        "FILES": os.environ.get("FILES", "disk"),
        "SMTP_URL": os.environ.get("SMTP_URL", ""),
        "MAIL_FROM": os.environ.get("MAIL_FROM", "c2d@localhost"),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_UPLOAD": number("MAX_UPLOAD_MB", 25) * 1024 * 1024,
        "ARGON2": (number("ARGON2_TIME", 2), number("ARGON2_MEMORY", 19456), 1),
        "SESSION_COOKIE_NAME": "c2d",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": public.startswith("https://"),
        "OPEN_REGISTRATION": flag("OPEN_REGISTRATION", True),
        "ALLOW_PRIVATE_HOSTS": flag("ALLOW_PRIVATE_HOSTS", default=flag("DEMO")),
        "DEMO": flag("DEMO"),
        "LIVE_MAX_SOCKETS": number("LIVE_MAX_SOCKETS", 1000),
        "GEOIP_DB": city_file(),
    }

"""The company around the dialogs: roles, operators, channels, tags; and how to find it again."""

import hashlib
import json
from dataclasses import dataclass

import psycopg
from argon2 import PasswordHasher
from flask import Flask

from c2d.core import crypto
from c2d.operators.statuses import BUILT_IN
from tests.bench.seed.words import TAGS, name_of

PASSWORD = "bench-password-1"
# The cheapest that argon2 allows: signing in is not what is measured.
_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# Place in this list: a dialog's number modulo ten gives its channel.
CHANNELS = (
    ("telegram", "Поддержка"), ("whatsapp", "Магазин"), ("telegram", "Продажи"), ("vk", "Сообщество"),
    ("viber", "Рассылки"), ("telegram", "Поддержка"), ("whatsapp", "Магазин"), ("max", "Клиенты"),
    ("wa_cloud", "Номер 8-800"), ("widget", "Сайт"),
)


@dataclass(frozen=True)
class Hook:
    """Where a channel's provider posts: path and the secret it shows."""

    channel_id: int
    path: str
    secret: str


@dataclass(frozen=True)
class Company:
    """A seeded company. Emails stand in the order of the operators' numbers, administrator first."""

    id: int
    emails: tuple[str, ...]
    hooks: tuple[Hook, ...]
    password: str = PASSWORD


@dataclass
class Frame:
    """What the dialogs hang on: ids in the order of their numbers."""

    company_id: int
    operators: list[int]
    channels: list[int]
    tags: list[tuple[int, str, int]]


def make_frame(connection: psycopg.Connection, slug: str, operators: int, base_url: str, secret_key: str) -> Frame:
    """Store the company itself; `base_url` is where its channels send answers."""
    company = _one(connection, "INSERT INTO companies (name, settings) VALUES (%s, %s) RETURNING id",
                   f"ООО «Ромашка» {slug}", json.dumps({"bench": slug}))
    connection.execute("INSERT INTO company_counters (company_id) VALUES (%s)", [company])
    _statuses(connection, company)
    return Frame(
        company, _operators(connection, company, slug, operators),
        _channels(connection, company, slug, base_url, secret_key), _tags(connection, company),
    )


def find(connection: psycopg.Connection, slug: str) -> Company | None:
    """The company seeded under this name."""
    row = connection.execute("SELECT id FROM companies WHERE settings->>'bench' = %s", [slug]).fetchone()
    if row is None:
        return None
    emails = connection.execute("SELECT email FROM operators WHERE company_id = %s ORDER BY id", row).fetchall()
    hooks = connection.execute(
        "SELECT id, token, secret FROM channels WHERE company_id = %s AND transport = 'telegram' ORDER BY id", row,
    ).fetchall()
    return Company(row[0], tuple(e for e, in emails), tuple(Hook(i, f"/hooks/{t}", s) for i, t, s in hooks))


def _one(connection: psycopg.Connection, text: str, *values: object) -> int:
    return connection.execute(text, values).fetchone()[0]


def _statuses(connection: psycopg.Connection, company: int) -> None:
    """Nobody can sign in to a company without them."""
    for place, (key, hue, here) in enumerate(BUILT_IN):
        connection.execute("""
            INSERT INTO operator_statuses (company_id, key, hue, counts_online, for_assignment, position)
            VALUES (%s, %s, %s, %s, %s, %s)""", [company, key, hue, here, here, place])


def _operators(connection: psycopg.Connection, company: int, slug: str, count: int) -> list[int]:
    """One administrator, a tenth supervisors (three at least), the rest operators; one password for all."""
    roles = {
        base: _one(connection, "INSERT INTO roles (company_id, base) VALUES (%s, %s) RETURNING id", company, base)
        for base in ("administrator", "supervisor", "operator")
    }
    hashed = _hasher.hash(PASSWORD)
    made = []
    for n in range(count):
        base = "administrator" if n == 0 else "supervisor" if n <= max(3, count // 10) else "operator"
        first, last = name_of(n)
        made.append(_one(connection, """
            INSERT INTO operators (company_id, role_id, email, password_hash, first_name, last_name, status)
            VALUES (%s, %s, %s, %s, %s, %s, 'online') RETURNING id""",
            company, roles[base], f"operator{n}@{slug}.bench.example", hashed, first, last))
    return made


def _channels(connection: psycopg.Connection, company: int, slug: str, base_url: str, secret_key: str) -> list[int]:
    """Ids in the order of CHANNELS; a repeated pair is the same channel."""
    made: dict[tuple[str, str], int] = {}
    for n, (transport, name) in enumerate(CHANNELS):
        if (transport, name) in made:
            continue
        digest = hashlib.sha256(f"{slug} {company} {n}".encode()).hexdigest()
        sealed = _seal({"token": f"{100_000_000 + n}:{digest[:35]}"}, secret_key)
        made[transport, name] = _one(connection, """
            INSERT INTO channels (company_id, transport, name, account, token, secret, sealed, base_url)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
            company, transport, name, f"bench{n}", digest[:32], digest[32:], sealed, base_url)
    return [made[pair] for pair in CHANNELS]


def _tags(connection: psycopg.Connection, company: int) -> list[tuple[int, str, int]]:
    made = []
    for n, name in enumerate(TAGS):
        hue = n * 5 % 36
        made.append((_one(connection, "INSERT INTO tags (company_id, name, hue) VALUES (%s, %s, %s) RETURNING id",
                          company, name, hue), name, hue))
    return made


def _seal(values: dict, secret_key: str) -> str:
    app = Flask("seed")
    app.config["SECRET_KEY"] = secret_key
    with app.app_context():
        return crypto.seal(values)

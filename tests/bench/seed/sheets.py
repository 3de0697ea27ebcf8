"""Rows on their way into PostgreSQL: spooled to files, then copied in one transaction."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

BLOCK = 1 << 20
# Above so many rows an index is cheaper to build anew than to keep up to date.
REBUILD_FROM = 50_000


class Sheet:
    """The rows of one table, in the text format of COPY, on disk."""

    def __init__(self, table: str, columns: str):
        self.table = table
        self.columns = columns
        self.rows = 0
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")
        self.write = self._file.write

    def add(self, *values: object) -> None:
        """One row; texts must hold no tab, line break or backslash (the seeder's do not)."""
        self.rows += 1
        self.write("\t".join(["\\N" if v is None else str(v) for v in values]) + "\n")

    def add_line(self, line: str) -> None:
        """One row, made up by the caller, with its line break."""
        self.rows += 1
        self.write(line)

    def pour(self, connection: psycopg.Connection) -> None:
        """Copy into the table."""
        self._file.seek(0)
        with connection.cursor().copy(f"COPY {self.table} ({self.columns}) FROM STDIN") as copy:
            while block := self._file.read(BLOCK):
                copy.write(block)
        self._file.close()


def take_ids(connection: psycopg.Connection, table: str, count: int) -> int:
    """Reserve `count` ids in a row; the first of them."""
    sequence = connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table]).fetchone()[0]
    return take_numbers(connection, sequence, count)


def take_numbers(connection: psycopg.Connection, sequence: str, count: int) -> int:
    """Reserve `count` numbers of a sequence; the first of them."""
    first = connection.execute("SELECT nextval(%s::regclass)", [sequence]).fetchone()[0]
    if count > 1:
        connection.execute("SELECT setval(%s::regclass, %s)", [sequence, first + count - 1])
    return first


def pour_all(connection: psycopg.Connection, sheets: Mapping[str, Sheet]) -> None:
    """Copy every sheet, in the given order; big tables lose their indexes meanwhile."""
    _spare_foreign_keys(connection)
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for sheet in sheets.values():
        with _without_indexes(connection, sheet):
            sheet.pour(connection)


def _spare_foreign_keys(connection: psycopg.Connection) -> None:
    """The seeder's keys are right by construction; an ordinary user has them checked anyway."""
    try:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        pass


@contextmanager
def _without_indexes(connection: psycopg.Connection, sheet: Sheet) -> Iterator[None]:
    found = connection.execute("""
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = %s::regclass AND NOT EXISTS (
            SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""", [sheet.table]).fetchall()
    if sheet.rows < REBUILD_FROM:
        found = []
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in found:
        connection.execute(definition)

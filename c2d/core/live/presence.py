"""Which operators have a dialog open now, agreed between processes through Redis."""

import time
from collections.abc import Callable

from c2d.core.live.connection import Connection
from c2d.core.live.doorbell import RINGS, Doorbell

KEEP_SECONDS = 40
REFRESH_SECONDS = 15
AT_ONCE = 100

# One script, so that the list that is published last is also the list as it is last.
# KEYS: the dialog's sorted set. ARGV: now, member, expiry (0: leave), keep, channel, dialog.
_CHANGE = """
local gone = redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local changed
if ARGV[3] == '0' then
  changed = redis.call('ZREM', KEYS[1], ARGV[2])
else
  changed = redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[4])
end
if gone + changed > 0 then
  local list = {}
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    list[#list + 1] = tonumber(string.match(member, '^%d+'))
  end
  local notice = cjson.encode({t = 'viewers', dialog = tonumber(ARGV[6]), operators = list})
  redis.call('PUBLISH', ARGV[5], notice)
end
return 1
"""


class Presence:
    """Sockets' open dialogs; a change reaches all hubs as a notice of type 'viewers'.

    The notice is {"t": "viewers", "dialog": id, "operators": [ids]}. Entries of a killed process
    fall out after 40 s. While Redis is down each process speaks of its own sockets only.
    """

    def __init__(self, doorbell: Doorbell, here: Callable[[int, int], set[int]],
                 tell_here: Callable[[int, dict], None]):
        """`here(company, dialog)`: operators in this process; `tell_here` delivers in it."""
        self._doorbell = doorbell
        self._here = here
        self._tell_here = tell_here

    def enter(self, connection: Connection) -> None:
        """The socket shows the dialog of its viewer."""
        if connection.viewer.dialog_id is not None:
            self._change(connection, connection.viewer.dialog_id, time.time() + KEEP_SECONDS)

    def leave(self, connection: Connection, dialog_id: int | None) -> None:
        """The socket shows this dialog no longer."""
        if dialog_id is not None:
            self._change(connection, dialog_id, 0)

    def refresh(self, connections: list[Connection]) -> None:
        """Say of all these that they are still there; due every 15 s."""
        expiry = time.time() + KEEP_SECONDS
        self._pipe(connections, lambda pipe, connection, dialog_id: pipe.eval(
            *_arguments(connection, dialog_id, expiry)))

    def leave_silently(self, connections: list[Connection]) -> None:
        """Forget the sockets of a process that stops; their pages are back at once elsewhere."""
        self._pipe(connections, lambda pipe, connection, dialog_id: pipe.zrem(
            _key(connection.viewer.company_id, dialog_id), _member(connection)))

    def operators(self, company_id: int, dialog_id: int) -> set[int]:
        """Who has it open; of this process only while Redis is down."""
        members = self._doorbell.call(
            lambda r: r.zrangebyscore(_key(company_id, dialog_id), time.time(), "+inf"))
        if members is None:
            return self._here(company_id, dialog_id)
        return {int(member.split(b":")[0]) for member in members}

    def _change(self, connection: Connection, dialog_id: int, expiry: float) -> None:
        arguments = _arguments(connection, dialog_id, expiry)
        if self._doorbell.call(lambda r: r.eval(*arguments)) is None:
            company_id = connection.viewer.company_id
            operators = sorted(self._here(company_id, dialog_id))
            self._tell_here(company_id,
                            {"t": "viewers", "dialog": dialog_id, "operators": operators})

    def _pipe(self, connections: list[Connection], add: Callable) -> None:
        places = [(c, c.viewer.dialog_id) for c in connections if c.viewer.dialog_id is not None]
        for start in range(0, len(places), AT_ONCE):
            def send(r, some=places[start:start + AT_ONCE]):
                with r.pipeline(transaction=False) as pipe:
                    for connection, dialog_id in some:
                        add(pipe, connection, dialog_id)
                    return pipe.execute()
            self._doorbell.call(send)


def parse_operators(notice: dict) -> dict:
    """The notice with its operators as a list without repeats; Lua writes an empty one as {}."""
    return {**notice, "operators": sorted(set(notice.get("operators") or ()))}


def _arguments(connection: Connection, dialog_id: int, expiry: float) -> tuple:
    company_id = connection.viewer.company_id
    return (_CHANGE, 1, _key(company_id, dialog_id), time.time(), _member(connection), expiry,
            KEEP_SECONDS, f"{RINGS}{company_id}", dialog_id)


def _member(connection: Connection) -> str:
    return f"{connection.viewer.operator_id}:{connection.token}"


def _key(company_id: int, dialog_id: int) -> str:
    return f"c2d:seen:{company_id}:{dialog_id}"

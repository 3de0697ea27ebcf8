"""Where the answers of the seeded channels go: says yes to everything (`python -m tests.bench.provider PORT`)."""

import asyncio
import json
import re
import sys
import time
from itertools import count

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_ids = count(1_000_000)
LIFETIME = 3600.0


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length.group(1)) if length else 0)
            result = {"message_id": next(_ids), "date": int(time.time()), "chat": {"id": 1, "type": "private"}}
            body = json.dumps({"ok": True, "result": result}).encode()
            writer.write(_HEAD % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port)
    async with server:
        await asyncio.sleep(LIFETIME)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

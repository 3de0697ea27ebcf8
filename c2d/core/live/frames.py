"""Websocket frames, encoded once for all sockets, and the marks that end them."""

import struct

RESYNC = '<i id="resync" hx-swap-oob="true"></i>'

# The last frame to a page whose session is over: it asks for something, and is led to where the session is explained.
FAREWELL = '<i id="resync" data-done hx-get="/" hx-trigger="load" hx-swap="none" hx-swap-oob="true"></i>'


def text_frame(html: str) -> bytes:
    """The unmasked text frame of a server without extensions: the same bytes for every socket."""
    body = html.encode()
    size = len(body)
    if size < 126:
        head = struct.pack("!BB", 0x81, size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x81, 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 127, size)
    return head + body


def close_frame(code: int) -> bytes:
    """The close frame with this status code and no text."""
    return struct.pack("!BBH", 0x88, 2, code)


def seq_mark(seq: int) -> str:
    """The element that tells the page up to which event it is complete."""
    return f'<i id="seq" hidden data-seq="{seq}" hx-swap-oob="true"></i>'

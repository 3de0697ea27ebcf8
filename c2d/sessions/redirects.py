"""Where to after signing in: only to a page of ours."""

import re
from urllib.parse import urlsplit

# one slash, then neither a slash nor a backslash (browsers read both as "another host")
_OURS = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")


def safe_next(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` when it is a path on this site, `otherwise` when it could lead anywhere else."""
    if not wanted or len(wanted) > 2000 or not _OURS.fullmatch(wanted):
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else wanted

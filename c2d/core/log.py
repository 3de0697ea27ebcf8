"""One JSON line for each thing worth reading; never a secret, never a message's text."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SECRET = re.compile(r"(/hooks/|bot)[A-Za-z0-9:_-]{16,}|(token|secret|password|key)=[^\s&]+", re.IGNORECASE)


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "text": record.getMessage(),
        }
        line.update({k: str(v) for k, v in vars(record).items() if k not in STANDARD})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))


def redact(text: str) -> str:
    """Hooks' tokens, bots' tokens and named secrets become ***."""
    return _SECRET.sub(lambda m: (m.group(1) or m.group(2) + "=") + "***", text)


def init() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for noisy in ("httpx", "rq.worker", "werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

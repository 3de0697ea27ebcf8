"""Waiting for Redis to ring, and going on without it."""

import time

import redis as redis_errors
from flask import current_app

from c2d.core import redis

RECONNECT_EVERY = 2.0


class Bell:
    """Listens on one Redis channel; while Redis is away `wait` just waits."""

    def __init__(self, name: str):
        self._name, self._heard, self._next_try = name, None, 0.0

    def wait(self, seconds: float) -> bool:
        """True at the first ring, False after `seconds`; rings that piled up count as one."""
        until, rung = time.monotonic() + seconds, False
        try:
            while (left := until - time.monotonic()) > 0:
                if self._listener() is None:
                    time.sleep(left)
                    return False
                message = self._heard.get_message(timeout=left)
                rung = bool(message) and message["type"] == "message"
                if rung:
                    break
            while self._heard and self._heard.get_message(timeout=0):
                pass
        except (redis_errors.RedisError, OSError):
            self.close()
            time.sleep(max(0.0, min(until - time.monotonic(), 0.2)))
        return rung

    def close(self) -> None:
        if self._heard is not None:
            self._heard.close()
        self._heard, self._next_try = None, time.monotonic() + RECONNECT_EVERY

    def _listener(self):
        if self._heard is None and time.monotonic() >= self._next_try:
            connection = redis.connect(current_app.config["REDIS_URL"], socket_timeout=None)
            self._heard = connection.pubsub()
            self._heard.subscribe(self._name)
        return self._heard

"""Redis as a doorbell: short calls that never raise, and an ear that hears the rings."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis

from c2d.core.redis import connect

log = logging.getLogger(__name__)

CONTROL = "c2d:ctl"
RINGS = "c2d:ev:"
# A connect and a command may both wait this long; together they stay within half a second.
PATIENCE = 0.25
QUIET_SECONDS = 1.0


def client(url: str) -> redis.Redis:
    """A Redis client without retries: with the library's own, a dead Redis costs 4.6 s a call."""
    return connect(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


class Doorbell:
    """Calls to Redis which may fail; after a failure none is tried for a second."""

    def __init__(self, url: str | None):
        self._redis = client(url) if url else None
        self._quiet_until = 0.0

    def call(self, do: Callable[[redis.Redis], Any]) -> Any:
        """What `do(redis)` returns, or None when Redis is down, slow or not configured."""
        if self._redis is None or time.monotonic() < self._quiet_until:
            return None
        try:
            return do(self._redis)
        except redis.ResponseError:
            log.exception("redis refused a command")
        except (redis.RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("redis does not answer: %s", error)
        return None

    def ring(self, channel: str, text: str) -> bool:
        """Publish; True when Redis took it."""
        return self.call(lambda r: r.publish(channel, text)) is not None


class Ear:
    """One thread that listens to the channels of wanted companies and tells `heard(company, text)`.

    company is None for control notices; text is None when a subscription has just (again)
    become good, so that whatever rang meanwhile must be looked for.
    """

    def __init__(self, url: str, heard: Callable[[int | None, str | None], None]):
        self._url = url
        self._heard = heard
        self._wanted: set[int] = set()
        self._lock = threading.Lock()
        self._pubsub: redis.client.PubSub | None = None
        self.hears = False

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._run, name="live-ear", daemon=True).start()

    def follow(self, company_id: int, wanted: Callable[[int], bool]) -> None:
        """Listen to this company or no longer, as `wanted(company_id)` says now."""
        with self._lock:
            if wanted(company_id) == (company_id in self._wanted):
                return
            self._wanted ^= {company_id}
            verb = "subscribe" if company_id in self._wanted else "unsubscribe"
            self._try(verb, company_id)

    def _try(self, verb: str, company_id: int) -> None:
        if self._pubsub is None:
            return
        try:
            getattr(self._pubsub, verb)(f"{RINGS}{company_id}")
        except (redis.RedisError, OSError):
            # The listening thread meets the same error and subscribes to all again.
            self.hears = False

    def _run(self) -> None:
        while True:
            try:
                self._listen()
            except (redis.RedisError, OSError) as error:
                log.warning("redis is not heard: %s", error)
            except Exception:
                log.exception("the ear of the live hub")
            self.hears = False
            with self._lock:
                self._pubsub = None
            time.sleep(0.5)

    def _listen(self) -> None:
        source = connect(self._url, socket_timeout=1.0, socket_connect_timeout=1.0, health_check_interval=10)
        with source, source.pubsub() as pubsub:
            pubsub.subscribe(CONTROL)
            with self._lock:
                if self._wanted:
                    pubsub.subscribe(*(f"{RINGS}{company}" for company in self._wanted))
                self._pubsub = pubsub
            while True:
                message = pubsub.get_message(timeout=5.0)
                if message is not None:
                    self._take(message)

    def _take(self, message: dict) -> None:
        self.hears = True
        channel = message["channel"].decode()
        company = None if channel == CONTROL else int(channel.removeprefix(RINGS))
        if message["type"] == "subscribe":
            self._heard(company, None)
        elif message["type"] == "message":
            self._heard(company, message["data"].decode())


def parse_notice(text: str) -> dict | None:
    """The JSON object of a notice; None when it is none."""
    try:
        notice = json.loads(text)
    except ValueError:
        return None
    return notice if isinstance(notice, dict) else None

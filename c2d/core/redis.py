"""Redis, the doorbell: never slow, never trusted with a promise.

Nothing here raises when Redis is away: whoever waits looks into the database by itself.
"""

import os

import redis
from flask import Flask, current_app
from redis.backoff import NoBackoff
from redis.retry import Retry


def connect(url: str, **options) -> redis.Redis:
    """A client that fails at once (redis-py's own retries block a request for seconds)."""
    options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0), **options}
    if url.startswith("rediss://") and os.environ.get("REDIS_SSL_VERIFY") == "0":
        options["ssl_cert_reqs"] = None
    return redis.Redis.from_url(url, **options)


def init_app(app: Flask) -> None:
    app.extensions["redis"] = connect(app.config["REDIS_URL"])


def client() -> redis.Redis:
    """The application's client with short timeouts."""
    return current_app.extensions["redis"]


def publish(channel: str, message: str) -> None:
    """Ring; silently lost when Redis is away."""
    try:
        client().publish(channel, message)
    except redis.RedisError:
        pass

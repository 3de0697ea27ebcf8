"""How gunicorn serves c2d; every number can be changed through the environment."""

import gc
import os
import signal
import sys
import threading

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker


def _number(name, default):
    return int(os.environ.get(name) or default)


class Worker(ThreadWorker):
    """gunicorn's threads, but what lingers after the last answer of a connection lingers in a thread of the pool.

    gunicorn waits for the client's end in its main thread, where connections are taken in and handed out: a client
    that asked for `Connection: close` and did not hang up kept everybody else waiting for two seconds.
    """

    def handle(self, conn):
        goes_on = super().handle(conn)
        if not goes_on:
            util.close_graceful(conn.sock)
        return goes_on

    def finish_request(self, conn, fs):
        if conn.sock.fileno() >= 0:
            super().finish_request(conn, fs)
        else:
            # Closed above, or by a websocket. gunicorn would stumble over that and count the connection down twice,
            # and a worker that counts none any more does not wait for those it has when it is told to stop.
            self.nr_conns -= 1


bind = f"{os.environ.get('C2D_HOST') or '0.0.0.0'}:{_number('PORT', 8000)}"
_kind = os.environ.get("WEB_WORKER_CLASS") or "gthread"
worker_class = Worker if _kind == "gthread" else _kind
# Loaded once, before the workers part, so that they share it. Nothing is connected by then and no thread runs.
preload_app = _kind == "gthread"
workers = _number("WEB_CONCURRENCY", 2)
# An open chats page holds a socket and with it a thread; threads are made only when needed.
threads = _number("WEB_THREADS", 256)
# What goes beyond the threads may be kept open between requests. An answer too many is the connection's last.
worker_connections = threads + 1024
backlog = 1024

timeout = 60
# Hosts kill 30 seconds after SIGTERM.
graceful_timeout = 25
keepalive = 20
# The heartbeat file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None

limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
# Only TRUST_PROXY decides whether a forwarded header is believed, and the application does that.
forwarded_allow_ips = ""

control_socket_disable = True
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") == "1" else None
loglevel = os.environ.get("WEB_LOG_LEVEL") or "warning"


def when_ready(server):
    """What is loaded stays: a collection that looked at it would write to it and end the sharing."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker):
    """Close the sockets as soon as a stop is asked for, or each would be waited for until it is killed."""
    stop_gracefully = signal.getsignal(signal.SIGTERM)

    def stop(number, frame):
        # A handler that took the hub's locks could wait for the very code it interrupted.
        threading.Thread(target=_close_sockets, daemon=True).start()
        stop_gracefully(number, frame)

    signal.signal(signal.SIGTERM, stop)
    signal.siginterrupt(signal.SIGTERM, False)


def _close_sockets():
    # Imported by the application, never from here: another application may be served with these settings.
    live = sys.modules.get("c2d.core.live")
    if hasattr(live, "close_all"):
        live.close_all()

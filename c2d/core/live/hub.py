"""The hub of one process: hands the events of companies to the sockets it holds."""

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

from flask import Flask

from c2d.core.live import rights
from c2d.core.live.batch import Batch
from c2d.core.live.connection import Connection
from c2d.core.live.contract import Wiring
from c2d.core.live.doorbell import CONTROL, RINGS, Doorbell, Ear, parse_notice
from c2d.core.live.feeds import Feeds
from c2d.core.live.inbox import Inbox
from c2d.core.live.presence import Presence, parse_operators
from c2d.core.live.watch import Watch

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
MARK_SECONDS = 1.0
BATCH_EVENTS = 100
TURNS = 4
SERVICE_RESTART = 1012


class Hub:
    """Sockets, their companies' cursors, and one thread that reads events and sends them."""

    def __init__(self, app: Flask, wiring: Wiring):
        url = app.config.get("REDIS_URL")
        self.app = app
        self.wiring = wiring
        self.limit = int(app.config.get("LIVE_MAX_SOCKETS") or 1000)
        self.feeds = Feeds()
        self.closing = False
        self._inbox = Inbox()
        self._doorbell = Doorbell(url)
        self._ear = Ear(url, self._heard) if url else None
        self.presence = Presence(self._doorbell, self.feeds.operators_at, self._tell_here)
        self._turns = ThreadPoolExecutor(TURNS, thread_name_prefix="live-turn")
        self._lag = 0
        self._started = False
        self._start_lock = threading.Lock()

    # Ringing: any thread of any process

    def publish(self, company_id: int, seq: int) -> None:
        self._inbox.put("ring", company_id, seq)
        self._doorbell.ring(f"{RINGS}{company_id}", str(seq))

    def notify(self, company_id: int, notice: dict) -> None:
        if not self._doorbell.ring(f"{RINGS}{company_id}", json.dumps(notice)):
            self._tell_here(company_id, notice)

    def control(self, notice: dict) -> None:
        self._inbox.put("control", None, notice)
        self._doorbell.ring(CONTROL, json.dumps(notice))

    # Sockets: their own threads

    @property
    def full(self) -> bool:
        """Must further sockets be refused?"""
        return self.closing or len(self.feeds) >= self.limit

    def attach(self, connection: Connection) -> None:
        """Take the socket in; it hears nothing before its hello."""
        self._start()
        if self.feeds.add(connection) and self._ear:
            self._ear.follow(connection.viewer.company_id, self.feeds.has)
        if self.closing:
            connection.close(SERVICE_RESTART)

    def detach(self, connection: Connection) -> None:
        """The socket has ended."""
        connection.hold()
        if self.feeds.remove(connection) and self._ear:
            self._ear.follow(connection.viewer.company_id, self.feeds.has)

    def go_live(self, connection: Connection) -> bool:
        """Let the hub's thread send to it; False when it lacks events the hub has handed out."""
        live, first = self.feeds.go_live(connection)
        if first:
            # What rang before there was a cursor was not looked for.
            self._inbox.put("ring", connection.viewer.company_id, None)
        return live

    def in_app(self, do: Callable, *args: Any) -> Any:
        """Run in an application context of its own, without the socket's request."""
        def inside():
            with self.app.app_context():
                return do(*args)
        return Context().run(inside)

    def in_turn(self, do: Callable, *args: Any) -> None:
        """Run in_app in one of a few threads and wait.

        After a restart every page comes back at once, and the database's connections are for
        requests too; nor shall each socket's thread keep a stack as deep as a template needs.
        """
        self._turns.submit(self.in_app, do, *args).result()

    def facts(self) -> dict:
        return {"sockets": len(self.feeds), "companies": len(self.feeds.companies()),
                "lag": self._lag, "doorbell": bool(self._ear and self._ear.hears),
                "stalled": sum(c.wire.stalled for c in self.feeds.connections())}

    def close_all(self) -> None:
        self.closing = True
        threading.Thread(target=self._send_away, name="live-goodbye").start()

    def _send_away(self) -> None:
        connections = self.feeds.connections()
        for connection in connections:
            connection.close(SERVICE_RESTART)
        self.presence.leave_silently(connections)
        deadline = time.monotonic() + 0.4
        while len(self.feeds) and time.monotonic() < deadline:
            time.sleep(0.01)
        for connection in self.feeds.connections():
            connection.wire.cut()

    # The hub's thread

    def _start(self) -> None:
        with self._start_lock:
            if self._started:
                return
            self._started = True
            self._inbox.open()
            if self._ear:
                self._ear.start()
            threading.Thread(target=self._run, name="live-hub", daemon=True).start()
            Watch(self).start()

    def _run(self) -> None:
        look_at = mark_at = time.monotonic()
        while True:
            try:
                self._work(min(look_at, mark_at) - time.monotonic())
                now = time.monotonic()
                if now >= mark_at:
                    mark_at = now + MARK_SECONDS
                    self._mark()
                if now >= look_at:
                    look_at = now + LOOK_SECONDS
                    self._safely(self._look_everywhere)
            except Exception:
                log.exception("the live hub")
                time.sleep(0.1)

    def _work(self, patience: float) -> None:
        rings, others = self._inbox.take(patience)
        for company_id, seq in rings.items():
            if self.feeds.lacks(company_id, seq):
                self._safely(self._look, company_id)
        for kind, company_id, what in others:
            if kind == "notice":
                self._safely(self._pass_on, company_id, what)
            elif kind == "viewers":
                self._safely(self._show_viewers, company_id)
            else:
                self._safely(rights.apply, self, what)

    def _safely(self, do: Callable, *args: Any) -> None:
        try:
            self.in_app(do, *args)
        except Exception:
            # No cursor has moved past what was not sent: the next look finds it.
            log.exception("the live hub")

    def _look_everywhere(self) -> None:
        companies = self.feeds.companies()
        if not companies:
            return
        newest = self.wiring.newest_seq(companies)
        behind = {c: newest.get(c, 0) - self.feeds.cursor(c, newest.get(c, 0)) for c in companies}
        self._lag = max(0, *behind.values())
        for company_id, lag in behind.items():
            if lag > 0:
                self._look(company_id)

    def _look(self, company_id: int) -> None:
        while (after := self.feeds.cursor(company_id)) is not None:
            events = self.wiring.load_events(company_id, after, BATCH_EVENTS)
            if not events:
                return
            self._deliver(company_id, after, events)
            if len(events) < BATCH_EVENTS:
                return

    def _deliver(self, company_id: int, after: int, events) -> None:
        upto = events[-1].seq
        for concerned in self.wiring.rights_changed(events):
            rights.renew(self, company_id, concerned)
        # Whoever goes live after this has been through `upto` by itself.
        targets = self.feeds.advance(company_id, after, upto)
        try:
            pushes = self.wiring.pushes(company_id, events, [c.viewer for c in targets])
            batch = Batch(pushes, upto, self.wiring.reading)
        except Exception:
            log.exception("pushes of events %s to %s", after, upto)
            batch = Batch((), upto, self.wiring.reading)
            for connection in targets:
                connection.resync()
        for connection in targets:
            connection.take(batch)

    def _mark(self) -> None:
        for connection in self.feeds.live_connections():
            connection.mark()

    def _pass_on(self, company_id: int, notice: dict) -> None:
        if notice.get("t") == "viewers":
            notice = parse_operators(notice)
        batch = Batch(self.wiring.transient_pushes(company_id, notice), None, self.wiring.reading)
        for connection in self.feeds.live_connections(company_id):
            connection.take_notice(batch)

    def _show_viewers(self, company_id: int) -> None:
        # Who came while the subscription was not good yet was not heard of.
        for dialog_id in self.feeds.dialogs(company_id):
            operators = list(self.presence.operators(company_id, dialog_id))
            self._pass_on(company_id, {"t": "viewers", "dialog": dialog_id,
                                       "operators": operators})

    def _heard(self, company_id: int | None, text: str | None) -> None:
        if text is None:
            if company_id is not None:
                self._inbox.put("ring", company_id, None)
                self._inbox.put("viewers", company_id, None)
        elif text.isdigit():
            self._inbox.put("ring", company_id, int(text))
        elif (notice := parse_notice(text)) is not None:
            self._inbox.put("control" if company_id is None else "notice", company_id, notice)

    def _tell_here(self, company_id: int, notice: dict) -> None:
        self._inbox.put("notice", company_id, notice)

"""The simulated client answers operators by itself: some seconds after a reply, once for each, until the script ends."""

from flask_babel import force_locale

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.jobs import Periodic, job
from c2d.core.sql import Row, platform
from c2d.core.tenancy import all_companies
from c2d.demo import client
from c2d.demo.script import lines

THINKS = "3 seconds"
FORGETS = "1 hour"  # a reply that old stays unanswered
ANSWER = "answer-"  # begins the id of an answer and ends with that of the message it answers

# Demo channels are few; of their dialogs only those that moved lately are looked at.
_due = platform(f"""
    SELECT h.company_id, h.id AS channel_id, c.external_id, c.name, k.locale, m.id AS message_id,
           (SELECT count(*) FROM messages a WHERE a.company_id = d.company_id AND a.dialog_id = d.id
            AND a.kind = 'from_client' AND a.provider_id LIKE '{ANSWER}%%') AS answered
    FROM channels h
    JOIN companies k ON k.id = h.company_id
    JOIN dialogs d ON d.company_id = h.company_id AND d.channel_id = h.id AND d.state = 'open'
      AND d.sort_at > %(now)s - interval '{FORGETS}'
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    JOIN LATERAL (SELECT id, kind, status, at FROM messages x WHERE x.company_id = d.company_id AND x.dialog_id = d.id
                  AND x.kind <> 'comment' ORDER BY x.id DESC LIMIT 1) m ON true
    WHERE h.transport = 'demo' AND h.state <> 'disabled' AND h.base_url = '' AND m.kind = 'to_client'
      AND m.status IN ('sent', 'delivered', 'read')
      AND m.at BETWEEN %(now)s - interval '{FORGETS}' AND %(now)s - interval '{THINKS}'
    LIMIT 100""")  # noqa: S608


@job
def answer_all() -> None:
    """Answer whoever waits. A second worker delivers the same ids, and a delivery counts once."""
    with all_companies("the demo clients of every company answer"):
        due = _due.all(now=now())
        db.session.rollback()
    for row in due:
        _answer(row)


def _answer(row: Row) -> None:
    with force_locale(row.locale):
        script = lines()
    if row.answered < len(script):
        message = {"id": f"{ANSWER}{row.message_id}", "text": script[row.answered]}
        who = {"id": row.external_id, "name": row.name}
        client.deliver(row.company_id, row.channel_id, {"client": who, "message": message})


PERIODIC = [Periodic("demo-client-answers", 3, answer_all, queue="low")]

"""The least SQL that each goal can be reached with; the floor's own tables for what it writes."""

SCHEMA = """
DROP TABLE IF EXISTS floor_dialogs, floor_messages, floor_events, floor_sendings, floor_counters, floor_inbox;
CREATE TABLE floor_dialogs AS
    SELECT company_id, id, client_id, name, preview, sort_at, unread FROM dialogs WHERE company_id = %(company)s;
ALTER TABLE floor_dialogs SET (fillfactor = 70), ADD PRIMARY KEY (company_id, id);
CREATE INDEX ON floor_dialogs (company_id, sort_at, id);
CREATE TABLE floor_messages (
    company_id bigint, id bigint GENERATED ALWAYS AS IDENTITY, dialog_id bigint, kind text, body text,
    provider_id text UNIQUE, at timestamptz DEFAULT now(), PRIMARY KEY (company_id, id));
CREATE INDEX ON floor_messages (company_id, dialog_id, id);
CREATE TABLE floor_inbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, provider_id text UNIQUE, body bytea);
CREATE TABLE floor_sendings (message_id bigint PRIMARY KEY, dialog_id bigint, next_at timestamptz DEFAULT now());
CREATE TABLE floor_counters (company_id bigint PRIMARY KEY, seq bigint) WITH (fillfactor = 40);
INSERT INTO floor_counters VALUES (%(company)s, 0);
CREATE TABLE floor_events (
    company_id bigint, seq bigint, kind text, dialog_id bigint, message_id bigint, at timestamptz DEFAULT now(),
    PRIMARY KEY (company_id, seq));
ANALYZE floor_dialogs;
"""

# Taking in: store the message, update the dialog's row.
STORE = """
    INSERT INTO floor_messages (company_id, dialog_id, kind, body, provider_id)
    VALUES (%(company)s, %(dialog)s, 'from_client', %(text)s, %(key)s)
    ON CONFLICT (provider_id) DO NOTHING RETURNING id"""
TOUCH = """
    UPDATE floor_dialogs SET preview = %(text)s, sort_at = now(), unread = unread + 1
    WHERE company_id = %(company)s AND id = %(dialog)s"""

# Acknowledging: the raw body, once.
KEEP = "INSERT INTO floor_inbox (provider_id, body) VALUES (%(key)s, %(body)s) ON CONFLICT (provider_id) DO NOTHING"

# The operator's whole job: message, promise to send it, fact, dialog.
REPLY = """
    INSERT INTO floor_messages (company_id, dialog_id, kind, body, provider_id)
    VALUES (%(company)s, %(dialog)s, 'to_client', %(text)s, %(key)s) RETURNING id, at"""
PROMISE = "INSERT INTO floor_sendings (message_id, dialog_id) VALUES (%(message)s, %(dialog)s)"
ANSWERED = """
    UPDATE floor_dialogs SET preview = %(text)s, sort_at = now(), unread = 0
    WHERE company_id = %(company)s AND id = %(dialog)s"""
BUMP = "UPDATE floor_counters SET seq = seq + 1 WHERE company_id = %(company)s RETURNING seq"
FACT = """
    INSERT INTO floor_events (company_id, seq, kind, dialog_id, message_id)
    VALUES (%(company)s, %(seq)s, 'message_sent', %(dialog)s, %(message)s)"""

# Reading: the product's own tables and indexes.
ROWS = """
    SELECT id, name, transport, preview, unread, sort_at, tags FROM dialogs
    WHERE company_id = %(company)s ORDER BY sort_at DESC, id DESC LIMIT 50"""
HEAD = """
    SELECT d.name, d.transport, d.state, c.name, c.login, c.comment FROM dialogs d
    JOIN client_cards c ON c.company_id = d.company_id AND c.id = d.card_id
    WHERE d.company_id = %(company)s AND d.id = %(dialog)s"""
LOG = """
    SELECT id, kind, text, status, at FROM messages
    WHERE company_id = %(company)s AND dialog_id = %(dialog)s ORDER BY id DESC LIMIT 50"""
SEARCH = """
    SELECT d.id, d.name, d.transport, d.preview, d.unread, d.sort_at, d.tags FROM client_cards c
    JOIN dialogs d ON d.company_id = c.company_id AND d.card_id = c.id
    WHERE c.company_id = %(company)s AND c.search LIKE %(pattern)s
    ORDER BY d.sort_at DESC, d.id DESC LIMIT 50"""

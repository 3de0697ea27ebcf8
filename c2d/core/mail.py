"""Outgoing mail: by SMTP when SMTP_URL is set, else into the log, for whoever runs the instance."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

TIMEOUT = 15
_log = logging.getLogger("c2d.mail")


def send(to: str, subject: str, body: str, gist: str) -> None:
    """Send plain text; without SMTP only `gist` (a link) is logged. Raises OSError, SMTPException."""
    url = current_app.config["SMTP_URL"]
    if not url:
        _log.warning("no SMTP_URL, so this mail was not sent: %s", gist)
        return
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = current_app.config["MAIL_FROM"], to, subject
    message.set_content(body)
    with _connect(url) as server:
        server.send_message(message)


def _connect(url: str) -> smtplib.SMTP:
    """`smtp://user:password@host:587` (STARTTLS when offered) or `smtps://…` (TLS from the start)."""
    address = urlsplit(url)
    host, secure = address.hostname or "localhost", ssl.create_default_context()
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(host, address.port or 25, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=secure)
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server

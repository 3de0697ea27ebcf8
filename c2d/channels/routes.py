"""Settings > Accounts: connect, check, rename, switch off and on."""

from flask import abort, redirect, render_template, request, url_for

from c2d.channels import bp, connecting, quarantine
from c2d.channels.contract import ChannelError
from c2d.channels.forms import ConnectForm
from c2d.channels.queries import connected, one_connected
from c2d.channels.transports import TRANSPORTS, Transport, connectable
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.permissions import COMPANY_ADMIN


@bp.get("/settings/accounts", needs="accounts")
def accounts():
    return render_template("channels/index.html", accounts=connected())


@bp.get("/settings/accounts/new", needs="accounts.connect")
def catalogue():
    return render_template("channels/catalogue.html", transports=connectable())


@bp.get("/settings/accounts/new/<transport>", needs="accounts.connect")
def connection(transport: str):
    return _form(ConnectForm(_transport(transport)))


@bp.post("/settings/accounts/new/<transport>", needs="accounts.connect", staff=False)
def connect(transport: str):
    form = ConnectForm.read(_transport(transport), request.form, operator().is_administrator)
    if form.errors:
        return _form(form), 422
    try:
        channel_id = connecting.connect(form)
    except ChannelError as error:
        form.refuse(error)
        return _form(form), 422
    except Refused as no:
        form.errors[no.field or ""] = no.message
        return _form(form), 422
    return redirect(url_for("channels.account", channel_id=channel_id, done="connected"), 303)


@bp.get("/settings/accounts/<int:channel_id>", needs="accounts.connect")
def account(channel_id: int):
    return _page(channel_id)


@bp.post("/settings/accounts/<int:channel_id>/check", needs="accounts.connect")
def check(channel_id: int):
    connecting.check(channel_id)
    return redirect(url_for("channels.account", channel_id=channel_id, done="checked"), 303)


@bp.post("/settings/accounts/<int:channel_id>/name", needs="accounts.connect")
def rename(channel_id: int):
    name = request.form.get("name", "")
    try:
        in_transaction(lambda: connecting.rename(channel_id, name))
    except Refused as no:
        return _page(channel_id, typed=name, problem=no.message), no.status
    return redirect(url_for("channels.account", channel_id=channel_id, done="saved"), 303)


@bp.post("/settings/accounts/<int:channel_id>/server", needs=COMPANY_ADMIN, staff=False)
def move(channel_id: int):
    server = request.form.get("base_url", "")
    try:
        in_transaction(lambda: connecting.move(channel_id, server))
    except Refused as no:
        return _page(channel_id, server=server, server_problem=no.message), no.status
    connecting.check(channel_id)
    return redirect(url_for("channels.account", channel_id=channel_id, done="saved"), 303)


@bp.post("/settings/accounts/<int:channel_id>/credentials", needs="accounts.connect", staff=False)
def replace_secrets(channel_id: int):
    form = ConnectForm.secrets_of(_transport(one_connected(channel_id).channel.transport), request.form)
    if not form.errors:
        try:
            connecting.replace_secrets(channel_id, form)
            return redirect(url_for("channels.account", channel_id=channel_id, done="saved"), 303)
        except ChannelError as error:
            form.refuse(error)
        except Refused as no:
            form.errors[no.field or ""] = no.message
    return _page(channel_id, secrets=form), 422


@bp.post("/settings/accounts/<int:channel_id>/retrial", needs="accounts.connect")
def retrial(channel_id: int):
    in_transaction(lambda: quarantine.release(channel_id))
    return redirect(url_for("channels.account", channel_id=channel_id, done="retried"), 303)


@bp.post("/settings/accounts/<int:channel_id>/pause", needs="accounts.connect")
def disable(channel_id: int):
    connecting.disable(channel_id)
    return redirect(url_for("channels.account", channel_id=channel_id, done="disabled"), 303)


@bp.post("/settings/accounts/<int:channel_id>/resumption", needs="accounts.connect")
def enable(channel_id: int):
    connecting.check(channel_id, enable=True)
    return redirect(url_for("channels.account", channel_id=channel_id, done="enabled"), 303)


def _transport(key: str) -> Transport:
    row = TRANSPORTS.get(key)
    return row if row and row.connectable else abort(404)


def _form(form: ConnectForm) -> str:
    return render_template("channels/connect.html", form=form)


def _page(channel_id: int, typed: str | None = None, problem: str = "",
          server: str | None = None, server_problem: str = "", secrets: ConnectForm | None = None) -> str:
    found = one_connected(channel_id)
    address = found.channel.base_url if server is None else server
    return render_template(
        "channels/account.html", found=found, channel=found.channel, problem=problem,
        hook=connecting.hook_url(found.channel.token), name=found.channel.name if typed is None else typed,
        server=address, server_problem=server_problem, secrets=secrets or ConnectForm(found.transport),
        kept=quarantine.newest(found.channel) if found.unrecognised else [],
    )

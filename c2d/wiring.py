"""What is connected to what: the slices in order, reactions to facts, periodic work."""

from flask import Flask

from c2d import blacklist, channels, clients, companies, demo, dialogs, messages, operators, roles, sessions, tags, workspace
from c2d.blacklist import display as blacklist_display
from c2d.blacklist import events as blacklist_events
from c2d.blacklist import jobs as blacklist_jobs
from c2d.blacklist import live as blacklist_live
from c2d.blacklist import models as _blacklist  # noqa: F401
from c2d.blacklist import routes as _blacklist_routes  # noqa: F401
from c2d.blacklist import settings_routes as _blacklist_settings_routes  # noqa: F401
from c2d.channels import events as channel_events
from c2d.channels import inbound, outbox, queue, sender
from c2d.channels import jobs as channel_jobs
from c2d.channels import models as _channels  # noqa: F401
from c2d.channels import routes as _channel_routes  # noqa: F401
from c2d.channels.handover import HANDOVER
from c2d.channels.hook_door import HookDoor
from c2d.clients import contact_routes as _contact_routes  # noqa: F401
from c2d.clients import custom_fields, link_live
from c2d.clients import duplicate_routes as _duplicate_routes  # noqa: F401
from c2d.clients import events as client_events
from c2d.clients import link_routes as _link_routes  # noqa: F401
from c2d.clients import live as client_live
from c2d.clients import models as _clients  # noqa: F401
from c2d.clients import routes as _client_routes  # noqa: F401
from c2d.clients import settings_routes as _client_settings_routes  # noqa: F401
from c2d.clients import tag_routes as _tag_routes  # noqa: F401
from c2d.companies import audit_routes
from c2d.companies import events as company_events
from c2d.companies import models as _companies  # noqa: F401
from c2d.companies import routes as _company_routes  # noqa: F401
from c2d.core import gate, health, live
from c2d.core.db import mirror_defaults
from c2d.core.events import REACTIONS, Reactions, on_commit
from c2d.core.jobs import Periodic
from c2d.demo import answering as demo_answering
from c2d.demo import links as demo_links
from c2d.demo import routes as _demo_routes  # noqa: F401
from c2d.demo import telegram as demo_telegram
from c2d.dialogs import action_routes as _dialog_action_routes  # noqa: F401
from c2d.dialogs import closing, handing_on
from c2d.dialogs import events as dialog_events
from c2d.dialogs import live as dialog_live
from c2d.dialogs import models as _dialogs  # noqa: F401
from c2d.dialogs import routes as _dialog_routes  # noqa: F401
from c2d.messages import events as message_events
from c2d.messages import file_routes as _file_routes  # noqa: F401
from c2d.messages import jobs as message_jobs
from c2d.messages import live as message_live
from c2d.messages import models as _messages  # noqa: F401
from c2d.messages import outgoing, receiving
from c2d.messages import routes as _message_routes  # noqa: F401
from c2d.operators import events as operator_events
from c2d.operators import group_routes as _group_routes  # noqa: F401
from c2d.operators import models as _operators  # noqa: F401
from c2d.operators import moving
from c2d.operators import page_routes as _operator_page_routes  # noqa: F401
from c2d.operators import routes as _operator_routes  # noqa: F401
from c2d.operators import status_routes as _status_routes  # noqa: F401
from c2d.operators.first_password import FIRST_PASSWORD
from c2d.roles import events as role_events
from c2d.roles import models as _roles  # noqa: F401
from c2d.roles import routes as _role_routes  # noqa: F401
from c2d.sessions import active_routes as _active_session_routes  # noqa: F401
from c2d.sessions import door, passwords, previewing, reset, technical, technical_trail, termination
from c2d.sessions import events as session_events
from c2d.sessions import invitation_routes as _invitation_routes  # noqa: F401
from c2d.sessions import jobs as session_jobs
from c2d.sessions import live as session_live
from c2d.sessions import models as _sessions  # noqa: F401
from c2d.sessions import password_routes as _password_routes  # noqa: F401
from c2d.sessions import policy_routes as _policy_routes  # noqa: F401
from c2d.sessions import preview_routes as _preview_routes  # noqa: F401
from c2d.sessions import registration_routes as _registration_routes  # noqa: F401
from c2d.sessions import routes as _session_routes  # noqa: F401
from c2d.sessions import second_step_routes as _second_step_routes  # noqa: F401
from c2d.sessions import security_routes as _security_routes  # noqa: F401
from c2d.sessions import technical_routes as _technical_routes  # noqa: F401
from c2d.tags import events as tag_events
from c2d.tags import models as _tags  # noqa: F401
from c2d.workspace import account_routes as _account_routes  # noqa: F401
from c2d.workspace import leaving_routes as _leaving_routes  # noqa: F401
from c2d.workspace import live as rail_live
from c2d.workspace import open_pages, rail
from c2d.workspace import routes as _workspace_routes  # noqa: F401

# A slice imports only slices that stand before it; to reach a later one it emits an event.
SLICES = (
    "companies", "roles", "operators", "sessions", "tags", "channels", "clients", "blacklist", "dialogs",
    "messages", "demo", "workspace",
)
BLUEPRINTS = (
    companies.bp, roles.bp, operators.bp, sessions.bp, tags.bp, channels.bp, inbound.bp, clients.bp, blacklist.bp, dialogs.bp,
    messages.bp, demo.bp, demo_telegram.bp, workspace.bp,
)
PERIODIC = [
    *channel_jobs.PERIODIC, *blacklist_jobs.PERIODIC, *message_jobs.PERIODIC, *demo_answering.PERIODIC,
    Periodic("forget-old-tries", 3600, session_jobs.forget_old_tries, queue="low"),
    Periodic("send-idle-offline", 60, session_jobs.send_idle_offline, queue="low"),
    Periodic("end-technical-access", 60, technical.end_those_over),
]

# Runs in the worker process as long as that does.
BESIDE = [sender.keep_sending]

# What happens when: `inline` in the transaction of the fact, `later` from the outbox, in batches.
REACTIONS.update({
    company_events.CompanyRegistered: Reactions(),
    company_events.SettingsChanged: Reactions(),
    company_events.AuditExported: Reactions(),
    company_events.LicenceChanged: Reactions(),
    operator_events.OperatorAdded: Reactions(),
    operator_events.OperatorStatusChanged: Reactions(),
    operator_events.OperatorChanged: Reactions(inline=[reset.end_of_address]),
    operator_events.OperatorAccessChanged: Reactions(),
    operator_events.OperatorBlocked: Reactions(inline=[termination.end_of_operator, handing_on.end_of_operator]),
    operator_events.OperatorRestored: Reactions(),
    operator_events.OperatorDeleted: Reactions(inline=[termination.end_of_operator, handing_on.end_of_operator]),
    operator_events.InvitationSent: Reactions(),
    operator_events.InvitationAccepted: Reactions(),
    operator_events.StatusRulesChanged: Reactions(),
    operator_events.GroupAdded: Reactions(),
    operator_events.GroupChanged: Reactions(),
    operator_events.GroupDeleted: Reactions(),
    role_events.RoleAdded: Reactions(),
    operator_events.OperatorEmailChanged: Reactions(inline=[reset.end_of_address]),
    role_events.RoleChanged: Reactions(),
    role_events.RoleRenamed: Reactions(),
    role_events.RoleDeleted: Reactions(inline=[moving.out_of_role, previewing.end_of_role, custom_fields.forget_role]),
    session_events.PasswordChanged: Reactions(),
    session_events.SecondFactorOn: Reactions(),
    session_events.SecondFactorOff: Reactions(),
    session_events.SecondFactorReset: Reactions(),
    session_events.RecoveryCodesMade: Reactions(),
    session_events.RecoveryCodeUsed: Reactions(),
    session_events.SecurityChanged: Reactions(),
    session_events.SignedIn: Reactions(),
    session_events.SignedOut: Reactions(),
    session_events.SessionTerminated: Reactions(),
    session_events.NewDeviceSeen: Reactions(),
    session_events.TechnicalAccessGranted: Reactions(),
    session_events.TechnicalAccessStarted: Reactions(),
    session_events.TechnicalAccessEnded: Reactions(),
    session_events.PreviewStarted: Reactions(),
    session_events.PreviewEnded: Reactions(),
    channel_events.ChannelConnected: Reactions(),
    channel_events.ChannelChanged: Reactions(),
    channel_events.ChannelEdited: Reactions(),
    client_events.ClientCreated: Reactions(),
    client_events.CardChanged: Reactions(),
    client_events.TagsAdded: Reactions(),
    client_events.TagsRemoved: Reactions(),
    client_events.CustomFieldAdded: Reactions(),
    client_events.CustomFieldChanged: Reactions(),
    client_events.CustomFieldArchived: Reactions(),
    client_events.CustomFieldRestored: Reactions(),
    tag_events.TagCreated: Reactions(),
    client_events.CardsLinked: Reactions(),
    client_events.CardsUnlinked: Reactions(),
    client_events.ClientMoved: Reactions(),
    client_events.ClientsToldApart: Reactions(),
    client_events.ClientsNotToldApart: Reactions(),
    blacklist_events.ClientBlocked: Reactions(inline=[closing.end_of_blocked]),
    blacklist_events.ClientUnblocked: Reactions(),
    blacklist_events.CardBlocked: Reactions(),
    blacklist_events.CardUnblocked: Reactions(),
    blacklist_events.BlacklistReplyChanged: Reactions(),
    dialog_events.RequestOpened: Reactions(),
    dialog_events.RequestClosed: Reactions(),
    dialog_events.DialogReopened: Reactions(),
    dialog_events.DialogAssigned: Reactions(),
    dialog_events.DialogReturned: Reactions(),
    dialog_events.DialogRead: Reactions(),
    dialog_events.DialogMarkedUnread: Reactions(),
    dialog_events.ChannelBlockedByClient: Reactions(),
    dialog_events.ChannelUnblockedByClient: Reactions(),
    message_events.MessageReceived: Reactions(),
    message_events.MessageWithheld: Reactions(),
    message_events.MessageSent: Reactions(),
    message_events.MessageImported: Reactions(),
    message_events.CommentAdded: Reactions(),
    message_events.DeliveryStatusChanged: Reactions(),
    message_events.ButtonPressed: Reactions(),
    message_events.MessageChanged: Reactions(),
})

# What each kind of event shows on the pages that are open.
LIVE = [
    session_live.PUSHES, client_live.PUSHES, link_live.PUSHES, blacklist_live.PUSHES, dialog_live.PUSHES,
    message_live.PUSHES, rail_live.PUSHES,
]
on_commit(open_pages.ring)

# What the operators need of the sessions, which stand to their right.
FIRST_PASSWORD.rules = passwords.rules
FIRST_PASSWORD.check = passwords.check_rules
FIRST_PASSWORD.make_hash = passwords.make_hash

# What the channels need of the messages, which stand to their right.
HANDOVER.receive = receiving.receive
HANDOVER.compose = outgoing.compose
HANDOVER.accepted = outgoing.accepted
HANDOVER.delayed = outgoing.delayed
HANDOVER.failed = outgoing.failed
HANDOVER.queued = outgoing.queued

health.fact("oldest_delivery", queue.oldest_waiting)
health.fact("oldest_sending", outbox.oldest_waiting)
health.fact("dead_deliveries", queue.dead)
health.fact("live", live.facts)

mirror_defaults()


def init_app(app: Flask) -> None:
    app.wsgi_app = HookDoor(app, app.wsgi_app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for part in (door, technical_trail, audit_routes, rail, blacklist_display, demo_links):
        part.init_app(app)
    open_pages.init_app(app, LIVE, dialog_live.transient)
    gate.protect(app)

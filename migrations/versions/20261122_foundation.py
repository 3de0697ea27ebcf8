"""foundation"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'foundation'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    for extension in ("pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute("CREATE SEQUENCE request_numbers START 677830475")
    op.create_table('beats',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_beats'))
    )
    op.create_table('companies',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('time_zone', sa.String(length=60), server_default=sa.text("'Europe/Moscow'"), nullable=False),
    sa.Column('locale', sa.String(length=5), server_default=sa.text("'ru'"), nullable=False),
    sa.Column('country', sa.String(length=2), server_default=sa.text("'RU'"), nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('demo', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_companies'))
    )
    op.create_table('login_attempts',
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_login_attempts'))
    )
    op.create_table('channels',
    sa.Column('transport', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('account', sa.String(length=80), server_default=sa.text("''"), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('secret', sa.String(length=64), server_default=sa.text("''"), nullable=False),
    sa.Column('sealed', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('base_url', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('state', sa.String(length=20), server_default=sa.text("'active'"), nullable=False),
    sa.Column('problem', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_inbound_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_channels_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_channels'))
    )
    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.create_index('uq_channels_token', ['token'], unique=True)

    op.create_table('client_cards',
    sa.Column('name', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('title', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('login', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('email', sa.String(length=254), server_default=sa.text("''"), nullable=False),
    sa.Column('comment', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('hue', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('search', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_client_cards_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_client_cards'))
    )
    op.create_table('company_counters',
    sa.Column('event_seq', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_company_counters_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', name=op.f('pk_company_counters')),
    postgresql_with={'fillfactor': 40}
    )
    op.create_table('event_records',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('journal', sa.Boolean(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('dialog_id', sa.BigInteger(), nullable=True),
    sa.Column('client_id', sa.BigInteger(), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('particulars', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_event_records_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'seq', name=op.f('pk_event_records'))
    )
    with op.batch_alter_table('event_records', schema=None) as batch_op:
        batch_op.create_index('ix_event_records_journal', ['company_id', 'dialog_id', 'seq'], unique=False, postgresql_where=sa.text('journal'))
        batch_op.create_index('ix_event_records_waiting', ['company_id', 'seq'], unique=False, postgresql_where=sa.text('dispatched_at IS NULL'))

    op.create_table('roles',
    sa.Column('base', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_roles_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_roles'))
    )
    op.create_table('stored_files',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('bytes', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_stored_files_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_stored_files')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_stored_files_company_id_key'))
    )
    op.create_table('tags',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('hue', sa.Integer(), server_default=sa.text('22'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_tags_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_tags')),
    sa.UniqueConstraint('company_id', 'name', name=op.f('uq_tags_company_id_name'))
    )
    op.create_table('card_phones',
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=30), server_default=sa.text("''"), nullable=False),
    sa.Column('raw', sa.String(length=200), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=True),
    sa.Column('position', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_phones_company_id_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_card_phones_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_card_phones')),
    sa.UniqueConstraint('company_id', 'card_id', 'source', 'raw', name=op.f('uq_card_phones_company_id_card_id_source_raw'))
    )
    with op.batch_alter_table('card_phones', schema=None) as batch_op:
        batch_op.create_index('ix_card_phones_number', ['company_id', 'number'], unique=False)

    op.create_table('card_tags',
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('tag_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_tags_company_id_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'tag_id'], ['tags.company_id', 'tags.id'], name=op.f('fk_card_tags_company_id_tag_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_card_tags_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_card_tags')),
    sa.UniqueConstraint('company_id', 'card_id', 'tag_id', name=op.f('uq_card_tags_company_id_card_id_tag_id'))
    )
    with op.batch_alter_table('card_tags', schema=None) as batch_op:
        batch_op.create_index('ix_card_tags_tag', ['company_id', 'tag_id'], unique=False)

    op.create_table('clients',
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('transport', sa.String(length=30), nullable=False),
    sa.Column('scope', sa.String(length=20), server_default=sa.text("''"), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('username', sa.String(length=100), nullable=True),
    sa.Column('name', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_clients_company_id_card_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_clients_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_clients')),
    sa.UniqueConstraint('company_id', 'transport', 'scope', 'external_id', name=op.f('uq_clients_company_id_transport_scope_external_id'))
    )
    with op.batch_alter_table('clients', schema=None) as batch_op:
        batch_op.create_index('ix_clients_card', ['company_id', 'card_id'], unique=False)

    op.create_table('inbound_deliveries',
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('provider_key', sa.String(length=80), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('state', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_inbound_deliveries_company_id_channel_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_inbound_deliveries_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_inbound_deliveries')),
    sa.UniqueConstraint('company_id', 'channel_id', 'provider_key', name=op.f('uq_inbound_deliveries_company_id_channel_id_provider_key'))
    )
    with op.batch_alter_table('inbound_deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_inbound_deliveries_dead', ['company_id', 'channel_id'], unique=False, postgresql_where=sa.text('state = 2'))
        batch_op.create_index('ix_inbound_deliveries_received', ['received_at'], unique=False)
        batch_op.create_index('ix_inbound_deliveries_waiting', ['company_id', 'channel_id', 'id'], unique=False, postgresql_where=sa.text('state = 0'))

    op.create_table('operators',
    sa.Column('role_id', sa.BigInteger(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('first_name', sa.String(length=60), nullable=False),
    sa.Column('last_name', sa.String(length=60), server_default=sa.text("''"), nullable=False),
    sa.Column('phone', sa.String(length=40), server_default=sa.text("''"), nullable=False),
    sa.Column('locale', sa.String(length=5), server_default=sa.text("'ru'"), nullable=False),
    sa.Column('status', sa.String(length=20), server_default=sa.text("'offline'"), nullable=False),
    sa.Column('read_only', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('preferences', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('blocked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'role_id'], ['roles.company_id', 'roles.id'], name=op.f('fk_operators_company_id_role_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_operators_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_operators'))
    )
    op.create_table('parked_statuses',
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('provider_id', sa.String(length=120), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_parked_statuses_company_id_channel_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_parked_statuses_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_parked_statuses')),
    sa.UniqueConstraint('company_id', 'channel_id', 'provider_id', 'status', name=op.f('uq_parked_statuses_company_id_channel_id_provider_id_status'))
    )
    op.create_table('role_grants',
    sa.Column('role_id', sa.BigInteger(), nullable=False),
    sa.Column('permission', sa.String(length=60), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'role_id'], ['roles.company_id', 'roles.id'], name=op.f('fk_role_grants_company_id_role_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_role_grants_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_role_grants')),
    sa.UniqueConstraint('company_id', 'role_id', 'permission', name=op.f('uq_role_grants_company_id_role_id_permission'))
    )
    op.create_table('sendings',
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('dialog_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_sendings_company_id_channel_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_sendings_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_sendings')),
    sa.UniqueConstraint('company_id', 'message_id', name=op.f('uq_sendings_company_id_message_id'))
    )
    with op.batch_alter_table('sendings', schema=None) as batch_op:
        batch_op.create_index('ix_sendings_peer', ['company_id', 'dialog_id', 'id'], unique=False, postgresql_where=sa.text('state = 0'))
        batch_op.create_index('ix_sendings_waiting', ['next_at'], unique=False, postgresql_where=sa.text('state = 0'))

    op.create_table('dialogs',
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('client_id', sa.BigInteger(), nullable=False),
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('transport', sa.String(length=30), nullable=False),
    sa.Column('state', sa.String(length=10), server_default=sa.text("'open'"), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=True),
    sa.Column('request_id', sa.BigInteger(), nullable=True),
    sa.Column('name', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('hue', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('tags', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('sort_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_message_id', sa.BigInteger(), nullable=True),
    sa.Column('preview', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('preview_kind', sa.String(length=20), server_default=sa.text("'event'"), nullable=False),
    sa.Column('preview_out', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('unread', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('last_inbound_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_dialogs_company_id_card_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_dialogs_company_id_channel_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'client_id'], ['clients.company_id', 'clients.id'], name=op.f('fk_dialogs_company_id_client_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_dialogs_company_id_operator_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_dialogs_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_dialogs')),
    sa.UniqueConstraint('company_id', 'channel_id', 'client_id', name=op.f('uq_dialogs_company_id_channel_id_client_id')),
    postgresql_with={'fillfactor': 70}
    )
    with op.batch_alter_table('dialogs', schema=None) as batch_op:
        batch_op.create_index('ix_dialogs_all', ['company_id', 'sort_at', 'id'], unique=False)
        batch_op.create_index('ix_dialogs_card', ['company_id', 'card_id'], unique=False)
        batch_op.create_index('ix_dialogs_channel', ['company_id', 'channel_id', 'sort_at', 'id'], unique=False)
        batch_op.create_index('ix_dialogs_closed', ['company_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text("state = 'closed'"))
        batch_op.create_index('ix_dialogs_mine', ['company_id', 'operator_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index('ix_dialogs_new', ['company_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text("state = 'open' AND operator_id IS NULL"))
        batch_op.create_index('ix_dialogs_unread', ['company_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text('unread > 0'))
        batch_op.create_index('ix_dialogs_waiting', ['company_id', 'waiting_since'], unique=False, postgresql_where=sa.text('waiting_since IS NOT NULL'))

    op.create_table('login_sessions',
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(length=30), nullable=True),
    sa.Column('ip', sa.String(length=45), server_default=sa.text("''"), nullable=False),
    sa.Column('user_agent', sa.String(length=400), server_default=sa.text("''"), nullable=False),
    sa.Column('technical_access', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_login_sessions_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_login_sessions_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_login_sessions'))
    )
    with op.batch_alter_table('login_sessions', schema=None) as batch_op:
        batch_op.create_index('ix_login_sessions_operator', ['company_id', 'operator_id', 'last_seen_at'], unique=False)
        batch_op.create_index('uq_login_sessions_token', ['token_hash'], unique=True)

    op.create_table('password_resets',
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_password_resets_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_password_resets_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_password_resets'))
    )
    with op.batch_alter_table('password_resets', schema=None) as batch_op:
        batch_op.create_index('uq_password_resets_token', ['token_hash'], unique=True)

    op.create_table('status_spans',
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_status_spans_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_status_spans_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_status_spans'))
    )
    with op.batch_alter_table('status_spans', schema=None) as batch_op:
        batch_op.create_index('ix_status_spans_operator', ['company_id', 'operator_id', 'started_at'], unique=False)

    op.create_table('drafts',
    sa.Column('dialog_id', sa.BigInteger(), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'dialog_id'], ['dialogs.company_id', 'dialogs.id'], name=op.f('fk_drafts_company_id_dialog_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_drafts_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_drafts_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('company_id', 'dialog_id', 'operator_id', name=op.f('uq_drafts_company_id_dialog_id_operator_id'))
    )
    op.create_table('messages',
    sa.Column('dialog_id', sa.BigInteger(), nullable=False),
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('request_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('text', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(length=12), server_default=sa.text("''"), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('provider_id', sa.String(length=120), nullable=True),
    sa.Column('client_key', sa.String(length=40), nullable=True),
    sa.Column('quote_id', sa.BigInteger(), nullable=True),
    sa.Column('has_files', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('imported', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_messages_company_id_channel_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'dialog_id'], ['dialogs.company_id', 'dialogs.id'], name=op.f('fk_messages_company_id_dialog_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_messages_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_messages')),
    postgresql_with={'fillfactor': 85}
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_dialog', ['company_id', 'dialog_id', 'id'], unique=False)
        batch_op.create_index('uq_messages_client_key', ['company_id', 'dialog_id', 'client_key'], unique=True, postgresql_where=sa.text('client_key IS NOT NULL'))
        batch_op.create_index('uq_messages_provider', ['company_id', 'channel_id', 'provider_id', 'dialog_id'], unique=True, postgresql_where=sa.text('provider_id IS NOT NULL'))

    op.create_table('requests',
    sa.Column('dialog_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), server_default=sa.text("nextval('request_numbers')"), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.BigInteger(), nullable=True),
    sa.Column('operator_id', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'dialog_id'], ['dialogs.company_id', 'dialogs.id'], name=op.f('fk_requests_company_id_dialog_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_requests_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_requests')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_requests_company_id_number'))
    )
    with op.batch_alter_table('requests', schema=None) as batch_op:
        batch_op.create_index('ix_requests_dialog', ['company_id', 'dialog_id', 'id'], unique=False)
        batch_op.create_index('uq_requests_open', ['company_id', 'dialog_id'], unique=True, postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('attachments',
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('mime', sa.String(length=100), server_default=sa.text("'application/octet-stream'"), nullable=False),
    sa.Column('size', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('state', sa.String(length=10), server_default=sa.text("'ready'"), nullable=False),
    sa.Column('storage_key', sa.String(length=80), nullable=True),
    sa.Column('remote', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('peaks', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'message_id'], ['messages.company_id', 'messages.id'], name=op.f('fk_attachments_company_id_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_attachments_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_attachments'))
    )
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.create_index('ix_attachments_message', ['company_id', 'message_id'], unique=False)
        batch_op.create_index('ix_attachments_pending', ['next_at'], unique=False, postgresql_where=sa.text("state = 'pending'"))

    op.create_table('button_keys',
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'message_id'], ['messages.company_id', 'messages.id'], name=op.f('fk_button_keys_company_id_message_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_button_keys_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_button_keys')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_button_keys_company_id_key'))
    )
    # over expressions, so written by hand (migrations/env.py leaves them out of comparisons)
    op.execute("CREATE UNIQUE INDEX uq_operators_email ON operators (lower(email)) WHERE deleted_at IS NULL")
    op.execute("CREATE INDEX ix_client_cards_search ON client_cards USING gin (company_id, search gin_trgm_ops)")
    op.execute(
        "CREATE INDEX ix_messages_text ON messages"
        " USING gin (to_tsvector('russian', translate(text, 'ёЁ', 'ее')))"
    )


def downgrade():
    op.drop_table('button_keys')
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.drop_index('ix_attachments_pending', postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index('ix_attachments_message')

    op.drop_table('attachments')
    with op.batch_alter_table('requests', schema=None) as batch_op:
        batch_op.drop_index('uq_requests_open', postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_requests_dialog')

    op.drop_table('requests')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('uq_messages_provider', postgresql_where=sa.text('provider_id IS NOT NULL'))
        batch_op.drop_index('uq_messages_client_key', postgresql_where=sa.text('client_key IS NOT NULL'))
        batch_op.drop_index('ix_messages_dialog')

    op.drop_table('messages')
    op.drop_table('drafts')
    with op.batch_alter_table('status_spans', schema=None) as batch_op:
        batch_op.drop_index('ix_status_spans_operator')

    op.drop_table('status_spans')
    with op.batch_alter_table('password_resets', schema=None) as batch_op:
        batch_op.drop_index('uq_password_resets_token')

    op.drop_table('password_resets')
    with op.batch_alter_table('login_sessions', schema=None) as batch_op:
        batch_op.drop_index('uq_login_sessions_token')
        batch_op.drop_index('ix_login_sessions_operator')

    op.drop_table('login_sessions')
    with op.batch_alter_table('dialogs', schema=None) as batch_op:
        batch_op.drop_index('ix_dialogs_waiting', postgresql_where=sa.text('waiting_since IS NOT NULL'))
        batch_op.drop_index('ix_dialogs_unread', postgresql_where=sa.text('unread > 0'))
        batch_op.drop_index('ix_dialogs_new', postgresql_where=sa.text("state = 'open' AND operator_id IS NULL"))
        batch_op.drop_index('ix_dialogs_mine', postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_dialogs_closed', postgresql_where=sa.text("state = 'closed'"))
        batch_op.drop_index('ix_dialogs_channel')
        batch_op.drop_index('ix_dialogs_card')
        batch_op.drop_index('ix_dialogs_all')

    op.drop_table('dialogs')
    with op.batch_alter_table('sendings', schema=None) as batch_op:
        batch_op.drop_index('ix_sendings_waiting', postgresql_where=sa.text('state = 0'))
        batch_op.drop_index('ix_sendings_peer', postgresql_where=sa.text('state = 0'))

    op.drop_table('sendings')
    op.drop_table('role_grants')
    op.drop_table('parked_statuses')
    op.drop_table('operators')
    with op.batch_alter_table('inbound_deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_deliveries_waiting', postgresql_where=sa.text('state = 0'))
        batch_op.drop_index('ix_inbound_deliveries_received')
        batch_op.drop_index('ix_inbound_deliveries_dead', postgresql_where=sa.text('state = 2'))

    op.drop_table('inbound_deliveries')
    with op.batch_alter_table('clients', schema=None) as batch_op:
        batch_op.drop_index('ix_clients_card')

    op.drop_table('clients')
    with op.batch_alter_table('card_tags', schema=None) as batch_op:
        batch_op.drop_index('ix_card_tags_tag')

    op.drop_table('card_tags')
    with op.batch_alter_table('card_phones', schema=None) as batch_op:
        batch_op.drop_index('ix_card_phones_number')

    op.drop_table('card_phones')
    op.drop_table('tags')
    op.drop_table('stored_files')
    op.drop_table('roles')
    with op.batch_alter_table('event_records', schema=None) as batch_op:
        batch_op.drop_index('ix_event_records_waiting', postgresql_where=sa.text('dispatched_at IS NULL'))
        batch_op.drop_index('ix_event_records_journal', postgresql_where=sa.text('journal'))

    op.drop_table('event_records')
    op.drop_table('company_counters')
    op.drop_table('client_cards')
    with op.batch_alter_table('channels', schema=None) as batch_op:
        batch_op.drop_index('uq_channels_token')

    op.drop_table('channels')
    op.drop_table('login_attempts')
    op.drop_table('companies')
    op.drop_table('beats')
    op.execute("DROP SEQUENCE request_numbers")

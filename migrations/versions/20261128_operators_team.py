"""operators: groups, statuses, invitations, second factors; roles, sessions, technical access, audit log"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'operators_team'
down_revision = 'messages_withheld'
branch_labels = None
depends_on = None

# Whatever the application says: a row of the audit log stays as it is.
NEVER_CHANGES = (
    """CREATE FUNCTION audit_records_stay() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege'; END $$""",
    """CREATE TRIGGER audit_records_stay BEFORE UPDATE OR DELETE ON audit_records
       FOR EACH ROW EXECUTE FUNCTION audit_records_stay()""",
    """CREATE TRIGGER audit_records_stay_all BEFORE TRUNCATE ON audit_records
       FOR EACH STATEMENT EXECUTE FUNCTION audit_records_stay()""",
)
# Until now a custom role had what its base had, with changes; from now on it has what is written down.
EVERYONE = "'chats', 'chats.view_new', 'chats.assign', 'chats.close', 'chats.reply', 'chats.comment', " \
           "'clients.edit', 'clients.link', 'clients.block', 'clients.contacts'"
LEADS = "'chats.view_all', 'blacklist', 'tags.create', 'accounts'"
OWN_RIGHTS = tuple(
    f"""INSERT INTO role_grants (company_id, role_id, permission, allowed)
        SELECT r.company_id, r.id, p, true FROM roles r, unnest(ARRAY[{rights}]) p
        WHERE r.name IS NOT NULL AND r.base IN ({bases}) ON CONFLICT DO NOTHING"""
    for rights, bases in ((EVERYONE, "'operator', 'supervisor'"), (LEADS, "'supervisor'"))
)
STATUSES = """
    INSERT INTO operator_statuses (company_id, key, hue, counts_online, for_assignment, position)
    SELECT c.id, s.key, s.hue, s.here, s.here, s.place FROM companies c,
    (VALUES ('online', 15, true, 0), ('away', 8, false, 1), ('offline', 0, false, 2)) AS s(key, hue, here, place)"""
CHOSEN = """
    UPDATE operators o SET status_id = s.id FROM operator_statuses s
    WHERE s.company_id = o.company_id AND s.key = o.status"""


def upgrade():
    op.create_table('audit_records',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.String(length=130), server_default=sa.text("''"), nullable=False),
    sa.Column('staff_name', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('ip', sa.String(length=45), server_default=sa.text("''"), nullable=False),
    sa.Column('login_session_id', sa.BigInteger(), nullable=True),
    sa.Column('subject_kind', sa.String(length=30), server_default=sa.text("''"), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('subject', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('after', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_audit_records_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_audit_records'))
    )
    with op.batch_alter_table('audit_records', schema=None) as batch_op:
        batch_op.create_index('ix_audit_records_actor', ['company_id', 'actor_id', 'id'], unique=False)
        batch_op.create_index('ix_audit_records_staff', ['company_id', 'id'], unique=False, postgresql_where=sa.text("staff_name <> ''"))
        batch_op.create_index('ix_audit_records_subject', ['company_id', 'subject_kind', 'subject_id', 'id'], unique=False)

    op.create_table('operator_groups',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_operator_groups_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_operator_groups'))
    )
    with op.batch_alter_table('operator_groups', schema=None) as batch_op:
        batch_op.create_index('uq_operator_groups_name', ['company_id', sa.literal_column('lower(name)')], unique=True)

    op.create_table('operator_statuses',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=True),
    sa.Column('name', sa.String(length=40), server_default=sa.text("''"), nullable=False),
    sa.Column('hue', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('counts_online', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('for_assignment', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('position', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_operator_statuses_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_operator_statuses')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_operator_statuses_company_id_key'))
    )
    with op.batch_alter_table('operator_statuses', schema=None) as batch_op:
        batch_op.create_index('uq_operator_statuses_name', ['company_id', sa.literal_column('lower(name)')], unique=True, postgresql_where=sa.text("name <> '' AND archived_at IS NULL"))

    op.create_table('group_channels',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('group_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('channel_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_group_channels_company_id_channel_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'group_id'], ['operator_groups.company_id', 'operator_groups.id'], name=op.f('fk_group_channels_company_id_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_group_channels_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'group_id', 'channel_id', name=op.f('pk_group_channels'))
    )
    op.create_table('group_members',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('group_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('operator_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('skill', sa.BigInteger(), server_default=sa.text('50'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'group_id'], ['operator_groups.company_id', 'operator_groups.id'], name=op.f('fk_group_members_company_id_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_group_members_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_group_members_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'group_id', 'operator_id', name=op.f('pk_group_members'))
    )
    with op.batch_alter_table('group_members', schema=None) as batch_op:
        batch_op.create_index('ix_group_members_operator', ['company_id', 'operator_id'], unique=False)

    op.create_table('operator_channels',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('channel_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['channels.company_id', 'channels.id'], name=op.f('fk_operator_channels_company_id_channel_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_operator_channels_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_operator_channels_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'operator_id', 'channel_id', name=op.f('pk_operator_channels'))
    )
    op.create_table('operator_invitations',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('invited_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_operator_invitations_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_operator_invitations_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_operator_invitations'))
    )
    with op.batch_alter_table('operator_invitations', schema=None) as batch_op:
        batch_op.create_index('ix_operator_invitations_operator', ['company_id', 'operator_id'], unique=False)
        batch_op.create_index('uq_operator_invitations_token', ['token_hash'], unique=True)

    op.create_table('recovery_codes',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_recovery_codes_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_recovery_codes_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_recovery_codes')),
    sa.UniqueConstraint('company_id', 'operator_id', 'code_hash', name=op.f('uq_recovery_codes_company_id_operator_id_code_hash'))
    )
    op.create_table('technical_accesses',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=False),
    sa.Column('staff_name', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('minutes', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_technical_accesses_company_id_operator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_technical_accesses_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_technical_accesses'))
    )
    with op.batch_alter_table('technical_accesses', schema=None) as batch_op:
        batch_op.create_index('uq_technical_accesses_token', ['token_hash'], unique=True)

    with op.batch_alter_table('companies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('licence', sa.String(length=20), server_default=sa.text("'registered'"), nullable=False))
        batch_op.add_column(sa.Column('seats', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('login_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('device', sa.String(length=10), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('browser', sa.String(length=60), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('browser_version', sa.String(length=30), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('system', sa.String(length=60), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('country', sa.String(length=5), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('city', sa.String(length=80), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('staff_name', sa.String(length=120), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(length=300), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('preview_role_id', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_login_sessions_active', ['company_id', 'last_seen_at'], unique=False, postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_login_sessions_company_id_preview_role_id'), 'roles', ['company_id', 'preview_role_id'], ['company_id', 'id'], ondelete='RESTRICT')

    with op.batch_alter_table('operators', schema=None) as batch_op:
        batch_op.add_column(sa.Column('status_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('new_chats', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('dialog_limit', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('totp_sealed', sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('totp_on_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('totp_step', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_operators_company_id_status_id'), 'operator_statuses', ['company_id', 'status_id'], ['company_id', 'id'], ondelete='RESTRICT')

    with op.batch_alter_table('roles', schema=None) as batch_op:
        batch_op.add_column(sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
        batch_op.create_index('uq_roles_name', ['company_id', sa.literal_column('lower(name)')], unique=True, postgresql_where=sa.text('name IS NOT NULL'))

    with op.batch_alter_table('status_spans', schema=None) as batch_op:
        batch_op.add_column(sa.Column('status_id', sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_status_spans_company_id_status_id'), 'operator_statuses', ['company_id', 'status_id'], ['company_id', 'id'], ondelete='RESTRICT')

    for statement in (*NEVER_CHANGES, *OWN_RIGHTS, STATUSES, CHOSEN):
        op.execute(statement)


def downgrade():
    with op.batch_alter_table('status_spans', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_status_spans_company_id_status_id'), type_='foreignkey')
        batch_op.drop_column('status_id')

    with op.batch_alter_table('roles', schema=None) as batch_op:
        batch_op.drop_index('uq_roles_name', postgresql_where=sa.text('name IS NOT NULL'))
        batch_op.drop_column('created_at')

    with op.batch_alter_table('operators', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_operators_company_id_status_id'), type_='foreignkey')
        batch_op.drop_column('totp_step')
        batch_op.drop_column('totp_on_at')
        batch_op.drop_column('totp_sealed')
        batch_op.drop_column('dialog_limit')
        batch_op.drop_column('new_chats')
        batch_op.drop_column('status_id')

    with op.batch_alter_table('login_sessions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_login_sessions_company_id_preview_role_id'), type_='foreignkey')
        batch_op.drop_index('ix_login_sessions_active', postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_column('preview_role_id')
        batch_op.drop_column('reason')
        batch_op.drop_column('staff_name')
        batch_op.drop_column('city')
        batch_op.drop_column('country')
        batch_op.drop_column('system')
        batch_op.drop_column('browser_version')
        batch_op.drop_column('browser')
        batch_op.drop_column('device')

    with op.batch_alter_table('companies', schema=None) as batch_op:
        batch_op.drop_column('seats')
        batch_op.drop_column('licence')

    with op.batch_alter_table('technical_accesses', schema=None) as batch_op:
        batch_op.drop_index('uq_technical_accesses_token')

    op.drop_table('technical_accesses')
    op.drop_table('recovery_codes')
    with op.batch_alter_table('operator_invitations', schema=None) as batch_op:
        batch_op.drop_index('uq_operator_invitations_token')
        batch_op.drop_index('ix_operator_invitations_operator')

    op.drop_table('operator_invitations')
    op.drop_table('operator_channels')
    with op.batch_alter_table('group_members', schema=None) as batch_op:
        batch_op.drop_index('ix_group_members_operator')

    op.drop_table('group_members')
    op.drop_table('group_channels')
    with op.batch_alter_table('operator_statuses', schema=None) as batch_op:
        batch_op.drop_index('uq_operator_statuses_name', postgresql_where=sa.text("name <> '' AND archived_at IS NULL"))

    op.drop_table('operator_statuses')
    with op.batch_alter_table('operator_groups', schema=None) as batch_op:
        batch_op.drop_index('uq_operator_groups_name')

    op.drop_table('operator_groups')
    with op.batch_alter_table('audit_records', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_records_subject')
        batch_op.drop_index('ix_audit_records_staff', postgresql_where=sa.text("staff_name <> ''"))
        batch_op.drop_index('ix_audit_records_actor')

    op.drop_table('audit_records')
    op.execute('DROP FUNCTION audit_records_stay()')

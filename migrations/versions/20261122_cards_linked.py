"""cards: several e-mails, custom fields, links, blacklist"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'cards_linked'
down_revision = 'dialogs_own_closed'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('custom_fields',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=10), server_default=sa.text("'text'"), nullable=False),
    sa.Column('choices', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('required', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('role_ids', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('position', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('text', 'number', 'date', 'choice', 'link')", name=op.f('ck_custom_fields_kind')),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_custom_fields_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_custom_fields')),
    sa.UniqueConstraint('company_id', 'label', name=op.f('uq_custom_fields_company_id_label'))
    )
    op.create_table('card_values',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('field_id', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_values_company_id_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'field_id'], ['custom_fields.company_id', 'custom_fields.id'], name=op.f('fk_card_values_company_id_field_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_card_values_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_card_values')),
    sa.UniqueConstraint('company_id', 'card_id', 'field_id', name=op.f('uq_card_values_company_id_card_id_field_id'))
    )
    with op.batch_alter_table('card_values', schema=None) as batch_op:
        batch_op.create_index('ix_card_values_field', ['company_id', 'field_id'], unique=False)

    op.create_table('blacklist_entries',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('blocked_by', sa.BigInteger(), nullable=True),
    sa.Column('blocked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.BigInteger(), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['company_id', 'blocked_by'], ['operators.company_id', 'operators.id'], name=op.f('fk_blacklist_entries_company_id_blocked_by'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_blacklist_entries_company_id_card_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'lifted_by'], ['operators.company_id', 'operators.id'], name=op.f('fk_blacklist_entries_company_id_lifted_by'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_blacklist_entries_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_blacklist_entries'))
    )
    with op.batch_alter_table('blacklist_entries', schema=None) as batch_op:
        batch_op.create_index('ix_blacklist_entries_card', ['company_id', 'card_id', 'id'], unique=False)
        batch_op.create_index('ix_blacklist_entries_until', ['until'], unique=False, postgresql_where=sa.text('lifted_at IS NULL AND until IS NOT NULL'))
        batch_op.create_index('uq_blacklist_entries_now', ['company_id', 'card_id'], unique=True, postgresql_where=sa.text('lifted_at IS NULL'))

    op.create_table('card_distinctions',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('other_card_id', sa.BigInteger(), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=True),
    sa.Column('said_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('card_id < other_card_id', name=op.f('ck_card_distinctions_lower_first')),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_distinctions_company_id_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_card_distinctions_company_id_operator_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'other_card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_distinctions_company_id_other_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_card_distinctions_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_card_distinctions')),
    sa.UniqueConstraint('company_id', 'card_id', 'other_card_id', name=op.f('uq_card_distinctions_company_id_card_id_other_card_id'))
    )
    with op.batch_alter_table('card_distinctions', schema=None) as batch_op:
        batch_op.create_index('ix_card_distinctions_other', ['company_id', 'other_card_id'], unique=False)

    op.create_table('card_emails',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('card_id', sa.BigInteger(), nullable=False),
    sa.Column('client_id', sa.BigInteger(), nullable=True),
    sa.Column('raw', sa.String(length=254), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('position', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_emails_company_id_card_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'client_id'], ['clients.company_id', 'clients.id'], name=op.f('fk_card_emails_company_id_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_card_emails_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_card_emails')),
    sa.UniqueConstraint('company_id', 'card_id', 'address', name=op.f('uq_card_emails_company_id_card_id_address'))
    )
    with op.batch_alter_table('card_emails', schema=None) as batch_op:
        batch_op.create_index('ix_card_emails_address', ['company_id', 'address'], unique=False)

    op.create_table('card_links',
    sa.Column('company_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kept_card_id', sa.BigInteger(), nullable=False),
    sa.Column('absorbed_card_id', sa.BigInteger(), nullable=False),
    sa.Column('operator_id', sa.BigInteger(), nullable=True),
    sa.Column('client_ids', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('kept_before', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('absorbed_before', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('kept_after', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('kept_card_id <> absorbed_card_id', name=op.f('ck_card_links_two_cards')),
    sa.ForeignKeyConstraint(['company_id', 'absorbed_card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_links_company_id_absorbed_card_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'kept_card_id'], ['client_cards.company_id', 'client_cards.id'], name=op.f('fk_card_links_company_id_kept_card_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id', 'operator_id'], ['operators.company_id', 'operators.id'], name=op.f('fk_card_links_company_id_operator_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_card_links_company_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_card_links'))
    )
    with op.batch_alter_table('card_links', schema=None) as batch_op:
        batch_op.create_index('ix_card_links_absorbed', ['company_id', 'absorbed_card_id', 'id'], unique=False)
        batch_op.create_index('ix_card_links_kept', ['company_id', 'kept_card_id', 'id'], unique=False)

    with op.batch_alter_table('card_phones', schema=None) as batch_op:
        batch_op.add_column(sa.Column('client_id', sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_card_phones_company_id_client_id'), 'clients', ['company_id', 'client_id'], ['company_id', 'id'], ondelete='CASCADE')

    with op.batch_alter_table('client_cards', schema=None) as batch_op:
        batch_op.add_column(sa.Column('absorbed_by_id', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_client_cards_absorbed', ['company_id', 'absorbed_by_id'], unique=False, postgresql_where=sa.text('absorbed_by_id IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_client_cards_company_id_absorbed_by_id'), 'client_cards', ['company_id', 'absorbed_by_id'], ['company_id', 'id'], ondelete='RESTRICT')

    op.execute("""INSERT INTO card_emails (company_id, card_id, raw, address)
                  SELECT company_id, id, email, lower(email) FROM client_cards WHERE email <> ''""")
    op.drop_column('client_cards', 'email')



def downgrade():
    with op.batch_alter_table('client_cards', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.VARCHAR(length=254), server_default=sa.text("''::character varying"), autoincrement=False, nullable=False))
    op.execute("""UPDATE client_cards k SET email = e.raw FROM card_emails e
                  WHERE e.company_id = k.company_id AND e.card_id = k.id AND e.position = 0""")
    with op.batch_alter_table('client_cards', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_client_cards_company_id_absorbed_by_id'), type_='foreignkey')
        batch_op.drop_index('ix_client_cards_absorbed', postgresql_where=sa.text('absorbed_by_id IS NOT NULL'))
        batch_op.drop_column('absorbed_by_id')

    with op.batch_alter_table('card_phones', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_card_phones_company_id_client_id'), type_='foreignkey')
        batch_op.drop_column('client_id')

    with op.batch_alter_table('card_links', schema=None) as batch_op:
        batch_op.drop_index('ix_card_links_kept')
        batch_op.drop_index('ix_card_links_absorbed')

    op.drop_table('card_links')
    with op.batch_alter_table('card_emails', schema=None) as batch_op:
        batch_op.drop_index('ix_card_emails_address')

    op.drop_table('card_emails')
    with op.batch_alter_table('card_distinctions', schema=None) as batch_op:
        batch_op.drop_index('ix_card_distinctions_other')

    op.drop_table('card_distinctions')
    with op.batch_alter_table('blacklist_entries', schema=None) as batch_op:
        batch_op.drop_index('uq_blacklist_entries_now', postgresql_where=sa.text('lifted_at IS NULL'))
        batch_op.drop_index('ix_blacklist_entries_until', postgresql_where=sa.text('lifted_at IS NULL AND until IS NOT NULL'))
        batch_op.drop_index('ix_blacklist_entries_card')

    op.drop_table('blacklist_entries')
    with op.batch_alter_table('card_values', schema=None) as batch_op:
        batch_op.drop_index('ix_card_values_field')

    op.drop_table('card_values')
    op.drop_table('custom_fields')

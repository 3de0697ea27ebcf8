"""clients: further ids of an address, indexes for finding the same person twice"""
import sqlalchemy as sa
from alembic import op

revision = 'clients_known_again'
down_revision = 'cards_linked'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'client_aliases',
        sa.Column('company_id', sa.BigInteger(), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('client_id', sa.BigInteger(), nullable=False),
        sa.Column('transport', sa.String(length=30), nullable=False),
        sa.Column('scope', sa.String(length=20), server_default=sa.text("''"), nullable=False),
        sa.Column('external_id', sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(['company_id', 'client_id'], ['clients.company_id', 'clients.id'],
                                name=op.f('fk_client_aliases_company_id_client_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_client_aliases_company_id'),
                                ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('company_id', 'id', name=op.f('pk_client_aliases')),
        sa.UniqueConstraint('company_id', 'transport', 'scope', 'external_id',
                            name=op.f('uq_client_aliases_company_id_transport_scope_external_id')),
    )
    op.create_index('ix_client_aliases_client', 'client_aliases', ['company_id', 'client_id'])
    op.create_index('ix_card_phones_raw', 'card_phones', ['company_id', 'raw'],
                    postgresql_where=sa.text('number IS NULL'))
    op.execute(r"""CREATE INDEX ix_card_phones_tail ON card_phones
                   (company_id, right(regexp_replace(coalesce(number, raw), '\D', '', 'g'), 7))""")


def downgrade():
    op.drop_index('ix_card_phones_tail', 'card_phones')
    op.drop_index('ix_card_phones_raw', 'card_phones')
    op.drop_table('client_aliases')

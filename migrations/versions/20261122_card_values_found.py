"""values of the company's own fields are found by a part"""

from alembic import op

revision = 'card_values_found'
down_revision = 'cards_linked'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""CREATE INDEX ix_card_values_text ON card_values
                  USING gin (company_id, translate(lower(value), '\u0451', '\u0435') gin_trgm_ops)""")


def downgrade():
    op.drop_index('ix_card_values_text', table_name='card_values')

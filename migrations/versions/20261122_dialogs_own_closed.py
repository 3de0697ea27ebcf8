"""an operator's closed dialogs have an index of their own"""
import sqlalchemy as sa
from alembic import op

revision = 'dialogs_own_closed'
down_revision = 'foundation'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_dialogs_own_closed', 'dialogs', ['company_id', 'operator_id', 'sort_at', 'id'],
                    postgresql_where=sa.text("state = 'closed'"))


def downgrade():
    op.drop_index('ix_dialogs_own_closed', 'dialogs')

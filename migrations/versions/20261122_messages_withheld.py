"""messages: what blocked clients wrote"""

import sqlalchemy as sa
from alembic import op

revision = 'messages_withheld'
down_revision = 'clients_known_again'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('messages', sa.Column('withheld', sa.Boolean(), server_default=sa.text('false'), nullable=False))


def downgrade():
    op.drop_column('messages', 'withheld')

"""How many ought to have come to a meeting (应到)"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("meetings", sa.Column("expected", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("meetings", "expected")

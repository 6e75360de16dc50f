"""Whether a branch asked for a guide, which stood in the words of the purpose until now"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
IN_WORDS = "（要讲解）"


def upgrade() -> None:
    for table in ("bookings", "waitlist"):
        op.add_column(
            table, sa.Column("guide", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        op.execute(
            f"UPDATE {table} SET guide = TRUE, "
            f"purpose = substr(purpose, 1, length(purpose) - {len(IN_WORDS)}) "
            f"WHERE purpose LIKE '_%{IN_WORDS}'"
        )


def downgrade() -> None:
    for table in ("bookings", "waitlist"):
        op.drop_column(table, "guide")

"""Indexes of what waits in the outbox only, however much has been sent: for claiming in batches"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.drop_index("ix_outbox_due", "outbox")
    due, waiting = sa.text("state = 'queued'"), sa.text("state IN ('queued', 'leased')")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["channel", "not_before", "id"],
        sqlite_where=due,
        postgresql_where=due,
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["channel", "address", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["state", "not_before"])

"""The month: working calendar, ledgers and tasks, study content, pace of channels, leadership"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from office.migrations.tables import create, to

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def meeting_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("agenda", sa.String(length=1000), nullable=False, server_default=""),
        sa.Column("summary", sa.String(length=1000), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("recorded_at", MOMENT, nullable=True),
    )


def member_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("admission_doubtful", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("preferred_channel", sa.String(length=20), nullable=True),
    )


NEW_TABLES = (
    "acknowledgements",
    "tasks",
    "ledgers",
    "study_receipts",
    "study_targets",
    "study_items",
    "calendar_days",
    "leaderships",
    "paces",
)


def upgrade() -> None:
    for column in meeting_columns():
        op.add_column("meetings", column)
    # said by hand: both databases add a column that refers to a table without copying the meetings
    op.execute(
        "ALTER TABLE meetings ADD COLUMN recorded_by_id INTEGER "
        "CONSTRAINT fk_meetings_recorded_by_id REFERENCES members (id)"
    )
    for column in member_columns():
        op.add_column("members", column)
    op.add_column("outbox", sa.Column("picture", sa.JSON(), nullable=True))
    op.create_table(
        "leaderships",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leaderships")),
    )
    op.create_table(
        "paces",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_paces")),
    )
    create(
        "calendar_days",
        to("organisations", "organisation_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        unique=("organisation_id", "day"),
    )
    _tables_of_meetings()
    _tables_of_study()


def _tables_of_meetings() -> None:
    create(
        "acknowledgements",
        to("meetings", "meeting_id"),
        to("members", "member_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        unique=("meeting_id", "member_id", "version"),
        index=("member_id",),
    )
    create(
        "ledgers",
        to("meetings", "meeting_id"),
        to("organisations", "organisation_id"),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=200), nullable=False),
        sa.Column("progress", sa.String(length=2000), nullable=False),
        sa.Column("problems", sa.String(length=2000), nullable=False),
        sa.Column("causes", sa.String(length=2000), nullable=False),
        to("members", "recorded_by_id"),
        sa.Column("recorded_at", MOMENT, nullable=False),
        unique=("meeting_id",),
        index=("organisation_id",),
    )
    create(
        "tasks",
        to("organisations", "organisation_id"),
        to("ledgers", "ledger_id", nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        to("members", "owner_id", nullable=True),
        sa.Column("owner_name", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        to("members", "closed_by_id", nullable=True),
        sa.Column("result", sa.String(length=300), nullable=False),
        index=("organisation_id", "ledger_id", "owner_id"),
    )
    op.create_index("ix_tasks_state_due_on", "tasks", ["state", "due_on"])


def _tables_of_study() -> None:
    create(
        "study_items",
        to("organisations", "organisation_id"),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=3000), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_type", sa.String(length=80), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("send_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        to("members", "created_by_id"),
        sa.Column("created_at", MOMENT, nullable=False),
        index=("organisation_id", "send_at"),
    )
    create(
        "study_targets",
        to("study_items", "item_id"),
        to("organisations", "organisation_id"),
        unique=("item_id", "organisation_id"),
    )
    create(
        "study_receipts",
        to("study_items", "item_id"),
        to("organisations", "organisation_id"),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        unique=("item_id", "reader"),
        index=("organisation_id",),
    )


def downgrade() -> None:
    for name in NEW_TABLES:
        op.drop_table(name)
    op.drop_column("outbox", "picture")
    for column in member_columns():
        op.drop_column("members", column.name)
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("fk_meetings_recorded_by_id", "meetings")
    for name in ("recorded_by_id", *(column.name for column in meeting_columns())):
        op.drop_column("meetings", name)

"""Bases with rules of their own; the whole life of a booking, waiting list, series, ratings"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from office.migrations.tables import create, to

revision = "0005"
down_revision = "0004"


def base_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("map_url", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("photo", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("contact_name", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("contact_phone", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("has_guide", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("equipment", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("cancel_hours", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("quota_per_month", sa.Integer(), nullable=True),
        sa.Column("buffer_before", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("buffer_after", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("approval", sa.String(length=20), nullable=False, server_default="none"),
        sa.Column("approval_hours", sa.Integer(), nullable=False, server_default="24"),
        sa.Column(
            "escalation", sa.String(length=20), nullable=False, server_default="administrator"
        ),
        sa.Column("escalation_hours", sa.Integer(), nullable=False, server_default="12"),
        sa.Column("on_silence", sa.String(length=20), nullable=False, server_default="decline"),
        sa.Column("offer_minutes", sa.Integer(), nullable=False, server_default="120"),
        sa.Column("uses_check_in", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("checkin_hash", sa.String(length=64), nullable=True),
        sa.Column("rules_version", sa.Integer(), nullable=False, server_default="0"),
    )


def room_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("capacity_min", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("equipment", sa.JSON(), nullable=False, server_default="[]"),
    )


def booking_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("firm_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False, server_default=""),
    )


NEW_TABLES = (
    "base_keepers",
    "teaching_items",
    "closures",
    "special_days",
    "waitlist",
    "ratings",
    "booking_events",
)


def upgrade() -> None:
    for column in base_columns():
        op.add_column("activity_bases", column)
    op.create_index(
        "ix_activity_bases_checkin_hash", "activity_bases", ["checkin_hash"], unique=True
    )
    for column in room_columns():
        op.add_column("rooms", column)
    _tables_of_bases()
    create(
        "booking_series",
        to("activity_bases", "base_id"),
        to("organisations", "organisation_id"),
        to("members", "member_id"),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        unique=("request_key",),
        index=("organisation_id",),
    )
    for column in booking_columns():
        op.add_column("bookings", column)
    # said by hand: both databases add a column that refers to a table without copying the bookings
    for name, table in (("series_id", "booking_series"), ("decided_by_id", "members")):
        op.execute(
            f"ALTER TABLE bookings ADD COLUMN {name} INTEGER "
            f"CONSTRAINT fk_bookings_{name} REFERENCES {table} (id)"
        )
    op.create_index("ix_bookings_series_id", "bookings", ["series_id"])
    op.create_index("ix_bookings_state_decide_by", "bookings", ["state", "decide_by"])
    op.create_index("ix_bookings_state_ends_at", "bookings", ["state", "ends_at"])
    op.create_index("ix_occupancies_starts_at", "occupancies", ["starts_at"])
    op.execute("UPDATE bookings SET firm_since = created_at")
    _tables_of_bookings()


def _tables_of_bases() -> None:
    create(
        "special_days",
        to("activity_bases", "base_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("note", sa.String(length=100), nullable=False),
        unique=("base_id", "day", "opens"),
        index=("base_id",),
    )
    create(
        "closures",
        to("activity_bases", "base_id"),
        to("rooms", "room_id", nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        index=("base_id",),
    )
    create(
        "teaching_items",
        to("activity_bases", "base_id"),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        unique=("base_id", "title"),
        index=("base_id",),
    )
    create(
        "base_keepers",
        to("activity_bases", "base_id"),
        to("members", "member_id"),
        unique=("base_id", "member_id"),
        index=("member_id",),
    )


def _tables_of_bookings() -> None:
    create(
        "booking_events",
        to("bookings", "booking_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        to("members", "actor_id", nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        index=("booking_id",),
    )
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "ix_booking_events_untold",
        "booking_events",
        ["id"],
        sqlite_where=untold,
        postgresql_where=untold,
    )
    create(
        "ratings",
        to("bookings", "booking_id"),
        to("activity_bases", "base_id"),
        to("members", "member_id"),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_one_to_five")),
        unique=("booking_id", "member_id"),
        index=("base_id",),
    )
    create(
        "waitlist",
        to("activity_bases", "base_id"),
        to("rooms", "room_id", nullable=True),
        to("organisations", "organisation_id"),
        to("members", "member_id"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        to("bookings", "booking_id", nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        index=("member_id", "booking_id"),
    )
    op.create_index("ix_waitlist_base_state", "waitlist", ["base_id", "state", "id"])


def downgrade() -> None:
    for name in NEW_TABLES:
        op.drop_table(name)
    op.drop_index("ix_occupancies_starts_at", "occupancies")
    for name in ("series_id", "state_decide_by", "state_ends_at"):
        op.drop_index(f"ix_bookings_{name}", "bookings")
    if op.get_context().dialect.name == "postgresql":
        for name in ("series_id", "decided_by_id"):
            op.drop_constraint(f"fk_bookings_{name}", "bookings")
    for name in (*(column.name for column in booking_columns()), "series_id", "decided_by_id"):
        op.drop_column("bookings", name)
    op.drop_table("booking_series")
    for column in room_columns():
        op.drop_column("rooms", column.name)
    op.drop_index("ix_activity_bases_checkin_hash", "activity_bases")
    for column in base_columns():
        op.drop_column("activity_bases", column.name)

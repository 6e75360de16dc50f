"""The database itself refuses two live bookings that overlap in one room"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE occupancies ADD CONSTRAINT ex_occupancies_no_overlap "
            "EXCLUDE USING gist (room_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)"
        )
        return
    for event in ("INSERT", "UPDATE OF room_id, starts_at, ends_at"):
        name = f"no_overlap_on_{event.split()[0].lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON occupancies "
            "WHEN EXISTS (SELECT 1 FROM occupancies AS other "
            "WHERE other.room_id = NEW.room_id AND other.id IS NOT NEW.id "
            "AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at) "
            "BEGIN SELECT RAISE(ABORT, 'no_overlap'); END"
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE occupancies DROP CONSTRAINT ex_occupancies_no_overlap")
        return
    op.execute("DROP TRIGGER no_overlap_on_insert")
    op.execute("DROP TRIGGER no_overlap_on_update")

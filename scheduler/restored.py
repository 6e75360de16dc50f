"""After a backup was restored: nothing that fell due before now goes out without a person's word.

What the clock would do first is done first, so that what fell due since the backup stands in the
outbox too; then all of it is held back.
"""

from __future__ import annotations

from delivery.clock import Clock
from office import dead_letters
from office.database import Database
from scheduler.process import bookings_job, plan_job


def hold_back(database: Database, clock: Clock) -> tuple[int, int]:
    """Hold back what may have been sent or answered since the backup; how many out and in.

    Only while no other process works on the database.
    """
    plan_job(database, clock)
    bookings_job(database, clock)
    with database.writing() as session:
        return dead_letters.doubt(session, now=clock())

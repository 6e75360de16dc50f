"""The scheduler process: its jobs stand here and nowhere else; what is due, in our tables.

APScheduler only rings: the jobs look at the clock themselves, run twice without harm and catch up
on what was missed, so that no job store is needed.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Collection
from datetime import datetime

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from delivery.booking_notices import tell
from delivery.clock import Clock, utc_now
from delivery.dispatch import dispatch
from delivery.queue import DeliveryQueue, open_huey
from office.bases import SHANGHAI
from office.bookings import due
from office.database import Database
from scheduler.digest import AT, digests
from scheduler.group_notices import plan_groups
from scheduler.plan import plan, plan_activities, plan_work_meetings
from settings import Settings

log = logging.getLogger(__name__)


def plan_job(database: Database, clock: Clock) -> None:
    """Write what falls due into the outbox, and the digest of the day once it is time for it."""
    now = clock()
    with database.writing() as session:
        added = plan(session, now=now) + digests(session, now=now)
    log.info("planned: %d new", added)


def dispatch_job(database: Database, queue: DeliveryQueue, clock: Clock) -> None:
    """Give what is due to the worker."""
    dispatch(database, queue, now=clock())


def bookings_job(database: Database, clock: Clock, groups: Collection[str] = ()) -> None:
    """Do what is due to bookings, tell of it, and remind of activities, in groups too."""
    now = clock()
    with database.writing() as session:
        done = due.step(session, now=now)
        told = tell(session, now=now)
        plan_activities(session, now=now)
        plan_groups(session, groups, now=now)
    if done or told:
        log.info("bookings: %s; %d told", dict(done), len(told))


def work_meetings_job(database: Database, clock: Clock) -> None:
    """Write the notices of work meetings that are due into the outbox."""
    with database.writing() as session:
        added = plan_work_meetings(session, now=clock())
    if added:
        log.info("work meetings: %d new", added)


def make_scheduler(
    database: Database,
    queue: DeliveryQueue,
    clock: Clock = utc_now,
    groups: Collection[str] = (),
) -> BlockingScheduler:
    """The scheduler with its jobs: plan at 00:05, 8:30 and start, the others every minute."""
    scheduler = BlockingScheduler(
        timezone=SHANGHAI,
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    now = datetime.now(SHANGHAI)
    scheduler.add_job(
        plan_job,
        OrTrigger(
            [
                CronTrigger(hour=0, minute=5, timezone=SHANGHAI),
                CronTrigger(hour=AT.hour, minute=AT.minute, timezone=SHANGHAI),
            ]
        ),
        args=[database, clock],
        id="plan",
        replace_existing=True,
        next_run_time=now,
    )
    scheduler.add_job(
        bookings_job,
        CronTrigger(minute="*", timezone=SHANGHAI),
        args=[database, clock, groups],
        id="bookings",
        replace_existing=True,
        next_run_time=now,
    )
    scheduler.add_job(
        work_meetings_job,
        CronTrigger(minute="*", timezone=SHANGHAI),
        args=[database, clock],
        id="work_meetings",
        replace_existing=True,
        next_run_time=now,
    )
    scheduler.add_job(
        dispatch_job,
        CronTrigger(minute="*", timezone=SHANGHAI),
        args=[database, queue, clock],
        id="dispatch",
        replace_existing=True,
        next_run_time=now,
    )
    return scheduler


def run(settings: Settings) -> None:
    """Watch the clock until SIGTERM or SIGINT."""
    database = Database(settings.database_url)
    queue = DeliveryQueue(open_huey(settings.queue_url, settings.data_folder))
    scheduler = make_scheduler(database, queue, groups=settings.groups)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: scheduler.shutdown(wait=False))
    scheduler.start()

"""The scheduler process: its jobs stand here and nowhere else; what is due, in our tables.

APScheduler only rings: the jobs look at the clock themselves, run twice without harm and catch up
on what was missed, so that no job store is needed. Of several schedulers one leads and works.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from delivery.booking_notices import tell
from delivery.clock import Clock, utc_now
from delivery.dispatch import dispatch
from delivery.links import Links
from delivery.queue import DeliveryQueue, open_huey
from office.bases import SHANGHAI
from office.bookings import due
from office.database import Database
from scheduler.calendar_watch import CalendarWatch
from scheduler.digest import AT, digests
from scheduler.group_notices import plan_groups
from scheduler.leader import Leader
from scheduler.plan import plan_activities, plan_in_portions, plan_work_meetings
from scheduler.study import send_due
from settings import Settings

log = logging.getLogger(__name__)


def plan_job(database: Database, clock: Clock) -> None:
    """Write what falls due into the outbox, and the digest of the day once it is time for it."""
    now = clock()
    added = plan_in_portions(database, now=now)
    with database.writing() as session:
        added += digests(session, now=now)
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


def study_job(database: Database, links: Links, clock: Clock) -> None:
    """Write study content whose time has come into the outbox."""
    added = send_due(database, links, now=clock())
    if added:
        log.info("study: %d new", added)


def calendar_job(database: Database, clock: Clock, watch: CalendarWatch) -> None:
    """Plan again where an organisation has set days or rules: what is queued moves with them."""
    with database.reading() as session:
        changed = watch.has_changed(session)
    if changed:
        plan_job(database, clock)


def lead_job(scheduler: BlockingScheduler, leader: Leader) -> None:
    """Renew the lease or try to get it; who begins to lead does at once what was left undone."""
    if leader.step():
        for job in scheduler.get_jobs():
            if job.id != "lead":
                job.modify(next_run_time=datetime.now(SHANGHAI))


def make_scheduler(
    database: Database,
    queue: DeliveryQueue,
    leader: Leader,
    links: Links,
    clock: Clock = utc_now,
    groups: Collection[str] = (),
) -> BlockingScheduler:
    """The scheduler with its jobs: plan at 00:05, 8:30 and start, the others every minute.

    They do nothing while another scheduler leads.
    """
    scheduler = BlockingScheduler(
        timezone=SHANGHAI,
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    planned = [
        CronTrigger(hour=0, minute=5, timezone=SHANGHAI),
        CronTrigger(hour=AT.hour, minute=AT.minute, timezone=SHANGHAI),
    ]
    minutely = CronTrigger(minute="*", timezone=SHANGHAI)
    jobs: list[tuple[str, Callable[..., None], BaseTrigger, tuple[Any, ...]]] = [
        ("plan", plan_job, OrTrigger(planned), (database, clock)),
        ("bookings", bookings_job, minutely, (database, clock, groups)),
        ("work_meetings", work_meetings_job, minutely, (database, clock)),
        ("study", study_job, minutely, (database, links, clock)),
        ("dispatch", dispatch_job, minutely, (database, queue, clock)),
        ("calendar", calendar_job, minutely, (database, clock, CalendarWatch())),
    ]
    for name, job, trigger, args in jobs:
        scheduler.add_job(leader.run, trigger, args=[job, *args], id=name, replace_existing=True)
    scheduler.add_job(
        lead_job,
        IntervalTrigger(seconds=leader.every.total_seconds(), timezone=SHANGHAI),
        args=[scheduler, leader],
        id="lead",
        replace_existing=True,
        next_run_time=datetime.now(SHANGHAI),
    )
    return scheduler


def run(settings: Settings) -> None:
    """Watch the clock until SIGTERM or SIGINT; then another scheduler may lead at once."""
    database = Database(settings.database_url)
    queue = DeliveryQueue(open_huey(settings.queue_url, settings.data_folder))
    leader = Leader(database, utc_now, timedelta(seconds=settings.lease_seconds))
    links = Links(settings.public_url, settings.secret)
    scheduler = make_scheduler(database, queue, leader, links, groups=settings.groups)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: scheduler.shutdown(wait=False))
    scheduler.start()
    leader.give_up()

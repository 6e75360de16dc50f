"""Quiet hours (安静时段): when nobody is written to unasked."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from office.bases import SHANGHAI
from office.rules import Rules


def quiet_until(rules: Rules, now: datetime) -> datetime | None:
    """When the quiet hours that ``now`` lies in are over (local times; by default 21:30 to 8:00).

    None outside of them; equal times mean that there are none.
    """
    begins, ends = _clock(rules.quiet_from), _clock(rules.quiet_until)
    local = now.astimezone(SHANGHAI)
    clock = local.time()
    over_midnight = begins > ends
    inside = clock >= begins or clock < ends if over_midnight else begins <= clock < ends
    if not inside:
        return None
    day = local.date() if clock < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, SHANGHAI).astimezone(now.tzinfo)


def _clock(hours_and_minutes: int) -> time:
    return time(*divmod(hours_and_minutes, 100))

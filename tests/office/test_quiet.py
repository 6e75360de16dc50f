"""Quiet hours over midnight, within a day, and none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.bases import SHANGHAI
from office.quiet import quiet_until
from office.rules import CLOCK, Rules

DAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)


def at(clock: str, day: int = 0) -> datetime:
    hour, minute = clock.split(":")
    return (DAY + timedelta(days=day, hours=int(hour), minutes=int(minute))).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at("21:29"), None),
        (at("21:30"), at("8:00", 1)),
        (at("0:00"), at("8:00")),
        (at("7:59"), at("8:00")),
        (at("8:00"), None),
    ],
)
def test_by_default_from_half_past_nine_to_eight(now: datetime, until: datetime | None) -> None:
    assert quiet_until(Rules(), now) == until


def test_within_a_day_or_never() -> None:
    noon = Rules(quiet_from=1200, quiet_until=1330)
    assert quiet_until(noon, at("12:30")) == at("13:30")
    assert quiet_until(noon, at("13:30")) is None
    assert quiet_until(Rules(quiet_from=900, quiet_until=900), at("9:00")) is None


@given(
    begins=st.sampled_from(sorted(CLOCK)),
    ends=st.sampled_from(sorted(CLOCK)),
    minutes=st.integers(0, 3 * 24 * 60),
)
def test_they_are_over_within_a_day_and_then_it_is_not_quiet(
    begins: int, ends: int, minutes: int
) -> None:
    rules, now = Rules(quiet_from=begins, quiet_until=ends), at("0:00") + timedelta(minutes=minutes)
    until = quiet_until(rules, now)
    if until is not None:
        assert now < until <= now + timedelta(days=1)
        assert quiet_until(rules, until) is None
        assert quiet_until(rules, now + (until - now) / 2) == until

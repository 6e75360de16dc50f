"""An organisation's own days: they hold below it, the nearest decides, and who may set them."""

from __future__ import annotations

from datetime import date

import pytest

from office import members
from office.calendar_days import days_of, overrides_of, overrides_of_many, set_day, unset_day
from office.database import Database
from office.errors import InvalidRuleError, NotAllowedError
from office.models import AuditEntry, Organisation, OrganisationKind, Role, RoleKind
from tests.conftest import NOW

MONDAY, SATURDAY = date(2026, 12, 7), date(2026, 12, 12)


def test_the_nearest_organisation_decides(district: Database) -> None:
    with district.writing() as session:
        top = session.query(Organisation).filter_by(parent_id=None).one()
        branch, other = session.query(Organisation).filter_by(kind=OrganisationKind.BRANCH).limit(2)
        set_day(session, None, top, MONDAY, worked=False, note="建党纪念", now=NOW)
        set_day(session, None, top, SATURDAY, worked=True, now=NOW)
        set_day(session, None, branch, MONDAY, worked=True, note=" 照常 ", now=NOW)
        assert overrides_of(session, branch.id) == {MONDAY: True, SATURDAY: True}
        assert overrides_of(session, other.id) == {MONDAY: False, SATURDAY: True}
        assert days_of(session, branch.id)[MONDAY].note == "照常"
        every = [place.id for place in session.query(Organisation)]
        assert overrides_of_many(session, every) == {
            place: overrides_of(session, place) for place in every
        }
        set_day(session, None, branch, MONDAY, worked=False, now=NOW)
        assert overrides_of(session, branch.id)[MONDAY] is False
        assert unset_day(session, None, branch, MONDAY, now=NOW)
        assert not unset_day(session, None, branch, MONDAY, now=NOW)
        assert unset_day(session, None, top, MONDAY, now=NOW)
        assert overrides_of(session, branch.id) == {SATURDAY: True}
        assert session.query(AuditEntry).filter_by(action="set_calendar_day").count() == 4


def test_only_who_administers_an_organisation_sets_its_days(district: Database) -> None:
    with district.writing() as session:
        somebody = members.by_number(session, "M0005")
        assert somebody is not None
        top = session.query(Organisation).filter_by(parent_id=None).one()
        branch = session.get_one(Organisation, somebody.organisation_id)
        session.add(
            Role(member_id=somebody.id, organisation_id=branch.id, kind=RoleKind.ADMINISTRATOR)
        )
        session.flush()
        set_day(session, somebody, branch, MONDAY, worked=False, now=NOW)
        for change in (
            lambda: set_day(session, somebody, top, MONDAY, worked=False, now=NOW),
            lambda: unset_day(session, somebody, top, MONDAY, now=NOW),
        ):
            with pytest.raises(NotAllowedError):
                change()
        with pytest.raises(InvalidRuleError):
            set_day(session, somebody, branch, date(1999, 12, 31), worked=True, now=NOW)
        assert overrides_of(session, top.id) == {}

"""Organisations, access, members, invitations."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import invitations, members
from office.access import Action, may
from office.database import Database
from office.errors import InvitationError
from office.models import Invitation, Member, MemberState, Organisation, RoleKind, WebSession
from office.organisation_life import branches_at
from office.organisations import ancestors, branch_of, descendants, holders
from tests.conftest import NOW


def by_name(database: Database, name: str) -> Organisation:
    with database.reading() as session:
        return session.query(Organisation).filter_by(name=name).one()


def test_the_demonstration_has_the_size_that_it_promises(district: Database) -> None:
    with district.reading() as session:
        kinds = [organisation.kind for organisation in session.query(Organisation)]
        assert (kinds.count("committee"), kinds.count("branch")) == (4, 12)
        assert session.query(Member).count() == 199
        shapes = branches_at(session, NOW.date())
        small = [branch for branch in shapes if not branch.has_committee]
        grouped = [branch for branch in shapes if branch.groups]
        assert (len(small), len(grouped)) == (2, 4)
        phones = [member.phone for member in session.query(Member)]
        assert all(phone and phone.startswith("100") for phone in phones)


def test_the_tree_goes_up_and_down(district: Database) -> None:
    with district.reading() as session:
        group = session.query(Organisation).filter_by(kind="group").first()
        assert group is not None
        chain = ancestors(session, group.id)
        assert [organisation.kind for organisation in chain] == [
            "group",
            "branch",
            "committee",
            "committee",
        ]
        assert group.id in descendants(session, chain[-1].id)
        assert branch_of(session, group.id).id == chain[1].id


@pytest.mark.parametrize(
    ("number", "action", "organisation", "allowed"),
    [
        ("M0002", Action.BOOK, "晨光社区第一网格党支部", True),
        ("M0002", Action.BOOK, "望江医院党支部", False),
        ("M0002", Action.BOOK, "晨光街道党工委", False),
        ("M0002", Action.HEAR_REQUESTS, "晨光社区第一网格党支部", False),
        ("M0001", Action.HEAR_REQUESTS, "晨光社区第一网格党支部", True),
        ("M0001", Action.HEAR_REQUESTS, "晨光社区第二网格党支部", False),
        ("M0004", Action.KEEP_BASE, "晨光街道党工委", True),
        ("M0004", Action.INVITE, "晨光街道党工委", False),
        ("M0005", Action.INVITE, "长桥社区党支部", True),
        ("M0005", Action.INVITE, "望江医院党支部", False),
    ],
)
def test_who_may_do_what(
    small_district: Database, number: str, action: Action, organisation: str, allowed: bool
) -> None:
    place = by_name(small_district, organisation)
    with small_district.reading() as session:
        assert may(session, members.by_number(session, number), action, place.id) is allowed


def test_nobody_and_somebody_gone_may_do_nothing(small_district: Database) -> None:
    with small_district.writing() as session:
        secretary = members.by_number(session, "M0001")
        assert secretary is not None
        secretary.state = MemberState.TRANSFERRED
        place = branch_of(session, secretary.organisation_id).id
        for action in Action:
            assert not may(session, None, action, place)
            assert not may(session, secretary, action, place)
        assert holders(session, place, RoleKind.SECRETARY) == []


def test_a_link_binds_once(district: Database) -> None:
    with district.writing() as session:
        member = members.by_number(session, "M0007")
        assert member is not None
        token = invitations.invite(session, member, now=NOW)
    assert len(token) == 43
    with district.writing() as session:
        assert session.query(Invitation).one().token_hash != token
        bound = invitations.redeem(session, token, "telegram", "42", now=NOW)
        assert bound.number == "M0007"
    with district.reading() as session:
        known = members.by_contact(session, "telegram", "42")
        assert known is not None
        assert members.reach(session, known) == ("telegram", "42")
    with district.writing() as session, pytest.raises(InvitationError):
        invitations.redeem(session, token, "telegram", "43", now=NOW)


@pytest.mark.parametrize("minutes", [10, 11, 60 * 24])
def test_a_link_is_good_for_ten_minutes(small_district: Database, minutes: int) -> None:
    with small_district.writing() as session:
        member = members.by_number(session, "M0007")
        assert member is not None
        token = invitations.invite(session, member, now=NOW)
        with pytest.raises(InvitationError):
            invitations.redeem(
                session, token, "telegram", "42", now=NOW + timedelta(minutes=minutes)
            )


@pytest.mark.parametrize("token", ["", "x", "'; drop table members; --", "支部" * 30])
def test_a_made_up_token_binds_nobody(small_district: Database, token: str) -> None:
    with small_district.writing() as session, pytest.raises(InvitationError):
        invitations.redeem(session, token, "telegram", "42", now=NOW)


def test_a_browser_is_known_by_its_cookie_only(small_district: Database) -> None:
    with small_district.writing() as session:
        token = invitations.open_browser(session, now=NOW)
        assert session.query(WebSession).one().token_hash != token
        guest = invitations.browser_address(session, token)
        assert guest is not None
        assert members.by_contact(session, "web", guest) is None
        assert invitations.browser_address(session, "made-up") is None
        assert invitations.browser_address(session, None) is None


def test_nobody_is_greeted_who_should_not_be(small_district: Database) -> None:
    every_day = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    with small_district.writing() as session:
        before = {member.number for member in members.greeted(session, every_day)}
        gone = [members.by_number(session, f"M000{n}") for n in (1, 2, 3, 4)]
        for member, state in zip(
            gone,
            [MemberState.DECEASED, MemberState.LEFT, MemberState.TRANSFERRED, None],
            strict=True,
        ):
            assert member is not None
            if state is None:
                member.wants_greeting = False
            else:
                member.state = state
        session.flush()
        after = {member.number for member in members.greeted(session, every_day)}
    assert before - after == {"M0001", "M0002", "M0003", "M0004"}


DAYS = st.dates(min_value=date(1921, 7, 23), max_value=date(2026, 12, 31))


@given(DAYS, DAYS)
def test_the_next_birthday_is_the_anniversary_and_not_long_off(admitted: date, today: date) -> None:
    birthday = members.next_birthday(admitted, today)
    assert birthday >= today
    assert birthday.year > admitted.year
    if admitted <= today:
        assert (birthday - today).days <= 366
    if (admitted.month, admitted.day) == (2, 29) and birthday.day != 29:
        assert (birthday.month, birthday.day) == (2, 28)
    else:
        assert (birthday.month, birthday.day) == (admitted.month, admitted.day)


def test_29_february_in_a_common_year_is_28_february() -> None:
    assert members.birthday_in(date(2016, 2, 29), 2027) == date(2027, 2, 28)
    assert members.birthday_in(date(2016, 2, 29), 2028) == date(2028, 2, 29)
    assert members.full_years(date(2016, 2, 29), date(2027, 2, 28)) == 11
    assert members.birthday_in(date(2016, 2, 29), 2027, 301) == date(2027, 3, 1)
    assert members.next_birthday(date(2016, 2, 29), date(2027, 2, 28), 301) == date(2027, 3, 1)
    assert members.full_years(date(2016, 2, 29), date(2027, 2, 28), 301) == 10

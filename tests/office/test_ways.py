"""The ways to a member: what he has chosen, then messenger, SMS, e-mail, and the web chat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from office import members
from office.database import Database
from office.models import Member
from tests.conftest import NOW

WAYS = ("telegram", "sms", "email")


def somebody(session: Session, *channels: str) -> Member:
    member = session.query(Member).filter_by(number="M0003").one()
    for hours, channel in enumerate(channels):
        members.bind(session, member, channel, f"{channel}-1", now=NOW + timedelta(hours=hours))
    return member


def names(session: Session, member: Member) -> list[str]:
    return [channel for channel, _ in members.ways(session, member)]


def test_messenger_sms_mail_and_the_web_chat_in_this_order(district: Database) -> None:
    with district.writing() as session:
        member = somebody(session, "email", "telegram", "sms")
        assert names(session, member) == [*WAYS, "web"]
        assert members.reach(session, member) == ("telegram", "telegram-1")


def test_the_messenger_that_was_bound_last_comes_first(district: Database) -> None:
    with district.writing() as session:
        member = somebody(session, "telegram", "bird")
        assert names(session, member) == ["bird", "telegram", "web"]


@pytest.mark.parametrize("chosen", ["sms", "email", "web"])
def test_what_the_member_has_chosen_comes_first(district: Database, chosen: str) -> None:
    with district.writing() as session:
        member = somebody(session, *WAYS)
        member.preferred_channel = chosen
        others = [name for name in (*WAYS, "web") if name != chosen]
        assert names(session, member) == [chosen, *others]


def test_a_choice_that_was_never_bound_changes_nothing(district: Database) -> None:
    with district.writing() as session:
        member = somebody(session, "telegram")
        member.preferred_channel = "sms"
        assert names(session, member) == ["telegram", "web"]


def test_after_each_way_comes_the_next_and_after_the_web_chat_none(district: Database) -> None:
    with district.writing() as session:
        member = somebody(session, *WAYS)
        members.unreachable(session, "telegram", "telegram-1")
        members.unreachable(session, "sms", "sms-1")
        web = ("web", members.web_address(member.id))
        after = members.way_after
        assert after(session, member, "telegram", "telegram-1") == ("email", "email-1")
        assert after(session, member, "email", "email-1") == web
        assert after(session, member, *web) is None
        assert after(session, member, "telegram", "somebody else's") == ("email", "email-1")

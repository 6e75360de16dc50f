"""Choosing in the chat where notices go; a mail address counts once it is confirmed."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from bot.actions import channels
from bot.actions.channels import ActionChooseChannel, masked, named
from delivery.links import Links
from office import invitations, members
from office.errors import InvitationError
from office.models import Invitation, Member, OutboxMessage
from tests.bot.conftest import Talk, Turn
from tests.conftest import NOW
from texts import say

NUMBER, ADDRESS = "M0003", "zhang@example.org"


@pytest.fixture
def everywhere(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A member's conversation where every channel is open."""
    there = frozenset({"web", "telegram", "sms", "email"})
    links = Links("https://zhibu.example.org", "secret of nobody")
    services = replace(channels.services(), channels=there, links=links)
    monkeypatch.setattr(channels, "services", lambda: services)
    return talk.as_member(NUMBER)


def ask(talk: Talk, text: str) -> Turn:
    return talk.says(text, "choose_channel").run(ActionChooseChannel())


def way(talk: Talk) -> tuple[str, str]:
    with talk.database.reading() as session:
        return members.reach(session, member_of(talk))


def member_of(talk: Talk) -> Member:
    with talk.database.reading() as session:
        member = members.by_number(session, NUMBER)
        assert member is not None
        return member


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("以后用短信通知我", "sms"),
        ("别发telegram了，改成短信", "sms"),
        ("不要发短信", None),
        ("换个通知方式", None),
        ("用邮箱还是短信好", None),
        ("我不用Telegram了，发我邮箱", "email"),
        ("通知只放网页里", "web"),
    ],
)
def test_the_channel_that_a_sentence_asks_for(text: str, channel: str | None) -> None:
    assert named(text) == channel


def test_it_says_where_notices_go_and_offers_the_other_ways(everywhere: Talk) -> None:
    turn = ask(everywhere, "通知发到哪儿去了")
    assert turn.text.startswith(say("channels.now_web"))
    assert list(turn.buttons) == [say(f"channels.button_{n}") for n in ("telegram", "sms", "email")]


def test_text_messages_go_to_the_phone_of_the_register(everywhere: Talk) -> None:
    shown = ask(everywhere, "换个通知方式")
    turn = everywhere.presses_on(shown, say("channels.button_sms")).run(ActionChooseChannel())
    phone = member_of(everywhere).phone
    assert phone is not None
    assert way(everywhere) == ("sms", phone)
    assert masked(phone) in turn.text
    assert phone not in turn.text


def test_without_a_phone_in_the_register_nothing_changes(everywhere: Talk) -> None:
    with everywhere.database.writing() as session:
        session.query(Member).filter_by(number=NUMBER).one().phone = None
    assert ask(everywhere, "改成短信提醒").text == say("channels.no_sms")
    assert way(everywhere)[0] == "web"


def test_a_mail_address_counts_once_it_is_confirmed(everywhere: Talk) -> None:
    turn = ask(everywhere, f"通知发到 {ADDRESS}")
    assert turn.text == say("channels.mail_sent", address=ADDRESS)
    assert way(everywhere)[0] == "web"
    with everywhere.database.reading() as session:
        letter = session.query(OutboxMessage).filter_by(channel="email").one()
        assert letter.address == ADDRESS
        assert letter.member_id is None
        link = re.search(r"/m/([\w-]+)\?to=(\S+)", letter.text)
    assert link is not None
    token, address = link[1], unquote(link[2])
    with everywhere.database.writing() as session:
        with pytest.raises(InvitationError):
            invitations.confirm_mail(session, token, "other@example.org", now=NOW)
        invitations.confirm_mail(session, token, address, now=NOW)
    assert way(everywhere) == ("email", ADDRESS)
    with everywhere.database.writing() as session, pytest.raises(InvitationError):
        invitations.confirm_mail(session, token, address, now=NOW)


def test_nobody_is_flooded_with_mails_in_somebodys_name(everywhere: Talk) -> None:
    answers = [ask(everywhere, f"通知发到 a{n}@example.org").text for n in range(5)]
    assert answers[3:] == [say("channels.too_many_mails")] * 2
    with everywhere.database.reading() as session:
        assert session.query(Invitation).count() == 3


def test_what_is_not_set_up_is_said(talk: Talk) -> None:
    talk.as_member(NUMBER)
    assert ask(talk, "用短信通知我").text == say("channels.not_here_sms")
    assert ask(talk, f"发到{ADDRESS}").text == say("channels.not_here_email")
    assert ask(talk, "改成telegram").text == say("channels.not_here_telegram")


def test_who_is_not_bound_is_told_nothing(talk: Talk) -> None:
    assert ask(talk, "通知方式").text == say("bot.only_members")


def test_an_unknown_way_in_a_button_changes_nothing(everywhere: Talk) -> None:
    turn = everywhere.presses("choose_channel", way="pigeon").run(ActionChooseChannel())
    assert turn.text == say("channels.no_email")
    assert way(everywhere)[0] == "web"

"""Greetings left off and taken up again in the chat."""

from __future__ import annotations

from bot.actions.greetings import ActionResumeGreetings, ActionStopGreetings
from office import members
from office.models import AuditEntry
from tests.bot.conftest import Talk
from texts import say


def wants(talk: Talk) -> bool:
    with talk.database.reading() as session:
        member = members.by_number(session, "M0005")
        assert member is not None
        return member.wants_greeting


def test_no_greetings_any_more_and_back_by_one_tap(talk: Talk) -> None:
    talk.as_member("M0005")
    stopped = talk.says("不要给我发政治生日祝福", "stop_greetings").run(ActionStopGreetings())
    assert not wants(talk)
    assert "恢复祝福" in stopped.text
    resumed = talk.presses_on(stopped, "恢复祝福").run(ActionResumeGreetings())
    assert wants(talk)
    again = talk.presses_on(resumed, "以后不用发了").run(ActionStopGreetings())
    assert not wants(talk)
    assert again.text == stopped.text


def test_said_twice_it_is_noted_once(talk: Talk) -> None:
    talk.as_member("M0005")
    for _ in range(2):
        talk.presses("stop_greetings").run(ActionStopGreetings())
    with talk.database.reading() as session:
        assert session.query(AuditEntry).filter_by(action="stop_greetings").count() == 1


def test_a_guest_has_nothing_to_leave_off(talk: Talk) -> None:
    turn = talk.presses("stop_greetings").run(ActionStopGreetings())
    assert turn.text == say("bot.only_members")

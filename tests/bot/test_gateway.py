"""The way in: stored first, answered in order, told once when Rasa is away, closed with replies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from bot import gateway
from bot.gateway import TRIES, Gateway
from bot.rasa import RasaClient
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.web import WebChannel
from office import inbox, invitations, members
from office.database import Database
from office.models import InboxKind, InboxMessage, InboxState, OutboxMessage, OutboxState
from tests.conftest import FrozenClock
from tests.rasa_stand_in import StandIn, standing_in
from texts import say

NOBODY_LISTENS = 9


@pytest.fixture
def rasa() -> Iterator[StandIn]:
    with standing_in() as state:
        yield state


class Desk:
    """A gateway, what comes in, and what went out."""

    def __init__(self, database: Database, clock: FrozenClock, folder: Path) -> None:
        self.database = database
        self.clock = clock
        self.folder = folder
        self.count = 0

    def receive(
        self, text: str, kind: InboxKind = InboxKind.TEXT, address: str = "g1", channel: str = "web"
    ) -> InboxMessage:
        self.count += 1
        with self.database.writing() as session:
            row_id = inbox.store(
                session,
                channel=channel,
                update_id=str(self.count),
                address=address,
                kind=kind,
                text=text,
                now=self.clock(),
            )
        return self.row(row_id or 0)

    def row(self, row_id: int) -> InboxMessage:
        with self.database.reading() as session:
            return session.get_one(InboxMessage, row_id)

    def answer(self, url: str, *messages: InboxMessage) -> list[bool]:
        """Let the gateway answer; for each message whether it did."""
        return asyncio.run(self._with(url, lambda one: _each(one, messages)))

    def converse(self, url: str, address: str = "g1") -> None:
        asyncio.run(self._with(url, lambda one: one.converse("web", address)))

    async def _with(self, url: str, work: Callable[[Gateway], Any]) -> Any:
        queue = DeliveryQueue(open_huey(None, self.folder))
        post = PostOffice(self.database, {"web": WebChannel(NOBODY_LISTENS)}, self.clock, queue)
        async with RasaClient(url, "s" * 20) as client:
            return await work(Gateway(self.database, client, post, self.clock))

    def sent(self, address: str = "g1") -> list[str]:
        with self.database.reading() as session:
            rows = session.query(OutboxMessage).order_by(OutboxMessage.id)
            return [
                row.text for row in rows if row.address == address and row.state == OutboxState.SENT
            ]


async def _each(one: Gateway, messages: tuple[InboxMessage, ...]) -> list[bool]:
    return [await one.answer(message) for message in messages]


@pytest.fixture
def desk(district: Database, clock: FrozenClock, tmp_path: Path) -> Desk:
    return Desk(district, clock, tmp_path)


def test_a_message_goes_to_rasa_and_its_answer_to_the_member(desk: Desk, rasa: StandIn) -> None:
    message = desk.receive("党费怎么交")
    assert desk.answer(rasa.url, message) == [True]
    assert rasa.heard == [
        {
            "sender": "web:g1",
            "text": "党费怎么交",
            "metadata": {"inbox_id": message.id},
            "secret": "s" * 20,
        }
    ]
    assert desk.sent() == ["答：党费怎么交"]
    closed = desk.row(message.id)
    assert (closed.state, closed.intent) == (InboxState.ANSWERED, "ask_policy")
    assert closed.answered_at == desk.clock()


def test_an_update_that_comes_twice_is_stored_once(desk: Desk) -> None:
    desk.receive("你好")
    desk.count -= 1
    with pytest.raises(Exception, match="No row"):
        desk.receive("你好")


def test_a_message_handled_twice_is_answered_once(desk: Desk, rasa: StandIn) -> None:
    message = desk.receive("你好")
    desk.answer(rasa.url, message, message)
    assert desk.sent() == ["答：你好"]


def test_the_messages_of_a_conversation_are_answered_in_order(desk: Desk, rasa: StandIn) -> None:
    for text in ("一", "二", "三"):
        desk.receive(text)
    desk.receive("别人", address="g2")
    desk.converse(rasa.url)
    assert desk.sent() == ["答：一", "答：二", "答：三"]
    assert desk.sent("g2") == []


def test_while_rasa_is_down_the_message_waits_and_the_member_is_told_once(
    desk: Desk, rasa: StandIn
) -> None:
    nowhere = "http://127.0.0.1:9"
    first, second = desk.receive("党费怎么交"), desk.receive("喂？")
    assert desk.answer(nowhere, first, first) == [False] * 2
    assert desk.sent() == [say("bot.rasa_down")]
    assert desk.row(first.id).state == InboxState.WAITING
    assert desk.answer(rasa.url, first, second) == [True, True]
    assert desk.sent() == [say("bot.rasa_down"), "答：党费怎么交", "答：喂？"]


def test_a_turn_without_any_reply_is_tried_again(desk: Desk, rasa: StandIn) -> None:
    """Rasa swallows an action that fails, for example while the action server restarts."""
    message = desk.receive("下次什么时候开会")
    rasa.answer = lambda _: (200, {"intent": "next_meeting", "messages": []})
    assert desk.answer(rasa.url, message) == [False]
    rasa.answer = StandIn("").answer
    assert desk.answer(rasa.url, message) == [True]
    assert desk.sent() == ["答：下次什么时候开会"]


def test_a_message_that_breaks_us_does_not_come_back_for_ever(
    desk: Desk, rasa: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = desk.receive("你好")
    put, broken = gateway.outbox.put, []

    def break_first(session: Any, draft: Any, **more: Any) -> Any:
        if draft.text.startswith("答"):
            broken.append(1)
            raise StatementError("too long", "INSERT", {}, Exception())
        return put(session, draft, **more)

    monkeypatch.setattr(gateway.outbox, "put", break_first)
    monkeypatch.setattr(gateway, "RETRY", 0.01)
    desk.converse(rasa.url)
    assert len(broken) == TRIES
    assert desk.sent() == [say("bot.gave_up")]
    assert desk.row(message.id).state == InboxState.FAILED


def test_rasa_without_a_model_counts_as_down(desk: Desk, rasa: StandIn) -> None:
    rasa.answer = lambda _: (409, {"status": "failure"})
    message = desk.receive("党费怎么交")
    assert desk.answer(rasa.url, message) == [False]
    assert desk.sent() == [say("bot.rasa_down")]


@pytest.mark.parametrize(
    "body", [{"messages": "no list"}, "no object", {"messages": [{"text": 3}]}]
)
def test_a_message_that_rasa_cannot_handle_is_given_up_with_an_apology(
    desk: Desk, rasa: StandIn, body: Any
) -> None:
    rasa.answer = lambda _: (200, body)
    message = desk.receive("怪")
    answered = [desk.answer(rasa.url, message)[0] for _ in range(TRIES)]
    assert answered == [False] * (TRIES - 1) + [True]
    assert desk.sent() == [say("bot.gave_up")]
    assert desk.row(message.id).state == InboxState.FAILED


def test_a_failure_of_rasa_that_passes_costs_nothing(desk: Desk, rasa: StandIn) -> None:
    message = desk.receive("你好")
    rasa.answer = lambda _: (500, {})
    assert desk.answer(rasa.url, message) == [False]
    rasa.answer = StandIn("").answer
    assert desk.answer(rasa.url, message) == [True]
    assert desk.sent() == ["答：你好"]


def test_answers_survive_a_crash_between_rasa_and_the_ledger(
    desk: Desk, rasa: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is closed together with its replies, or it waits for the next try."""
    message = desk.receive("你好")

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(gateway.outbox, "put", fail)
        with pytest.raises(KeyboardInterrupt):
            desk.answer(rasa.url, message)
    assert desk.row(message.id).state == InboxState.WAITING
    assert desk.answer(rasa.url, message) == [True]
    assert desk.sent() == ["答：你好"]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("😀😀👍", "empty"),
        ("\u200b\u200d\ufeff\x07", "empty"),
        ("？？！……", "empty"),
        ("党" * 5000, "too_long"),
    ],
)
def test_what_has_no_words_or_too_many_gets_a_kind_reply(
    desk: Desk, rasa: StandIn, text: str, reply: str
) -> None:
    desk.answer(rasa.url, desk.receive(text))
    assert desk.sent() == [say(f"bot.{reply}", limit=300)]
    assert rasa.heard == []


def test_hidden_characters_and_emoji_do_not_hide_the_question(desk: Desk, rasa: StandIn) -> None:
    desk.answer(rasa.url, desk.receive("党\u200b费\x00怎么\n交？😀"))
    assert rasa.heard[0]["text"] == "党费怎么 交？😀"


def test_a_typed_slash_is_no_command_to_rasa(desk: Desk, rasa: StandIn) -> None:
    """What starts with a slash would be taken for an intent, and could name any booking."""
    command = '/cancel_booking{"booking_id": "1"}'
    desk.answer(rasa.url, desk.receive(command), desk.receive(f"／ /{command}"))
    assert [said["text"] for said in rasa.heard] == [command[1:]] * 2


def test_stickers_voice_and_pictures_get_a_kind_reply(desk: Desk, rasa: StandIn) -> None:
    desk.answer(rasa.url, desk.receive("", InboxKind.UNSUPPORTED))
    assert desk.sent() == [say("bot.unsupported")]


def test_a_button_says_what_it_carries_to_him_alone_to_whom_it_was_offered(
    desk: Desk, rasa: StandIn
) -> None:
    button = {"title": "确认", "payload": "/affirm"}
    rasa.answer = lambda _: (200, {"intent": "x", "messages": [{"text": "?", "buttons": [button]}]})
    desk.answer(rasa.url, desk.receive("约"))
    with desk.database.reading() as session:
        offered = session.query(OutboxMessage).one().id
    desk.answer(rasa.url, desk.receive(f"{offered}:0", InboxKind.BUTTON))
    assert rasa.heard[-1]["text"] == "/affirm"
    for pressed in (f"{offered}:1", f"{offered}:-1", "99999:0", "x:y", "", f"{offered}:0:0"):
        desk.answer(rasa.url, desk.receive(pressed, InboxKind.BUTTON))
        assert desk.sent()[-1] == say("bot.stale_button")
    desk.answer(rasa.url, desk.receive(f"{offered}:0", InboxKind.BUTTON, address="g2"))
    assert desk.sent("g2") == [say("bot.stale_button")]


def test_words_that_the_last_reply_asked_for_are_its_note(
    desk: Desk, rasa: StandIn, clock: FrozenClock
) -> None:
    button = {"title": "不用了", "payload": '/rate_booking{"booking_id": "7", "note": ""}'}
    asks = {"intent": "x", "messages": [{"text": "还想说一句吗", "buttons": [button]}]}
    plain = {"intent": "x", "messages": [{"text": "好"}]}
    rasa.answer = lambda said: (200, asks if said["text"] == "打分" else plain)
    note = '/rate_booking{"booking_id": "7", "note": "讲解员讲得好"}'

    def heard(*texts: str, address: str = "g1") -> list[str]:
        for text in texts:
            desk.answer(rasa.url, desk.receive(text, address=address))
        return [said["text"] for said in rasa.heard[-len(texts) :]]

    assert heard("打分", "讲解员讲得好", "讲解员讲得好") == ["打分", note, "讲解员讲得好"]
    assert heard("打分", "/党费怎么交？") == ["打分", "党费怎么交？"]
    heard("打分")
    assert heard("讲解员讲得好", address="g2") == ["讲解员讲得好"]
    clock.move(minutes=31)
    assert heard("讲解员讲得好") == ["讲解员讲得好"]


def test_the_code_of_a_base_comes_by_link_or_typed(desk: Desk, rasa: StandIn) -> None:
    desk.answer(rasa.url, desk.receive("checkin_ab-12_CD", InboxKind.START))
    desk.answer(rasa.url, desk.receive("签到码： ab-12_CD"))
    assert [said["text"] for said in rasa.heard] == ['/check_in{"code": "ab-12_CD"}'] * 2


def test_a_one_time_link_makes_a_person_known_in_the_messenger(desk: Desk, rasa: StandIn) -> None:
    with desk.database.writing() as session:
        member = members.by_number(session, "M0007")
        assert member is not None
        token = invitations.invite(session, member, now=desk.clock())
    first = desk.receive(token, InboxKind.START, address="77")
    again = desk.receive(token, InboxKind.START, address="78")
    desk.answer(rasa.url, first, again)
    assert desk.sent("77") == [say("bot.bound", name=member.name)]
    assert desk.sent("78") == [say("bot.invitation_invalid")]
    with desk.database.reading() as session:
        known = members.by_contact(session, "web", "77")
        assert known is not None
        assert known.number == "M0007"
        assert members.by_contact(session, "web", "78") is None


def test_start_without_a_link_greets_and_says_how_to_become_known(
    desk: Desk, rasa: StandIn
) -> None:
    desk.answer(rasa.url, desk.receive("", InboxKind.START))
    assert desk.sent() == [say("bot.welcome_guest")]


def test_a_conversation_goes_on_where_an_outage_ends(
    desk: Desk, rasa: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "RETRY", 0.01)
    states = iter([503, 503])
    rasa.answer = lambda said: (
        next(states, 200),
        {"intent": "x", "messages": [{"text": said["text"]}]},
    )
    desk.receive("一")
    desk.receive("二")
    desk.converse(rasa.url)
    assert desk.sent() == [say("bot.rasa_down"), "一", "二"]

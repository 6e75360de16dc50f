"""The same assistant on Telegram: bound by a one-time link, booked by buttons, safe in a crash."""

from __future__ import annotations

import re
import zlib

import pytest

from office.models import Booking, InboxMessage, InboxState
from tests.e2e.stack import Stack, until
from tests.fake_telegram.client import FakeTelegram, Sent
from texts import say

pytestmark = pytest.mark.e2e
SECONDS = 30


class Phone:
    """A person with Telegram."""

    def __init__(self, telegram: FakeTelegram, chat: int) -> None:
        self.telegram = telegram
        self.chat = chat

    def answers_to(self, text: str, count: int = 1) -> list[Sent]:
        """What comes within some seconds of writing this."""
        seen = len(self.got())
        self.telegram.push_text(self.chat, text)
        return self.next_after(seen, count)

    def press(self, message: Sent, title: str) -> list[Sent]:
        seen = len(self.got())
        titles = [one for one, _ in message.buttons]
        self.telegram.press(message, titles.index(title))
        return self.next_after(seen)

    def next_after(self, seen: int, count: int = 1) -> list[Sent]:
        return until(lambda: self.got()[seen:] if len(self.got()) >= seen + count else [], SECONDS)

    def got(self) -> list[Sent]:
        return self.telegram.sent(self.chat)


@pytest.fixture
def phone(telegram: FakeTelegram, request: pytest.FixtureRequest) -> Phone:
    return Phone(telegram, 700_000 + zlib.crc32(request.node.name.encode()) % 100_000)


def bind(stack: Stack, phone: Phone, number: str) -> None:
    done = stack.run("invite", number)
    link = re.search(r"https://t\.me/(\w+)\?start=([\w-]{1,64})", done.stdout)
    assert link, done.stdout
    (welcome,) = phone.answers_to(f"/start {link[2]}")
    assert "我认识您了" in welcome.text
    (again,) = phone.answers_to(f"/start {link[2]}")
    assert again.text == say("bot.invitation_invalid")


def test_a_guest_asks_and_is_answered(stack: Stack, phone: Phone) -> None:
    (welcome,) = phone.answers_to("/start")
    assert welcome.text == say("bot.welcome_guest")
    (answer,) = phone.answers_to("支部党员大会多久开一次")
    assert "《中国共产党支部工作条例（试行）》第11条" in answer.text
    assert all(len(data.encode()) <= 64 for _, data in answer.buttons)


def test_a_member_books_by_buttons(stack: Stack, phone: Phone) -> None:
    bind(stack, phone, "M0120")
    (summary,) = phone.answers_to("预约下周二上午九点到十一点的红星纪念馆，18人，主题党日")
    (done,) = phone.press(summary, say("booking.button_confirm_book"))
    number = re.search(r"编号 (\d+)", done.text)
    assert number, done.text
    with stack.database().reading() as session:
        booking = session.get_one(Booking, int(number[1]))
        assert (booking.member.number, booking.head_count) == ("M0120", 18)


@pytest.mark.parametrize("push", ["push_sticker", "push_voice", "push_photo"])
def test_what_we_cannot_read_gets_a_kind_reply(stack: Stack, phone: Phone, push: str) -> None:
    getattr(phone.telegram, push)(phone.chat)
    (reply,) = phone.next_after(0)
    assert reply.text == say("bot.unsupported")


def test_a_crash_between_update_and_reply_loses_and_doubles_nothing(
    stack: Stack, phone: Phone
) -> None:
    """Rasa is held, so that no reply can come; the update is stored; the bot is killed."""
    rasa = stack.processes()["rasa"]
    rasa.suspend()
    try:
        phone.telegram.push_text(phone.chat, "预备期有多长")
        until(lambda: waiting(stack, phone), SECONDS)
        until(lambda: not phone.telegram.pending(), SECONDS)
        killed = stack.processes()["bot"]
        killed.kill()
        killed.wait()
        until(lambda: stack.processes().get("bot", killed).pid != killed.pid, SECONDS)
    finally:
        rasa.resume()
    (answer,) = phone.next_after(0)
    assert "1 年" in answer.text
    phone.answers_to("谢谢")  # what came twice would have come before this
    assert len([one for one in phone.got() if "1 年" in one.text]) == 1


def waiting(stack: Stack, phone: Phone) -> bool:
    with stack.database().reading() as session:
        rows = session.query(InboxMessage).filter_by(address=str(phone.chat))
        return any(row.state == InboxState.WAITING for row in rows)


def test_while_rasa_is_down_one_is_told_once_and_answered_later(stack: Stack, phone: Phone) -> None:
    stack.processes()["rasa"].kill()
    (told,) = phone.answers_to("入党要满多少岁")
    assert told.text == say("bot.rasa_down")
    phone.telegram.push_text(phone.chat, "谢谢")
    answers = until(lambda: phone.got()[1:] if len(phone.got()) >= 3 else [], 90)
    assert "18 岁" in answers[0].text
    assert len(answers) == 2

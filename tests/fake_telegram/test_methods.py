"""python-telegram-bot works against the fake Telegram: every method, and every refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.constants import ChatAction
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from delivery.telegram import make_bot, seconds_of
from tests.fake_telegram.client import FakeTelegram, with_bot

pytest_plugins = ["tests.fake_telegram.fixtures"]
ANNA = 4711
# The library warns that retry_after will one day be a timedelta.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


def buttons(*data: str) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(f"按钮{n}", callback_data=d)] for n, d in enumerate(data)]
    return InlineKeyboardMarkup(rows)


def send(text: str, **options: Any) -> Callable[[Bot], Awaitable[Message]]:
    return lambda bot: bot.send_message(ANNA, text, **options)


def photo(image: bytes | str, caption: str = "") -> Callable[[Bot], Awaitable[Message]]:
    return lambda bot: bot.send_photo(ANNA, image, caption=caption)


def test_the_bot_knows_who_it_is(fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> tuple[int, str]:
        return bot.id, bot.username

    assert with_bot(fake, work) == (123456, "zhibu_test_bot")


def test_a_wrong_token_is_refused(fake: FakeTelegram) -> None:
    with pytest.raises(InvalidToken):
        with_bot(fake, send("好"), token="123456:wrong")


def test_a_message_with_buttons_arrives_and_a_press_comes_back(fake: FakeTelegram) -> None:
    message = with_bot(fake, send("请选择", reply_markup=buttons("7:0", "7:1")))
    (sent,) = fake.sent(ANNA)
    assert (sent.message_id, sent.text) == (message.message_id, "请选择")
    assert sent.buttons == (("按钮0", "7:0"), ("按钮1", "7:1"))
    assert fake.sent(ANNA + 1) == []
    fake.press(sent, 1)

    async def work(bot: Bot) -> tuple[str | None, int]:
        (update,) = await bot.get_updates()
        assert update.callback_query is not None
        await update.callback_query.answer("好")
        assert isinstance(update.callback_query.message, Message)
        assert update.callback_query.message.text == "请选择"
        return update.callback_query.data, update.callback_query.from_user.id

    assert with_bot(fake, work) == ("7:1", ANNA)
    assert list(fake.state()["queries"].values()) == [{"text": "好"}]
    with pytest.raises(BadRequest, match="query id is invalid"):
        with_bot(fake, lambda bot: bot.answer_callback_query("unknown"))


def test_a_press_under_a_message_that_is_gone(fake: FakeTelegram) -> None:
    fake.push_callback(ANNA, 999_999, "7:0")
    (update,) = with_bot(fake, lambda bot: bot.get_updates())
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"text": " \n "}, "text is empty"),
        ({"text": "长" * 4097}, "message is too long"),
        ({"text": "<b>开会", "parse_mode": "HTML"}, "can't find end tag"),
        ({"text": "<h1>开会</h1>", "parse_mode": "HTML"}, "unsupported start tag"),
        ({"text": "<b><i>开会</b></i>", "parse_mode": "HTML"}, "unmatched end tag"),
        ({"text": "开会</b>", "parse_mode": "HTML"}, "unexpected end tag"),
        ({"text": "人数 < 5", "parse_mode": "HTML"}, "start tag"),
        ({"text": "好", "parse_mode": "LaTeX"}, "parse_mode"),
        ({"text": "好", "reply_markup": buttons("二" * 22)}, "button_data_invalid"),
        ({"text": "好", "reply_markup": buttons("")}, "exactly one action|button_data_invalid"),
    ],
)
def test_what_telegram_does_not_take(
    fake: FakeTelegram, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        with_bot(fake, send(**options))
    assert fake.sent() == []


def test_what_just_fits(fake: FakeTelegram) -> None:
    with_bot(fake, send("长" * 4096, reply_markup=buttons("a" * 64)))
    markup = '<b>甲</b>&lt;乙&amp; <a href="https://x.cn/?a=1&amp;b=>">丙</a><i>丁</i>'
    with_bot(fake, send(markup, parse_mode="HTML"))
    with_bot(fake, send("<b>" + "长" * 4096 + "</b>", parse_mode="HTML"))
    assert [len(one.text) for one in fake.sent()] == [4096, 7, 4096]
    assert fake.sent()[1].text == "甲<乙& 丙丁"


def test_photos(fake: FakeTelegram) -> None:
    with_bot(fake, photo(b"\x89PNG picture", "党徽"))
    with_bot(fake, photo("AgACAgIAAx"))
    assert [(one.method, one.text) for one in fake.sent()] == [
        ("sendPhoto", "党徽"),
        ("sendPhoto", ""),
    ]
    with pytest.raises(BadRequest, match="caption is too long"):
        with_bot(fake, photo(b"picture", "长" * 1025))


def test_a_message_is_edited(fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> None:
        message = await bot.send_message(ANNA, "旧", reply_markup=buttons("1:0"))
        place: dict[str, Any] = {"chat_id": ANNA, "message_id": message.message_id}
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_text("旧", reply_markup=buttons("1:0"), **place)
        await bot.edit_message_text("新", reply_markup=buttons("1:0", "1:1"), **place)
        await bot.edit_message_reply_markup(reply_markup=None, **place)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_reply_markup(reply_markup=None, **place)
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("新", chat_id=ANNA, message_id=999_999)

    with_bot(fake, work)
    (sent,) = fake.sent(ANNA)
    assert (sent.text, sent.buttons, sent.edited) == ("新", (), 2)


def test_commands_and_chat_actions(fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> None:
        await bot.set_my_commands([BotCommand("help", "帮助")])
        await bot.send_chat_action(ANNA, ChatAction.TYPING)
        with pytest.raises(BadRequest, match="Bot_command_invalid"):
            await bot.set_my_commands([BotCommand("帮助", "帮助")])
        with pytest.raises(BadRequest, match="action"):
            await bot.send_chat_action(ANNA, "dancing")

    with_bot(fake, work)
    state = fake.state()
    assert state["commands"] == [{"command": "help", "description": "帮助"}]
    assert state["actions"] == [{"chat_id": ANNA, "action": "typing"}]


def test_somebody_blocks_the_bot(fake: FakeTelegram) -> None:
    fake.block(ANNA)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        with_bot(fake, send("好"))
    fake.unblock(ANNA)
    with_bot(fake, send("好"))
    fake.forget(ANNA)
    with pytest.raises(BadRequest, match="Chat not found"):
        with_bot(fake, send("好"))


def test_too_many_requests(fake: FakeTelegram) -> None:
    fake.next_429(times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter) as refused:
            with_bot(fake, send("好"))
        assert seconds_of(refused.value) == 7
    with_bot(fake, send("好"))
    assert len(fake.sent()) == 1


def test_an_answer_is_lost_or_late_after_delivery(fake: FakeTelegram) -> None:
    fake.drop_next()
    with pytest.raises(NetworkError) as lost:
        with_bot(fake, send("一"))
    assert isinstance(lost.value.__cause__, httpx.TransportError)
    fake.hold_next(seconds=1)
    with pytest.raises(TimedOut):
        with_bot(fake, send("二", read_timeout=0.2))
    fake.fail_next(502, "Bad Gateway")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        with_bot(fake, send("三"))
    with_bot(fake, send("四"))
    assert [one.text for one in fake.sent()] == ["一", "二", "四"]


def test_parameters_may_come_in_every_way(fake: FakeTelegram) -> None:
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    values: dict[str, str] = {"chat_id": str(ANNA), "text": "好"}
    with httpx.Client(trust_env=False) as client:
        answers = [
            client.get(url, params=values),
            client.post(url, data=values),
            client.post(url, files={name: (None, value) for name, value in values.items()}),
            client.post(url, json={"chat_id": ANNA, "text": "好"}),
        ]
        unknown = client.get(f"{fake.url}/bot{fake.token}/dance")
    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert len(fake.sent(ANNA)) == 4
    assert (unknown.status_code, unknown.json()["ok"]) == (404, False)


def test_a_server_that_is_gone() -> None:
    async def work() -> None:
        await make_bot("1:T", "http://127.0.0.1:9").send_message(ANNA, "好")

    with pytest.raises(TelegramError) as gone:
        asyncio.run(work())
    assert isinstance(gone.value.__cause__, httpx.ConnectError)

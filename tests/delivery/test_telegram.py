"""The Telegram channel against the fake Telegram: what each ending means for the ledger."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from telegram.error import ChatMigrated, NetworkError

from delivery import telegram
from delivery.channel import Letter, Outcome, Result
from delivery.pictures import of_greeting
from delivery.telegram import TelegramChannel, in_rows, outcome_of
from tests.fake_telegram.client import FakeTelegram, free_port, open_channel

pytest_plugins = ["tests.fake_telegram.fixtures"]
# The library warns that retry_after will one day be a timedelta.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
ANNA = 4711
LETTER = Letter(str(ANNA), "明天下午两点开支部党员大会。")


@pytest.fixture
def channel(fake: FakeTelegram) -> Iterator[TelegramChannel]:
    with open_channel(fake.token, fake.url) as channel:
        yield channel


def test_a_letter_arrives(fake: FakeTelegram, channel: TelegramChannel) -> None:
    assert channel.send(LETTER) == Outcome(Result.SENT)
    (sent,) = fake.sent(ANNA)
    assert (sent.text, sent.buttons) == (LETTER.text, ())


def test_buttons_stand_below_each_other(fake: FakeTelegram, channel: TelegramChannel) -> None:
    letter = Letter(str(ANNA), "约哪一处？", (("红色书屋", "17:0"), ("党群服务中心", "17:1")))
    assert channel.send(letter).result == Result.SENT
    assert fake.sent(ANNA)[0].buttons == letter.buttons


def test_two_short_buttons_share_a_row() -> None:
    titles = ("预备党员有没有表决权", "👍 有用", "👎 没答对", "都不是")
    buttons = [(title, title) for title in titles]
    rows = [[title for title, _ in row] for row in in_rows(buttons)]
    assert rows == [["预备党员有没有表决权"], ["👍 有用", "👎 没答对"], ["都不是"]]


def test_text_is_sent_as_it_stands(fake: FakeTelegram, channel: TelegramChannel) -> None:
    text = "<b>不是标签 *也不是* _标记_ & 5 < 6"
    assert channel.send(Letter(str(ANNA), text)).result == Result.SENT
    assert fake.sent(ANNA)[0].text == text


def test_a_text_that_is_too_long_is_cut(fake: FakeTelegram, channel: TelegramChannel) -> None:
    assert channel.send(Letter(str(ANNA), "甲" * 4096 + "乙" * 10)).result == Result.SENT
    assert [one.text for one in fake.sent(ANNA)] == ["甲" * 4095 + "…"]


PICTURE = of_greeting("赵立春", date(1996, 11, 24), 30)


def test_a_picture_carries_the_text_and_the_buttons(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    letter = Letter(str(ANNA), "今天是您的政治生日。", (("好的", "17:0"),), picture=PICTURE)
    assert channel.send(letter) == Outcome(Result.SENT)
    (sent,) = fake.sent(ANNA)
    assert (sent.method, sent.text, sent.buttons) == ("sendPhoto", letter.text, letter.buttons)


def test_a_picture_goes_ahead_of_a_text_too_long_for_its_caption(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    letter = Letter(str(ANNA), "长" * 1025, (("好的", "17:0"),), picture=PICTURE)
    assert channel.send(letter) == Outcome(Result.SENT)
    photo, text = fake.sent(ANNA)
    assert (photo.method, photo.text, photo.buttons) == ("sendPhoto", "", ())
    assert (text.method, text.text, text.buttons) == ("sendMessage", letter.text, letter.buttons)


@pytest.mark.parametrize("refused", [True, False])
def test_without_its_picture_the_text_arrives(
    fake: FakeTelegram, channel: TelegramChannel, *, refused: bool
) -> None:
    if refused:
        fake.fail_next(400, "Bad Request: IMAGE_PROCESS_FAILED")
    letter = Letter(str(ANNA), "好", picture=PICTURE if refused else {"kind": "unknown"})
    assert channel.send(letter) == Outcome(Result.SENT)
    assert [(one.method, one.text) for one in fake.sent(ANNA)] == [("sendMessage", "好")]


def test_many_letters_at_once(fake: FakeTelegram, channel: TelegramChannel) -> None:
    letters = [Letter(str(n), "好") for n in range(1, 21)]
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda one=letter: outcomes.append(channel.send(one)))
        for letter in letters
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Outcome(Result.SENT)] * 20
    assert {one.chat_id for one in fake.sent()} == set(range(1, 21))


def test_somebody_has_blocked_us(fake: FakeTelegram, channel: TelegramChannel) -> None:
    fake.block(ANNA)
    assert channel.send(LETTER) == Outcome(Result.PERMANENT, "blocked", unreachable=True)


def test_a_chat_that_telegram_does_not_know(fake: FakeTelegram, channel: TelegramChannel) -> None:
    fake.forget(ANNA)
    assert channel.send(LETTER) == Outcome(Result.PERMANENT, "bad_request", unreachable=True)


@pytest.mark.parametrize(
    "letter",
    [
        Letter(str(ANNA), ""),
        Letter(str(ANNA), "好", (("", "1:0"),)),
        Letter(str(ANNA), "好", (("按钮", "长" * 22),)),
    ],
)
def test_a_letter_that_telegram_will_never_take(
    fake: FakeTelegram, channel: TelegramChannel, letter: Letter
) -> None:
    assert channel.send(letter) == Outcome(Result.PERMANENT, "bad_request")
    assert fake.sent() == []


def test_an_address_that_is_no_number(channel: TelegramChannel) -> None:
    assert channel.send(Letter("m17", "好")).result == Result.PERMANENT


def test_too_many_requests_wait_as_long_as_telegram_says(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    fake.next_429(retry_after=31)
    again = Outcome(Result.TEMPORARY, "retry_after", retry_after=timedelta(seconds=31))
    assert channel.send(LETTER) == again
    assert channel.send(LETTER).result == Result.SENT
    assert len(fake.sent(ANNA)) == 1


def test_nobody_listens(fake: FakeTelegram) -> None:
    with open_channel(fake.token, f"http://127.0.0.1:{free_port()}") as channel:
        assert channel.send(LETTER) == Outcome(Result.TEMPORARY, "no_connection")


def test_the_connection_breaks_after_delivery(fake: FakeTelegram, channel: TelegramChannel) -> None:
    fake.drop_next()
    assert channel.send(LETTER) == Outcome(Result.UNCERTAIN, "answer_lost")
    assert len(fake.sent(ANNA)) == 1
    assert channel.send(LETTER).result == Result.SENT


def test_the_answer_does_not_come_in_time(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram, "TIMEOUT", 0.2)
    fake.hold_next(seconds=1)
    with open_channel(fake.token, fake.url) as channel:
        assert channel.send(LETTER) == Outcome(Result.UNCERTAIN, "answer_lost")
    assert len(fake.sent(ANNA)) == 1


def test_the_whole_send_takes_too_long(
    fake: FakeTelegram, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram, "TIMEOUT", 0.05)
    fake.hold_next(seconds=1)
    assert channel.send(LETTER) == Outcome(Result.UNCERTAIN, "timed_out")


def test_an_error_inside_telegram_may_hide_a_delivery(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    fake.fail_next(502, "Bad Gateway")
    assert channel.send(LETTER).result == Result.UNCERTAIN


def test_errors_that_the_fake_does_not_make() -> None:
    assert outcome_of(ChatMigrated(-100)) == Outcome(Result.PERMANENT, "ChatMigrated")
    assert outcome_of(NetworkError("?")) == Outcome(Result.UNCERTAIN, "answer_lost")


def test_a_wrong_token_loses_no_letter(fake: FakeTelegram) -> None:
    with open_channel("123456:wrong", fake.url) as channel:
        assert channel.send(LETTER).result == Result.TEMPORARY


def test_a_proxy_that_refuses(fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", fake.url)  # it knows nothing of CONNECT
    with open_channel(fake.token, "https://telegram.invalid") as channel:
        assert channel.send(LETTER) == Outcome(Result.TEMPORARY, "no_connection")

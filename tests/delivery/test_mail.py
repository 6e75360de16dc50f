"""E-mail against a real SMTP server on loopback."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from delivery import mail
from delivery.channel import Letter, Outcome, Result
from delivery.mail import MailChannel
from settings import MailAccount
from tests.conftest import FrozenClock

LETTER = Letter("member@example.org", "【提醒】明天开支部党员大会。\n地点：会议室")


class Postbox:
    """Takes mail, or refuses it as told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to_recipient = self.to_data = ""
        self.drops = False

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_data:
            return self.to_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(email.message_from_bytes(content, policy=default))
        if self.drops and server.transport is not None:
            server.transport.abort()
        return "250 OK"


def open_sesame(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"zhibu", b"open"), handled=False)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def port(postbox: Postbox) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    server = Controller(
        postbox,
        hostname="127.0.0.1",
        port=number,
        authenticator=open_sesame,
        auth_require_tls=False,
    )
    server.start()
    yield number
    server.stop()


def channel(port: int, **account: str) -> MailChannel:
    sender = MailAccount("127.0.0.1", port, "zhibu@example.org", tls=False, **account)
    return MailChannel(sender, "https://zhibu.example.org", FrozenClock())


def test_a_letter_arrives_as_a_plain_mail(postbox: Postbox, port: int) -> None:
    assert channel(port).send(LETTER) == Outcome(Result.SENT)
    [taken] = postbox.mails
    assert taken["Subject"] == "【提醒】明天开支部党员大会。"
    assert (taken["From"], taken["To"]) == ("zhibu@example.org", "member@example.org")
    assert taken["Date"] == "Mon, 23 Nov 2026 10:00:00 +0800"
    text = taken.get_content()
    assert text.replace("\r\n", "\n").startswith(LETTER.text)
    assert "https://zhibu.example.org" in text


def test_a_password_is_shown_to_the_server(postbox: Postbox, port: int) -> None:
    assert channel(port, user="zhibu", password="open").send(LETTER).result == Result.SENT
    wrong = channel(port, user="zhibu", password="shut").send(LETTER)
    assert (wrong.result, wrong.error) == (Result.TEMPORARY, "refused_our_account")
    assert len(postbox.mails) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 no such user", Outcome(Result.PERMANENT, "smtp_550", unreachable=True)),
        ("554 no", Outcome(Result.PERMANENT, "smtp_554")),
        ("451 later", Outcome(Result.TEMPORARY, "smtp_451")),
    ],
)
def test_a_refused_recipient(postbox: Postbox, port: int, answer: str, outcome: Outcome) -> None:
    postbox.to_recipient = answer
    assert channel(port).send(LETTER) == outcome


def test_a_refused_mail_leaves_the_address_alone(postbox: Postbox, port: int) -> None:
    postbox.to_data = "554 looks like spam"
    assert channel(port).send(LETTER) == Outcome(Result.PERMANENT, "smtp_554")


def test_a_lost_answer_is_uncertain(postbox: Postbox, port: int) -> None:
    postbox.drops = True
    assert channel(port).send(LETTER) == Outcome(Result.UNCERTAIN, "answer_lost")
    assert len(postbox.mails) == 1


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert channel(port).send(LETTER) == Outcome(Result.TEMPORARY, "no_connection")


@pytest.mark.parametrize("address", ["nobody", "a@b.example\r\nBcc: all@b.example", ""])
def test_what_is_no_address_is_given_up(postbox: Postbox, port: int, address: str) -> None:
    outcome = channel(port).send(Letter(address, "text"))
    assert outcome.result == Result.PERMANENT
    assert not postbox.mails


def test_without_tls_no_password_leaves_unless_it_is_turned_off(port: int) -> None:
    account = MailAccount("127.0.0.1", port, "zhibu@example.org", "zhibu", "open", tls=True)
    outcome = MailChannel(account, "https://zhibu.example.org", FrozenClock()).send(LETTER)
    assert outcome.result != Result.SENT


def test_a_long_first_line_is_shortened() -> None:
    assert len(mail.subject_of("长" * 200)) == mail.LONGEST_SUBJECT

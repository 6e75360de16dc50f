"""E-mail, by aiosmtplib."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

import aiosmtplib

from delivery.channel import Letter, Outcome, Result
from delivery.clock import Clock
from delivery.mail_address import is_address
from office.bases import SHANGHAI
from settings.gateways import MailAccount
from texts import say

TIMEOUT = 20.0
LONGEST_SUBJECT = 60
OURS_TO_MEND = timedelta(minutes=10)
"""How soon what our own account is refused for is tried again."""
GONE = {550, 551, 553, 556}
"""Answers to a recipient that will not change (RFC 5321, 4.2.3)."""


class MailChannel:
    """Sends a letter as a plain mail; its buttons become a line that points to the web chat."""

    def __init__(self, account: MailAccount, public_url: str, clock: Clock) -> None:
        self._account = account
        self._public_url = public_url
        self._clock = clock

    def send(self, letter: Letter) -> Outcome:
        """Deliver one letter, within a minute."""
        if not is_address(letter.address):
            return Outcome(Result.PERMANENT, "no_mail_address", unreachable=True)
        try:
            return asyncio.run(self._send(letter))
        except Exception as error:  # noqa: BLE001 - a channel never raises; the ledger wants an end
            return Outcome(Result.UNCERTAIN, type(error).__name__)

    async def _send(self, letter: Letter) -> Outcome:
        account, mail = self._account, self._mail(letter)
        server = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            timeout=TIMEOUT,
            use_tls=account.tls and account.port == 465,
            start_tls=account.tls and account.port != 465,
        )
        try:
            await server.connect()
            if account.user and account.password:
                await server.login(account.user, account.password)
            await server.mail(account.sender)
            await server.rcpt(letter.address)
        except (aiosmtplib.SMTPException, OSError) as error:
            server.close()
            return outcome_of(error)
        try:
            await server.data(mail.as_bytes(policy=SMTP))
        except aiosmtplib.SMTPResponseException as error:
            server.close()
            return outcome_of(error)
        except (aiosmtplib.SMTPException, OSError):  # it may have been taken before this
            server.close()
            return Outcome(Result.UNCERTAIN, "answer_lost")
        await _say_goodbye(server)
        return Outcome(Result.SENT)

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._account.sender
        mail["To"] = letter.address
        mail["Subject"] = subject_of(letter.text)
        mail["Date"] = format_datetime(self._clock().astimezone(SHANGHAI))
        mail["Message-ID"] = make_msgid(domain=self._account.sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        answer = say("mail.answer" if letter.buttons else "mail.no_answer", link=self._public_url)
        mail.set_content(f"{letter.text}\n\n{answer}\n")
        return mail


async def _say_goodbye(server: aiosmtplib.SMTP) -> None:
    try:
        await server.quit()
    except (aiosmtplib.SMTPException, OSError):  # the mail is taken; how we part matters to nobody
        server.close()


def subject_of(text: str) -> str:
    """The first line of a message, as a subject."""
    line = re.sub(r"\s+", " ", text.strip().split("\n", 1)[0])
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def outcome_of(error: Exception) -> Outcome:
    """What a refusal before the mail was handed over, or of the mail itself, means."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError | aiosmtplib.SMTPSenderRefused):
        return Outcome(Result.TEMPORARY, "refused_our_account", retry_after=OURS_TO_MEND)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        name = f"smtp_{error.code}"
        if error.code < 500:
            return Outcome(Result.TEMPORARY, name)
        refused = isinstance(error, aiosmtplib.SMTPRecipientRefused)
        return Outcome(Result.PERMANENT, name, unreachable=refused and error.code in GONE)
    return Outcome(Result.TEMPORARY, "no_connection")

"""A reminder that one channel refuses goes by the next: Telegram, SMS, e-mail, web chat."""

from __future__ import annotations

from pathlib import Path

from delivery.channel import Letter, Outcome, Result
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.web import WebChannel
from office import members, outbox
from office.database import Database
from office.models import Member, OutboxMessage, OutboxState
from office.outbox import Draft
from tests.conftest import NOW, FrozenClock


class Refusing:
    """A channel that takes nothing, and says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.asked: list[Letter] = []

    def send(self, letter: Letter) -> Outcome:
        """Refuse it."""
        self.asked.append(letter)
        return self.outcome


def test_it_ends_in_the_web_chat_and_each_way_is_tried_once(
    district: Database, tmp_path: Path
) -> None:
    clock = FrozenClock()
    queue = DeliveryQueue(open_huey(None, tmp_path))
    gone = Refusing(Outcome(Result.PERMANENT, "blocked", unreachable=True))
    faulty = Refusing(Outcome(Result.PERMANENT, "smtp_554"))
    channels = {"telegram": gone, "email": faulty, "web": WebChannel(0)}
    with district.writing() as session:
        member = session.query(Member).filter_by(number="M0003").one()
        for channel in ("telegram", "sms", "email"):  # for text messages there is no account
            members.bind(session, member, channel, f"{channel}-1", now=NOW)
        draft = Draft("k", "test", "telegram", "telegram-1", "text", NOW, member_id=member.id)
        outbox.put(session, draft, now=NOW)
        web = members.web_address(member.id)
    office = PostOffice(district, channels, clock, queue)
    ways = [("telegram", "telegram-1"), ("sms", "sms-1"), ("email", "email-1"), ("web", web)]
    for way in ways:
        assert office.deliver(*way) == 1
    with district.reading() as session:
        rows = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
        assert [(row.channel, row.address) for row in rows] == ways
        assert [row.state for row in rows] == [OutboxState.FAILED] * 3 + [OutboxState.SENT]
        assert [row.error for row in rows[:3]] == ["blocked", "no_such_channel", "smtp_554"]
        member = session.query(Member).filter_by(number="M0003").one()
        assert [way for way, _ in members.ways(session, member)] == ["sms", "email", "web"]

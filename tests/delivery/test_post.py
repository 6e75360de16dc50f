"""The way out: what is due is sent once, in order; what fails is settled as it deserves."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from itertools import repeat

import pytest

from delivery.channel import Outcome, Result
from delivery.dispatch import dispatch
from delivery.post import TRIED_FOR, PostOffice
from delivery.queue import DeliveryQueue
from office import claims, members
from office.claims import LEASE
from office.database import Database
from office.models import Contact, OutboxMessage, OutboxState
from office.outbox import Button
from tests.conftest import NOW, FrozenClock
from tests.delivery.conftest import Pigeon, Put, office_of, states


def test_what_is_due_goes_out_in_order_and_once(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    bird = Pigeon()
    post = office_of(database, clock, queue, bird)
    for key in ("1", "2", "3"):
        put(key)
    put("later", not_before=NOW + timedelta(seconds=1))
    put("other", address="b")
    assert post.deliver("bird", "a") == 3
    assert post.deliver("bird", "a") == 0
    assert [letter.text for letter in bird.letters] == ["1", "2", "3"]
    clock.move(seconds=1)
    assert post.deliver("bird", "a") == 1


def test_the_same_cause_has_one_row(put: Put) -> None:
    assert put("birthday:7:2026:web") is not None
    assert put("birthday:7:2026:web") is None


def test_buttons_carry_the_row_and_their_place(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    bird = Pigeon()
    row = put("1", buttons=[Button("是", "/affirm"), Button("否", "/deny")])
    office_of(database, clock, queue, bird).deliver("bird", "a")
    assert bird.letters[0].buttons == (("是", f"{row}:0"), ("否", f"{row}:1"))


def test_what_is_late_is_not_sent_any_more(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    bird = Pigeon()
    put("greeting", expires_at=NOW + timedelta(hours=1))
    put("reply")
    clock.move(hours=1)
    office_of(database, clock, queue, bird).deliver("bird", "a")
    assert [letter.text for letter in bird.letters] == ["reply"]
    assert states(database)["greeting"] == OutboxState.EXPIRED


def test_a_temporary_failure_is_tried_again_and_keeps_its_place(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    wait = Outcome(Result.TEMPORARY, "retry_after", retry_after=timedelta(seconds=30))
    bird = Pigeon(iter([wait]))
    post = office_of(database, clock, queue, bird)
    put("1")
    post.deliver("bird", "a")
    assert states(database) == {"1": OutboxState.QUEUED}
    assert [task.eta is not None for task in queue.huey.pending()] == [True]
    clock.move(seconds=29)
    assert post.deliver("bird", "a") == 0
    clock.move(seconds=1)
    assert post.deliver("bird", "a") == 1
    assert states(database) == {"1": OutboxState.SENT}


@pytest.mark.parametrize("end", [None, NOW + timedelta(hours=5)])
def test_it_is_tried_until_its_time_is_over(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put, end: datetime | None
) -> None:
    bird = Pigeon(repeat(Outcome(Result.TEMPORARY, "no_connection")))
    post = office_of(database, clock, queue, bird)
    put("1", expires_at=end)
    while clock.now < (end or NOW + TRIED_FOR):
        assert states(database) == {"1": OutboxState.QUEUED}
        post.deliver("bird", "a")
        clock.move(minutes=20)
    post.deliver("bird", "a")
    assert states(database)["1"] in {OutboxState.FAILED, OutboxState.EXPIRED}
    assert len(bird.letters) >= 10


def test_later_messages_wait_behind_one_that_is_tried_again(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    wait = Outcome(Result.TEMPORARY, "retry_after", retry_after=timedelta(seconds=30))
    bird = Pigeon(iter([wait]))
    post = office_of(database, clock, queue, bird)
    for key in ("1", "2", "3"):
        put(key)
    post.deliver("bird", "a")
    clock.move(seconds=10)
    post.deliver("bird", "a")
    clock.move(seconds=30)
    post.deliver("bird", "a")
    assert [letter.text for letter in bird.letters] == ["1", "1", "2", "3"]


def test_a_reminder_that_the_messenger_refuses_goes_to_the_web_chat(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    with district.writing() as session:
        member = members.by_number(session, "M0001")
        assert member is not None
        members.bind(session, member, "bird", "a", now=NOW)
    put("greeting", member_id=member.id, buttons=[Button("回复", "/answer_question")])
    bird = Pigeon(iter([Outcome(Result.PERMANENT, "blocked", unreachable=True)]))
    office_of(district, clock, queue, bird).deliver("bird", "a")
    with district.reading() as session:
        again = session.query(OutboxMessage).filter_by(dedupe_key="greeting:web").one()
    assert (again.channel, again.address) == ("web", members.web_address(member.id))
    assert again.state == OutboxState.QUEUED
    assert again.buttons == [{"title": "回复", "payload": "/answer_question"}]


def test_what_may_have_arrived_is_never_sent_again(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    bird = Pigeon(iter([Outcome(Result.UNCERTAIN, "answer_lost")]))
    post = office_of(database, clock, queue, bird)
    put("1")
    post.deliver("bird", "a")
    clock.move(days=1)
    post.deliver("bird", "a")
    assert len(bird.letters) == 1
    assert states(database) == {"1": OutboxState.UNCERTAIN}


def test_who_has_blocked_us_is_reached_another_way_next_time(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    with district.writing() as session:
        member = members.by_number(session, "M0001")
        assert member is not None
        members.bind(session, member, "bird", "a", now=NOW)
        assert members.reach(session, member) == ("bird", "a")
    bird = Pigeon(iter([Outcome(Result.PERMANENT, "blocked", unreachable=True)]))
    put("1")
    office_of(district, clock, queue, bird).deliver("bird", "a")
    with district.reading() as session:
        assert session.query(Contact).filter_by(address="a").one().active is False
        assert members.reach(session, member) == ("web", members.web_address(member.id))


def test_a_channel_that_is_not_configured_fails_its_letters(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    put("1")
    PostOffice(database, {}, clock, queue).deliver("bird", "a")
    assert states(database) == {"1": OutboxState.FAILED}


def test_two_at_once_never_send_the_same_letter(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    bird = Pigeon()
    for n in range(20):
        put(f"{n:02}")
    post = office_of(database, clock, queue, bird)
    threads = [threading.Thread(target=post.deliver, args=("bird", "a")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post.deliver("bird", "a")
    assert sorted(letter.text for letter in bird.letters) == [f"{n:02}" for n in range(20)]


def test_what_a_dead_worker_held_is_found_again(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    """Claimed and never settled: after its lease the next dispatch takes it back."""
    put("1")
    with database.writing() as session:
        assert claims.claim(session, "bird", now=clock())
    bird = Pigeon()
    post = office_of(database, clock, queue, bird)
    assert dispatch(database, queue, now=clock()) == 0
    assert post.deliver("bird", "a") == 0
    clock.now += LEASE
    assert dispatch(database, queue, now=clock()) == 1
    assert post.deliver("bird", "a") == 1
    assert states(database) == {"1": OutboxState.SENT}


def test_dispatch_gives_each_recipient_once_and_is_harmless_twice(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    bird = Pigeon()
    queue.serve(office_of(database, clock, queue, bird).deliver)
    for n in range(3):
        put(f"a{n}")
        put(f"b{n}", address="b")
    assert dispatch(database, queue, now=clock()) == 2
    assert dispatch(database, queue, now=clock()) == 2
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)
    assert len(bird.letters) == 6
    assert dispatch(database, queue, now=clock()) == 0

"""Study content: what is accepted, whom it reaches, and that only organisations are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from office import members, study, study_receipts
from office.database import Database
from office.errors import InvalidStudyError, NotFoundError, ZhibuError
from office.models import Member, MemberState, Organisation, StudyItem, StudyReceipt
from office.study import Draft
from office.study_files import LONGEST_NAME, accept, plain_name
from tests.conftest import NOW

SECRETARY, MEMBER, ADMINISTRATOR, FOREIGN = "M0001", "M0002", "M0005", "M0025"
"""Of D1B1 the first three, the third for the committee D1; the last leads D1B2."""


def one(session: Session, number: str) -> Member:
    found = members.by_number(session, number)
    assert found is not None
    return found


def place(session: Session, code: str) -> int:
    return session.query(Organisation).filter_by(code=code).one().id


def draft(**values: object) -> Draft:
    whole = {"title": "学习党章", "text": "请读第一章。", "link": "", "send_at": NOW, **values}
    return Draft(**whole)  # type: ignore[arg-type]


def create(
    session: Session, who: str = SECRETARY, code: str = "D1B1", to: str = "D1B1", **values: object
) -> StudyItem:
    actor = one(session, who)
    targets = [place(session, to)]
    return study.create(session, actor, place(session, code), draft(**values), targets, now=NOW)


def test_it_reaches_the_members_below_each_once_and_nobody_else(district: Database) -> None:
    with district.writing() as session:
        one(session, MEMBER).state = MemberState.LEFT
        item = create(session, ADMINISTRATOR, "D1", "D1B1")
        item.targets += create(session, ADMINISTRATOR, "D1", "D1B1G1").targets
        reached = study.recipients(session, item)
        numbers = {session.get_one(Member, member_id).number for member_id in reached}
        assert len(reached) == len(numbers) == 23
        assert MEMBER not in numbers
        assert numbers <= {f"M{n:04}" for n in range(1, 25)}


@pytest.mark.parametrize(
    ("who", "code", "to"),
    [
        (MEMBER, "D1B1", "D1B1"),  # no role
        (SECRETARY, "D1", "D1B1"),  # not his committee
        (SECRETARY, "D1B1", "D1B2"),  # not below his branch
        (FOREIGN, "D1B1", "D1B1"),
    ],
)
def test_who_may_not_send_finds_no_such_organisation(
    small_district: Database, who: str, code: str, to: str
) -> None:
    with small_district.writing() as session, pytest.raises(NotFoundError):
        create(session, who, code, to)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"title": ""}, "study_title"),
        ({"title": "长" * 121}, "study_title"),
        ({"text": "长" * 3001}, "study_text"),
        ({"text": ""}, "study_empty"),
        ({"link": "javascript:alert(1)"}, "study_link"),
        ({"link": "https://bank.example@evil.example/"}, "study_link"),
        ({"link": "https://exa mple.org"}, "study_link"),
        ({"link": "http://[::1"}, "study_link"),
        ({"link": "https://"}, "study_link"),
        ({"send_at": NOW + timedelta(days=367)}, "study_time"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    small_district: Database, values: dict[str, object], code: str
) -> None:
    with small_district.writing() as session, pytest.raises(InvalidStudyError) as caught:
        create(session, **values)
    assert caught.value.code == code


def test_opened_and_read_count_once_by_branch_without_saying_who(district: Database) -> None:
    with district.writing() as session:
        item, member = create(session), one(session, MEMBER)
        for _ in range(3):
            study_receipts.note_opened(session, item, member, secret="s", now=NOW)
        study_receipts.note_opened(session, item, one(session, SECRETARY), secret="s", now=NOW)
        for _ in range(2):
            study_receipts.note_read(session, item, member, secret="s", now=NOW)
        (count,) = study_receipts.counts(session, item)
        assert (count.branch.code, count.members, count.opened, count.read) == ("D1B1", 24, 2, 1)
        for receipt in session.query(StudyReceipt):
            assert len(receipt.reader) == 64
            assert receipt.opened_at.hour == receipt.opened_at.minute == 0
        assert study_receipts.reader_of(item.id, member.id, "another") not in {
            receipt.reader for receipt in session.query(StudyReceipt)
        }


def test_a_branch_of_two_shows_no_figures(small_district: Database) -> None:
    with small_district.writing() as session:
        item = create(session)
        for member in session.query(Member).filter(Member.number > MEMBER):
            member.state = MemberState.TRANSFERRED
        (count,) = study_receipts.counts(session, item)
        assert (count.members, count.opened, count.read) == (2, None, None)


def test_a_withdrawn_or_foreign_item_cannot_be_read(small_district: Database) -> None:
    with small_district.writing() as session:
        item = create(session)
        reader = one(session, MEMBER)
        assert study.readable(session, reader, item.id, now=NOW) is item
        assert study.for_member(session, reader, now=NOW) == [item]
        for stranger in (one(session, FOREIGN), None):
            with pytest.raises(NotFoundError):
                study.readable(session, stranger, item.id, now=NOW)
        with pytest.raises(NotFoundError):
            study.withdraw(session, one(session, FOREIGN), item.id, now=NOW)
        study.withdraw(session, one(session, SECRETARY), item.id, now=NOW)
        with pytest.raises(NotFoundError):
            study.readable(session, reader, item.id, now=NOW)
        assert study.for_member(session, reader, now=NOW) == []


def test_what_is_planned_is_not_shown_before_its_time(small_district: Database) -> None:
    with small_district.writing() as session:
        item = create(session, send_at=NOW + timedelta(hours=1))
        assert study.due(session, now=NOW) == []
        assert study.for_member(session, one(session, MEMBER), now=NOW) == []
        assert study.due(session, now=NOW + timedelta(hours=1)) == [item.id]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("课件.pdf", b"%PDF-1.7"),
        ("照片.JPEG", b"\xff\xd8\xff\xe0"),
        ("会议.mp4", b"\x00\x00\x00\x18ftypmp42"),
        ("讲稿.txt", "学习".encode("gb18030")),
    ],
)
def test_files_of_the_allowed_kinds(name: str, content: bytes) -> None:
    assert accept(name, content).name == name


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.html", b"<script>", "study_file_kind"),
        ("a.svg", b"<svg>", "study_file_kind"),
        ("a.pdf.exe", b"MZ", "study_file_kind"),
        ("", b"", "study_file_kind"),
        ("a.pdf", b"<html>", "study_file_content"),
        ("a.docx", b"%PDF-", "study_file_content"),
        ("a.txt", b"\x00\x01", "study_file_content"),
        ("a.pdf", b"%PDF-" + b"0" * (10 << 20), "study_file_large"),
    ],
)
def test_other_files_are_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ZhibuError) as caught:
        accept(name, content)
    assert caught.value.code == code


@given(st.text(max_size=300))
def test_a_hostile_name_becomes_a_plain_one(name: str) -> None:
    plain = plain_name(name)
    assert len(plain) <= LONGEST_NAME
    assert not set(plain) & set('/\\\r\n\0"<>:;\u202e')

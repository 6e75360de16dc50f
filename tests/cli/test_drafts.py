"""Drafts and votes on the command line, and a skeleton that is a card once it is completed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from office import draft_cards, members, questions, votes
from office.database import Database
from office.models import Cause
from office.questions import Asked
from tests.cli.test_commands import zhibu
from tests.conftest import NOW
from texts import say

ASKED = '活动室能借吗: "- {晚上} # 七点"'


@pytest.fixture
def data(small_district: Database, tmp_path: Path) -> Path:
    """A data folder with one draft and some votes in it."""
    with small_district.writing() as session:
        asker, secretary = (members.by_number(session, one) for one in ("M0005", "M0001"))
        assert asker is not None
        assert secretary is not None
        asked = Asked(ASKED, Cause.DECLINED, "web", "m5", "question:1")
        question = questions.ask(session, asker, asked, now=NOW)
        questions.answer(session, secretary, question.id, "能，先登记", now=NOW)
        draft_cards.make(session, secretary, question.id, now=NOW)
        votes.count(session, "general-meeting-frequency", up=False, day=NOW.date())
    return tmp_path


def test_drafts_are_listed_until_they_are_dealt_with(data: Path) -> None:
    listed = json.loads(zhibu("knowledge", "drafts", "--json", data=data).stdout)
    assert listed == [{"id": 1, "question": ASKED, "answer": "能，先登记", "created": "2026-11-23"}]
    assert "能，先登记" in zhibu("knowledge", "drafts", data=data).stdout
    assert say("cli.drafts_none") in zhibu("knowledge", "drafts", "--drop", "1", data=data).stdout
    again = zhibu("knowledge", "drafts", "--taken", "1", data=data)
    assert again.returncode == 1
    assert again.stderr.strip() == f"✗ {say('cli.no_such_draft', number=1)}"


def test_a_draft_is_printed_as_a_card_with_gaps(data: Path) -> None:
    (card,) = yaml.safe_load(zhibu("knowledge", "drafts", "--as-yaml", "1", data=data).stdout)
    assert (card["question"], card["answer"]) == (ASKED, "能，先登记")
    assert (card["scope"], card["phrasings"], card["citations"]) == ("local", [], [])


def test_votes_are_listed_by_card(data: Path) -> None:
    listed = json.loads(zhibu("knowledge", "votes", "--json", data=data).stdout)
    assert listed == [{"card": "general-meeting-frequency", "up": 0, "down": 1}]

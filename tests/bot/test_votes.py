"""The calculator of votes: read from what secretaries type, and right at the borders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.votes import Subject, Votes, read

GENERAL, ADMITTING, CONVERTING = Subject


@pytest.mark.parametrize(
    ("question", "votes"),
    [
        ("支部30个有表决权的，来了20个，评优要多少赞成才算过", Votes(30, GENERAL, 20, None)),
        ("应到20人，到会12人，10人举同意，发展对象过了没", Votes(20, ADMITTING, 12, 10)),
        ("一般表决事情，应到20人来了10个能表决不", Votes(20, GENERAL, 10, None)),
        ("支部30个有表决权的，最少来几个人才能投", Votes(30, GENERAL, None, None)),
        ("应到会18人，实到15人，10票赞成，决议通过了吗", Votes(18, GENERAL, 15, 10)),
        ("正式党员23人开会接收预备党员，几票通过", Votes(23, ADMITTING, None, None)),
        ("支部有表决权党员十二人，转正要几票赞成", Votes(12, CONVERTING, None, None)),
        ("30个党员来了16个，能表决吗", Votes(30, GENERAL, 16, None)),
        ("到会18人同意10人，应到24人，过没过", Votes(24, GENERAL, 18, 10)),
        ("应到24人，18人到会，10人同意，过没过", Votes(24, GENERAL, 18, 10)),
    ],
)
def test_a_vote_is_read(question: str, votes: Votes) -> None:
    assert read(question) == votes


@pytest.mark.parametrize(
    "question",
    [
        "支部党员大会多久开一次",
        "支部21个正式党员，出国2个，表决要几票",
        "我们支部有32名党员，换届要几票",
        "应到25人实到20人，当选至少多少票",
        "支委五个来了三个能开会吗",
        "支部成立3年了，什么时候通过换届",
        "应到10人实到12人，能表决吗",
        "应到1人，几票通过",
        "应到30人，20人到会12人同意，过没过",
    ],
)
def test_what_other_rules_decide_is_left_to_the_cards(question: str) -> None:
    assert read(question) is None


@given(st.integers(3, 300))
def test_quorum_and_majority(total: int) -> None:
    """支部工作条例 11: half will do to vote; 发展党员工作细则 19: to admit it will not."""
    general, admitting = (Votes(total, subject, None, None) for subject in (GENERAL, ADMITTING))
    assert 2 * general.quorum >= total > 2 * (general.quorum - 1)
    assert 2 * admitting.quorum > total >= 2 * (admitting.quorum - 1)
    assert 2 * general.majority > total >= 2 * (general.majority - 1)
    assert general.majority == admitting.majority

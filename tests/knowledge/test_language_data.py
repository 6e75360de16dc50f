"""What Rasa learns from, and what it is tested on, are sound and apart."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.answers import cards
from cli.evaluate import read_questions
from settings import ROOT

MAIN = (
    "ask_policy book_base list_bases my_bookings cancel_booking next_meeting my_birthday help"
    " affirm deny human_handoff out_of_scope greet bye thanks"
    " join_waitlist pending_approvals check_in stop_greetings resume_greetings"
    " record_meeting organisation_life_due"
    " study_items"
)
TESTS = ROOT / "tests" / "data"


def bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in folded if char.isalnum()) or folded


def examples(*files: Path) -> list[tuple[str, str]]:
    """(intent, example) of every example."""
    found = []
    for file in files:
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found += [(block["intent"], line.removeprefix("- ").strip()) for line in lines if line]
    return found


TRAINING = examples(*sorted((ROOT / "data" / "nlu").glob("*.yml")))
TESTING = examples(TESTS / "nlu_test.yml", TESTS / "nlu_unseen.yml")


@pytest.mark.parametrize("intent", MAIN.split())
def test_each_main_intent_has_examples_enough(intent: str) -> None:
    assert Counter(name for name, _ in TRAINING)[intent] >= 25
    assert Counter(name for name, _ in TESTING)[intent] >= 15


def test_no_sentence_means_two_things() -> None:
    meanings: dict[str, set[str]] = {}
    for intent, example in TRAINING + TESTING:
        meanings.setdefault(bare(example), set()).add(intent)
    assert {said: names for said, names in meanings.items() if len(names) > 1} == {}


def test_the_test_set_shares_no_example_with_the_training() -> None:
    learnt = {bare(example) for _, example in TRAINING}
    assert [example for _, example in TESTING if bare(example) in learnt] == []


def test_the_questions_of_the_evaluation_are_in_their_own_words() -> None:
    """No 8 characters in a row in common with a phrasing of any card."""
    runs = set[str]()
    for card in cards.load().cards.values():
        for said in map(bare, card.asked):
            runs |= {said[i : i + 8] for i in range(len(said) - 7)}
    shared = [
        question.question
        for question in read_questions(TESTS / "answers.jsonl")
        if any(bare(question.question)[i : i + 8] in runs for i in range(len(question.question)))
        and len(bare(question.question)) >= 8
    ]
    assert shared == []


def test_the_evaluation_is_large_enough_and_a_third_of_it_is_to_be_declined() -> None:
    lines = (TESTS / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    outcomes = Counter(question["outcome"] for question in questions)
    assert len(questions) >= 300
    assert outcomes["decline"] >= len(questions) / 3
    assert len({question["question"] for question in questions}) == len(questions)
    assert sum("pair" in question for question in questions) >= 60

"""Intents are understood no worse than the committed figures say; small talk stays apart."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import pytest
import yaml

from cli.intents import evaluate
from settings import ROOT
from tests.e2e.stack import Stack
from tests.e2e.test_conversations import chat, texts

pytestmark = pytest.mark.e2e
DATA = ROOT / "tests" / "data"


def test_intents_are_understood_no_worse_than_committed(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both sets in one run: Rasa takes longer to start than to read a thousand sentences."""
    sets = {"intents": DATA / "nlu_test.yml", "intents_unseen": DATA / "nlu_unseen.yml"}
    blocks = {name: yaml.safe_load(file.read_text())["nlu"] for name, file in sets.items()}
    both = tmp_path / "both.yml"
    both.write_text(yaml.safe_dump({"version": "3.1", "nlu": [*chain(*blocks.values())]}))
    failures = evaluate(both)["failures"]
    floor = json.loads((DATA / "figures.json").read_text())
    for name, lines in blocks.items():
        said = {
            line.removeprefix("- ") for block in lines for line in block["examples"].splitlines()
        }
        wrong = [failure for failure in failures if failure["text"] in said]
        accuracy = 1 - len(wrong) / len(said)
        with capsys.disabled():
            print(f"\n  {name}: {accuracy:.4f} of {len(said)}")
        assert accuracy >= floor[name], wrong


@pytest.mark.parametrize(
    ("said", "intent", "reply"),
    [
        ("晚上好呀", "greet", "您好"),
        ("那我先走啦", "bye", "再见"),
        ("太感谢你了", "thanks", "不客气"),
        ("答得真不错", "thanks", "不客气"),
        ("你是真人还是机器人", "help", "不是真人"),
        ("你叫什么名字", "help", "支部助手"),
        ("笨死了", "out_of_scope", "帮不上忙"),
        ("后天要降温吗", "out_of_scope", "帮不上忙"),
        ("给我讲个笑话听", "out_of_scope", "帮不上忙"),
        ("你没听懂我的意思", "deny", "换个说法"),
        ("好的", "affirm", "问政策"),
    ],
)
def test_small_talk_and_what_is_not_ours_never_get_a_policy_answer(
    stack: Stack, said: str, intent: str, reply: str
) -> None:
    (replies,) = chat(stack, said)
    assert replies[0]["intent"] == intent
    assert reply in texts(replies)
    assert "依据：" not in texts(replies)


@pytest.mark.parametrize("said", ["原文在哪", "依据是啥", "为什么"])
def test_asking_for_the_source_of_an_answer_is_a_question(stack: Stack, said: str) -> None:
    _, replies = chat(stack, "支部党员大会多久开一次", said)
    assert replies[0]["intent"] == "ask_policy"

"""Sentences that are no questions of policy: for the refusal to learn from."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.answers.cards import KNOWLEDGE

NOT_OURS = KNOWLEDGE / "not_ours.yaml"
NLU = KNOWLEDGE.parent / "data" / "nlu"


def off_topic(not_ours: Path = NOT_OURS, nlu: Path = NLU) -> list[str]:
    """What we must not answer, and what the language model learns as out of scope; each once."""
    groups: dict[str, list[str]] = yaml.safe_load(not_ours.read_text(encoding="utf-8"))
    found = [sentence for group in groups.values() for sentence in group]
    for file in sorted(nlu.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            if block["intent"] == "out_of_scope":
                lines = block["examples"].splitlines()
                found += [line.removeprefix("- ").strip() for line in lines if line.strip()]
    return list(dict.fromkeys(found))

"""Sentences that are no questions of policy: what the language model learns as out of scope."""

from __future__ import annotations

from pathlib import Path

import yaml

NLU = Path(__file__).resolve().parents[2] / "data" / "nlu"


def off_topic(folder: Path = NLU) -> list[str]:
    """The training examples of the intent ``out_of_scope``."""
    found: list[str] = []
    for file in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            if block["intent"] == "out_of_scope":
                found += [line.removeprefix("- ") for line in block["examples"].splitlines()]
    return [line.strip() for line in found if line.strip()]

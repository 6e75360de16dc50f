"""The training sentences of Rasa, where another part learns from them too."""

from __future__ import annotations

from pathlib import Path

import yaml

from settings import ROOT


def examples(intent: str, folder: Path = ROOT / "data" / "nlu") -> list[str]:
    """The examples of an intent."""
    found = []
    for file in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if block["intent"] == intent:
                found += [line[2:].strip() for line in block["examples"].splitlines()]
    return found

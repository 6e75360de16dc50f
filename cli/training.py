"""Training the Rasa model, only when what it is made of has changed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from office.errors import ZhibuError
from settings import ROOT

RASA = ROOT / "rasa-server" / ".venv" / "bin" / "rasa"
EMBEDDED = re.compile(r"Embedded (\d+) of (\d+) sentences")
"""What bot/nlu/intent_classifier.py says now and then: nearly all of the time goes there."""


def model_file() -> Path:
    """The trained model."""
    return ROOT / "models" / "zhibu.tar.gz"


def inputs() -> Iterator[Path]:
    """Everything that the model is made of."""
    yield from (ROOT / "config.yml", ROOT / "domain.yml", ROOT / "rasa-server/requirements.lock")
    for folder in ("data", "bot/nlu"):
        yield from sorted(
            file for file in (ROOT / folder).rglob("*") if file.suffix in {".yml", ".txt", ".py"}
        )


def fingerprint() -> str:
    """A hash of all inputs."""
    digest = hashlib.sha256()
    for file in inputs():
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether there is a model and it was made of the present inputs."""
    stamp = model_file().with_suffix(".stamp")
    return model_file().exists() and stamp.exists() and stamp.read_text() == fingerprint()


def rasa_environment() -> dict[str, str]:
    """The environment of every Rasa process: quiet, without telemetry, able to import bot.nlu.

    Threads that embed wait without spinning, which on two busy cores makes 3 turns a second of 40.
    """
    return os.environ | {
        "OMP_WAIT_POLICY": "passive",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def train(log: Path, progress: Callable[[int, int], None]) -> None:
    """Train the model, telling how many sentences are read; raise ZhibuError if that fails."""
    made_of = fingerprint()
    command = [str(RASA), "train", "--fixed-model-name", "zhibu", "--out", str(ROOT / "models")]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as out:
        child = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env=rasa_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for line in child.stdout or ():
            out.write(line)
            if found := EMBEDDED.search(line):
                progress(int(found[1]), int(found[2]))
    if child.wait() != 0 or not model_file().exists():
        raise ZhibuError("training_failed", log=log)
    model_file().with_suffix(".stamp").write_text(made_of)

"""``zhibu eval intents``: how often the trained model understands what a member wants.

Rasa's own test runs in its own environment, without starting the assistant; here it is read.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from cli.training import RASA, model_file, rasa_environment
from office.errors import ZhibuError
from settings import ROOT


def evaluate(file: Path, model: Path | None = None) -> dict[str, Any]:
    """Test the model on a file of examples in Rasa's NLU format.

    Returns {"n", "accuracy", "macro_f1", "intents": {name: {"precision", "recall", "n"}},
    "failures": [{"text", "intent", "understood"}]}. Raises ZhibuError for a file that is missing,
    a model that is not trained, and a test that fails.
    """
    model = model or model_file()
    if not file.is_file():
        raise ZhibuError("file_unreadable", file=file)
    if not model.exists():
        raise ZhibuError("model_missing")
    with tempfile.TemporaryDirectory() as folder:
        command = [str(RASA), "test", "nlu", "--nlu", str(file.resolve()), "--model", str(model)]
        command += ["--out", folder, "--no-plot"]
        done = subprocess.run(  # noqa: S603
            command,
            cwd=ROOT,
            env=rasa_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        report, errors = Path(folder, "intent_report.json"), Path(folder, "intent_errors.json")
        if done.returncode != 0 or not report.exists():
            reason = (done.stdout.strip().splitlines() or [""])[-1]
            raise ZhibuError("intents_failed", reason=reason)
        wrong = json.loads(errors.read_text(encoding="utf-8")) if errors.exists() else []
        return _figures(json.loads(report.read_text(encoding="utf-8")), wrong)


def _figures(report: dict[str, Any], wrong: list[dict[str, Any]]) -> dict[str, Any]:
    rows = {
        name: row
        for name, row in report.items()
        if isinstance(row, dict) and not name.endswith(" avg")
    }
    count = sum(row["support"] for row in rows.values())
    return {
        "n": count,
        "accuracy": round(1 - len(wrong) / max(count, 1), 4),
        "macro_f1": round(report["macro avg"]["f1-score"], 4),
        "intents": {
            name: {
                "precision": round(row["precision"], 3),
                "recall": round(row["recall"], 3),
                "n": row["support"],
            }
            for name, row in sorted(rows.items())
        },
        "failures": [
            {
                "text": one["text"],
                "intent": one["intent"],
                "understood": one["intent_prediction"]["name"],
            }
            for one in wrong
        ],
    }

"""``make bench-pipelines``: config.yml and config/diet.yml trained and measured side by side."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import yaml
from rich.console import Console
from rich.table import Table

from cli.intents import evaluate
from cli.training import RASA, rasa_environment
from settings import ROOT
from tests.e2e.stack import free_block, until

CONFIGS = ("config.yml", "config/diet.yml")
SETS = ("nlu_test.yml", "nlu_unseen.yml")
STARTS_WITHIN = 180
WARM_UP, TURNS = 50, 500
MIB = 1024 * 1024
out = Console(width=100)


@dataclass(frozen=True)
class Figures:
    """What one pipeline costs and how often it is right."""

    training_seconds: float
    training_mib: float
    model_mib: float
    accuracy: list[float]
    ready_seconds: float
    serving_mib: float
    turns_a_second: float


def train(config: str, folder: Path) -> tuple[Path, float, float]:
    """The model, the seconds that training it took, and the most memory in MiB."""
    command = [str(RASA), "train", "nlu", "--config", config, "--out", str(folder)]
    began = time.monotonic()
    with (folder / "train.log").open("wb") as log:
        child = subprocess.Popen(
            [*command, "--fixed-model-name", "model"],
            cwd=ROOT,
            env=rasa_environment() | {"RASA_CACHE_DIRECTORY": str(folder / "cache")},
            stdout=log,
            stderr=log,
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit((folder / "train.log").read_text())
    return folder / "model.tar.gz", time.monotonic() - began, used.ru_maxrss / 1024


def serve(model: Path, said: list[str]) -> tuple[float, float, float]:
    """Seconds until the server is ready, its resident MiB, and turns a second, one at a time."""
    port, nothing = free_block(), model.with_name("nothing.yml")
    nothing.write_text("{}\n")
    command = [str(RASA), "run", "--enable-api", "--model", str(model), "-i", "127.0.0.1"]
    command += ["-p", str(port), "--endpoints", str(nothing), "--credentials", str(nothing)]
    began = time.monotonic()
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=rasa_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            until(lambda: is_ready(client), STARTS_WITHIN)
            ready = time.monotonic() - began
            for text in said[:WARM_UP]:
                client.post("/model/parse", json={"text": text}).raise_for_status()
            began = time.perf_counter()
            for n in range(TURNS):
                client.post("/model/parse", json={"text": said[n % len(said)]}).raise_for_status()
            speed = TURNS / (time.perf_counter() - began)
        return ready, psutil.Process(server.pid).memory_info().rss / MIB, speed
    finally:
        server.terminate()
        server.wait(30)


def is_ready(client: httpx.Client) -> bool:
    """Whether the server has loaded its model."""
    try:
        return bool(client.get("/status").json().get("model_file"))
    except (httpx.HTTPError, ValueError):
        return False


def measure(config: str, sets: list[Path]) -> Figures:
    """Train, test and serve one pipeline."""
    blocks = yaml.safe_load(sets[0].read_text(encoding="utf-8"))["nlu"]
    said = [row.removeprefix("- ") for block in blocks for row in block["examples"].splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        model, seconds, mib = train(config, Path(folder))
        accuracy = [evaluate(file, model)["accuracy"] for file in sets]
        return Figures(seconds, mib, model.stat().st_size / MIB, accuracy, *serve(model, said))


def main() -> None:
    """Measure both and print a table."""
    sets = [ROOT / "tests" / "data" / name for name in SETS]
    version = subprocess.run(
        [str(RASA), "--version"], env=rasa_environment(), capture_output=True, text=True, check=True
    ).stdout.split()[3]
    table = Table("", *CONFIGS, title="Pipelines")
    found = [measure(config, sets) for config in CONFIGS]
    rows = {
        **{
            f"accuracy, {name}": [f"{100 * one.accuracy[n]:.1f} %" for one in found]
            for n, name in enumerate(SETS)
        },
        "training": [f"{one.training_seconds:.0f} s" for one in found],
        "training, most memory": [f"{one.training_mib:.0f} MiB" for one in found],
        "model file": [f"{one.model_mib:.1f} MiB" for one in found],
        "ready after": [f"{one.ready_seconds:.0f} s" for one in found],
        "resident while serving": [f"{one.serving_mib:.0f} MiB" for one in found],
        "understood a second": [f"{one.turns_a_second:.0f}" for one in found],
    }
    for name, values in rows.items():
        table.add_row(name, *values)
    out.print(table)
    out.print(
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"{platform.machine()}, {platform.system()} {platform.release()}, Rasa {version}, "
        f"load {os.getloadavg()[2]:.1f}"
    )


if __name__ == "__main__":
    main()

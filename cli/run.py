"""One process of the assistant: ``python -m cli.run NAME``, as the supervisor starts it."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module

import settings
from bot.memory import spare
from cli.training import RASA, model_file, rasa_environment
from delivery.parent import end_with_parent
from settings import ROOT, Settings

MODULES = {
    "actions": "bot.action_server",
    "bot": "bot.process",
    "scheduler": "scheduler.process",
    "worker": "delivery.worker",
    "console": "console.app",
}
NAMES = ("rasa", *MODULES)


def become_rasa(loaded: Settings) -> None:
    """Turn into the Rasa server, which lives in an environment of its own."""
    environment = rasa_environment() | {
        "ZHIBU_SECRET": loaded.secret,
        "ZHIBU_ACTIONS_PORT": str(loaded.actions_port),
        "ZHIBU_TRACKER_DB": str(loaded.data_folder / "dialogues.db"),
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [str(RASA), "run", "--interface", "127.0.0.1", "--port", str(loaded.rasa_port)]
    command += ["--model", str(model_file()), "--endpoints", "endpoints.yml"]
    command += ["--credentials", "credentials.yml"]
    os.chdir(ROOT)
    os.execve(command[0], command, environment)  # noqa: S606


def main() -> None:
    """Run the process named on the command line."""
    end_with_parent(signal.SIGTERM)  # where it is not Linux, the supervisor ends us itself
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "httpcore", "apscheduler", "telegram", "huey", "jieba"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    loaded, name = settings.load(), sys.argv[1]
    if name == "rasa":
        become_rasa(loaded)
    run: Callable[[Settings], None] = import_module(MODULES[name]).run
    spare()
    run(loaded)


if __name__ == "__main__":
    main()

"""``zhibu up``: everything that a start needs, then the processes."""

from __future__ import annotations

import subprocess
import sys

import typer

from cli.run import NAMES
from cli.screen import clear_errors, err, fail, loaded, out
from cli.supervisor import Supervisor
from texts import say

READY_WITHIN = 180.0


def up(only: str | None) -> None:
    """Prepare what is missing, start the processes and stay until stopped."""
    settings = loaded()
    names = tuple(name.strip() for name in only.split(",")) if only else NAMES
    for name in names:
        if name not in NAMES:
            fail(say("cli.no_such_process", name=name, names=", ".join(NAMES)))
    with clear_errors():
        supervisor = Supervisor(settings, names)
        supervisor.check_ports()
        prepared = subprocess.run([sys.executable, "-m", "cli.prepare"], check=False)
        if prepared.returncode:
            raise typer.Exit(prepared.returncode)
        supervisor.start()
        err.print(say("cli.starting"))
        supervisor.wait_until_ready(READY_WITHIN)
    if "console" in names:
        out.print(f"\n  [bold green]{say('cli.ready')}[/]  {settings.public_url}\n")
        err.print(say("cli.how_to_stop"))
    supervisor.watch()
    err.print(say("cli.stopped"))

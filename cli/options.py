"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from texts import say

Json = Annotated[bool, typer.Option("--json", help=say("cli.opt_json"))]
ImportFile = Annotated[Path | None, typer.Argument(help=say("cli.arg_bases"))]
Template = Annotated[Path | None, typer.Option("--template", help=say("cli.opt_template"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("cli.opt_dry_run"))]
OutFile = Annotated[Path, typer.Argument(help=say("cli.arg_sheet"))]
Month = Annotated[str, typer.Option("--month", help=say("cli.opt_month"))]

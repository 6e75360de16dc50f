"""What every command shares: the console, the catalogue, errors in one line, progress bars."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

import settings
from delivery.clock import utc_now
from office.errors import ZhibuError
from settings import SettingError, Settings
from texts import has, say

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(text: str) -> NoReturn:
    """One clear line, exit code 1."""
    err.print(f"[bold red]✗[/] {escape(text)}")
    raise typer.Exit(1)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what went wrong into one line that says what to do."""
    try:
        yield
    except SettingError as error:
        fail(str(error))
    except ZhibuError as error:
        key = f"cli.{error.code}"
        fail(say(key, **error.detail) if has(key) else f"{error.code} {error.detail or ''}")


def loaded() -> Settings:
    """The settings, or one line that says which is wrong."""
    with clear_errors():
        return settings.load()


def today() -> date:
    """The present day in Shanghai."""
    from office.bases import SHANGHAI  # noqa: PLC0415 - loads what --help does not need

    return utc_now().astimezone(SHANGHAI).date()


def day(text: str | None, default: date) -> date:
    """A date from the command line."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        fail(say("cli.date_wrong"))


def print_json(value: Any) -> None:
    """One line of JSON, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def bars() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Progress bars: call what it yields with a title, and what that gives with (done, total).

    A bar is shown from the first call: what had nothing to do shows none.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=False) as shown:

        def begin(title: str) -> Callable[[int, int], None]:
            tasks: list[TaskID] = []

            def update(done: int, total: int) -> None:
                if not tasks:
                    tasks.append(shown.add_task(title, total=total))
                shown.update(tasks[0], completed=done, total=total)

            return update

        yield begin


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """One progress bar; call what it yields with (done, total)."""
    with bars() as begin:
        yield begin(title)


def write_file(file: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file of ours whole or not at all."""
    made = io.BytesIO()
    write(made)
    try:
        file.write_bytes(made.getvalue())
    except OSError:
        fail(say("cli.file_unwritable", file=file.name))

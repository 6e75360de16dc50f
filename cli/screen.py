"""What every command shares: the console, the catalogue, errors in one line, progress bars."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import settings
from office.errors import ZhibuError
from settings import SettingError, Settings
from texts import has, say

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(text: str) -> NoReturn:
    """One clear line, exit code 1."""
    err.print(f"[bold red]✗[/] {text}")
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


def print_json(value: Any) -> None:
    """One line of JSON, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; call what it yields with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=False) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

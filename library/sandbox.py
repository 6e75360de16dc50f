"""A process of its own in which a parser may use little memory and time, whatever a file does.

``told_by`` runs a module of ours over a file; the module calls ``limit``, then ``tell``.
"""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from library.errors import DocumentRefusedError


def told_by(module: str, file: Path, *, seconds: float) -> dict[str, Any]:
    """What the module tells of the file; DocumentRefusedError if it was killed at a limit."""
    command = [sys.executable, "-I", "-m", module, str(file.resolve())]
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; the file is its argument
                command,
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DocumentRefusedError("import_too_heavy") from error
        if done.returncode != 0:  # killed at a limit, or out of memory beyond any exception
            raise DocumentRefusedError("import_too_heavy")
        answer.seek(0)
        told: dict[str, Any] = json.loads(answer.read())
    return told


def limit(*, memory_mb: int, seconds: int, output: int) -> None:
    """Limit this process; ``output`` is in bytes."""
    for kind, most in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses the first
            resource.setrlimit(kind, (most, most))


def tell(read: Callable[[], dict[str, Any]]) -> None:
    """Print what was read as JSON, or why it was refused: {"refused": code, "detail": {…}}."""
    try:
        told = read()
    except DocumentRefusedError as error:
        told = {"refused": error.code, "detail": error.detail}
    except OSError:
        told = {"refused": "import_missing"}
    except (MemoryError, RecursionError):
        told = {"refused": "import_too_heavy"}
    except Exception:  # noqa: BLE001 - a parser may raise anything over a damaged file
        told = {"refused": "import_broken"}
    sys.stdout.write(json.dumps(told))

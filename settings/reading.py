"""Reading one value of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class SettingError(ValueError):
    """A setting has a value we cannot use; the message says which and what would do."""


def read_secret(env: Mapping[str, str], name: str) -> str | None:
    """A secret, given itself or as the path of a file in ``NAME_FILE``."""
    file = env.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip() or None
        except OSError as error:
            raise SettingError(f"{name}_FILE: cannot read {file}") from error
    return env.get(name) or None


def read_port(env: Mapping[str, str], name: str, default: int, *, lowest: int = 1024) -> int:
    """A port; our own begin at 1024, since nobody shall be root for them."""
    value = env.get(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and lowest <= int(value) <= 65000:
        return int(value)
    raise SettingError(f"{name}={value}: must be a port between {lowest} and 65000")


def read_flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Yes or no."""
    value = (env.get(name) or "").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise SettingError(f"{name}={value}: must be 1 or 0")
    return default


def read_count(env: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    """How many of something: at least one."""
    value = env.get(name) or str(default)
    if value.isascii() and value.isdigit() and 1 <= int(value) <= most:
        return int(value)
    raise SettingError(f"{name}={value}: must be a number between 1 and {most}")

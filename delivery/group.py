"""An organisation's own group in WeCom, DingTalk or Feishu: its robot, by Apprise.

The address is the organisation's code. The robot's secret stands in the settings, not in the
database.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apprise.common import NotifyFormat
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from delivery.channel import Letter, Outcome, Result
from settings import SettingError

KINDS: dict[str, Any] = {
    "wecombot": NotifyWeComBot,
    "dingtalk": NotifyDingTalk,
    "feishu": NotifyFeishu,
}
"""The robots that may be used, each taken by name: Apprise's own list loads 130 of them."""
BUSY = timedelta(seconds=61)
"""A group takes 20 messages a minute; who was refused waits the minute out."""


class GroupChannel:
    """Posts letters into groups. Apprise says only whether a post was taken."""

    def __init__(self, robots: Mapping[str, str]) -> None:
        """Raises SettingError for a robot that is not one of ours."""
        self._robots = {code: _open(code, url) for code, url in robots.items()}
        self._turn = threading.Lock()

    def send(self, letter: Letter) -> Outcome:
        """Post one letter, without its buttons: nobody is asked for anything in a group.

        A post that was not taken is tried again. Apprise does not tell a refusal from an answer
        that was lost: rarely, a group may read a notice twice.
        """
        robot = self._robots.get(letter.address)
        if robot is None:
            return Outcome(Result.PERMANENT, "no_such_group", unreachable=True)
        try:
            with self._turn:  # a robot keeps its own pace, and is not made for several threads
                taken = robot.notify(body=letter.text, body_format=NotifyFormat.TEXT)
        except Exception as error:  # noqa: BLE001 - a channel never raises; the ledger wants an end
            return Outcome(Result.UNCERTAIN, type(error).__name__)
        if not taken:
            return Outcome(Result.TEMPORARY, "not_taken", retry_after=BUSY)
        return Outcome(Result.SENT)


def _open(code: str, url: str) -> NotifyBase:
    kind = KINDS.get(url.partition("://")[0])
    parts = kind.parse_url(url) if kind else None
    try:
        if kind and parts:
            robot: NotifyBase = kind(**parts)
            return robot
    except (AppriseException, TypeError):  # a key that cannot be one
        pass
    names = ", ".join(f"{name}://" for name in KINDS)
    raise SettingError(f"GROUP_ROBOTS: the robot of {code} must be one of {names} with its key")

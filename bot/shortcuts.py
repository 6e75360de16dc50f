"""Typed words whose meaning is known without the language model.

A reason or a sentence that a button of the last reply asks for (its payload has a ``note``),
签到 with the code of a base, and the ledger of a work meeting with its labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.ledger.labels import is_ledger
from bot.wish import is_question

RECORD_LEDGER = "/record_ledger"

CHECK_IN = re.compile(r"签到(?:码|口令)?[是为:：\s]*([A-Za-z0-9_-]{6,64})")
COMMAND = re.compile(
    r"(?:我?的?预约|预[约定订]|取消|改时间|待审|审批|签到|帮助|找书记|转?人工|我能做什么|下次开会|再见"
    r"|我?的?任务|[记改看]?台账|[赛看]进度)"
)
"""Begins what is no reason and no sentence about a base."""


def check_in_payload(code: str) -> str:
    """What Rasa hears of a base's code."""
    return f"/check_in{json.dumps({'code': code})}"


def check_in_of(text: str) -> str | None:
    """What "签到 CODE" means."""
    found = CHECK_IN.fullmatch(text)
    return check_in_payload(found[1]) if found else None


def ledger_of(text: str) -> str | None:
    """What a text with the labels of a ledger means; the action reads it as it came."""
    return RECORD_LEDGER if is_ledger(text) else None


def writes_ledger(buttons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the last reply asked for a part of a ledger, which may be long."""
    return any(str(button["payload"]).startswith("/leave_ledger") for button in buttons)


def note_of(text: str, buttons: Iterable[Mapping[str, Any]]) -> str | None:
    """The words as the note that a button of the last reply asks for; None if none does.

    A question, or what calls for something else, is none.
    """
    if is_question(text) or COMMAND.match(text):
        return None
    for button in buttons:
        intent, brace, rest = str(button["payload"]).partition("{")
        values = json.loads(brace + rest) if brace else {}
        if "note" in values:
            return f"{intent}{json.dumps({**values, 'note': text}, ensure_ascii=False)}"
    return None

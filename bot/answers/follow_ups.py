"""Questions that lean on the one before: 那支委会呢, 预备党员也要吗, 这是哪一条规定的, 原文在哪."""

from __future__ import annotations

import re

from bot.answers.words import key_terms, plain

FOLLOWS = re.compile(r"^(?:那|这|它|还有|如果|要是)|也(?:要|是|能|可|得|算)|^.{1,8}呢[?？]?$")
"""How a question begins or sounds that leans on the one before it."""
SOURCE = re.compile(
    r"^.{0,6}(?:哪一?个?(?:文件|规定|条例)|哪一?[条款]|原文|依据|出处|来源|为什么|为啥|凭什么|谁说的).{0,8}$"
)
"""Asks for the source or the reason of the answer before: that answer names them."""
LONGEST = 14
LOOKS_BACK = 60
"""Characters of the question before that a follow-up is read together with."""


def is_follow_up(question: str) -> bool:
    """Whether a short question leans on the one before."""
    return len(question) <= LONGEST and bool(FOLLOWS.search(question))


def asks_for_source(question: str) -> bool:
    """Whether only the source or the reason of the answer before is asked for."""
    return len(question) <= LONGEST and not key_terms(question) and bool(SOURCE.search(question))


def read_together(before: str, question: str) -> list[str]:
    """What a follow-up may mean, the likeliest first: the new term for the old, or both."""
    before = before[-LOOKS_BACK:]
    old, new = key_terms(before), sorted(key_terms(question))
    if len(new) == 1 and old and new[0] not in old:
        subject = max(old, key=len)
        return [plain(before).replace(subject, new[0]), f"{before} {question}"]
    return [f"{before} {question}"]

"""What a member takes back: "15人改成20人" leaves "20人", "不是周三，是周四" leaves "周四"."""

from __future__ import annotations

import re

STOP = r",，。;；!！、\s"
TAKEN_BACK = re.compile(
    rf"[^{STOP}]*(?:(?<!行)不行|没空|有事|不方便|不合适|[去来]不[了成]"
    rf"|(?<![是去要用来在])不[去要用来在](?:了|(?=[{STOP}]|$)))"
    rf"|(?<![是去要用在])不[是去要在]\s*[^{STOP}]*?(?=而?是|应该|改|换|[{STOP}]|$)"
)
CHANGE = re.compile(
    r"(?:[改换变调挪移推]|推迟|延后|推后|提前|提早|调整|更改|变更|更换|修改)[成到为至]"
    r"|(?P<number>(?<!参)[加减增降]到|减少到)"
    r"|应该是|而是|不对(?!外)|[说写填搞弄选记]?错了|更正"
    rf"|(?<=[{STOP}])哦?不(?=[{STOP}])"
    r"|(?<!整)改(?![选革善造进制编版变良])|(?<![交轮])换(?!届)"
)
LABELS = (
    (re.compile("结束|散会|截止"), "结束"),
    (re.compile("开始"), "开始"),
    (re.compile("人"), "人数"),
)
"""Words before a change that say which part it is; each is kept as one that the readers know."""
EVENING = re.compile("晚(?!一?点)")
HOUR = re.compile("\\s*[\\d零一二两三四五六七八九十]+\\s*[点时::]")


def pieces(text: str) -> list[str]:
    """What stands, in the order it was said: each piece overrides those before it.

    Where something is changed, the clause before the change says what it was, and goes.
    """
    text = TAKEN_BACK.sub(" ", text)
    found: list[str] = []
    label, begin = "", 0
    for change in CHANGE.finditer(text):
        before = text[: change.start()]
        clause = max(begin, len(before) - len(re.split(f"[{STOP}]", before)[-1]))
        found.append(label + text[begin:clause])
        label, begin = _label(before, change, text[change.end() :]), change.end()
    return [*found, label + text[begin:]]


def _label(before: str, change: re.Match[str], after: str) -> str:
    """What of the clause before a change still holds: which part it is, and the evening."""
    clause = re.split(f"[{STOP}]+", before.rstrip(",，。;；!！、 "))[-1]
    label = "".join(name for pattern, name in LABELS if pattern.search(clause))
    if change["number"]:
        label = "人数"
    if EVENING.search(clause) and HOUR.match(after):
        label += "晚上"
    return label

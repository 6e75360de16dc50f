"""Taking personal data out of a text that others will read, and telling where some is left."""

from __future__ import annotations

import re
from collections.abc import Iterable

from office.errors import PersonalDataError

SOMEBODY = "某同志"
NUMBER = "（号码略）"
MAIL = "（邮箱略）"
E_MAIL = re.compile(r"[\w.+-]+\s*@\s*[\w-]+(?:\s*\.\s*[\w-]+)+", re.ASCII)
LONG_NUMBER = re.compile(r"\d(?:[\s\-－—.·]?\d){9,24}[xX]?")
"""Telephone, identity and card numbers: ten digits or more; ``\\d`` takes full-width ones too."""
AFTER_NAME = "(?:同志|书记|主任|委员|老师|组长|先生|女士)?"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑韩唐冯邓曹彭萧董袁潘蒋蔡杜魏薛阎沈秦吕"
"""Frequent ones that seldom end a word before a title, as 允许 or 任何 would."""
CALLED = re.compile(
    rf"[老小][{SURNAMES}]|(?<![每一本上下])[{SURNAMES}](?:某某?|阿姨|大爷|大叔|大妈|大姐|叔叔|"
    r"师傅|老师|主任|书记|委员|组长|同志|先生|女士)"
)
STILL_PERSONAL = re.compile(
    r"\d(?:[\s\-－—.·]?\d){6,}|@|\d+\s*(?:号楼|栋|单元|室)|微信号|[Qq]{2}\s*[::]?\s*\d{5}"
)
"""What no pattern above takes away and a card about a rule has no need of."""


def without_personal_data(text: str, names: Iterable[str]) -> str:
    """The text with people, telephone and identity numbers and e-mail addresses replaced.

    Raises PersonalDataError if something personal seems to be left.
    """
    found = sorted((name for name in names if len(name) > 1 and name in text), key=len)
    for name in reversed(found):
        text = re.sub(rf"{re.escape(name)}{AFTER_NAME}", SOMEBODY, text)
    text = CALLED.sub(SOMEBODY, E_MAIL.sub(MAIL, text))
    text = LONG_NUMBER.sub(NUMBER, text)
    if left := STILL_PERSONAL.search(text):
        raise PersonalDataError(found=left[0])
    return text

"""What kind of thing a question asks for: a person, a number, a time, a way, a yes or no."""

from __future__ import annotations

import re

KINDS = {
    "who": r"谁|哪[一]?级|哪个(?:部门|组织|会|单位)|由哪|向哪|找哪|什么人|哪些人",
    "count": r"几个(?!月)|几[名人位条档种步次回]|多少(?:人|名|个|党员|票|步)|人数|上限|名额",
    "time": r"多久|多长|几个?[天月年日]|几个星期|什么时候|啥时候|何时|哪[天年]|[时期]限"
    r"|最[迟晚]|几岁|多大",
    "frequency": r"一次|几[次回]|一回|频率|间隔|每[月年季周]|隔多",
    "money": r"多少钱|几[块毛]|百分之|比例|交多少|多少党费|标准|几个点",
    "where": r"哪里|哪儿|往哪|在哪|去哪|到哪|何处|交给",
    "way": r"怎么(?!样|处理|办$)|如何|咋(?!样|办)|流程|步骤|程序|手续|怎样",
    "whether": r"吗|么$|不$|不[??]|能不能|可不可以|可以|行不行|是不是|要不要|必须|一定"
    r"|算不算|有没有|能否|是否|非得|用不用",
    "why": r"为什么|为啥|为何|凭什么|原因",
    "what": r"是什么|什么是|啥叫|什么叫|啥意思|意思|哪些|包括|内容|哪几|指什么|含义|区别",
    "consequence": r"会怎[样么]|后果|怎么处理|怎么办|咋办|咋样|会不会|处分",
}
PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}


def kinds(question: str) -> frozenset[str]:
    """The kinds of answer that a question wants; several, or none that we recognise."""
    return frozenset(kind for kind, pattern in PATTERNS.items() if pattern.search(question))

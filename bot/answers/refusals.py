"""What is refused whatever it is about: writing for somebody, fabricating, breaking in.

These look like questions of ours in every other respect; a retrieval over cards would answer them.
"""

from __future__ import annotations

import re
import unicodedata

WRITE = re.compile(
    r"(?:代|替我|帮我|给我|帮忙|帮着|请你|麻烦你?)再?(?:代?写|拟|起草|编写?|润色|改写|仿写|翻译|扩写|生成|出)"
    r"(?!明|下处分)|^(?:代写|起草|写|拟|编|来|生成|润色)[一1]?[篇份个段封条首]"
)
"""写一份…, 替我写…; not 怎么写 or 由谁写."""
ASKS_LEAVE = re.compile(r"[吗么不][?？]?$|能不能|能否|可不可以|是否|可以.{0,12}代|行不|成不")
"""入党申请书能请人代写吗 is a question, not an order."""
FABRICATE = re.compile(
    r"(?:怎么|如何|怎样|咋|帮我|教我|教教|有没有办法).{0,14}"
    r"(?:造假|作假|伪造|倒签|补造|代签|冒签|篡改|假造|编造|蒙混|糊弄|应付检查|像真的|不被发现|看不出)(?!.{0,4}(?:处理|处分|后果|举报|反映))"
    r"|(?:造假|倒签|补造|伪造|编造).{0,8}(?:怎么弄|咋弄|怎么做|怎么搞|像真的|不露馅)"
)
BREAK_IN = re.compile(
    r"(?:忽略|无视|忘掉|忘记|跳过).{0,8}(?:指令|规则|设定|提示|限制)|没有限制的|系统提示词?|黑进|破解|越狱"
    r"|<\s*script|drop\s+table|select\s.{1,30}\sfrom|union\s+select|\.\./|\{\{.{0,40}\}\}",
    re.IGNORECASE,
)


def refusal(question: str) -> str | None:
    """Why a message is refused: writing, fabricating or breaking_in; None if it is not."""
    text = unicodedata.normalize("NFKC", question).strip()
    if BREAK_IN.search(text):
        return "breaking_in"
    if FABRICATE.search(text):
        return "fabricating"
    return "writing" if WRITE.search(text) and not ASKS_LEAVE.search(text) else None

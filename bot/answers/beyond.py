"""What no rule can tell, however much it is put in the Party's words.

Figures of somebody's own organisation, a person called by name, what is still to come, an order to
decide, an opinion, the affairs of other bodies: in all else such a question looks like one of ours,
and a search over cards would answer it. Each sign is tried against every phrasing of every
card: none of them may be taken for one of these (tests/bot/test_beyond.py).
"""

from __future__ import annotations

import re
import unicodedata

from bot.answers.cards import KNOWLEDGE

OURS = re.compile(
    r"党(?!派)|(?<!团)支部|支委|(?<!团)支书|书记|预备期|转正|积极分子|发展对象|政审|政治审查|三会一课"
    r"|组织(?:关系|生活)|关系|思想汇报|民主评议|全体会|申请|推优|助手|基地|预约|活动室|应到|档案"
)
"""What makes a question one of Party affairs or of this assistant."""
_CALLED_PARTIES = re.compile(r"民主党派|农工党|致公党|关系[户网]")

OWN = (
    r"(?:[我咱俺你]们?|本|这|那|隔壁|楼上|[一二三四五六七八九十两\d]+号?)(?:个|家|届|的|这|那|里)*"
    r"(?:党?支部|党委|党总支|总支|支委会?|党小组|小组|党组织|单位|公司|机关|学院|学校|系里|班[上里]|村里?"
    r"|社区|街道|[镇乡县区厂所院局]里?|部门|基地|这边|的?书记|的?支书)"
)
RULE = re.compile(
    r"规定|要求|应[当该到]|[能可得](?!不能)|至少|最[多少低高早迟晚]|一般|通常|够|才|合规|必须|需要|要不要|行不"
    r"|怎么[办算弄补]|咋办|处理|合不合|对不对|违规|上限|标准|程序|步骤|环节|方式|法子|办法|条件|意思|分别|该"
    r"|改收|要有|一年来|几[大样桩晚遍]|几个(?:部门|字)|就几个|听说|光|算党员|党员了不"
)
"""Words by which somebody asks for a rule, not for a figure."""
COUNTED = re.compile(
    r"(?:剩|余|有|来|到|收|交|发展|批|报|搞|开|办|欠|花|用|拿|给|转|走|评|选|缺|差|得|投|占|学|完成|订|约|借"
    r"|发|参加|请假|入党|退|补|上缴|结余|存|共|攒)(?:过|到|下来|出去|走|进来?|上来|上|完|掉|成)?了?.{0,3}"
    r"(?:多少|几)(?!个?[月年天]|[号点]|档|成|步|种|回合)"
)
"""收了几份, 还剩多少."""
DONE = re.compile(
    r"了.{0,2}(?:多少|几)(?!个?[月年天])|(?:多少|几)[个名份次人].{0,14}(?:没|了$|了[吗没啊呀呢?]|在)"
)
WHO_DID = re.compile(
    r"(?:谁|哪个人?|哪[几些]个?人?|哪位|哪个党员)(?:[还都]?没|[还仍]?欠|最|迟到|缺席|请假|旷|被|评上|当上|入选"
    r"|要?过生日|退[了出]|[走来得]了|得票|拿了|[是叫](?:党员|书记|积极))"
)
SPAN = re.compile(
    r"今年|去年|前年|[上前](?:半年|个?月|周|次|回|个?季度|一?次|一?[届期])|这(?:个?月|周|次|回|半年|个?季度)"
    r"|本(?:月|年|周|季度?)|昨天|今天|刚才|目前|眼下|现在|截[至止]|到现在|迄今|至今|当前|手头|账上|名下"
)

NAMES = (
    r"王李张刘陈杨黄赵吴周徐孙朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶苏魏吕丁沈姚卢崔谭陆"
    r"汪廖贾韦夏付邹熊孟秦邱侯江尹薛闫雷龙陶贺郝龚邵万钱覃戴孔汤赖黎殷葛章翟柴何马石"
)
TITLE = (
    r"书记|支书|主任|主席|委员|[组队科处局部院校所站镇村乡]长|经理|老师|师傅|阿姨|大[爷妈姐哥叔]|叔叔?|奶奶|爷爷"
    r"|婶|姨|姐|哥|嫂|伯|工|总|老|同志|医生|老板"
)
PERSON = (
    r"(?!周[一二三四五六七日末几]|康健|曾用|陈[账年]|钱包|张工资|章[还卡程]|石油|马上|金额|余[下额]|万[一元人]|田间"
    r"|江[西苏]|夏天|雷锋|贺[信卡]|何[时处为]|孟月|付[款费钱]|谢谢|王牌|葛|严[重格肃])"
    rf"(?:小[{NAMES}](?![组会])|老[{NAMES}]|[{NAMES}](?:{TITLE})|(?:[{NAMES}]|欧阳|司马|上官|诸葛|司徒)"
    r"[\u4e00-\u9fa5]{1,2})(?:同志|他|她)?"
)
STATE = (
    r"(?:的?(?:预备期|党费|党龄|组织关系|档案|申请书?|思想汇报|政审|志愿书|介绍人|培养联系人|生日|政治生日|处分|电话"
    r"|手机|微信|票数|学时|材料|支部|公示|转正申请|考察表)|什么时候|啥时候|几时|哪[年天月]|几号|到底|[今明]天|今年"
    r"|昨[天晚]|[上这]次|[上这]个?月|去年|最近|现在|目前|是不是|有没有|还?欠|交[了没齐上]|转[正走]?了|转正|入党"
    r"|评[上了]|选上|当[了选上]|为[啥什何]|咋|怎么[没还样]|住|在不在|在哪|退休|来[了没]|参加|请假|人怎么样|还?没|批[了下没]"
    r"|通过了|过了|能不能|会不会|可不可靠|受过|犯|干了|调|被|投|家|讲|得了)"
)
NAMED = re.compile(
    r"^(?:请问|问一?下|那个?|帮[我忙]?查?看?[一看]?下?|查一?下?|我?想知道|想问|看看|话说|隔壁|村里"
    rf"|[我咱俺]们?(?:支部|村|社区|单位|公司)?(?:里|的)?|支部|社区)*{PERSON}{STATE}"
)
NAMED_BUT_A_RULE = re.compile(
    r"[作做当]介绍人|直接给|谁去|退给|算不算|至少|最[多少长短迟]|能行|行不|该|还想|接着看|怎么[办处算转]|咋[办处]|规定"
    r"|要求|需要|手续|程序|合规|组织关系要|联合支部"
)

FUTURE = (
    r"明年|后年|[，,]以后|^以后|^将来|将来会|未来|今后|往后|下一?[届任]|过[几两]年|十年[之以]?后|年后|下半年"
    r"|迟早"
)
TO_COME = re.compile(
    rf"(?:{FUTURE}).{{0,17}}(?:[上下]?涨|[上下]调|降低?|改[成版]|取消|放[宽松]|收紧|变[成动难]?|越来越|修[订改]|扩大"
    r"|增加|减少)(?!了|工资)"
    r"|(?:条例|细则|规定|党章|标准|政策|文件|办法|纪律).{0,8}(?:什么时候|啥时候|何时|哪年|几时|会不会|要不要).{0,5}"
    r"(?:修|改|变|更新|调|出新|出台|取消)(?!过|正)"
    rf"|(?:{FUTURE}).{{0,12}}(?:主题|题目|名额|指标|书记|支书|主任|人选|安排).{{0,4}}[是定有]?(?:谁|啥|什么|哪|多少|几)"
    r"|谁[会能将要]?(?:是|当|接任|接|上|做)下一?[届任]|会越来越|十年[之以]?后"
    rf"|(?:{FUTURE}).{{0,12}}(?:多少|几)个?(?:发展|入党)?(?:名额|指标)"
    r"|(?:条例|细则|规定|党章|办法)是不是[快又]?要?(?:改|修|变|换)"
    r"|(?:下个?(?:月|周|次|季度)|明天|后天).{0,8}(?:谁来?讲|讲啥|讲什么|什么主题|啥主题)"
)
NOT_TO_COME = re.compile(r"书记说|标准自|几时废止|工作以后|毕业|退休|工资[会要]?[涨降]|涨工资")

ORDER = re.compile(
    r"^(?:直接|麻烦|请|你|您|那|就|现在|马上|赶紧|快|要不|能不能|可不可以)*"
    r"(?:你来|你就|[给帮替](?:我|咱|俺|他|她|小.|老.)?们?).{0,14}?"
    r"(?:批准|批了|批下来|通过一?下|转正|免[了掉]|减免|投[个一]?.{0,2}票|投赞成|投反对|改成|登记成|记成|决定|定一下|定了"
    r"|打个?分|评[为成]|拍板|做主|作主|盖章|签字|签个|开除|撤[了掉]|处分|入党)"
    r"(?:了|吧|一下|行不行|行吗|好吗|得了|算了|好了|呗|[。!]*$)"
    r"|[把将].{1,14}(?:改成|改为|免[了掉]|删[了掉]|撤了|开除了|算作|记成|登记为|标成)"
)
NOT_AN_ORDER = re.compile(
    r"怎么|如何|咋|谁|合规|违规|会[被怎]|算不算|怎样|规定|处理|有这权力|对吧|对不对|是不是|系统认|听说|行得通|想把"
    r"|街道要|确有|能.{0,4}[把将撤].{1,14}(?:撤|开除)|能不能撤"
)
OPINION = re.compile(
    r"[你您](?:自己|个人|本人)?(?:觉得|认为|支持|喜欢|讨厌|相信|信不信|怎么看|怎么评价|爱不爱|崇拜|站哪|想入|想不想入"
    r"|是不是党员)|[你您]对.{1,14}(?:看法|怎么看|咋看|评价|感觉|意见)"
)
OTHERS = re.compile(
    "|".join((KNOWLEDGE / "others_affairs.txt").read_text(encoding="utf-8").split())
    + r"|居委会.{0,4}(?:选|换届|投票|主任|委员|几年|开会)|(?<!社)团支部|团委(?!老师)|团员(?!坐)"
)


def is_beyond(question: str) -> bool:
    """Whether a question is one that no rule can answer; a sign too few leaves it to the search."""
    text = unicodedata.normalize("NFKC", question).strip()
    return (
        _asks_own_figures(text)
        or bool(NAMED.search(text) and not NAMED_BUT_A_RULE.search(text))
        or bool(TO_COME.search(text) and not NOT_TO_COME.search(text))
        or bool(ORDER.search(text) and not NOT_AN_ORDER.search(text))
        or bool(OPINION.search(text))
        or bool(OTHERS.search(text) and not OURS.search(_CALLED_PARTIES.sub("", text)))
    )


def _asks_own_figures(text: str) -> bool:
    """What an organisation has or did: its own records know, no rule does."""
    if RULE.search(text):
        return False
    own, done = bool(re.search(OWN, text)), bool(DONE.search(text))
    if own and (done or COUNTED.search(text) or WHO_DID.search(text)):
        return True
    return done and bool(SPAN.search(text))

"""What can be wrong with the data: a stable code for each, how grave it is, and how to mend it.

A code never changes its meaning and is never used again. The first digits tell the kind: Y00
reading files, Y01 sources, Y02 references, Y03 wording, Y04 decisions and paths, Y05 plans,
Y06 days, Y07 numbers and addresses, Y08 cases, Y09 overlays.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

REVIEW_DAYS = 365
"""How long what somebody has read in a source may be relied on before it is read again."""

FORBIDDEN = (
    *("参保人员应", "相关规定", "即可享受", "有所降低", "予以", "切实", "敬请", "请您", "特此"),
    *("温馨提示", "保证报销", "百分百", "秒批", "后果自负", "赶紧"),
)
"""Officialese, hype and threats: words that no statement of ours is written with."""


class Code(NamedTuple):
    """A kind of fault: its title, how grave it is, how to mend it, what it means, an example."""

    title: str
    severity: Severity
    mend: str
    means: str = ""
    example: str = ""


CODES: dict[str, Code] = {
    # --- reading files ---
    "Y001": Code(
        *("缺文件", "error", "补上这个文件，或把它改回原来的名字。"),
        "少了一个必须有的文件或文件夹，数据不完整，不能用。",
        "删掉了 sources.yaml。",
    ),
    "Y002": Code(
        *("文件读不出来", "error", "存成 UTF-8 的文本，写上内容；不要的文件就删掉。"),
        "文件打不开、不是 UTF-8 文本，或者是空的。",
        "用记事本存成了 GBK。",
    ),
    "Y003": Code(
        *("YAML 写法有误", "error", "检查这一行和上一行的缩进、冒号、引号和括号。"),
        "这个文件不合 YAML 的写法，读到这里就读不下去了。",
        "sources: [{id: nhsa-2022-22}    少了右括号",
    ),
    "Y004": Code(
        *("键重复", "error", "删掉一个，或并成一个。"),
        "同一个条目里，同一个键写了两次。",
        "一条规则里有两行 text:",
    ),
    "Y005": Code(
        *("用了锚点或别名", "error", "把内容直接写在这里。"),
        "YAML 的 & 和 * 会让别处的改动悄悄影响这里，所以不用。",
        "when: *same",
    ),
    "Y006": Code(
        *("太大或太深", "error", "拆成几个文件，减少嵌套。"),
        "文件太大，里面的项太多，或者一层套一层太深。",
        "一个文件超过 2000 KB。",
    ),
    "Y007": Code(
        *("类型不对", "error", "对照同类的条目改正。"),
        "该写列表的写了一个值，或者反过来；该写整数的写了别的。",
        "sources: nhsa-2022-22    应当是 [{id: nhsa-2022-22}]",
    ),
    "Y008": Code(
        *("不认识的字段", "error", "改正拼写，或删掉它。"),
        "这里没有叫这个名字的字段，多半是拼错了。",
        "sektion: cautions    应当是 section",
    ),
    "Y009": Code(
        *("缺字段", "error", "补上这个字段。"),
        "少了必须写的字段。",
        "一条规则没有 text。",
    ),
    # --- sources ---
    "Y010": Code(
        *("没有这个来源", "error", "先在 sources.yaml 里登记它，或改正拼写。"),
        "引用的来源没有登记过。地方的来源可以登记在那个地方的文件里。",
        "sources: [{id: nhsa-1999-1}]",
    ),
    "Y011": Code(
        *("没有来源", "error", "写上来源。找不到来源的，改成要打电话问的问题。"),
        "每句话、每条渠道、每个电话和网址都要有来源。",
        "sources: []",
    ),
    "Y012": Code(
        *("来源没有用到", "warning", "删掉它，或在用到它的条目里引用。"),
        "登记了这个来源，却没有一句话引用它。",
        "sources.yaml 里有 id: old-notice，别处都没写。",
    ),
    "Y013": Code(
        *("来源很久没核对", "warning", "重新打开来源核对，改好条目，再改 checked。"),
        f"上次核对（checked）到今天超过了 {REVIEW_DAYS} 天，规定可能变了。",
        "checked: 2023-01-05",
    ),
    # --- references ---
    "Y020": Code(
        *("不认识的条件", "error", "换成已有的条件，或改正拼写。"),
        "when、unless 里的条件，不是问题的编号，也不是程序推出来的。",
        "when: {weather: [rain]}",
    ),
    "Y021": Code(
        *("条件里的值不可能出现", "error", "换成这个条件已有的值。"),
        "这个条件没有这个值，写了它，这一条永远不会出现。",
        "when: {care: [sleep]}",
    ),
    "Y022": Code(
        *("值不在允许的范围里", "error", "换成允许的值。"),
        "这个字段只能写规定好的几个值。",
        "confidence: sure    可用的有 high、medium、low",
    ),
    "Y023": Code(
        *("区划里没有这个地方", "error", "改成 divisions.csv 里的代码。"),
        "地方都用 6 位区划代码写，divisions.csv 里没有这一个。",
        'insured: ["999999"]',
    ),
    "Y024": Code(
        *("编号重复", "error", "换一个编号，或并成一条。"),
        "两个条目用了同一个编号：规则、来源、问题、选项、说法或地方。",
        "两条规则都是 id: cn.materials.identity",
    ),
    "Y025": Code(
        *("指到的东西不存在", "error", "先写好它，或改正拼写。"),
        "这里写的编号或名字，别处没有：没采用的说法、大字版的一步、一个问题或词表。",
        "disputed: [no-such-reading]",
    ),
    "Y026": Code(
        *("没有一条规则用到", "warning", "在规则里写上它，或删掉它。"),
        "一个争议里至少要有一种说法有规则提到（disputed），大字版的一步要有规则属于它（elder）。",
        "elder.yaml 里有 id: old-step，没有规则写 elder: old-step。",
    ),
    "Y027": Code(
        *("城市写错了地方", "error", "移到它所在的省的文件里，直接写在省的 cities 下面。"),
        "城市要写在它自己的省里，只写一层。写错了，那里的人看不到它的规则。",
        '重庆的文件里写了 code: "510100"',
    ),
    "Y028": Code(
        *("没有这一组", "error", "先在这个问题的 groups 里写上它，或改正拼写。"),
        "选项所属的组，这个问题里没有。",
        "group: longterm    应当是 long-term",
    ),
    "Y029": Code(
        *("区划表这一行不对", "error", "照表头和上下几行改正。"),
        "divisions.csv 里有一行写得不对：代码、级别、上级、简称、拼音或别名。",
        "31010,黄浦区,county,310000,黄浦,huang pu,",
    ),
    # --- wording ---
    "Y030": Code(
        *("太长", "error", "拆成两条，或移一半到 detail。"),
        "一条只说一件事。太长的话，着急的人读不下去。",
        "一条规则的 text 有 120 字。",
    ),
    "Y031": Code(
        *("句末没有标点", "error", "补上句号或问号。"),
        "每句话要有头有尾。",
        "text: 带上居住证",
    ),
    "Y032": Code(
        *("用了半角标点", "error", "换成全角的标点。"),
        "汉字旁边的标点用全角。",
        "text: 带上居住证,身份证。",
    ),
    "Y033": Code(
        *("不认识的占位", "error", "换成能用的占位，或直接写出来。"),
        "花括号里的名字，程序不知道该填什么。",
        "text: 打{city}的电话问。",
    ),
    "Y034": Code(
        *("不该用的词", "error", "换成平常说话的词，直接说做什么。"),
        f"不写公文腔，不打包票，不吓人。这些词不用：{'、'.join(FORBIDDEN)}。",
        "text: 参保人员应按相关规定提供材料。",
    ),
    "Y035": Code(
        *("说法写得不对", "error", "照 sentence.yaml 开头的说明改正。"),
        "用来看懂一句话的说法，括号没成对、符号放错了地方，或者什么话都能配上。",
        "says: [(住院|看病]",
    ),
    # --- decisions ---
    "Y040": Code(
        *("判定表的一行轮不到", "error", "改条件，把它挪到那几行前面，或删掉它。"),
        "判定表从上往下看，先配上的一行说了算。这一行前面的行把它的情况都占了，或者它自己的条件凑不齐。",
        "前面一行 when: {stage: [admitted]}，后面一行 when: {stage: [admitted], care: [inpatient]}",
    ),
    "Y041": Code(
        *("规则谁也看不到", "error", "改 when 和 unless，或删掉它。"),
        "走遍所有回答，没有一个结果会出现这条规则。",
        "when: {scope: [same-region], route: [file-before-care]}    同一统筹区不用备案",
    ),
    "Y042": Code(
        *("两条规则争一个 topic", "error", "改其中一条的条件或 topic，或删掉一条。"),
        "同一个地方、同一节、同一个 topic 的规则，一个结果里只出现一条。两条都配上，就有一条丢了。",
        "两条 topic: validity 的规则，一条写 type: [referral]，另一条不写条件",
    ),
    "Y043": Code(
        *("渠道谁也看不到", "error", "改 when 和 unless，或删掉它。"),
        "走遍所有回答，没有一个结果会列出这个渠道。",
        "when: {route: [not-covered]}    医保不付的不用去办",
    ),
    "Y044": Code(
        *("免备案的一条用不上", "error", "改 to 和 when，把它挪到前面，或删掉它。"),
        "同一个地方的几条从上往下看，先配上的一条说了算。这一条前面的已经都占了，或者没有这样的两地。",
        "前面一条 to: [in-province] 不带条件，后面又写一条 to: [in-province]",
    ),
    "Y045": Code(
        *("问题谁也问不到", "error", "改 when 和 unless，或删掉它。"),
        "走遍所有回答，这个问题都不会问。",
        "第一个问题就写 when: {care: [chronic]}，这时还没问过看哪一种",
    ),
    "Y046": Code(
        *("选项谁也看不到", "error", "改它的 when 和 unless，或删掉它。"),
        "问到这个问题的人，没有一个能选它。",
        "特殊情况写 when: {scope: [same-region]}，可同一统筹区不问特殊情况",
    ),
    "Y047": Code(
        *("选项什么也不影响", "error", "写上分得出它的规则，或删掉它。"),
        "选它和不选它（或选另一个），结果一个字都不差。白白多问一句。",
        "多了一个特殊情况，没有一条规则提到它。",
    ),
    "Y048": Code(
        *("有的回答判定表没管到", "error", "在最后一行前面补一行。"),
        "判定表最后一行只防万一，不该有人真的落到那里。",
        "删掉了“还没结算、没备案”的那一行。",
    ),
    "Y049": Code(
        *("判定表没有兜底的一行", "error", "最后一行不写 when 和 unless。"),
        "最后一行带了条件，就有人走完整张表也得不到结果。",
        "decision.yaml 最后一行写了 when。",
    ),
    # --- plans ---
    "Y050": Code(
        *("结果缺一节", "error", "补一条规则，条件照顾到这些回答。"),
        "每个结果都要有：先做什么、要带的、时间、怎么结算、打电话问什么。照例子的命令试，就能看到缺的地方。",
        "删掉了一条说要带什么的规则。",
    ),
    "Y051": Code(
        *("要办却没有渠道", "error", "给参保地补一条渠道，或放宽已有渠道的条件。"),
        "要备案的结果，至少要列出一个能办的地方。",
        "删掉了全国都有的经办窗口。",
    ),
    "Y052": Code(
        *("没有可问的地方", "error", "补上 hotline 或 bureau。"),
        "每个结果至少要有一个电话，或一个网站。",
        "删掉了全国的 hotline。",
    ),
    "Y053": Code(
        *("两句话相反", "error", "改条件，让两条不同时出现；或写明哪种情况下才这样。"),
        "同一个结果里，一句叫人这样，另一句叫人那样，又没说哪种情况下才这样。",
        "一条“先别自费结”，另一条“这家没开通，先自费”。",
    ),
    "Y054": Code(
        *("两句话差不多", "warning", "并成一条，或改条件。"),
        "同一个结果里，两句话大半的字一样，多半是说了两遍。",
        "一条“先别自费结，去问医院”，另一条“先别自费结，马上去问医院”。",
    ),
    # --- days ---
    "Y060": Code(
        *("没有这一天", "error", "写成 2026-01-31；不知道是哪天的，issued 可以只写年或年月。"),
        "日期写法不对，或者日历上没有这一天。",
        "valid: {from: 2026-02-30}",
    ),
    "Y061": Code(
        *("开始晚于结束", "error", "看看两个日期是不是写反了。"),
        "开始的日子在结束的日子后面，这一条永远不会出现。",
        "valid: {from: 2026-05-01, to: 2026-04-30}",
    ),
    "Y062": Code(
        *("两条规则同时有效", "error", "给旧的那条写上 valid 的 to，或删掉一条。"),
        "同一个地方、同一节、同一个 topic、条件也一样的两条规则，有一段日子都有效。",
        "一条 valid: {to: 2026-04-01}，另一条 valid: {from: 2026-04-01}",
    ),
    "Y063": Code(
        *("两条规则之间空了一段", "error", "让后一条从前一条结束的第二天开始。"),
        "前一条结束以后，后一条还没开始，这几天没有规则可用。",
        "一条 valid: {to: 2026-03-31}，另一条 valid: {from: 2026-04-02}",
    ),
    "Y064": Code(
        *("日子的数法不对", "error", "working-days、months、days 只写一个；当天写 days: 0。"),
        "一个日子只能按一种数法算，工作日和月不能数零个。",
        "dates: [{id: d, label: 到, kind: due, working-days: 2, months: 6}]",
    ),
    "Y065": Code(
        *("变化记录的日子不对", "error", "改日期或版本；新的写在前面，不晚于 meta.yaml 里的版本。"),
        "changes.yaml 里的一条比数据的版本还晚，次序不对，或者程序版本的写法不对。",
        "- date: 2030-01-01",
    ),
    # --- numbers and addresses ---
    "Y070": Code(
        *("有比例，没有文号", "error", "补上带文号（number）的来源和哪一条（at），或去掉数字。"),
        "报销比例只能照当地公布的、有文号的规定写，还要写明是哪一条。",
        "text: 少报 10%。    来源没有 number，或没写 at",
    ),
    "Y071": Code(
        *("来历不明的电话", "error", "把它写成带来源的渠道，或改用 {hotline}。"),
        "电话只能是这些：全国的短号，已登记的区号加短号，写在带来源的渠道里的号码。",
        "text: 打 023-66668888 问。",
    ),
    "Y072": Code(
        *("来历不明的网址", "error", "把它写成带来源的渠道，或去掉它。"),
        "网址和域名只能是渠道、医保局网站或来源里有的。",
        "text: 去 www.example.cn 办。",
    ),
    "Y073": Code(
        *("网址不完整", "error", "以 https:// 开头写全，或删掉。"),
        "网址要能直接打开。",
        "url: ylbzj.cq.gov.cn",
    ),
    "Y074": Code(
        *("热线写法不对", "error", "写成 023-12393，不知道就留空。"),
        "热线是“区号-12393”，用短横连接。",
        'number: "023 12393"',
    ),
    "Y075": Code(
        *("选项的号码不能用", "error", "换成没用过的号码。"),
        "分享码靠这个号码认选项：不能重复，不能超出范围，用过的不能再给别的选项。",
        "两个选项都是 number: 3",
    ),
    # --- cases ---
    "Y080": Code(
        *("例子里没有这个问题", "error", "改成问题的编号。"),
        "例子的 answers 里写了一个没有的问题。",
        "answers: {colour: 红}",
    ),
    "Y081": Code(
        *("例子里没有这个条目", "error", "改正编号；已经删掉的条目，从例子里去掉。"),
        "例子的 must 或 must-not 写了一个没有的编号。",
        "must: [cn.no.such]",
    ),
    "Y082": Code(
        *("例子和结果对不上", "error", "看是规则改错了，还是例子该跟着改。"),
        "照例子的回答走一遍，路线、该出现的或不该出现的条目，和例子写的不一样。",
        "例子写 route: no-filing，结果是 file-before-care。",
    ),
    # --- data laid over ours ---
    "Y090": Code(
        *("文件在文件夹外面", "error", "把文件本身放进文件夹，不用链接。"),
        "数据的文件夹里有一个链接，指到了外面；只读文件夹里面的。",
        "sources.yaml 是一个链接，指到别的盘。",
    ),
    "Y091": Code(
        *("没有这个文件夹", "error", "检查路径；相对的路径从当前的文件夹算起。"),
        "--data、YIDI_DATA 或设置里写的文件夹找不到，或者打不开。",
        "--data 我的数剧    （错了一个字）",
    ),
    "Y092": Code(
        *("文件夹太大", "error", "只放自己的规则、地方和来源，别的搬出去。"),
        "叠加的文件夹里文件太多或太大，没有读。",
        "把整个硬盘的文件夹当成了数据。",
    ),
    "Y093": Code(
        *("叠加的数据里不能有这个文件", "error", "删掉它；问题和判定表要改，改自带的数据。"),
        "叠加的数据只能有来源、说法、规则、地方、大字版和例子，不能改问题和判定表。",
        "questions.yaml",
    ),
    "Y094": Code(
        *("撤回的写法不对", "error", "写成 {id: 编号, withdrawn: true}，不写别的。"),
        "撤掉自带的一条，只写它的编号和 withdrawn: true。",
        "- {id: cn.timing.review, withdrawn: true, text: 也改}",
    ),
    "Y095": Code(
        *("要撤回的不存在", "error", "用 --ids 看编号，核对后改正。"),
        "写了 withdrawn，可是自带的数据里没有这个编号。",
        "- {id: cn.timing.reveiw, withdrawn: true}",
    ),
}
"""Code → what it stands for."""


def severity_of(code: str) -> Severity:
    """Return how grave a fault is; one whose code is not known counts as an error."""
    return CODES[code].severity if code in CODES else "error"

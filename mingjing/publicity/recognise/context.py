"""What names stand beside in papers of enforcement: parts in a case, acts, titles, kin; words only, no weights."""

import re
from typing import Final

# What stands before a name: the part somebody has in the case, his trade, his kin.
_PARTS: Final = (
    "当事人|被处罚人|受送达人|被检查人|被申请人|申请人|经营者|投资人|合伙人|股东|法定代表人|现场负责人|场所负责人|主要负责人|经营负责人|负责人|代表"
    "|委托代理人|代理人|受托人|委托人|被委托人|被询问人|询问对象|违法行为人|行为人|责任人|证人|见证人|证明|姓名|俗名|本名|曾用名|别名|绰号|户名|联系人"
    "|签署人|签收人|代收人|收件人|投诉人|举报人|反映人|报案人|购买人|购买者|消费者|顾客|乘客|患者|驾驶员|驾驶人|司机|押运员|车主|船主|机主|店主|房主"
    "|业主|房东|租客|租户|承租人|出租人|户主|墓主|帮工|雇工|家属|亲属|近亲属|配偶|之?(?:女儿|儿子|妻子|丈夫|父亲|母亲|哥哥|弟弟|姐姐|妹妹|岳父"
    "|岳母|儿媳|女婿|孙子|孙女)|[之其](?:妻|夫|子|女|父|母|兄|弟|姐|妹)|邻居|受害人|被侵害人|伤者|死者|总经理|副总经理|经理|生产主管|主管"
    "|厂长|董事长|理事长|秘书长|监事|董事|出纳|会计|财务人员|店长|员工|职工|工人|从业人员|村民|居民|业务员|收银员|服务员|厨师|医师|医生|护士|教师"
    "|老师|校长|教练|学员|学生|同学|所有人|使用人|持有人|看管人|库管|库管员|摊主|债务人|债权人|涉案人员|当班人员|值班人员|操作工|电工|焊工|包工头"
    "|质检员|检验员|质检部|采购部|财务部|销售部|货主|诉求人|鉴定人|安全员|保管员|采购员|销售员|送货员|快递员|网民|博主|主播|执法人员|办案人员|执法队员"
    "|工作人员|办案人|审核人|记录人|主持人|局长|副局长|队长|村主任|主任|同事|监理|主犯|从犯|同案人|外国专家|专家"
)
_STATES: Final = "本人|姓名|名叫|分别为|分别是|名为|为|是|系|叫"
# Verbs that take a person: who is asked, charged, sent.
_TAKES: Final = (
    "询问|委托|送达|通知|指派|聘请|责令|认定|查获|举报|协助|联系|转入|租赁给|转租给|转让给|租给|卖给了?|交给|转给|借给|付给|还给|打到|登记在|指认"
    "|辨认出|赔偿|欠|受|向|依法对|核实|要求|告知|发现|查见|随同|家长|同住的|自称|又名|化名|名叫|姓名|乙方|甲方|案发时|工人有|人员有|有|驾驶人|经由"
)
LABELS: Final = re.compile(rf"(?:{_PARTS})(?:{_STATES})?[^\S\n]*[：:“‘（(]?[^\S\n]*")
STATED: Final = re.compile(
    rf"(?:{_PARTS})(?:姓名)?(?:[（(][\u4e00-\u9fff]{{2,6}}[）)])?[^\S\n]*[：:][^\S\n]*"
)
_BEFORE: Final = re.compile(rf"(?:{_PARTS}|外籍人员|外国人)(?:{_STATES})?[^\S\n]*[：:]?[^\S\n]*$")
TAKES: Final = re.compile(rf"(?:{_TAKES})$")
NAMED_IN_QUOTES: Final = re.compile(r"(?:签有|写有|写着|署名|自称|名叫|化名|落款)[：为]?[“‘]$")
QUOTED: Final = re.compile(
    r"[”’](?:在[\u4e00-\u9fff]{2,6})?(?:上)?(?:签|署|画押|按|字样|的(?:签|笔录|证言|陈述))"
)
_SPACED: Final = re.compile(
    r"[\u3400-\u9fff](?P<gap>[ \u3000]{1,4})[\u3400-\u9fff](?:(?P=gap)[\u3400-\u9fff])?(?![\u3400-\u9fff])"
)
_SOLID: Final = re.compile(r"[\u3400-\u9fff]{2,5}(?=[\s，,。；;、（(）)]|$)")
# Names that are no Chinese ones: with a dot inside, in Latin letters beside a part, or made of their usual syllables.
_SYLLABLES: Final = (
    "阿巴尔特那仁朝克图乌云其木格依古丽热合曼买提艾力江卓玛扎西旺堆次仁达娃央金索南多吉才让东珠顿哈斯根吉克马木提努兰叶肯斯琴高娃朗加措"
    "罗桑平措丹增曲珍白玛德吉格桑拉姆玉素甫吐逊孙迪亚沙汗别克苏里坦米娜尼莎布都拉衣"
)
_ENDS: Final = "尔图格丽力提江曼玛堆娃金南吉让珠根克木兰肯措增珍姆甫逊迪汗坦娜莎拉特顿"
FOREIGN: Final = re.compile(
    rf"[\u4e00-\u9fff]{{1,10}}?(?P<named>[·•・])[\u4e00-\u9fff]{{1,8}}?(?:[·•・][\u4e00-\u9fff]{{1,8}}?)*"
    rf"(?=[^\u4e00-\u9fff]|$|[的在于与及等因接拒驾将未已系对不无称到从经被把自又均即曾擅承证陈现是为出签]|提[供交出])"
    rf"|[A-Z][A-Za-z]+(?:[ ][A-Z][A-Za-z]+){{1,3}}"
    rf"|[{_SYLLABLES}]{{2,6}}[{_ENDS}]"
)
# What stands behind a name: what people do in such papers, what they are called, what they have.
_DOES: Final = (
    "签订|擅自|私自|未经|驾驶|驾车|承认|证实|反映|陈述|申辩|诉称|辩称|自述|签字|签名|签收|拒绝|拒不|提供|提交|出具|称|供述|到场|在场|在岗|经营"
    "|申请|主动|使用|发布|通过|参加|作出|作了|雇用|雇佣|购买|销售|出售|运输|倾倒|堆放|占用|搭建|违反|送达|核实|调查|处以|处|受|取得|进行|前来"
    "|前往|离开|正在|正[从将向用对要把]|进行|身份证|不在|不服|不知|不予|曾|现|因|实际|代为|代|反对|表示|在(?:送达|笔录)|等三|说明|交代|补充"
    "|发现|对账|夫妇|夫妻|父子|母子|父女|母女|兄弟|姐妹|一家|等[0-9０-９一二三四五六七八九十]*[名人户]|等人|本人|女士|先生|家[住中]|户|所有"
    "|看管|已|又|随后|继续|未能|共同|坐|放弃|要求|无业|报警|投诉|举报|联名|给予|进行|的(?:要求|身份|陈述|询问|调查|银行|证言|笔录|妻|丈|父|母"
    "|儿|女|弟|兄|车|电话|签|账|《|出生|户籍|房|行为)|之[妻夫子女弟兄父母儿丈哥姐妹岳女]|《|出资|负责|制作|处于|负有|无证|持|持|拨打|来电|名义"
    "|名下|卡上|账上|账户|卡里|住处|手中|和你|和我|是我|出示|长期|留的|租用|年龄|联系|认为|也有|统一|之手|缴|支付"
)
ACTS: Final = re.compile(_DOES)
# What a word for a person ends in: 承包人, 出租方, 班组长, 牧民.
ROLES: Final = frozenset("人员方主者户长工民师商友戚众妻夫子事犯居")
# A sign that shows a street, a place or an office rather than a person.
ALIKE: Final = frozenset(
    "路街巷店厂场馆局站村镇乡县市区省楼院校园会社部处队组号记州桥港湖山河湾寨屯庄牌性度率量费业品料型类层段侧族"
)
_FIRM: Final = re.compile(
    r"[\u4e00-\u9fff]{0,12}?(?:公司|集团|商行|超市|经营部|门市部|事务所|合作社|联合会|协会|酒店|饭店|加工厂"
    r"|制品厂|药房|五金|便民|面馆|餐馆|诊所|烟酒|理发|烧烤|维修|水果|服务部|批发|幼儿园|学校|医院|工厂)"
    r"|[\u4e00-\u9fff]{0,3}?(?:大道|大街|中路|东路|西路|南路|北路|路段|[路街巷店厂局会社院园])"
)
_STOP: Final = re.compile(r"[的在于将与及等因对向承驾擅称证系是由为和从到签去使用委提出拒]")
NO_NAMES: Final = frozenset(
    {
        *(
            "单位",
            "来电",
            "方面",
            "方式",
            "于是",
            "任何",
            "经营",
            "和解",
            "常见",
            "应当",
            "解释",
            "向来",
            "管理",
            "包括",
        ),
        *("负责", "当事", "关于", "何时", "和平", "时间", "明知", "段时间", "安全员", "项目部", "连云港"),
        *("江苏省", "云南省", "温州市"),
    }
)


def before_name(text: str, start: int) -> bool:
    """Say whether a part in the case stands directly before."""
    return _BEFORE.search(text[max(0, start - 14) : start]) is not None


def named_whole(text: str, start: int) -> tuple[int, int] | None:
    """Give the word that stands behind a label, where it can be a name: two to five characters and no firm."""
    match = _SPACED.match(text, start) or _SOLID.match(text, start)
    if match is None or "某" in match[0] or (_FIRM.search(match[0]) and len(match[0]) > 3):
        return None
    return match.span()


def firm_follows(text: str, start: int) -> bool:
    """Say whether what follows makes it the name of a firm or a street: 李海峰|便民超市."""
    match = _FIRM.match(text, start)
    return match is not None and not _STOP.search(match[0])

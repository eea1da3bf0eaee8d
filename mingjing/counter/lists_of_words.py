"""Words that the rooms below give in Chinese from closed lists, named here so that they have English; no view."""

from typing import Final

from django.utils.translation import gettext_noop

FAULTS: Final = (
    gettext_noop(
        "查验码或者证件号码后六位不对，或者这份文书还没有送达给您。请对照文书和证件重新填写；仍然不行的，请到本机关办理。"
    ),
    gettext_noop("登记编号或者查询码不对。请对照回执重新填写。"),
)
KINDS: Final = (
    gettext_noop("陈述、申辩意见"),
    gettext_noop("没有意见，放弃陈述、申辩"),
    gettext_noop("要求听证"),
    gettext_noop("不要求听证"),
    gettext_noop("陈述、申辩"),
    gettext_noop("缴纳罚款"),
    gettext_noop("申请行政复议"),
    gettext_noop("提起行政诉讼"),
    gettext_noop("先行登记保存"),
    gettext_noop("查封、扣押"),
    gettext_noop("本机关保管中"),
    gettext_noop("已返还"),
    gettext_noop("已移交"),
    gettext_noop("已拍卖、变卖"),
    gettext_noop("已销毁"),
    gettext_noop("已没收上缴"),
    gettext_noop("已转为查封、扣押"),
    gettext_noop("受理"),
    gettext_noop("退回"),
    gettext_noop("延长办理"),
    gettext_noop("准予修复"),
    gettext_noop("不予修复"),
)
COMPLAINTS: Final = (
    gettext_noop("登记"),
    gettext_noop("转其他机关办理"),
    gettext_noop("不予受理"),
    gettext_noop("批准延长期限"),
    gettext_noop("转为案件线索"),
    gettext_noop("答复"),
    gettext_noop("补充材料"),
    gettext_noop("投诉人评价"),
    gettext_noop("办结"),
    gettext_noop("要求重新办理"),
    gettext_noop("不予重新办理"),
    gettext_noop("重新办理"),
    gettext_noop("满意"),
    gettext_noop("基本满意"),
    gettext_noop("不满意"),
)
CONDITIONS: Final = (
    gettext_noop("达到最短公示期"),
    gettext_noop("已纠正违法行为"),
    gettext_noop("处罚已履行完毕"),
    gettext_noop("已作出信用承诺"),
)

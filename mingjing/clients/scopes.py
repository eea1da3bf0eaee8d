"""What a client may be allowed to do: the actions of the permission table that the API has operations for."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

# Action of the permission table -> how it is called in Chinese and in English. An operation of the API names one.
SCOPES: Final = {
    "case.list": ("查询案件列表", "List cases"),
    "case.view": ("读取案件和文书", "Read cases and documents"),
    "act.clue": ("记录线索、开案阶段的行为", "Record acts of the clue stage and open cases"),
    "act.filing": ("记录立案阶段的行为", "Record acts of the filing stage"),
    "act.investigation": ("记录调查阶段的行为", "Record acts of the investigation stage"),
    "act.review": ("记录审核阶段的行为", "Record acts of the review stage"),
    "act.notice": ("记录告知阶段的行为", "Record acts of the notice stage"),
    "act.hearing": ("记录听证阶段的行为", "Record acts of the hearing stage"),
    "act.discussion": ("记录集体讨论阶段的行为", "Record acts of the discussion stage"),
    "act.decision": ("记录决定阶段的行为", "Record acts of the decision stage"),
    "act.service": ("记录送达阶段的行为", "Record acts of the service stage"),
    "act.execution": ("记录执行阶段的行为", "Record acts of the execution stage"),
    "act.closing": ("记录结案阶段的行为", "Record acts of the closing stage"),
    "act.publication": ("记录公示阶段的行为", "Record acts of the publication stage"),
    "act.remedy": ("记录救济阶段的行为", "Record acts of the remedy stage"),
    "evidence.view": ("读取证据", "Read evidence"),
    "evidence.upload": ("上传证据", "Upload evidence"),
    "packs.view": ("读取法规包", "Read the law packs"),
    "publicity.prepare": (
        "读取公示台、准备公示和更正",
        "Read the publicity desk, prepare publications and corrections",
    ),
    "publicity.confirm": ("确认公示", "Confirm publications"),
    "publicity.withdraw": ("撤回公示", "Withdraw publications"),
    "inspect.view": ("读取抽查事项、检查对象和计划", "Read inspection items, objects and plans"),
    "inspect.register": ("登记、导入检查对象", "Keep and import the register of inspected objects"),
    "draw.view": ("读取随机抽取", "Read random draws"),
    "inspect.item": ("起草抽查事项", "Draft inspection items"),
    "inspect.plan": ("编制检查计划、申请专项检查", "Draw up inspection plans, ask for special inspections"),
    "inspect.approve": ("批准检查计划", "Approve inspection plans"),
    "inspect.special": ("批准下级的专项检查", "Approve special inspections of subordinate agencies"),
    "inspect.avoid": ("申报本人的回避", "Disclose one's own conflicts of interest"),
    "draw.run": ("组织随机抽取", "Organise and run random draws"),
    "draw.pledge": ("为本机关出数", "Give one's own agency's number to a draw"),
    "visits.own": ("办理本人的检查任务", "Carry out one's own inspection tasks"),
    "visits.board": ("读取检查活动", "Read inspection campaigns"),
    "visits.results": ("读取待公示的检查结果", "Read inspection results to be published"),
    "visits.approve": ("批准检查方案", "Approve schemes of visits"),
    "visits.assign": ("下达检查任务、移交", "Assign inspection tasks, hand findings over"),
    "visits.voices": ("读取、处理企业评价", "Read and answer ratings by firms"),
    "visits.first": ("读取首违清单", "Read first violations that were not punished"),
    "visits.figures": ("读取检查统计", "Read figures of inspections"),
    "complaint.view": ("读取投诉举报", "Read complaints"),
    "complaint.enter": ("登记投诉举报", "Register complaints"),
    "complaint.handle": ("办理投诉举报", "Handle complaints"),
    "complaint.approve": ("批准延期、回访、重新办理", "Approve extensions, call back, reopen complaints"),
    "complaint.explain": ("就投诉说明情况", "Explain as the unit complained about"),
    "complaint.import": ("导入 12345 工单", "Import orders of the 12345 hotline"),
    "alert.view": ("读取告知本人的预警", "Read alerts"),
    "alert.answer": ("认领、答复预警", "Take on and answer alerts"),
    "alert.feedback": ("对预警的答复反馈意见", "Feed back on the answers to alerts"),
    "supervise.board": ("读取下级机关的预警", "Read alerts on subordinate agencies"),
    "oversight.view": ("读取监督文书和备案", "Read supervision documents and filings"),
    "oversight.draft": ("起草、制发、办理监督文书", "Draft, issue and settle supervision documents"),
    "oversight.reply": ("答复监督文书、报送备案", "Answer supervision documents and file major penalties"),
    "filereview.view": ("读取案卷评查", "Read file reviews"),
    "filereview.manage": ("组织案卷评查", "Organise file reviews"),
    "filereview.read": ("评查案卷", "Read and score case files"),
    "filereview.answer": ("对评查结果申请复核", "Object to the results of file reviews"),
    "rectify.view": ("读取整改台账", "Read the ledger of rectification"),
    "rectify.work": ("报告整改进展", "Report progress of rectification"),
    "rectify.enter": ("导入整改方案、列入台账", "Import plans and keep the ledger of rectification"),
    "rectify.review": ("审核销号", "Close items of rectification"),
    "rectify.supervise": ("退回、要求重新整改", "Send items of rectification back"),
    "rectify.board": ("读取各机关整改情况", "Read how agencies rectify"),
    "governance.view": ("读取法治政府建设台账", "Read governance lists"),
    "governance.enter": ("登记法治政府建设台账", "Keep governance lists"),
    "governance.review": ("重大决策合法性审查", "Review the legality of major decisions"),
    "governance.confirm": ("确认法治政府建设台账", "Confirm governance lists"),
    "dispute.view": ("读取复议、诉讼", "Read reconsiderations and suits"),
    "dispute.manage": ("登记复议、诉讼", "Enter reconsiderations and suits"),
    "wrongcase.view": ("读取错案责任追究", "Read wrong cases"),
    "wrongcase.manage": ("办理错案责任追究", "Handle wrong cases"),
    "wrongcase.own": ("就本人的责任陈述、申诉", "Speak and appeal on one's own part in a wrong case"),
    "property.view": ("读取涉案财物", "Read goods in custody"),
    "property.move": ("移动、盘点涉案财物", "Move and count goods in custody"),
    "receipts.view": ("读取票据和收费项目", "Read receipts and charged items"),
    "receipts.manage": ("领取、发放、核销票据", "Receive, give out and check off receipts"),
    "receipts.list": ("登记收费项目", "Keep the list of charged items"),
    "appraisal.view": ("读取考核指标", "Read indicators of the appraisal"),
    "appraisal.export": ("导出考核数据", "Export the data of the appraisal"),
    "statistics.view": ("读取统计报表和数字", "Read statistical reports and figures"),
    "statistics.prepare": ("编制统计报表", "Prepare statistical reports"),
    "statistics.approve": ("批准、退回统计报表", "Approve and return statistical reports"),
    "statistics.publish": ("公布统计报表", "Publish statistical reports"),
    "analysis.view": ("读取分析", "Read analysis"),
    "norms.view": ("读取裁量基准和清单", "Read benchmarks and lists"),
    "norms.draft": ("上传裁量基准草稿", "Upload drafts of benchmarks"),
    "norms.publish": ("审核、发布裁量基准和清单", "Check and publish benchmarks and lists"),
    "training.learn": ("读取本人学时", "Read one's own hours of training"),
    "training.approve": ("决定申领证件的申请", "Decide on applications for certificates"),
    "training.board": ("读取本机关学时", "Read the hours of an agency's officers"),
    "training.manage": ("题库、考试、培训班", "Keep questions, examinations and classes"),
    "archive.view": ("读取归档情况", "Read what is archived and due"),
    "archive.take": ("下载归档包", "Download archive packages"),
    "exchange.use": ("读取、补填、重发推送", "Read, mend and resend deliveries"),
    "migrate.view": ("读取旧数据迁入", "Read migrations of old data"),
    "people.view": ("读取人员、证件和机关", "Read people, certificates and agencies"),
    "people.manage": ("登记人员、证件和机关", "Keep the register of people, certificates and agencies"),
    "people.secure": ("授予角色、重设密码", "Grant roles and reset passwords"),
}


def scopes_of(person: "Person") -> list[str]:
    """Give the scopes that this person could hand to a client today, in the order of the table."""
    return [scope for scope in SCOPES if may(person, scope, person.agency.code)]


def unknown(scopes: Iterable[str]) -> list[str]:
    """Give those that are no scopes of the API."""
    return sorted(set(scopes) - SCOPES.keys())


def in_order(scopes: Iterable[str]) -> list[str]:
    """Give scopes each once, in the order of the table."""
    wanted = set(scopes)
    return [scope for scope in SCOPES if scope in wanted]


def titles(scopes: Sequence[str]) -> list[str]:
    """Give the Chinese names of scopes."""
    return [SCOPES[scope][0] for scope in scopes if scope in SCOPES]

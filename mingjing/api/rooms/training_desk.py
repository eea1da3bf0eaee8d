"""The desk of training: the bank of questions, examinations that are set, classes that people attended."""

from typing import Annotated, Literal

from django.utils import timezone
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.problems import Problem
from mingjing.api.refusals import refusing
from mingjing.api.rooms.training import ExamLine, LearntLine, room
from mingjing.api.rows import told
from mingjing.api.schemas import Day, Given, Told
from mingjing.personnel.refusals import RegisterRefused
from mingjing.training import bank, exams, hours

__all__ = ["room"]
MANAGE = "training.manage"
Subject = Annotated[str, Field(max_length=40)]


class BankFileGiven(Given):
    """Of which subject the questions are where they do not say so themselves."""

    subject: Subject = "未分科目"


class BankAnswer(Told):
    """What became of a file of questions."""

    told: str
    faults: list[str]


class ExamPartGiven(Given):
    """One part of a paper."""

    subject: Subject
    kind: Literal["judge", "single", "multi"] = Field(description="判断、单选、多选")
    count: Annotated[int, Field(ge=1, le=500, strict=True)] = Field(description="题数")


class ExamGiven(Given):
    """An examination as it is set."""

    title: Annotated[str, Field(max_length=100)]
    parts: list[ExamPartGiven] = Field(max_length=50, description="组卷")
    minutes: Annotated[int, Field(ge=0, le=9999, strict=True)]
    pass_mark: Annotated[int, Field(ge=0, le=100, strict=True)]
    attempts: Annotated[int, Field(ge=0, le=99, strict=True)]
    hours: Annotated[int, Field(ge=0, le=9999, strict=True)] = Field(0, description="合格计学时")
    qualifies: bool = Field(False, description="执法资格考试")
    opens_on: Day
    closes_on: Day


class ClassGiven(Given):
    """A class that somebody attended."""

    username: Annotated[str, Field(pattern=r"^[\w.@+-]{1,40}$")]
    title: Annotated[str, Field(max_length=200)]
    hours: Annotated[int, Field(ge=0, le=9999, strict=True)]
    on: Day = Field(description="结束日期")
    proof: Annotated[str, Field(max_length=200)] = Field(description="通知文号、签到册或者结业证编号")


@room.post("/training/questions", MANAGE, answer=BankAnswer)
def import_questions(request: Called, given: Form[BankFileGiven], file: File[UploadedFile]) -> BankAnswer:
    """导入题库（JSON）；有毛病的题逐题说明，其余的收入。"""
    if (file.size or 0) > bank.LARGEST:
        raise Problem("too-large")
    with refusing(RegisterRefused):
        report = bank.import_questions(file.read(), subject=given.subject, by=request.auth.person.username)
    return BankAnswer(
        told=report.in_words,
        faults=[f"第 {row} 题 {number}：{fault}" for row, number, fault in report.faults],
    )


@room.post("/training/exams", MANAGE, answer=ExamLine)
def set_exam(request: Called, given: ExamGiven) -> ExamLine:
    """设定一次考试，从现有的题库组卷。考试由本人在页面上作答。"""
    with refusing(RegisterRefused):
        exam = exams.define_exam(**given.model_dump(), at=timezone.now(), by=request.auth.person.username)
    return told(ExamLine, exam, own_marks=[])


@room.post("/training/classes", MANAGE, answer=LearntLine)
def enter_class(request: Called, given: ClassGiven) -> LearntLine:
    """登记一个人参加的培训和学时。"""
    with refusing(RegisterRefused):
        row = hours.record_class(**given.model_dump(), by=request.auth.person.username, at=timezone.now())
    return told(LearntLine, row)

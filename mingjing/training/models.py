"""Tables of training: questions, examinations and sittings, what was learnt, applications; results only grow."""

from __future__ import annotations

from django.db import models


class Question(models.Model):
    """One question as it was imported. A changed one is a new row; the old one stays for the papers that asked it."""

    class Kind(models.TextChoices):
        JUDGE = "judge", "判断"
        SINGLE = "single", "单选"
        MULTI = "multi", "多选"

    number = models.CharField("题号", max_length=40)
    digest = models.CharField("摘要", max_length=64)
    subject = models.CharField("科目", max_length=40)
    kind = models.CharField("题型", max_length=10, choices=Kind.choices)
    text = models.TextField("题干")
    options = models.JSONField("选项")  # letter -> text
    answer = models.CharField("答案", max_length=10)  # letters in order
    current = models.BooleanField("使用中", default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "digest"], name="training_question_once")]
        indexes = [models.Index("subject", "current", name="training_question_by_subject")]

    def __str__(self) -> str:
        return self.number


class Exam(models.Model):
    """An examination as an administrator set it, with the questions it draws from; never changed, only closed."""

    title = models.CharField("考试名称", max_length=100)
    parts = models.JSONField("组卷")  # [{"subject", "kind", "count"}]
    minutes = models.PositiveIntegerField("时长")
    pass_mark = models.PositiveIntegerField("合格分")  # of a hundred
    attempts = models.PositiveIntegerField("每人可考次数")
    hours = models.PositiveIntegerField("合格计学时", default=0)
    qualifies = models.BooleanField("执法资格考试", default=True)
    opens_on = models.DateField("开放日")
    closes_on = models.DateField("截止日")
    pool = models.JSONField("题目范围")  # for each part the digests of its questions, sorted
    created_by = models.CharField("设定人", max_length=40)
    created_at = models.DateTimeField("设定时间")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Sitting(models.Model):
    """One person's sitting of an examination: the seed from which its paper can be made again, and its time."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings")
    person = models.ForeignKey("personnel.Person", on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveIntegerField("第几次")
    seed = models.CharField("种子", max_length=64)
    paper = models.CharField("试卷摘要", max_length=64)
    started_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("截止时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "person", "attempt"], name="training_sitting_once")
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.person_id}/{self.attempt}"


class AnswerSheet(models.Model):
    """What has been answered so far in a sitting: saved over and over until the result is there."""

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, primary_key=True, related_name="sheet")
    answers = models.JSONField(default=dict)  # number of the question on the paper -> letters
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.sitting_id)


class Result(models.Model):
    """A graded sitting. Append-only."""

    class Ending(models.TextChoices):
        SUBMITTED = "submitted", "本人交卷"
        TIME = "time", "到时收卷"

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="result")
    answers = models.JSONField("答卷")
    correct = models.PositiveIntegerField("答对")
    total = models.PositiveIntegerField("题数")
    mark = models.PositiveIntegerField("得分")
    passed = models.BooleanField("合格")
    ending = models.CharField("交卷方式", max_length=10, choices=Ending.choices)
    closed_at = models.DateTimeField("交卷时间")

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.mark}"


class Quiz(models.Model):
    """The short test of a course, drawn for one person; its seed and rules make the questions again."""

    person = models.ForeignKey("personnel.Person", on_delete=models.PROTECT, related_name="+")
    course = models.CharField("课程", max_length=120)
    title = models.CharField("课程名称", max_length=200)
    kind = models.CharField("类别", max_length=12)
    hours = models.PositiveIntegerField("学时")
    asked = models.JSONField("题目")  # as it was shown: question, options, answer
    started_at = models.DateTimeField("开始时间")

    def __str__(self) -> str:
        return f"{self.course}/{self.person_id}"


class Learnt(models.Model):
    """Hours that count for a year: a course finished, an examination passed, a class attended. Append-only."""

    class Kind(models.TextChoices):
        LAW = "law", "法律法规"
        DECISION = "decision", "典型案例"
        FINDINGS = "findings", "本人案卷问题"
        EXAM = "exam", "考试"
        CLASS = "class", "集中培训"

    person = models.ForeignKey("personnel.Person", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField("年度")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    course = models.CharField("课程", max_length=120)
    title = models.CharField("名称", max_length=200)
    hours = models.PositiveIntegerField("学时")
    correct = models.PositiveIntegerField("答对", default=0)
    total = models.PositiveIntegerField("题数", default=0)
    on = models.DateField("完成日期")
    proof = models.CharField("证明", max_length=200, blank=True)
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        # A course counts once a year.
        constraints = [
            models.UniqueConstraint(fields=["person", "year", "course"], name="training_course_once_a_year")
        ]
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.hours}"


class Application(models.Model):
    """Somebody asks for an enforcement certificate. Append-only; what became of it is in its steps."""

    person = models.ForeignKey("personnel.Person", on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField("申请的执法类别")
    reason = models.CharField("申请理由", max_length=200)
    at = models.DateTimeField("申请时间")

    def __str__(self) -> str:
        return f"{self.person_id}"


class ApplicationStep(models.Model):
    """What was decided on an application. Append-only."""

    class Kind(models.TextChoices):
        APPROVED = "approved", "同意申报"
        REFUSED = "refused", "不同意"
        ISSUED = "issued", "已发证"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    note = models.CharField("意见", max_length=200, blank=True)
    by = models.CharField("办理人", max_length=40)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="training_application_step_once")
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id}:{self.kind}"

"""The tables of file-review campaigns: what was planned, which files are read, each step. They only grow."""

from django.db import models


class Campaign(models.Model):
    """A file-review campaign as it was planned; its steps say the rest."""

    code = models.CharField("代码", max_length=32)
    log_code = models.CharField("日志代码", max_length=32)  # shared by the leaves of its draw
    office = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="组织机关"
    )
    title = models.CharField("名称", max_length=100)
    content = models.JSONField("方案")  # begins, ends, procedures, take, share, reviewers, parties
    frame = models.JSONField("名单")  # by code of the agency: the codes of all files that may be drawn
    by = models.CharField("组织人", max_length=150)
    at = models.DateTimeField("时间")
    once = models.CharField("提交令牌", max_length=64)
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="appraisal_code_once"),
            models.UniqueConstraint(fields=["once"], name="appraisal_once"),
        ]
        indexes = [models.Index("office", models.F("id").desc(), name="appraisal_by_office")]

    def __str__(self) -> str:
        return self.title


class File(models.Model):
    """One file to be read: a case that was drawn, or a test file with known faults, which is no case at all."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="files", db_index=False)
    key = models.CharField(
        "卷号", max_length=16
    )  # in addresses; random, and says nothing of what the file is
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    case_code = models.CharField("案件", max_length=32, blank=True)  # empty: a test file
    machine = models.JSONField("机器评查")  # {score, vetoed, lines: [{no, lost, veto, told}]}
    body = models.JSONField("测试卷", default=dict)  # of a test file: what is read
    faults = models.JSONField("掺入的错误", default=list)  # [{no, words}]
    readers = models.JSONField("评查人员", default=list)  # of a test file: everybody who reads it
    twice = models.BooleanField(
        "盲评", default=False
    )  # a second person reads it without knowing of the first
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["campaign", "key"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="appraisal_file_key"),
            models.UniqueConstraint(
                fields=["campaign", "case_code"],
                condition=~models.Q(case_code=""),
                name="appraisal_file_case_once",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Step(models.Model):
    """One step of a campaign. Triggers refuse every later change."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    facts = models.JSONField("内容", default=dict)  # of a step of the draw: its record
    by = models.CharField("办理人", max_length=150)
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)  # empty for a record of the draw, which everybody may read
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["campaign", "seq"]
        constraints = [models.UniqueConstraint(fields=["campaign", "seq"], name="appraisal_step_seq")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.seq} {self.kind}"


class Proof(models.Model):
    """The proof of a record of the draw under a checkpoint from before the next record: a later one proves less."""

    digest = models.CharField("所证", max_length=64, primary_key=True)
    proof = models.BinaryField("证明")

    def __str__(self) -> str:
        return self.digest

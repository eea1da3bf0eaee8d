"""Tables of draws: what was committed to, by whom, and what came out. What the log speaks of only grows."""

from __future__ import annotations

from django.db import models

from mingjing.inspections.drawing import bundle
from mingjing.inspections.drawing.declaration import FORMAT as DECLARATION
from mingjing.inspections.models.plans import PlanLine, SpecialInspection

RECORD_TITLES = {
    DECLARATION: "抽取公告",
    bundle.COMMITMENTS: "各方承诺",
    bundle.RESULT: "抽取结果",
    bundle.CHANGE: "变更",
    bundle.VOID: "作废",
    bundle.CLOSING: "办结",
}


class ListVersion(models.Model):
    """Lists that were committed to: each stratum is a file of ids under a root. Append-only."""

    code = models.CharField("代码", max_length=32, unique=True)  # also the folder of its files
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    register = models.CharField("名录库", max_length=100)
    version = models.PositiveIntegerField("版本")
    conditions = models.JSONField("抽取条件")  # how the strata were made from the register, in words
    record = models.JSONField("记录")
    digest = models.CharField("摘要", max_length=64, unique=True)
    made_by = models.CharField("制作人", max_length=150)
    made_at = models.DateTimeField("制作时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "register", "version"], name="inspections_list_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.version}"


class Campaign(models.Model):
    """One inspection task of a plan, or one outside it: its draws, one after the other, and its visits."""

    code = models.CharField("代码", max_length=32, unique=True)
    log_code = models.CharField("日志代码", max_length=32, unique=True)  # shared by the leaves of its draws
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=200)
    item = models.CharField("抽查事项", max_length=64, blank=True)  # code of the item
    # On what it rests, where it was organised from a plan or an approval; two draws of the same days are refused by it.
    line = models.ForeignKey(PlanLine, models.PROTECT, null=True, related_name="campaigns")
    special = models.ForeignKey(SpecialInspection, models.PROTECT, null=True, related_name="campaigns")
    begins = models.DateField("开始")
    ends = models.DateField("结束")
    made_by = models.CharField("建立人", max_length=150)
    made_at = models.DateTimeField("建立时间")

    class Meta:
        indexes = [models.Index("agency", models.F("id").desc(), name="inspections_campaign_by_agency")]

    def __str__(self) -> str:
        return self.title


class Draw(models.Model):
    """One round of a campaign: the terms as they were declared. Append-only; how far it has come is in its records."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="draws")
    round = models.PositiveIntegerField("次")
    list = models.ForeignKey(ListVersion, models.PROTECT, related_name="+")
    declaration = models.JSONField("公告")
    digest = models.CharField("摘要", max_length=64, unique=True)
    declared_by = models.CharField("公告人", max_length=150)
    declared_at = models.DateTimeField("公告时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "round"], name="inspections_round_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} 第 {self.round} 次"


class DrawParty(models.Model):
    """Who makes the seed of a draw: an agency, whose people sign in, or somebody invited, who comes with a link."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="seats")
    name = models.CharField("出数方", max_length=100)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "name"], name="inspections_party_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.name}"


class Invitation(models.Model):
    """The key of a link given to somebody invited, as a digest: the link itself is shown once and kept nowhere."""

    party = models.ForeignKey(DrawParty, models.PROTECT, related_name="invitations")
    key_digest = models.CharField("链接摘要", max_length=64, unique=True)
    by = models.CharField("发出人", max_length=150)
    at = models.DateTimeField("发出时间")

    def __str__(self) -> str:
        return str(self.party_id)


class DrawRecord(models.Model):
    """One record of a draw, as the log committed to it: declaration, commitments, result, change, void, closing."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="records")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="records")
    number = models.PositiveIntegerField("编号")  # among all records of the campaign, from 1: the leaf's n
    body = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64, unique=True)
    by = models.CharField("经办人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="inspections_record_once")]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.number}"

    @property
    def title(self) -> str:
        """What the record is, in Chinese."""
        return RECORD_TITLES.get(self.body["format"], "")


class RecordProof(models.Model):
    """The proof of a record or list under the first checkpoint over it: a later one proves less. Append-only."""

    ref = models.CharField("所证", max_length=64, primary_key=True)  # digest of the record
    proof = models.BinaryField("证明")
    kept_at = models.DateTimeField("留存时间")

    def __str__(self) -> str:
        return self.ref


class Pledge(models.Model):
    """What binds one party of a draw to its number. Append-only."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="pledges")
    party = models.CharField("出数方", max_length=100)
    commitment = models.CharField("承诺", max_length=64)
    by = models.CharField("提交人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "party"], name="inspections_pledge_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.party}"


class Reveal(models.Model):
    """The number itself, once its party has shown it. Append-only."""

    pledge = models.OneToOneField(Pledge, models.PROTECT, related_name="reveal")
    nonce = models.CharField("随机数", max_length=64)
    by = models.CharField("提交人", max_length=150)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return str(self.pledge_id)


class DrawLine(models.Model):
    """One object that a draw gave, as its records stand now: derived, rebuilt from them at any time."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField("顺序")
    stratum = models.CharField("层", max_length=100)
    counter = models.BigIntegerField("计数")
    place = models.BigIntegerField("序号")
    object = models.CharField("对象", max_length=64)
    skipped = models.CharField("跳过理由", max_length=60, blank=True)
    inspectors = models.JSONField("选派人员", default=list)
    passed = models.JSONField("未选派", default=list)  # [counter, certificate, reason]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "position"], name="inspections_line_once")]
        indexes = [models.Index("object", name="inspections_line_by_object")]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.position}"


class Opening(models.Model):
    """That a closed name was opened because its visit begins. Append-only."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="openings")
    object = models.CharField("对象", max_length=64)
    by = models.CharField("开封人", max_length=150)
    at = models.DateTimeField("开封时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "object"], name="inspections_opened_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.object}"

"""Tables of what a body may do: its editions in time, confirmations, posts and duties, delegations; no rule is here."""

from __future__ import annotations

from django.db import models


class AgencyEdition(models.Model):
    """The particulars of an agency as they stand from the day `on`. Append-only: a mistake is a later edition."""

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="editions")
    on = models.DateField("生效日")
    particulars = models.JSONField("登记事项")
    reason = models.CharField("变更依据和原因", max_length=200)
    by = models.CharField("办理人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.agency_id}@{self.on}"


class SubjectConfirmation(models.Model):
    """That an agency was confirmed as one that may enforce, or that this was withdrawn. Append-only."""

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", "确认"
        WITHDRAWN = "withdrawn", "取消"

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="confirmations")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    document = models.CharField("确认文件", max_length=200)
    document_no = models.CharField("文号", max_length=60)
    confirmed_by = models.CharField("确认机关", max_length=100)
    on = models.DateField("确认日期")
    published_at = models.CharField("公告载体", max_length=200)
    published_on = models.DateField("公告日期")
    by = models.CharField("办理人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return self.document_no


class Department(models.Model):
    """A unit inside an agency."""

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="departments")
    name = models.CharField("部门名称", max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="personnel_department_once")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post in a department; who holds it stands with the person."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField("岗位名称", max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="personnel_post_once")]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """A power broken down to a post: the acts of one stage of one procedure (执法责任制)."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="duties")
    procedure = models.CharField("执法程序", max_length=16)
    stage = models.CharField("环节", max_length=20)
    responsibility = models.CharField("责任", max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "procedure", "stage"], name="personnel_duty_once")
        ]

    def __str__(self) -> str:
        return f"{self.procedure}/{self.stage}"


class Delegation(models.Model):
    """An agreement of delegation (委托书) or a list of empowerment (赋权清单) as it was signed. Append-only."""

    class Kind(models.TextChoices):
        DELEGATION = "delegation", "委托书"
        EMPOWERMENT = "empowerment", "赋权清单"

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    number = models.CharField("编号", max_length=60, unique=True)
    delegator = models.ForeignKey(
        "personnel.Agency", on_delete=models.PROTECT, related_name="delegations_given"
    )
    delegate = models.ForeignKey(
        "personnel.Agency", on_delete=models.PROTECT, related_name="delegations_held"
    )
    terms = models.JSONField("内容")  # facts of the common vocabulary: basis, powers, matters, liability …
    valid_from = models.DateField("期限起")
    valid_until = models.DateField("期限止")
    signed_on = models.DateField("签订日期")
    by = models.CharField("办理人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return self.number


class DelegationEvent(models.Model):
    """That an agreement was published, or ended before its time. Append-only."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", "公布"
        ENDED = "ended", "终止"

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    on = models.DateField("日期")
    note = models.CharField("公布载体或者终止原因", max_length=300)
    by = models.CharField("办理人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.delegation_id}:{self.kind}"

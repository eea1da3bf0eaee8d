"""Tables of agencies, people and enforcement certificates; what somebody may do is not decided here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from mingjing.personnel.models.authority import (
    AgencyEdition,
    Delegation,
    DelegationEvent,
    Department,
    Duty,
    Post,
    SubjectConfirmation,
)

__all__ = [
    "Agency",
    "AgencyEdition",
    "AgencyKind",
    "Certificate",
    "CertificateEvent",
    "Delegation",
    "DelegationEvent",
    "Department",
    "Duty",
    "EnforcementField",
    "Person",
    "PersonManager",
    "Post",
    "RegisterChange",
    "Role",
    "SubjectConfirmation",
]


class AgencyKind(models.TextChoices):
    BUREAU = "bureau", "行政执法机关"
    SUPERVISOR = "supervisor", "行政执法监督机关"
    GOVERNMENT = "government", "人民政府"
    TOWNSHIP = "township", "乡镇人民政府、街道办事处"
    DELEGATED = "delegated", "受委托组织"
    TEMPORARY = "temporary", "临时机构（指挥部、领导小组）"


class EnforcementField(models.TextChoices):
    URBAN = "urban", "城市管理"
    MARKET = "market", "市场监管"
    ECOLOGY = "ecology", "生态环境"
    TRANSPORT = "transport", "交通运输"
    CIVIL = "civil", "民政"
    AGRICULTURE = "agriculture", "农业"
    CULTURE = "culture", "文化市场"
    EMERGENCY = "emergency", "应急管理"
    RELIGION = "religion", "宗教事务"
    LAND = "land", "自然资源"
    SOCIAL = "social", "人力资源和社会保障"
    HEALTH = "health", "卫生健康"
    EDUCATION = "education", "教育"


class Role(models.TextChoices):
    OFFICER = "officer", "执法人员"
    REVIEWER = "reviewer", "法制审核人员"
    HEAD = "head", "机关负责人"
    CLERK = "clerk", "案卷管理人员"
    PUBLICITY = "publicity", "公示人员"
    SUPERVISOR = "supervisor", "执法监督人员"
    ADMIN = "admin", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDIT = "audit", "审计管理员"


class Agency(models.Model):
    """A body that enforces, supervises or governs; `parent` makes the tree that supervision follows."""

    code = models.CharField("机关代码", max_length=40, unique=True)
    name = models.CharField("机关名称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    region = models.CharField("行政区划代码", max_length=6)
    field = models.CharField("执法领域", max_length=20, choices=EnforcementField.choices, blank=True)
    kind = models.CharField("机关性质", max_length=20, choices=AgencyKind.choices)
    # Whoever supervises this agency, which may be another office of the same government.
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="监督机关",
    )
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    office_hours = models.CharField("办公时间", max_length=100, blank=True)
    enforcements = models.JSONField("执法种类", default=list, blank=True)  # empty: all that the packs know
    number_prefix = models.CharField("文书字号前缀", max_length=20, blank=True)
    promised = models.JSONField("承诺期限", default=dict, blank=True)
    review_body = models.CharField("行政复议机关", max_length=100, blank=True)
    court = models.CharField("管辖法院", max_length=100, blank=True)
    payment_bank = models.CharField("罚款代收银行", max_length=100, blank=True)
    payment_account = models.CharField("罚款代收账号", max_length=60, blank=True)
    is_active = models.BooleanField("在用", default=True)

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Sign-in by username. There is no superuser: rights come from roles alone."""

    def get_queryset(self) -> models.QuerySet[Person]:
        # Every page asks for the agency of whoever is signed in.
        return super().get_queryset().select_related("agency")

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(username=self.model.normalize_username(username), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in: an officer, reviewer, head, clerk, supervisor or administrator."""

    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="people", verbose_name="所在机关"
    )
    department = models.CharField("部门", max_length=60, blank=True)
    post = models.CharField("职务", max_length=60, blank=True)
    # The post of the responsibility list; department and post above say the same in words.
    position = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="holders", verbose_name="岗位"
    )
    is_counsel = models.BooleanField("法律顾问、公职律师", default=False)
    roles = models.JSONField("角色", default=list, blank=True)
    is_auxiliary = models.BooleanField("执法辅助人员", default=False)
    legal_qualification_no = models.CharField("法律职业资格证书号", max_length=40, blank=True)
    is_active = models.BooleanField("在职", default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Certificate(models.Model):
    """An enforcement certificate as issued. What happened to it later is in its events, never in this row."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="certificates", verbose_name="持证人"
    )
    number = models.CharField("证号", max_length=40, unique=True)
    issuer = models.CharField("发证机关", max_length=100)
    fields = models.JSONField("执法类别", default=list)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="certificate_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.number


class CertificateEvent(models.Model):
    """One step in the life of a certificate; appended, never changed."""

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", "暂扣"
        RESTORED = "restored", "恢复"
        TAKEN_BACK = "taken_back", "收回"
        CANCELLED = "cancelled", "注销"

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="events", verbose_name="证件"
    )
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    on = models.DateField("生效日")
    reason = models.CharField("原因", max_length=200)
    recorded_by = models.CharField("登记人", max_length=40)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.certificate_id}:{self.kind}"


class RegisterChange(models.Model):
    """Who changed what in the register of agencies, people and certificates, and when. Triggers refuse every change."""

    at = models.DateTimeField("时间", default=timezone.now)
    by = models.CharField("办理人", max_length=40)
    action = models.CharField("事项", max_length=40)
    subject = models.CharField("对象", max_length=40, db_index=True)
    details = models.JSONField("内容", default=dict)
    # What names this change in the public log, and what its leaf commits with; "" in rows of before the log took them.
    code = models.CharField("存证编号", max_length=16, default="", db_index=True)
    salt = models.BinaryField("盐", default=bytes)
    commitment = models.CharField("存证摘要", max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.action}:{self.subject}"

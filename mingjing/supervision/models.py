"""Tables of supervision: who looked in from outside, which acts had to be recorded, which alerts were raised."""

from django.db import models


class CaseAccess(models.Model):
    """One look of somebody outside the agency into one of its cases. Triggers refuse every later change."""

    case_code = models.CharField(max_length=32)
    agency = models.ForeignKey(
        "personnel.Agency", on_delete=models.PROTECT, related_name="+"
    )  # whose case it is
    person = models.CharField(max_length=150)
    person_agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("case_code", models.F("at").desc(), name="access_by_case")]

    def __str__(self) -> str:
        return f"{self.person} {self.case_code} {self.at:%Y-%m-%d}"


class RecordedAct(models.Model):
    """How one act stands that had to be recorded. Derived from the log by a cursor; may be rebuilt at any time."""

    act_code = models.CharField(max_length=32)
    case_code = models.CharField(max_length=32)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    party_name = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act_code"], name="recorded_act_once")]
        indexes = [models.Index("agency", "state", models.F("id").desc(), name="recorded_by_agency")]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class Alert(models.Model):
    """One thing that a model found, as it stands. What was done are its steps; only the daily run lets it go."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        HANDLING = "handling", "处理中"
        ANSWERED = "answered", "已答复"
        GONE = "gone", "已消除"

    code = models.CharField("模型", max_length=40)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField("所指", max_length=300)
    case_code = models.CharField(max_length=32, blank=True)
    about = models.CharField("案号", max_length=120, blank=True)
    level = models.CharField("级别", max_length=8)
    facts = models.JSONField("事实", default=list)  # title, value and, where it lies: case, seq
    first_seen = models.DateField("首次发现")
    last_seen = models.DateField("最近发现")
    due = models.DateField("处理期限")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    reminded = models.PositiveSmallIntegerField(
        default=0
    )  # 1: that the limit ends soon; 2: that it has ended

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code", "subject"], name="alert_once"),
        ]
        indexes = [
            models.Index("agency", "state", "due", "id", name="alert_by_due"),
            models.Index("case_code", name="alert_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"


class AlertStep(models.Model):
    """One step of one alert. Triggers refuse every later change."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveIntegerField("序号")
    kind = models.CharField("步骤", max_length=12)
    text = models.TextField("说明", blank=True)
    by = models.CharField("办理人", max_length=150, blank=True)  # empty: the daily run
    at = models.DateTimeField("时间")
    # Of what people said; what the daily run notes can be found again by running it.
    salt = models.BinaryField("盐", max_length=32, default=bytes)
    commitment = models.CharField("存证承诺", max_length=64, blank=True)

    class Meta:
        ordering = ["alert", "seq"]
        constraints = [models.UniqueConstraint(fields=["alert", "seq"], name="alert_step_seq")]

    def __str__(self) -> str:
        return f"{self.alert_id}/{self.seq} {self.kind}"

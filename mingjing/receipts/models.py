"""Tables of charged items and of numbered receipts. All of them only grow: triggers refuse every later change."""

from django.db import models


class TicketKind(models.TextChoices):
    FINE = "fine", "罚没票据"
    DUES = "dues", "非税收入票据"


class Step(models.TextChoices):
    ISSUED = "issued", "发放"
    RETURNED = "returned", "交回"
    VOIDED = "voided", "作废"
    CHECKED = "checked", "核销"


class ItemKind(models.TextChoices):
    LEVY = "levy", "征收"
    FEE = "fee", "收费"


class TicketRange(models.Model):
    """Receipts received from the treasury: a prefix and the digits after it, from the first number to the last."""

    agency = models.CharField("机关代码", max_length=40)
    kind = models.CharField("票据种类", max_length=8, choices=TicketKind.choices)
    prefix = models.CharField("号码前缀", max_length=30, blank=True)
    first = models.BigIntegerField("起号")
    last = models.BigIntegerField("止号")
    width = models.PositiveSmallIntegerField("位数")
    source = models.CharField("发放单位", max_length=100)
    received_on = models.DateField("领取日期")
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="tickets_run_upwards"
            )
        ]
        indexes = [models.Index("agency", "kind", "prefix", "width", name="tickets_by_agency")]

    def __str__(self) -> str:
        return f"{self.number(self.first)}—{self.number(self.last)}"

    def number(self, serial: int) -> str:
        """The whole number as it is printed on the receipt."""
        return f"{self.prefix}{serial:0{self.width}d}"


class TicketEvent(models.Model):
    """What happened to some receipts of a range: given out, handed back, voided, checked off."""

    range = models.ForeignKey(TicketRange, models.PROTECT, related_name="events")
    step = models.CharField("事项", max_length=10, choices=Step.choices)
    first = models.BigIntegerField("起号")
    last = models.BigIntegerField("止号")
    holder = models.CharField("领用人", max_length=40, blank=True)  # a username; "" where a bank holds them
    bank = models.CharField("代收机构", max_length=100, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.first}—{self.last}"


class TicketUse(models.Model):
    """That a receipt was made out for a payment in a case; written with the act that states it, or not at all."""

    range = models.ForeignKey(TicketRange, models.PROTECT, related_name="uses")
    serial = models.BigIntegerField("号码")
    act_code = models.CharField("行为代码", max_length=32)
    case_code = models.CharField("案件", max_length=32, db_index=True)
    at = models.DateTimeField("使用时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["range", "serial"], name="ticket_used_once")]

    def __str__(self) -> str:
        return self.range.number(self.serial)


class ChargeItem(models.Model):
    """An item that may be charged, as the published list (目录清单) of the agency has it."""

    agency = models.CharField("机关代码", max_length=40)
    kind = models.CharField("种类", max_length=8, choices=ItemKind.choices)
    title = models.CharField("项目名称", max_length=200)
    list_no = models.CharField("目录清单名称和序号", max_length=200)
    basis = models.CharField("依据", max_length=500)
    standard = models.CharField("标准", max_length=500)
    in_force = models.DateField("执行日期")
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "title", "in_force"], name="charge_item_once")
        ]

    def __str__(self) -> str:
        return self.title


class ChargeEnding(models.Model):
    """That an item may be charged no longer: cancelled, suspended."""

    item = models.OneToOneField(ChargeItem, models.PROTECT, related_name="ending")
    until = models.DateField("最后执行日")
    reason = models.CharField("原因", max_length=300)
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    def __str__(self) -> str:
        return f"{self.item_id} {self.until}"

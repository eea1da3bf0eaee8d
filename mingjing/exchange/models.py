"""Tables of the exchange room: what was made for other platforms, and old data on its way in. Never public."""

from django.db import models

import mingjing.exchange.intake.models
import mingjing.exchange.push.models  # noqa: F401  Django looks for the tables of a room here


class Export(models.Model):
    """One table as it was made for one platform. It holds identity numbers: only officers of the agency read it."""

    code = models.CharField(max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=40)
    number = models.PositiveIntegerField()  # version, from 1
    made_at = models.DateTimeField()
    made_on = models.DateField()
    same_until = models.DateField()  # the last day on which making it again gave the same
    made_by = models.CharField(max_length=150, blank=True)  # "" where the daily run made it
    mapping = models.CharField(max_length=64)  # digest of the mapping file
    rows = models.JSONField()  # [[cell]] in the order of the target, sound rows only
    refs = models.JSONField()  # the case of each row
    faults = models.JSONField()  # [{case, number, column, what, mend}] of the rows left out
    left_out = models.PositiveIntegerField()
    changes = models.JSONField()  # against the version before
    digest = models.CharField(max_length=64)  # SHA-256 of headings and rows

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "target", "number"], name="exchange_export_version")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.number}"


class Migration(models.Model):
    """One file of old data on its way in: what its columns mean, how far it has come, and who answered for it."""

    class State(models.TextChoices):
        MAPPING = "mapping", "等待核对列"
        CHECKING = "checking", "正在核对"
        CHECKED = "checked", "核对完毕，等待负责人确认"
        RUNNING = "running", "正在迁入"
        DONE = "done", "已迁入"
        STUCK = "stuck", "中断，等待处理"
        FAILED = "failed", "读不下去"
        DROPPED = "dropped", "已放弃"

    code = models.CharField(max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=16)
    name = models.CharField(max_length=200)  # of the file
    sheet = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    headings = models.JSONField()
    samples = models.JSONField()  # [[cell]] of the first rows
    columns = models.JSONField()  # [{number, heading, key, how, unit}]
    words = models.JSONField(default=dict)  # field -> word of the file -> our word
    unknown = models.JSONField(default=dict)  # field -> word that nobody knows -> rows
    notes = models.JSONField(default=list)  # what was understood of the shape of the table
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    staged = models.BooleanField(default=False)  # whether all rows of the file are in the table of rows
    cursor = models.PositiveIntegerField(default=0)  # the last line that the present step has done with
    fault = models.CharField(max_length=500, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # of the present slice that failed unexpectedly
    next_try_at = models.DateTimeField(null=True)
    prepared_by = models.CharField(max_length=150)
    prepared_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("agency", models.F("id").desc(), name="exchange_migration_by_agency")]

    def __str__(self) -> str:
        return f"{self.sort} {self.name}"


class MigrationRow(models.Model):
    """One row of such a file: what it said, what is wrong with it, and what it became."""

    class State(models.TextChoices):
        WAITING = "waiting", "未核对"
        READY = "ready", "可以迁入"
        REFUSED = "refused", "不能迁入"
        STORED = "stored", "库中已有"
        SKIPPED = "skipped", "不是记录"
        DONE = "done", "已迁入"

    migration = models.ForeignKey(Migration, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    fault = models.CharField(
        max_length=500, blank=True
    )  # why its cells cannot be trusted, or why it is no record
    merged = models.JSONField(default=list)  # columns filled from the first row of a merged range
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    key = models.CharField(max_length=64, blank=True)  # digest of what rows are told apart by
    body = models.JSONField(default=dict)  # what the run writes: exactly what the trial showed
    faults = models.JSONField(default=list)  # [{column, wrong, mend}]
    remarks = models.JSONField(default=list)
    ref = models.CharField(max_length=64, blank=True)  # code of what it became

    class Meta:
        constraints = [models.UniqueConstraint(fields=["migration", "line"], name="exchange_row_of_line")]
        indexes = [
            models.Index("migration", "key", name="exchange_row_by_key"),
            models.Index("migration", "state", "line", name="exchange_row_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.migration_id}/{self.line}"


class ColumnMemory(models.Model):
    """How columns of these headings were read the last time: the next file of the same shape is read alike."""

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=16)
    shape = models.CharField(max_length=64)  # digest of the headings
    columns = models.JSONField()  # heading -> {key, unit}
    words = models.JSONField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "sort", "shape"], name="exchange_memory_of_shape")
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.shape[:8]}"

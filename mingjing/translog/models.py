"""The tables of the log: what was logged, in which order, and the tree over it; no rules, no content."""

from django.db import models

import mingjing.translog.witness_models  # noqa: F401  Django looks for the tables of a room here


class Entry(models.Model):
    """One leaf as it will be hashed. Append-only; written in the transaction of what it speaks about."""

    data = models.BinaryField("叶")
    kind = models.CharField("种类", max_length=32)
    ref = models.CharField("所指", max_length=100, blank=True, db_index=True)
    created = models.DateTimeField("写入时间")

    class Meta:
        verbose_name = verbose_name_plural = "存证条目"

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Queued(models.Model):
    """An entry that waits to be sealed; the row goes when it is."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="queued")

    class Meta:
        verbose_name = verbose_name_plural = "待封存"

    def __str__(self) -> str:
        return str(self.pk)


class Sealed(models.Model):
    """The place of an entry in the log, without gaps from 0. Append-only."""

    index = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="sealed")

    class Meta:
        verbose_name = verbose_name_plural = "封存"

    def __str__(self) -> str:
        return str(self.index)


class TileOfTree(models.Model):
    """Hashes of a tree: full tiles, and partial ones above level 0 (those of level 0 follow from entries).

    Insert-only: its primary key makes a second history an integrity error.
    """

    path = models.CharField("路径", max_length=100, primary_key=True)
    data = models.BinaryField("哈希")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.path


class HeadOfTree(models.Model):
    """Size and root after each sealing. Append-only."""

    size = models.BigIntegerField("条数", primary_key=True)
    root = models.BinaryField("根")
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.size)


class CheckpointOfTree(models.Model):
    """The signed note of a head, written only after the head is durable. Append-only."""

    size = models.BigIntegerField("条数", primary_key=True)
    note = models.BinaryField("检查点")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.size)


class Tile(TileOfTree):
    """A tile of the SHA-256 tree."""

    class Meta:
        verbose_name = verbose_name_plural = "瓦片"


class Head(HeadOfTree):
    """A head of the SHA-256 tree."""

    class Meta:
        verbose_name = verbose_name_plural = "日志头"


class Checkpoint(CheckpointOfTree):
    """A signed head of the SHA-256 tree."""

    class Meta:
        verbose_name = verbose_name_plural = "检查点"


class Sm3Tile(TileOfTree):
    """A tile of the SM3 tree over the same leaves."""

    class Meta:
        verbose_name = verbose_name_plural = "瓦片（SM3）"


class Sm3Head(HeadOfTree):
    """A head of the SM3 tree; it may lag behind while the tree is being made of the leaves there are."""

    class Meta:
        verbose_name = verbose_name_plural = "日志头（SM3）"


class Sm3Checkpoint(CheckpointOfTree):
    """A signed head of the SM3 tree."""

    class Meta:
        verbose_name = verbose_name_plural = "检查点（SM3）"


class KeyStatement(models.Model):
    """What the log states of its own keys (see `key_history`), in order. Append-only; each has a leaf."""

    body = models.JSONField("声明")
    commitment = models.CharField("承诺", max_length=64, unique=True)
    by = models.CharField("操作人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "密钥声明"

    def __str__(self) -> str:
        return self.commitment


class Stone(models.Model):
    """That content was lawfully destroyed: what, why, on whose word. Append-only; its statement has a leaf."""

    code = models.CharField("编号", max_length=32, unique=True)
    body = models.JSONField("记录")  # see `stones.statement`
    commitment = models.CharField("承诺", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "销毁记录"

    def __str__(self) -> str:
        return self.code


class StoneMark(models.Model):
    """One thing that a stone stands for, by its reference. Append-only; without it no row lets itself be erased."""

    stone = models.ForeignKey(Stone, models.PROTECT, related_name="marks")
    ref = models.CharField("所指", max_length=100, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "销毁对象"

    def __str__(self) -> str:
        return self.ref


class Stamp(models.Model):
    """A time stamp (RFC 3161) of another authority over the text of a checkpoint. Append-only."""

    size = models.BigIntegerField("条数", primary_key=True)
    token = models.BinaryField("时间戳")
    authority = models.CharField("时间戳机构", max_length=300)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "时间戳"

    def __str__(self) -> str:
        return str(self.size)


class Cursor(models.Model):
    """How far one consumer has read the sealed log: the last index it has dealt with, -1 at first."""

    name = models.CharField("名称", max_length=100, primary_key=True)
    position = models.BigIntegerField("已读到", default=-1)

    class Meta:
        verbose_name = verbose_name_plural = "读取位置"

    def __str__(self) -> str:
        return f"{self.name} {self.position}"

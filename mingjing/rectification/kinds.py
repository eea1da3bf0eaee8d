"""The words of the ledger: states and steps with their Chinese names."""

from typing import Final

from django.db import models


class State(models.TextChoices):
    """Where an item stands."""

    PROPOSED = "proposed", "待确认"
    RUNNING = "running", "正在推进"
    SUBMITTED = "submitted", "待审核销号"
    CLOSED = "closed", "已销号"
    KEPT = "kept", "本年度已确认"  # a standing duty, looked at this year
    REOPENED = "reopened", "重新整改"
    LEFT_OUT = "left_out", "不列入"


OPEN: Final = (State.RUNNING, State.SUBMITTED, State.REOPENED)
DONE: Final = (State.CLOSED, State.KEPT)
IN_LEDGER: Final = (*OPEN, *DONE)
STEPS: Final = {
    "confirmed": "确认列入台账",
    "left_out": "不列入台账",
    "split": "拆成几项",
    "progress": "填报进展",
    "proof": "提交佐证",
    "submitted": "申请销号",
    "sent_back": "退回继续整改",
    "closed": "审核销号",
    "kept": "本年度确认坚持",
    "reopened": "检查不通过，重新整改",
    "reopened_by_hand": "监督机关要求重新整改",
    "extended": "调整时限",
    "check_changed": "调整系统检查",
}
# What goes into the log: whoever rewrote it would make a rectification of nothing.
LOGGED: Final = frozenset({"confirmed", "closed", "kept", "reopened", "reopened_by_hand"})

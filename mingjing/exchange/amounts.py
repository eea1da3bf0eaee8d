"""The sums of a row: from their columns in 元 or 万元, from the running text, and whether the two agree."""

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from mingjing.exchange.cells import marked
from mingjing.exchange.sums import NotASum, Stated, read_sum, sums_in
from mingjing.kit.money import canonical_yuan, yuan

if TYPE_CHECKING:
    from mingjing.exchange.rows import Desk, Examined
    from mingjing.exchange.tables import Row

# Column -> fact. The standard's one column for both confiscations is shared out by the kinds of penalty.
COLUMNS: Final = {
    "fine": "fine_yuan",
    "confiscated": "",
    "confiscated_gain": "confiscated_gain_yuan",
    "confiscated_goods": "confiscated_goods_yuan",
}
UNIT_SLIP: Final = Decimal(10_000)
# A fine that is a round multiple of what was confiscated was measured by it.
MULTIPLES: Final = range(1, 31)
GAIN, GOODS = "confiscation_of_gain", "confiscation_of_goods"


def read(row: "Row", desk: "Desk", found: "Examined") -> None:
    """Read the sums of a row into its facts; refuse sums that contradict each other."""
    stated = sums_in(f"{desk.cell(row, 'result')}\n{desk.cell(row, 'kinds_and_basis')}")
    for conflict in stated.conflicts:
        found.contradict(f"处罚内容里{conflict}，请核对")
    column = {key: amount for key in COLUMNS if (amount := _column(row, desk, found, key)) is not None}
    fine = _fine(column.get("fine"), stated, found)
    taken = column.get("confiscated", stated.confiscations[0] if len(stated.confiscations) == 1 else None)
    for key in ("confiscated_gain", "confiscated_goods"):
        if key in column:
            found.facts[COLUMNS[key]] = canonical_yuan(column[key])
    if "confiscated_gain" not in column and "confiscated_goods" not in column:
        _share_out(taken, found)
    if fine is not None and fine > 0:
        found.facts["fine_yuan"] = canonical_yuan(fine)
    _complete(row, desk, found, fine)
    _measured(fine, taken, found)


def _column(row: "Row", desk: "Desk", found: "Examined", key: str) -> Decimal | None:
    text = desk.cell(row, key) if desk.reading.has(key) else ""
    if not text or marked(text, "withheld"):
        return None
    try:
        return read_sum(text, desk.reading.unit(key))
    except NotASum as fault:
        found.faults.append(f"“{desk.reading.heading(key)}”：{fault}")
        return None


def _fine(column: Decimal | None, stated: Stated, found: "Examined") -> Decimal | None:
    """Give the fine; where column and text differ the row is refused, and a slip of unit is called by its name."""
    told = stated.fines[0] if len(stated.fines) == 1 else None
    if column is None:
        if len(stated.fines) > 1:
            found.remarks.append(
                f"处罚内容写了几笔罚款（{'、'.join(map(yuan, stated.fines))}），没有罚款金额栏，按未知处理"
            )
        return told
    if told is not None and told != column:
        if told in (column * UNIT_SLIP, column / UNIT_SLIP):
            found.contradict(
                f"罚款金额栏折合 {yuan(column)}，处罚内容写 {yuan(told)}，正好差一万倍：单位（元、万元）写错了"
            )
        else:
            found.contradict(f"罚款金额栏折合 {yuan(column)}，处罚内容写 {yuan(told)}，不一致，请核对")
    if len(stated.fines) > 1 and sum(stated.fines) != column:
        found.remarks.append("处罚内容里几笔罚款之和与罚款金额栏不一致，请核对")
    return column


def _share_out(amount: Decimal | None, found: "Examined") -> None:
    kinds = found.facts.get("penalty_kinds", [])
    if amount is None or amount == 0:
        return
    if GAIN in kinds and GOODS in kinds:
        found.remarks.append(f"没收金额 {yuan(amount)} 包括违法所得和非法财物，无法分开，按未知处理")
    elif GAIN in kinds or GOODS in kinds:
        found.facts["confiscated_gain_yuan" if GAIN in kinds else "confiscated_goods_yuan"] = canonical_yuan(
            amount
        )
    else:
        found.remarks.append(f"有没收金额 {yuan(amount)}，处罚类别里没有没收，请核对")


def _complete(row: "Row", desk: "Desk", found: "Examined", fine: Decimal | None) -> None:
    """A kind that is a sum needs its sum: refused where the column is there and empty, unknown where there is none."""
    kinds = found.facts.get("penalty_kinds", [])
    if "fine" in kinds and fine is None:
        if desk.reading.has("fine") and not marked(desk.cell(row, "fine"), "withheld"):
            told = "罚款金额没有读出，请改正" if desk.cell(row, "fine") else "没有填罚款金额，请补填"
            found.faults.append(f"处罚类别有罚款，{told}")
        else:
            found.remarks.append("没有公布罚款金额，按未知处理")
    if fine and "fine" not in kinds:
        found.contradict(f"有罚款金额 {yuan(fine)}，处罚类别和处罚内容里却没有罚款，请核对")


def _measured(fine: Decimal | None, taken: Decimal | None, found: "Examined") -> None:
    if fine and taken and fine / taken in MULTIPLES and fine != taken:
        times = int(fine / taken)
        found.remarks.append(f"罚款正好是没收金额的 {times} 倍：{taken:,} × {times} = {fine:,}")

"""The kinds of penalty of a row: from the kind columns and from the content, and whether it is a penalty at all."""

from typing import TYPE_CHECKING

from mingjing.exchange.cells import kinds_in, marked, words

if TYPE_CHECKING:
    from mingjing.exchange.rows import Desk, Examined
    from mingjing.exchange.tables import Row


def read(row: "Row", desk: "Desk", found: "Examined") -> None:
    """Read the kinds of penalty; what the content names and the kind column does not is added and told."""
    column = "；".join(
        filter(None, (desk.cell(row, key) for key in ("penalty_kind", "penalty_kind_2", "kinds_and_basis")))
    )
    stated = kinds_in(column)
    done = [kind for kind in kinds_in(desk.cell(row, "result")) if kind != "other"]
    if column and not stated:
        _unnamed(column, done, found)
    if "other" in stated and done:
        stated.remove("other")
        found.remarks.append("处罚类别写“其他”，处罚内容却是列明的种类，已按处罚内容认定")
    if lost := [kind for kind in done if kind not in stated]:
        found.remarks.append(f"处罚类别没有写“{titles(lost)}”，处罚内容里有，已一并认定")
    kinds = [kind for kind in words()["penalty_kinds"] if kind in stated or kind in done]
    if kinds:
        found.facts["penalty_kinds"] = kinds
    elif not found.faults:
        found.faults.append("处罚类别和处罚内容都看不出处罚种类，请补填处罚类别")
    _standing(row, desk, found, kinds)


def _unnamed(column: str, done: list[str], found: "Examined") -> None:
    if marked(column, "not_a_penalty"):
        found.faults.append(f"“{column}”不是行政处罚的种类，本行不是行政处罚。确是处罚的，请改填处罚类别")
    elif not done:
        allowed = titles(list(words()["penalty_kinds"]))
        found.faults.append(f"处罚类别“{column[:30]}”认不出来，可以写：{allowed}")


def _standing(row: "Row", desk: "Desk", found: "Examined", kinds: list[str]) -> None:
    """Refuse what says of itself that it is no penalty, or that it no longer stands."""
    number, status = desk.cell(row, "decision_no"), desk.cell(row, "status")
    if kinds and marked(number, "no_penalty"):
        found.contradict(f"文号“{number}”是不予处罚决定，内容却是处罚（{titles(kinds)}），自相矛盾，请核对")
    if marked(status, "void"):
        found.faults.append(f"当前状态是“{status}”，决定已不生效。请不要导入，或者先在原系统更正状态")


def titles(kinds: list[str]) -> str:
    """Name kinds of penalty in Chinese."""
    return "、".join(words()["penalty_kinds"][kind][0] for kind in kinds)

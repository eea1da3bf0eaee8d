"""Taking a register in: every row new, changed, equal or refused, and nothing half-written."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mingjing.cli.demo.firms import credit_code
from mingjing.inspections.models import InspectedObject
from mingjing.inspections.register.importing import take_objects
from mingjing.inspections.register.rows import HeadingsRefused
from mingjing.kit.clock import BEIJING

AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
HEADINGS = ("企业名称", "统一社会信用代码", "主体类型", "所属行业", "风险等级（必填）", "登记状态", "住所")


def _take(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, **more: Any) -> Any:
    return take_objects(region="410481", headings=headings, rows=enumerate(rows, 2), at=AT, **more)


def _firm(number: int, **changed: str) -> list[str]:
    told = {
        "name": f"舞钢市第{number}饭店",
        "code": credit_code(number),
        "kind": "企业",
        "industry": "餐饮业",
    }
    told |= {"risk": "C", "state": "存续", "address": "舞钢市垭口街道"} | changed
    return list(told.values())


@pytest.mark.django_db
def test_rows_are_new_then_equal_then_changed() -> None:
    """The same file again changes nothing; one firm with another risk class is one change."""
    first = _take(_firm(1), _firm(2))
    assert (first.new, first.changed, first.equal, first.refused) == (2, 0, 0, 0)
    again = _take(_firm(1), _firm(2))
    assert (again.new, again.changed, again.equal) == (0, 0, 2)
    third = _take(_firm(1), _firm(2, risk="高风险"), _firm(3))
    assert (third.new, third.changed, third.equal) == (1, 1, 1)
    assert InspectedObject.objects.get(public_id=credit_code(2)).risk == "D"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "91410481MA40000X0"}, "信用代码"),
        ({"risk": "极高"}, "风险等级：不认识“极高”"),
        ({"name": ""}, "名称：空的"),
        ({"kind": "外星人"}, "类别：不认识"),
        ({"state": "睡眠"}, "状态：不认识“睡眠”"),
        ({"address": "路" * 301}, "地址：有 301 个字"),
    ],
)
def test_a_row_that_cannot_stand_is_refused_by_line_and_column_and_the_others_are_taken(
    changed: dict[str, str], said: str
) -> None:
    """The line, the column, what is wrong; the good rows beside it are in."""
    taken = _take(_firm(1), _firm(2, **changed), _firm(3))
    assert (taken.new, taken.refused) == (2, 1)
    (refusal,) = taken.refusals
    assert refusal.line == 3
    assert said in f"{refusal.column}：{refusal.wrong}"
    assert refusal.mend
    assert refusal.cells == _firm(2, **changed)


@pytest.mark.django_db
def test_the_same_firm_twice_in_a_file_is_told() -> None:
    """The first row stands; the second is refused, so that nobody guesses which is right."""
    taken = _take(_firm(1), _firm(1, risk="D"))
    assert (taken.new, taken.refused) == (1, 1)
    assert taken.refusals[0].wrong == "与第 2 行是同一个对象"
    assert InspectedObject.objects.get().risk == "C"


@pytest.mark.django_db
def test_people_and_places_are_listed_under_an_id_that_tells_nothing() -> None:
    """No number of a person is stored; the same number gives the same id, another register another."""
    row = _firm(1, kind="自然人", code="410481198001011234", name="张三")
    assert _take(row).new == 1
    stored = InspectedObject.objects.get()
    assert stored.public_id.startswith("X")
    assert "410481198001011234" not in "".join(str(value) for value in vars(stored).values())
    assert _take(row).equal == 1
    elsewhere = take_objects(region="410482", headings=HEADINGS, rows=[(2, row)], at=AT)
    assert elsewhere.new == 1
    assert InspectedObject.objects.values("public_id").distinct().count() == 2


@pytest.mark.django_db
def test_a_file_without_its_columns_is_refused_before_anything_is_written() -> None:
    """Missing and doubled headings are named."""
    with pytest.raises(HeadingsRefused, match="缺少必需的列：风险等级"):
        _take(["甲"], headings=["名称"])
    with pytest.raises(HeadingsRefused, match="“名称”有 2 列"):
        _take(["甲", "乙", "A"], headings=["企业名称", "单位名称", "风险等级"])
    assert not InspectedObject.objects.exists()


@pytest.mark.django_db
def test_a_trial_run_writes_nothing() -> None:
    """It counts as the real run would, new and changed and equal and refused."""
    taken = _take(_firm(1), _firm(2, risk="?"), dry_run=True)
    assert (taken.new, taken.refused) == (1, 1)
    assert not InspectedObject.objects.exists()
    _take(_firm(1), _firm(2))
    taken = _take(_firm(1), _firm(2, risk="D"), _firm(3), dry_run=True)
    assert (taken.new, taken.changed, taken.equal) == (1, 1, 1)
    assert InspectedObject.objects.get(public_id=credit_code(2)).risk == "C"


@pytest.mark.django_db
def test_real_names_of_firms_are_taken_in_as_they_are(shared: Path) -> None:
    """The first and the last thousand of a public list of names: Latin letters, dots, rare characters, none lost."""
    lines = (
        (shared / "data" / "double_random" / "company_short.txt").read_text(encoding="utf-8-sig").split("\n")
    )
    names = [line for line in lines[3:] if line.strip()]
    chosen = [*names[:1_000], *names[-1_000:]]
    taken = _take(*(_firm(number, name=name) for number, name in enumerate(chosen, 1)))
    assert (taken.new, taken.refused) == (2_000, 0)
    stored = dict(InspectedObject.objects.values_list("public_id", "name"))
    changed = [name for n, name in enumerate(chosen, 1) if stored[credit_code(n)] != " ".join(name.split())]
    assert changed == []

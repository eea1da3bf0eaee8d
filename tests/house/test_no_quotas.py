"""No quota of fines or cases has a field anywhere, and nothing is ever ranked by what it brought in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from mingjing.packs.load import library

ROOT = Path(__file__).resolve().parents[2] / "mingjing"
QUOTA_NAME = re.compile(
    r"quota|(fine|paid|revenue|penalty|case|inspection)s?_(target|goal|rank)|ranking|bonus"
)
QUOTA_TITLE = re.compile(
    r"(罚款|罚没|办案|检查|处罚|案件|收费)[^，。]{0,6}(指标|任务数|目标数|排名)|创收|罚没返还|提成"
)
MONEY = re.compile(r"fine|yuan|fen\b|paid|owed|confiscat|罚")
# Sums of like cases (one violation, one tier) are put in order to find their middle; no agency or officer is compared.
OF_LIKE_CASES = {"cases/likeness.py"}


def orderings(source: str) -> Iterator[str]:
    """What a module orders by: arguments of order_by, latest and earliest, and keys of sorts."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in {"order_by", "latest", "earliest"}:
            yield from (ast.unparse(one) for one in node.args)
        elif name in {"sorted", "sort", "max", "min", "nlargest", "nsmallest"}:
            yield from (ast.unparse(one.value) for one in node.keywords if one.arg == "key")


def test_the_scan_finds_an_ordering_by_fines_where_there_is_one() -> None:
    """A scan that finds nothing anywhere would prove nothing."""
    assert list(orderings("rows.order_by('-fine_fen')")) == ["'-fine_fen'"]
    assert MONEY.search("lambda row: row.fine_yuan")
    assert QUOTA_NAME.search("fine_target")
    assert QUOTA_TITLE.search("年度罚款指标")
    like = (ROOT / "cases" / "likeness.py").read_text()
    assert any(MONEY.search(one) for one in orderings(like))


def test_no_field_of_any_act_is_a_quota() -> None:
    """Every field of every pack, of every region and field of enforcement."""
    found = [
        name
        for name, field in library().fields.items()
        if QUOTA_NAME.search(name) or QUOTA_TITLE.search(field.title)
    ]
    assert found == []


def test_no_column_of_any_table_is_a_quota() -> None:
    """Every model of ours."""
    columns = {
        f"{model._meta.label}.{field.name}": str(getattr(field, "verbose_name", ""))
        for model in apps.get_models()
        if model.__module__.startswith("mingjing.")
        for field in model._meta.get_fields()
    }
    assert len(columns) > 200
    assert [
        name
        for name, title in columns.items()
        if QUOTA_NAME.search(name.lower()) or QUOTA_TITLE.search(title)
    ] == []


def test_nothing_is_ordered_by_fines() -> None:
    """No list, report or export puts agencies, officers or cases in the order of what they brought in."""
    modules = {str(path.relative_to(ROOT)): path.read_text() for path in ROOT.rglob("*.py")}
    found = {
        f"{name}: {one}"
        for name, source in modules.items()
        if name not in OF_LIKE_CASES
        for one in orderings(source)
        if MONEY.search(one)
    }
    assert found == set()


def test_the_board_of_supervision_counts_no_money() -> None:
    """What a supervisor sees of agencies side by side has no sums in it."""
    boards = ("supervision/board.py", "supervision/selectors.py", "review/sheet.py", "appraisal/results.py")
    for module in (*boards, "appraisal/figures.py", "appraisal/sources.py"):
        assert not re.search(r"fine_|_yuan|paid", (ROOT / module).read_text())

"""Old cases stored many at once are what they would be had each act been recorded alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import transaction

from mingjing.cases.audit import audit_acts
from mingjing.cases.importing import History, bring_in, judge_histories
from mingjing.cases.rebuild import rebuild
from mingjing.exchange.services import history_of, write_row
from mingjing.translog.services import seal_log
from tests.cases.counted import assert_sums_agree
from tests.exchange.sheets import GOOD, examined, row, write_csv

if TYPE_CHECKING:
    from mingjing.cases.importing import Brought
    from mingjing.exchange.rows import Examined
    from tests.cast import Cast

ROWS = [
    GOOD,
    row(行政处罚决定书文号="舞城管罚决〔2026〕13号", 公示日期="2026/03/12"),
    row(行政处罚决定书文号="舞城管罚决〔2026〕14号", 处罚类别="警告", 处罚内容="警告", 罚款金额=""),
    row(
        行政处罚决定书文号="舞城管简罚〔2026〕15号",
        行政相对人名称="舞钢市另一家建材有限公司",
        公示日期="",
        公示截止期="",
    ),
]
# What is different every time, and what follows from it.
RANDOM = {"id", "code", "log_code", "case_id", "salt", "commitment", "recorded_at", "last_act_at"}
TABLES = (
    *("Case", "Act", "CaseDeadline", "CaseFinding"),
    *("CaseOutcome", "CaseCitation", "CaseParty", "CaseHandler"),
)


@pytest.fixture
def rows(tmp_path: Path) -> "list[Examined]":
    return examined(write_csv(tmp_path / "旧案.csv", ROWS))


def histories(rows: "Sequence[Examined]", cast: "Cast") -> list[History]:
    return [history_of(one, agency=cast.bureau, by=cast.clerk, source=f"第 {one.line} 行") for one in rows]


def brought(some: Sequence[History], cast: "Cast") -> "list[Brought]":
    with transaction.atomic():
        return bring_in(judge_histories(some, cast.bureau), cast.bureau)


def picture() -> dict[str, list[str]]:
    """Everything that is stored of cases, without what is random, in an order of its own."""
    numbers = dict(apps.get_model("cases", "Case").objects.values_list("pk", "decision_no"))
    return {
        name: sorted(
            f"{numbers[one.get('case_id', one['id'])]} {sorted((k, v) for k, v in one.items() if k not in RANDOM)}"
            for one in apps.get_model("cases", name).objects.values()
        )
        for name in TABLES
    }


class _Undone(Exception):
    """Takes back what was written."""


def test_a_case_brought_in_with_others_is_the_case_recorded_act_by_act(cast: "Cast", rows: "list[Examined]"):
    """Every table, every column: the two ways differ in codes, salts and moments alone."""
    alone: dict[str, list[str]] = {}
    try:
        with transaction.atomic():
            for one in rows:
                write_row(one, agency=cast.bureau, by=cast.clerk, source=f"第 {one.line} 行")
            alone = picture()
            raise _Undone
    except _Undone:
        pass
    brought(histories(rows, cast), cast)
    together = picture()
    assert_sums_agree([cast.bureau.pk], datetime.now(UTC))
    assert {name: len(alone[name]) for name in ("Case", "Act", "CaseOutcome")} == {
        "Case": 4,
        "Act": 7,
        "CaseOutcome": 4,
    }
    for name in TABLES:
        assert together[name] == alone[name], name


def test_acts_brought_in_stand_in_the_log_and_their_rows_can_be_derived_again(
    cast: "Cast", rows: "list[Examined]"
):
    """Each act has its leaf, sealed in its order, and nothing derived differs from what the acts give."""
    brought(histories(rows, cast), cast)
    seal_log(at=datetime.now(UTC))
    assert list(audit_acts()) == []
    assert rebuild(dry_run=True).differences == []


def test_what_cannot_be_kept_is_told_and_the_others_come_in(cast: "Cast", rows: "list[Examined]"):
    """A fact of no form refuses its case whole; its neighbours are stored."""
    first, second, *_ = histories(rows, cast)
    deed, token = first.deeds[0]
    bad = replace(first, deeds=[(replace(deed, facts={**deed.facts, "unheard_of": "x"}), token)])
    one, other = brought([bad, second], cast)
    assert "没有“unheard_of”这一项" in str(one.refused)
    assert (one.code, bool(other.code), other.refused) == ("", True, None)
    assert [text.split()[0] for text in picture()["Case"]] == ["舞城管罚决〔2026〕13号"]


def test_a_token_brings_its_case_in_once(cast: "Cast", rows: "list[Examined]"):
    """Twice in one go and once again later give the same case; the token of another act brings in nothing."""
    first, *_ = histories(rows, cast)
    one, same = brought([first, first], cast)
    assert (one.stored, same.stored, one.code) == (False, True, same.code)
    (again,) = brought([first], cast)
    assert (again.code, again.stored) == (one.code, True)
    taken = replace(first, deeds=[(first.deeds[1][0], first.token)])
    assert "编号已经用于另一个行为" in str(brought([taken], cast)[0].refused)
    assert len(picture()["Case"]) == 1

"""The tables for other platforms: the exact columns, exact figures, every fault told, versions and differences."""

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from mingjing.cli.demo.live import publish
from mingjing.cli.demo.story import Telling, story
from mingjing.cli.main import main
from mingjing.exchange import exports
from mingjing.exchange.differences import NoSuchTable, arranged
from mingjing.exchange.models import Export
from mingjing.exchange.tables import read_table
from mingjing.exchange.target_cells import Known, doubled, row_of
from mingjing.exchange.targets import FOLDER, MappingFault, read_target, targets
from mingjing.kit.clock import BEIJING
from mingjing.packs.load import library
from mingjing.personnel.models import Agency
from mingjing.publicity.models import Publication
from mingjing.publicity.services import withdraw

PENALTY = "credit_penalty"
# The order of the thirty columns as the platform of the nation takes them.
COLUMNS = (
    *("CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ", "CF_XDR_SYDW"),
    *(
        "CF_XDR_SHZZ",
        "CF_FRDB",
        "CF_FR_ZJLX",
        "CF_FR_ZJHM",
        "CF_XDR_ZJLX",
        "CF_XDR_ZJHM",
        "CF_WSH",
        "CF_WFXW",
    ),
    *("CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ"),
    *("CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ"),
)
ON = date(2026, 3, 20)
SOUND = {
    "fact.party_kind": "organization",
    "fact.party_name": "舞钢市恒远建材有限公司",
    "fact.party_uscc": "91410481MA40D3CC81",
    "fact.party_representative": "王建国",
    "fact.violation_kind": "擅自占用城市道路",
    "fact.violation_facts": "占用道路堆放建材。\n面积约二十平方米。",
    "fact.penalty_basis": [{"law": "城市道路管理条例", "article": "第四十二条"}],
    "fact.penalty_kinds": ["warning", "fine"],
    "fact.fine_yuan": "5000",
    "decision.document_no": "舞城管罚决〔2026〕1号",
    "decision.on": date(2026, 3, 5),
    "publication.until": date(2027, 3, 5),
    "publication.on": date(2026, 3, 9),
    "agency.name": "舞钢市城市管理局",
    "agency.uscc": "91410481MA40D3CC81",
    "agency.region": "410481",
    "export.on": ON,
}


def made(target=PENALTY, **changed):
    """A row of a target and its faults; `changed` replaces facts by name, None takes them away."""
    values = {**SOUND, **{f"fact.{name}": value for name, value in changed.items()}}
    cells, faults = row_of(targets()[target], Known(values, library().fields, ON))
    named = dict(zip((column.code for column in targets()[target].columns), cells, strict=True))
    return named, [(fault.column, fault.what) for fault in faults]


def test_the_thirty_columns_stand_in_the_order_of_the_platform():
    """Neither more nor fewer, and told apart by the number of the decision."""
    target = targets()[PENALTY]
    assert tuple(column.code for column in target.columns) == COLUMNS
    assert target.headings[target.key_place] == "行政处罚决定书文号"
    assert not target.verified


def test_a_row_is_written_as_the_platform_reads_it():
    """Ten thousands of yuan with six exact places, days with slashes, kinds joined by semicolons, no line breaks."""
    row, faults = made()
    assert faults == []
    assert (row["CF_NR_FK"], row["CF_CFLB"]) == ("0.500000", "警告;罚款")
    assert (row["CF_JDRQ"], row["CF_GSJZQ"], row["CF_YXQ"]) == ("2026/03/05", "2027/03/05", "2099/12/31")
    assert row["CF_SY"] == "占用道路堆放建材。 面积约二十平方米。"
    assert row["CF_YJ"] == "《城市道路管理条例》第四十二条"
    assert (row["CF_XDR_LB"], row["CF_XDR_ZJHM"]) == ("法人及非法人组织", "")


def test_amounts_are_exact_to_the_cent():
    """One cent is 0.000001 of ten thousand yuan; nothing is rounded."""
    row, faults = made(fine_yuan="0.01")
    assert (row["CF_NR_FK"], faults) == ("0.000001", [])
    assert Decimal(made(fine_yuan="12345678901.23")[0]["CF_NR_FK"]) == Decimal("1234567.890123")
    row, _ = made(
        penalty_kinds=["confiscation_of_gain"],
        fine_yuan=None,
        confiscated_gain_yuan="100.5",
        confiscated_goods_yuan="1",
    )
    assert (row["CF_NR_FK"], row["CF_NR_WFFF"]) == ("", "0.010150")


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"violation_kind": None}, "违法行为类型", "必填，但没有登记"),
        ({"fine_yuan": None}, "罚款金额（万元）", "必填"),
        ({"party_uscc": "91410481MA40D3CC82"}, "行政相对人代码_1(统一社会信用代码)", "校验码不符"),
        ({"violation_facts": "多" * 5001}, "违法事实", "最长 5000 字，现有 5001 字"),
        ({"party_name": "=1+1"}, "行政相对人名称", "公式"),
        ({"penalty_kinds": ["licence_suspension"], "licence_affected": "甲证"}, "处罚有效期", "必填"),
        ({"party_kind": "citizen"}, "自然人证件号码", "必填"),
    ],
)
def test_what_is_missing_or_wrong_is_told_by_its_column_and_never_made_up(changed, column, words):
    """The cell stays as it is or empty; the fault says what and where. The sound row above is the allowed twin."""
    _, faults = made(**changed)
    assert any(where == column and words in what for where, what in faults)


def test_a_person_is_reported_with_kind_and_number_of_the_document():
    """What the public never sees is reported: that is why these files stay with the officers."""
    row, faults = made(
        party_kind="citizen", party_id_kind="resident_id", party_id_number="410481198506121014"
    )
    assert faults == []
    assert (row["CF_XDR_ZJLX"], row["CF_XDR_ZJHM"], row["CF_FRDB"]) == ("身份证", "410481198506121014", "")


def test_a_day_in_the_future_and_a_number_used_twice_are_faults():
    """The one is seen in the row, the other in the table."""
    values = {**SOUND, "decision.on": ON + timedelta(days=1)}
    _, faults = row_of(targets()[PENALTY], Known(values, library().fields, ON))
    assert [fault.what for fault in faults] == ["2026/03/21 晚于今天"]
    row, _ = row_of(targets()[PENALTY], Known(SOUND, library().fields, ON))
    assert [number for number, _ in doubled(targets()[PENALTY], [row, row])] == [1]


@pytest.mark.parametrize("target", ["credit_penalty_2015", "enterprise_publicity"])
def test_other_platforms_are_other_files_and_no_other_code(target):
    """The same decision in the columns of another table."""
    row, faults = made(target, matter="擅自占用城市道路案")
    assert faults == []
    assert "舞城管罚决〔2026〕1号" in row.values()


def test_a_new_mapping_file_is_a_new_target(tmp_path):
    """What an agency writes itself works; a slip in it is told by file and column."""
    sound = (
        'title = "市平台"\nenforcement = "penalty"\nkinds = ["penalty_decided"]\nkey = "no"\nsource = "市"\n'
    )
    column = '[[column]]\ntitle = "文号"\ncode = "no"\nfrom = ["decision.document_no"]\n'
    path = tmp_path / "city.toml"
    path.write_text(sound + column, encoding="utf-8")
    cells, _ = row_of(read_target(path), Known(SOUND, {}, ON))
    assert cells == ("舞城管罚决〔2026〕1号",)

    path.write_text(sound + column + 'convert = "万元"\n', encoding="utf-8")
    with pytest.raises(MappingFault, match=r"city.toml 的列“文号”的 convert"):
        read_target(path)


def test_every_source_of_the_shipped_mappings_is_known():
    """A name that no case can have would leave its column empty for ever."""
    given = {name for name in SOUND if not name.startswith("fact.")} | {"agency.code"}
    for path in FOLDER.glob("*.toml"):
        for column in read_target(path).columns:
            facts = [one for one in (*column.sources, *column.sums, column.beside) if one.startswith("fact.")]
            asked = [one.removeprefix("fact.") for one in facts] + list(column.lines)
            asked += [name for case in (column.when, column.required_when, column.unless) for name in case]
            assert set(asked) <= set(library().fields), f"{path.name} {column.title}"
            assert {one for one in column.sources if not one.startswith("fact.")} <= given


# --- with real cases --------------------------------------------------------------------------------


@pytest.fixture
def reported(cast):
    """Two published decisions of the bureau, and its credit code."""
    Agency.objects.filter(pk=cast.bureau.pk).update(uscc="91410481MA40D3CC81")
    cast.bureau.refresh_from_db()

    def tell(mark, **values):
        told = story("summary")
        until = 1 + next(at for at, step in enumerate(told.steps) if step.kind == "decision_published")
        return Telling(
            story=told,
            agency=cast.bureau,
            start=date(2026, 3, 2),
            calendar=library().calendar,
            values=values,
            mark=mark,
            publish=publish,
        ).play(until)

    return SimpleNamespace(first=tell("one"), second=tell("two", party_name="陈二"), tell=tell)


def at(day):
    return datetime(2026, 3, day, 20, 0, tzinfo=BEIJING)


def test_a_table_is_kept_as_a_version_and_the_same_table_is_no_new_one(cast, reported):
    """Next day nothing has changed: the version says until when it held; a new decision makes the next one."""
    target = targets()[PENALTY]
    first = exports.keep(target=target, agency=cast.bureau, by=cast.publicity, at=at(10))
    assert (len(first.rows), first.left_out, first.number) == (2, 0, 1)
    again = exports.keep(target=target, agency=cast.bureau, by=None, at=at(11))
    assert (again.pk, again.same_until, Export.objects.count()) == (first.pk, date(2026, 3, 11), 1)

    third = reported.tell("three", party_name="周三")
    second = exports.keep(target=target, agency=cast.bureau, by=None, at=at(12))
    assert (second.number, exports.changes_of(second).new) == (2, (third.decision_no,))


def test_a_withdrawn_publication_is_gone_from_the_next_table(cast, reported):
    """The differences name it, so that the platform takes it down too."""
    target = targets()[PENALTY]
    exports.keep(target=target, agency=cast.bureau, by=cast.publicity, at=at(10))
    published = Publication.objects.get(case_code=reported.first.code)
    withdraw(
        publication=published,
        by=cast.publicity,
        ground="inaccurate",
        reason="公示内容有误。",
        performers=["publicity2"],
        at=at(11),
    )
    after = exports.keep(target=target, agency=cast.bureau, by=None, at=at(12))
    assert exports.changes_of(after).gone == (published.document_no,)
    assert len(after.rows) == 1


def test_a_row_with_a_fault_is_left_out_and_told(cast, reported):
    """Without the credit code of the agency nothing can be reported, and the report says where to mend it."""
    Agency.objects.filter(pk=cast.bureau.pk).update(uscc="")
    cast.bureau.refresh_from_db()
    export = exports.keep(target=targets()[PENALTY], agency=cast.bureau, by=cast.publicity, at=at(10))
    assert (export.rows, export.left_out) == ([], 2)
    assert {one["mend"] for one in export.faults} == {"在机关信息中补录后重新生成"}


def test_what_the_platform_returned_is_compared_row_by_row(cast, reported, tmp_path):
    """Headings by title or code, in brackets of either width; what is lacking or otherwise is told."""
    export = exports.keep(target=targets()[PENALTY], agency=cast.bureau, by=cast.publicity, at=at(10))
    path = tmp_path / "back.csv"
    rows = list(csv.reader(io.StringIO(exports.file_of(export, ".csv").decode("utf-8-sig"))))
    assert tuple(rows[0]) == targets()[PENALTY].headings
    theirs = [rows[0], [*rows[1][:18], "罚款", *rows[1][19:]]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(theirs)
    found = exports.against(export, read_table(path))
    assert found.new == (rows[2][13],)
    assert [title for _, columns in found.changed for title, _, _ in columns] == ["处罚内容"]
    with pytest.raises(NoSuchTable, match="缺少这些列"):
        arranged(targets()[PENALTY], ["文号"], [])


def test_only_the_agency_itself_makes_and_reads_its_tables(cast, reported):
    """They hold identity numbers: the officer of a case, a stranger and the supervisor see none."""
    with pytest.raises(exports.ExportRefused, match="权限"):
        exports.keep(target=targets()[PENALTY], agency=cast.bureau, by=cast.officer, at=at(10))
    export = exports.keep(target=targets()[PENALTY], agency=cast.bureau, by=cast.clerk, at=at(10))
    for stranger in (cast.outsider, cast.supervisor, cast.officer):
        with pytest.raises(exports.NoSuchExport):
            exports.export_by_code(stranger, export.code)
    assert exports.export_by_code(cast.head, export.code) == export


def test_the_daily_run_makes_what_there_is_to_report(cast, reported):
    """Every target of every agency that has something; agencies without decisions get no empty tables."""
    assert {(agency.code, target.code) for agency, target in exports.due_daily()} == {
        (cast.bureau.code, name) for name in (PENALTY, "credit_penalty_2015", "enterprise_publicity")
    }


def test_the_command_tells_faults_and_differences_and_writes_the_file_for_its_owner_alone(
    cast, reported, tmp_path, capsys, monkeypatch
):
    """A wrong agency is one clear line; the sound table is a file that nobody else on the machine can read."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(10))
    out = tmp_path / "dual.csv"
    assert main(["exchange", "dual", "--agency", cast.bureau.code, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "可以报送 2 行，有问题未列入 0 行" in told
    assert "口径待核对" in told
    assert out.stat().st_mode & 0o077 == 0
    assert main(["exchange", "dual", "--agency", cast.bureau.code, "--against", str(out)]) == 0
    assert "平台没有 0 行，内容不同 0 行，平台多出 0 行" in capsys.readouterr().out
    assert main(["exchange", "dual", "--agency", "nowhere"]) == 2
    assert "无法执行" in capsys.readouterr().err

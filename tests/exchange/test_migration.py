"""Old data on its way in: columns proposed and corrected, every row tried, a second person, a run that can break."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from mingjing.cases.selectors import acts_of, cases_seen_by
from mingjing.exchange.migration import roles, selectors, services, stumbling
from mingjing.exchange.migration.running import Mover
from mingjing.exchange.migration.services import MigrationRefused
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.selectors import certificates_of, person
from tests.exchange.sheets import GOOD, row, write_csv
from tests.exchange.test_rows import REAL

if TYPE_CHECKING:
    from mingjing.exchange.models import Migration
    from mingjing.personnel.models import Person
    from tests.cast import Cast

OTHER = row(行政处罚决定书文号="舞城管罚决〔2026〕13号", 行政相对人名称="舞钢市另一家建材有限公司")
BAD = row(行政处罚决定书文号="舞城管罚决〔2026〕14号", 处罚依据="")

OFFICERS = [
    {
        "姓名": "赵一",
        "证号": "16410481901",
        "执法领域": "城管",
        "发证日期": "2022.3.5",
        "有效期止": "2027年3月4日",
    },
    {
        "姓名": "钱二",
        "证号": "16410481902",
        "执法领域": "城管、环保",
        "发证日期": "44625",
        "有效期止": "20270304",
    },
]
VISITS = [
    {"企业名称": "舞钢市某某建材有限公司", "统一社会信用代码": "91230500MA1B3N1N2M", "检查时间": "2025/4/1",
     "检查事项": "占道经营检查", "检查结果": "未发现问题", "执法人员": "甲、乙"},
    {"企业名称": "舞钢市另一家商店", "统一社会信用代码": "", "检查时间": "2025/4/2",
     "检查事项": "占道经营检查", "检查结果": "查无下落", "执法人员": "甲、路人"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.MINGJING_HOME = tmp_path / "home"


def begun(
    path: Path, cast: "Cast", sort: str = "cases", by: "Person | None" = None, sheet: str = ""
) -> "Migration":
    return services.begin(
        path=path,
        name=path.name,
        sort=sort,
        agency=cast.bureau,
        by=by or cast.clerk,
        at=timezone.now(),
        sheet=sheet,
    )


def tried(made: "Migration", by: "Person", **columns: tuple[str, str]) -> "Migration":
    said = {int(number.removeprefix("c")): value for number, value in columns.items()}
    services.settle_columns(migration=made, columns=said, by=by, at=timezone.now())
    return Mover().finish(made.code)


def run(made: "Migration", head: "Person") -> "Migration":
    services.confirm(migration=made, by=head, at=timezone.now())
    return Mover().finish(made.code)


def test_a_row_goes_from_file_to_case_with_its_source(cast: "Cast", tmp_path: Path):
    """Two good rows and a bad one: the trial writes nothing, the run writes the good ones, each with file and line."""
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD, BAD, OTHER]), cast), cast.clerk)
    assert selectors.counts(made) | {"ready": 2, "refused": 1} == selectors.counts(made)
    assert not cases_seen_by(cast.clerk).exists()
    done = run(made, cast.head)
    assert (done.state, selectors.counts(done)["done"]) == ("done", 2)
    case = cases_seen_by(cast.clerk).get(decision_no="舞城管罚决〔2026〕12号")
    assert (case.imported, f"旧案.csv 第 2 行（文件摘要 {made.digest[:16]}）" in case.source) == (True, True)
    came_from = selectors.row_of(case.code, cast.clerk)
    assert came_from is not None
    assert came_from.line == 2


def test_a_refused_row_says_which_column_what_is_wrong_and_how_to_mend_it(cast: "Cast", tmp_path: Path):
    """The file of refused rows is the table itself with the reasons beside it; mended, it goes in."""
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD, BAD]), cast), cast.clerk)
    (fault,) = selectors.report(made, "refused")[0].faults
    assert (fault["column"], fault["wrong"], fault["mend"]) == ("处罚依据", "没有填“处罚依据”", "请补填")
    back = tmp_path / "退回.csv"
    text = b"".join(selectors.refused_csv(made)).decode("utf-8-sig")
    back.write_text(text.replace("砂石,,", "砂石,《城市道路管理条例》第四十二条,"), encoding="utf-8")
    again = tried(begun(back, cast), cast.clerk)
    assert selectors.counts(again)["ready"] == 1


def test_a_case_that_another_agency_decided_is_asked_about(cast: "Cast", tmp_path: Path):
    """It may be handed down by a bureau that was renamed, so it goes in; the trial says whose it will be."""
    own, part = (
        row(处罚机关=cast.bureau.name),
        row(行政处罚决定书文号="舞城管罚决〔2026〕15号", 处罚机关=f"{cast.bureau.name}执法大队"),
    )
    other = row(行政处罚决定书文号="舞城管罚决〔2026〕16号", 处罚机关="平顶山市公安局")
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [own, part, other]), cast), cast.clerk)
    told = [any("平顶山市公安局" in text for text in one.remarks) for one in selectors.report(made, "ready")]
    assert told == [False, False, True]
    assert not any(
        "迁入后算作" in text for one in selectors.report(made, "ready")[:2] for text in one.remarks
    )


def test_whoever_prepared_it_does_not_confirm_it(cast: "Cast", tmp_path: Path):
    """A head who is clerk too and has prepared the trial is refused; another head may."""
    from tests.cast import make_person  # noqa: PLC0415

    both = make_person("both", "兼职", "head clerk")
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD]), cast, by=both), both)
    for who in (both, cast.clerk, cast.officer, cast.outsider):
        with pytest.raises(MigrationRefused):
            services.confirm(migration=made, by=who, at=timezone.now())
    assert not cases_seen_by(cast.clerk).exists()
    assert run(made, cast.head).confirmed_by == "head"
    with pytest.raises(MigrationRefused, match="不能撤销"):
        services.drop(migration=made, by=both, at=timezone.now())


def test_what_is_not_tried_or_has_nothing_to_write_is_not_confirmed(cast: "Cast", tmp_path: Path):
    """Before the trial, and when every row was refused."""
    made = begun(write_csv(tmp_path / "旧案.csv", [BAD]), cast)
    with pytest.raises(MigrationRefused, match="核对完毕后"):
        services.confirm(migration=made, by=cast.head, at=timezone.now())
    with pytest.raises(MigrationRefused, match="没有可以迁入的行"):
        services.confirm(migration=tried(made, cast.clerk), by=cast.head, at=timezone.now())


def test_columns_are_corrected_kept_and_used_for_the_next_file(cast: "Cast", tmp_path: Path):
    """A heading nobody knows is refused until a person says what it is; the next file of the same headings knows."""
    strange = [{("案子" if key == "行政处罚决定书文号" else key): value for key, value in GOOD.items()}]
    path = write_csv(tmp_path / "旧案.csv", strange)
    made = begun(path, cast)
    place = next(one["number"] for one in made.columns if one["heading"] == "案子")
    with pytest.raises(MigrationRefused, match="决定书文号"):
        services.settle_columns(migration=made, columns={place: ("", "")}, by=cast.clerk, at=timezone.now())
    assert selectors.counts(tried(made, cast.clerk, **{f"c{place}": ("decision_no", "")}))["ready"] == 1
    known = begun(path, cast)
    assert {one["heading"]: (one["key"], one["how"]) for one in known.columns}["案子"] == (
        "decision_no",
        "saved",
    )
    fine = next(one["number"] for one in known.columns if one["heading"].startswith("罚款金额"))
    with pytest.raises(MigrationRefused, match="单位"):
        services.settle_columns(
            migration=known, columns={fine: ("fine", "")}, by=cast.clerk, at=timezone.now()
        )


def test_words_nobody_knows_are_asked_and_then_known(cast: "Cast", tmp_path: Path):
    """罚金 is no kind of penalty of ours: asked with its number of rows; told that it is a fine, the row is ready."""
    odd = row(处罚类别="罚金", 处罚内容="伍仟元整")
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [odd]), cast), cast.clerk)
    assert made.unknown == {"penalty_kind": {"罚金": 1}}
    assert selectors.counts(made)["ready"] == 0
    with pytest.raises(MigrationRefused, match="用语"):
        services.settle_words(
            migration=made, words={"penalty_kind": {"罚金": "罚酒"}}, by=cast.clerk, at=timezone.now()
        )
    services.settle_words(
        migration=made, words={"penalty_kind": {"罚金": "罚款"}}, by=cast.clerk, at=timezone.now()
    )
    assert selectors.counts(Mover().finish(made.code))["ready"] == 1


def test_the_same_file_twice_brings_nothing_twice(cast: "Cast", tmp_path: Path):
    """What is in is told as such; with another fine it is refused."""
    run(tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD]), cast), cast.clerk), cast.head)
    other = row(罚款金额="0.6", 处罚内容="罚款人民币陆仟元整")
    assert (
        selectors.counts(tried(begun(write_csv(tmp_path / "又.csv", [GOOD]), cast), cast.clerk))["stored"]
        == 1
    )
    made = tried(begun(write_csv(tmp_path / "再.csv", [other]), cast), cast.clerk)
    assert "库中已有" in selectors.report(made, "refused")[0].faults[0]["wrong"]


def test_what_came_in_by_another_way_since_the_trial_is_not_doubled(cast: "Cast", tmp_path: Path):
    """Two files with the same case, both tried before either is run."""
    one, two = (
        tried(begun(write_csv(tmp_path / name, [GOOD]), cast), cast.clerk) for name in ("甲.csv", "乙.csv")
    )
    assert selectors.counts(run(one, cast.head))["done"] == 1
    assert selectors.counts(run(two, cast.head))["stored"] == 1
    assert cases_seen_by(cast.clerk).count() == 1


def test_duplicates_within_a_file_are_told_with_both_lines(cast: "Cast", tmp_path: Path):
    """The same record twice: one stays. Two contradicting ones: neither goes in."""
    twice = row(行政处罚决定书文号="舞城管罚决【2026】第012号")
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD, twice, OTHER]), cast), cast.clerk)
    assert [one.state for one in made.rows.order_by("line")] == ["ready", "refused", "ready"]
    assert "与第 2 行重复" in selectors.report(made, "refused")[0].faults[0]["wrong"]
    against = row(罚款金额="0.6", 处罚内容="罚款人民币陆仟元整")
    made = tried(begun(write_csv(tmp_path / "又.csv", [GOOD, against]), cast), cast.clerk)
    assert [one.state for one in made.rows.order_by("line")] == ["refused", "refused"]
    assert "罚款金额却不同" in made.rows.get(line=2).faults[0]["wrong"]


def test_slices_go_on_from_the_cursor_after_a_break(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Two rows a slice; a new worker after every slice: five rows, five cases, each once."""
    from mingjing.exchange.migration import running  # noqa: PLC0415

    for name in ("STAGED", "TRIED", "WRITTEN"):
        monkeypatch.setattr(running, name, 2)
    rows = [row(行政处罚决定书文号=f"舞城管罚决〔2026〕{n}号") for n in range(21, 26)]
    made = begun(write_csv(tmp_path / "旧案.csv", rows), cast)
    services.settle_columns(migration=made, columns={}, by=cast.clerk, at=timezone.now())
    while Mover().step(made.code):
        pass
    services.confirm(migration=made, by=cast.head, at=timezone.now())
    assert Mover().step(made.code)
    assert cases_seen_by(cast.clerk).count() == 2
    while Mover().step(made.code):
        pass
    assert cases_seen_by(cast.clerk).count() == 5


def test_officers_come_with_certificates_and_without_roles(cast: "Cast", tmp_path: Path):
    """Days in four spellings, fields in the words of the old list; roles are given afterwards by others."""
    made = tried(begun(write_csv(tmp_path / "人员.csv", OFFICERS), cast, "officers", cast.admin), cast.admin)
    run(made, cast.head)
    two = person("16410481902")
    (held,) = certificates_of("16410481902")
    assert (two.name, two.roles, two.agency.code) == ("钱二", [], cast.bureau.code)
    assert (held.fields, held.valid_from.isoformat(), held.valid_until.isoformat()) == (
        ["urban", "ecology"], "2022-03-05", "2027-03-04",
    )  # fmt: skip
    again = tried(begun(tmp_path / "人员.csv", cast, "officers", cast.admin), cast.admin)
    assert selectors.counts(again)["stored"] == 2
    with pytest.raises(MigrationRefused):
        begun(tmp_path / "人员.csv", cast, "officers", cast.clerk)


def test_roles_of_the_table_wait_for_the_security_administrator(cast: "Cast", tmp_path: Path):
    """The system administrator's table gives nobody a role; 安全管理员 does, in one go; a role of power is no word."""
    rows = [
        {**OFFICERS[0], "角色": "执法员、内勤"},
        {**OFFICERS[1], "角色": ""},
        {**OFFICERS[1], "证号": "16410481904", "角色": "安全管理员"},
    ]
    made = tried(begun(write_csv(tmp_path / "人员.csv", rows), cast, "officers", cast.admin), cast.admin)
    assert [one.state for one in made.rows.order_by("line")] == ["ready", "ready", "refused"]
    run(made, cast.head)
    assert (person("16410481901").roles, roles.proposals(cast.admin)) == ([], [])
    (waiting,) = roles.proposals(cast.security)
    assert (waiting.person.name, waiting.roles, waiting.line) == ("赵一", ("officer", "clerk"), 2)
    for who, whom in ((cast.admin, "16410481901"), (cast.security, "16410481902")):
        with pytest.raises(RegisterRefused):
            roles.give([whom], by=who)
    assert roles.give(["16410481901"], by=cast.security) == {}
    assert (person("16410481901").roles, roles.proposals(cast.security)) == (["officer", "clerk"], [])


def test_an_officer_of_another_agency_or_without_days_is_refused(cast: "Cast", tmp_path: Path):
    """Each with its column; the third, whole, stays ready."""
    rows = [
        {**OFFICERS[0], "单位": "汝州市城市管理局"},
        {**OFFICERS[1], "单位": "", "有效期止": "长期有效吗"},
        {**OFFICERS[1], "单位": cast.bureau.name, "证号": "16410481903"},
    ]
    made = tried(begun(write_csv(tmp_path / "人员.csv", rows), cast, "officers", cast.admin), cast.admin)
    assert [one.state for one in made.rows.order_by("line")] == ["refused", "refused", "ready"]
    assert [one.faults[0]["column"] for one in selectors.report(made, "refused")] == ["单位", "有效期止"]


def test_past_inspections_become_cases_that_count_in_the_year(cast: "Cast", tmp_path: Path):
    """The visit on its day by those whose names are known; no day of approval is made up."""
    from mingjing.cases.visits import visited  # noqa: PLC0415

    path = write_csv(tmp_path / "检查.csv", VISITS)
    made = tried(begun(path, cast, "inspections"), cast.clerk)
    assert "路人" in made.rows.get(line=3).remarks[0]
    run(made, cast.head)
    first, second = cases_seen_by(cast.clerk).order_by("pk")
    assert [(act.kind, bool(act.done_at)) for act in acts_of(first)] == [
        ("inspection_approved", False),
        ("inspection_entered", True),
        ("inspection_result_told", False),
    ]
    assert [one["person"] for one in acts_of(first)[1].performers] == cast.two
    assert acts_of(second)[2].facts["inspection_conclusion"] == "not_completed"
    found = visited(cast.bureau.region, 2025, [cast.bureau.pk])
    assert found["91230500MA1B3N1N2M"] == {cast.bureau.pk: 1}
    assert selectors.counts(tried(begun(path, cast, "inspections"), cast.clerk))["stored"] == 2


def test_old_licences_come_from_the_published_table_and_from_a_plain_list(cast: "Cast", tmp_path: Path):
    """By the codes of the 2018 standard, granted; by a list with days and result, refused; both days in their order."""
    published = {"XK_XDR_MC": "舞钢市某某建材有限公司", "XK_XDR_SHXYM": "91230500MA1B3N1N2M",
                 "XK_WSH": "舞城管许准〔2025〕3号", "XK_XKLB": "普通", "XK_XKZS": "临时占道许可证",
                 "XK_XKBH": "占字 12",
                 "XK_NR": "湖滨大道南侧临时占道 20 平方米", "XK_JDRQ": "2025/4/1", "XK_YXQZ": "2025-04-01",
                 "XK_YXQZI": "2025-06-30", "XK_XKJG": "舞钢市城市管理局", "XK_ZT": "1"}  # fmt: skip
    made = tried(begun(write_csv(tmp_path / "双公示.csv", [published]), cast, "permits"), cast.clerk)
    assert "没有写许可事项" in made.rows.get(line=2).remarks[0]
    run(made, cast.head)
    case = cases_seen_by(cast.clerk).get()
    (granted,) = acts_of(case)
    assert (case.procedure, granted.kind, case.decision_no) == (
        "licence", "licence_granted", "舞城管许准〔2025〕3号",
    )  # fmt: skip
    assert (granted.facts["licence_category"], granted.facts["licence_until"]) == ("ordinary", "2025-06-30")
    plain = {"申请人": "舞钢市另一家商店", "许可文号": "舞城管许否〔2025〕4号", "许可事项": "临时占道",
             "申请日期": "2025-4-1", "受理日期": "2025-4-2", "决定日期": "2025-4-9", "结果": "不予许可"}  # fmt: skip
    rows = [
        plain,
        {**plain, "许可文号": "舞城管许否〔2025〕5号", "受理日期": "2025-4-10"},
        {**plain, "许可文号": "六号"},
    ]
    made = tried(begun(write_csv(tmp_path / "台账.csv", rows), cast, "permits"), cast.clerk)
    assert [one.state for one in made.rows.order_by("line")] == ["ready", "refused", "refused"]
    assert [one.faults[0]["column"] for one in selectors.report(made, "refused")] == ["决定日期", "许可文号"]
    run(made, cast.head)
    second = cases_seen_by(cast.clerk).exclude(pk=case.pk).get()
    assert [act.kind for act in acts_of(second)] == ["licence_applied", "licence_accepted", "licence_refused"]
    again = tried(begun(tmp_path / "双公示.csv", cast, "permits"), cast.clerk)
    assert selectors.counts(again)["stored"] == 1


def test_objects_go_into_the_register_of_the_region(cast: "Cast", tmp_path: Path):
    """A risk word that nobody knows is asked; told, the object is in the register."""
    from mingjing.inspections.register.pages import called  # noqa: PLC0415

    rows = [{"企业名称": "舞钢市某某建材有限公司", "信用代码": "91230500MA1B3N1N2M", "风险等级": "红色"}]
    made = tried(begun(write_csv(tmp_path / "对象.csv", rows), cast, "objects"), cast.clerk)
    assert made.unknown == {"risk": {"红色": 1}}
    services.settle_words(
        migration=made, words={"risk": {"红色": "高风险"}}, by=cast.clerk, at=timezone.now()
    )
    run(Mover().finish(made.code), cast.head)
    assert called(cast.bureau.region, "舞钢市某某建材有限公司") == ["91230500MA1B3N1N2M"]


def test_another_agency_sees_nothing_of_it(cast: "Cast", tmp_path: Path):
    """The clerk and the head see it; an officer, the administrator and the bureau elsewhere do not."""
    made = begun(write_csv(tmp_path / "旧案.csv", [GOOD]), cast)
    for who in (cast.clerk, cast.head):
        assert selectors.migration_by_code(who, made.code) == made
    for who in (cast.officer, cast.admin, cast.outsider, cast.supervisor):
        with pytest.raises(selectors.NoSuchMigration):
            selectors.migration_by_code(who, made.code)
    with pytest.raises(MigrationRefused):
        services.begin(
            path=tmp_path / "旧案.csv",
            name="x",
            sort="cases",
            agency=cast.elsewhere,
            by=cast.clerk,
            at=timezone.now(),
        )


def test_given_up_its_rows_and_its_file_are_gone(cast: "Cast", tmp_path: Path):
    """Nothing of the people in it stays behind; after the run the cells stay for thirty days and go then."""
    from datetime import timedelta  # noqa: PLC0415

    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD]), cast), cast.clerk)
    services.drop(migration=made, by=cast.clerk, at=timezone.now())
    assert not made.rows.exists()
    assert not services.file_of(made.code).exists()
    done = run(tried(begun(write_csv(tmp_path / "又.csv", [GOOD]), cast), cast.clerk), cast.head)
    assert services.forget_rows(at=timezone.now()) == 0
    assert services.forget_rows(at=timezone.now() + timedelta(days=31)) == 1
    kept = done.rows.get(line=2)
    assert (kept.cells, bool(kept.ref)) == ([], True)


def test_a_file_that_is_gone_ends_the_trial_with_its_reason(cast: "Cast", tmp_path: Path):
    """After a restore without the folder of uploads: said on the page, nothing written, and it can be given up."""
    made = begun(write_csv(tmp_path / "旧案.csv", [GOOD]), cast)
    services.file_of(made.code).unlink()
    failed = tried(made, cast.clerk)
    assert (failed.state, "请重新上传" in failed.fault) == ("failed", True)
    services.drop(migration=failed, by=cast.clerk, at=timezone.now())


def test_a_slice_that_fails_is_tried_later_then_shown_and_goes_on_by_a_button(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Others are not kept waiting; after four more tries a person sees why, and one press brings the rows in once."""
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD, OTHER]), cast), cast.clerk)
    services.confirm(migration=made, by=cast.head, at=timezone.now())
    other = begun(write_csv(tmp_path / "又.csv", [GOOD]), cast)
    services.settle_columns(migration=other, columns={}, by=cast.clerk, at=timezone.now())
    with monkeypatch.context() as patched:
        patched.setattr("mingjing.exchange.migration.cases.write", _fails)
        assert not Mover().turn()
        made.refresh_from_db()
        other.refresh_from_db()
        assert (made.state, made.tries, made.next_try_at > timezone.now()) == ("running", 1, True)
        assert other.state == "checked"
        for _ in stumbling.WAITS:
            type(made).objects.filter(pk=made.pk).update(next_try_at=timezone.now())
            Mover().turn()
    made.refresh_from_db()
    assert (made.state, made.tries) == ("stuck", 5)
    assert "数据库没有完成操作（OperationalError），停在第 0 行之后的一段" in made.fault
    assert not cases_seen_by(cast.clerk).exists()
    with pytest.raises(MigrationRefused, match="您的角色"):
        stumbling.try_again(migration=made, by=cast.officer)
    with pytest.raises(MigrationRefused, match="不能放弃"):
        services.drop(migration=made, by=cast.head, at=timezone.now())
    stumbling.try_again(migration=made, by=cast.clerk)
    Mover().turn()
    made.refresh_from_db()
    assert (made.state, made.fault, cases_seen_by(cast.clerk).count()) == ("done", "", 2)


def test_a_slice_that_goes_well_the_second_time_leaves_no_trace(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Failed at its very end: tried again, done, and nothing on the page speaks of a failure."""
    made = tried(begun(write_csv(tmp_path / "旧案.csv", [GOOD]), cast), cast.clerk)
    services.confirm(migration=made, by=cast.head, at=timezone.now())
    assert Mover().step(made.code)
    with monkeypatch.context() as patched:
        patched.setattr("mingjing.exchange.migration.running._end", _fails)
        Mover().turn()
    type(made).objects.filter(pk=made.pk).update(next_try_at=timezone.now())
    Mover().turn()
    made.refresh_from_db()
    assert (made.state, made.tries, made.next_try_at, made.fault) == ("done", 0, None, "")


def _fails(*_: Any) -> Any:
    raise OperationalError("server closed the connection, row 91230500MA1B3N1N2M")


@pytest.mark.shared
def test_the_published_rows_are_tried_as_the_import_tries_them(cast: "Cast", shared: Path):
    """Thirteen of the 37 real rows can stand, as `mingjing import` finds too."""
    path = shared / "data" / "publicity_tables" / "penalty_rows_as_published.csv"
    made = begun(path, cast)
    said = {
        one["number"]: (REAL.columns[one["heading"]])
        for one in made.columns
        if one["heading"] in REAL.columns
    }
    services.settle_columns(migration=made, columns=said, by=cast.clerk, at=timezone.now())
    told = selectors.counts(Mover().finish(made.code))
    assert (told["ready"], told["refused"]) == (13, 24)

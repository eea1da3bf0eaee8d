"""The registers through their pages: a file mended and taken in, objects changed with a reason, versions."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mingjing.cli.demo.firms import credit_code
from mingjing.cli.main import main
from mingjing.exchange.sheets import workbook_bytes
from mingjing.inspections.ceremony import keep_proofs
from mingjing.inspections.models import Avoidance, InspectedObject, ObjectChange, RegisterImport
from mingjing.inspections.register import files as register_files
from mingjing.inspections.register.inspectors import avoidances_of, disclose
from mingjing.inspections.register.selection import Selection, count_of
from mingjing.inspections.register.versions import freeze_registers
from mingjing.translog.services import seal_log
from tests.cast import make_agency, make_officer, make_person
from tests.inspections.planning import stocked

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
HEADS = ["企业名称", "统一社会信用代码", "类别", "风险等级", "地址", "备注"]
OBJECTS = "/inspect/objects/"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MINGJING_HOME = tmp_path / "home"


def _signed(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _rows(count: int) -> list[list[str]]:
    return [[f"第{n}饭店", credit_code(n), "企业", "C", "=危险", "内部"] for n in range(1, count + 1)]


def _csv(rows: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADS, *rows])
    return text.getvalue().encode(encoding)


def _sent(client: Client, content: bytes, *, take: bool, name: str = "对象.csv") -> Any:
    body = {"file": SimpleUploadedFile(name, content)} | ({"take": "1"} if take else {})
    return client.post(f"{OBJECTS}import", body)


def _path(code: str) -> str:
    return f"{OBJECTS}410481/{code}/"


def test_a_file_with_faults_is_tried_mended_and_taken_in(cast: "Cast") -> None:
    """The report names line, column, fault and remedy; the sheet of refused rows, mended, is imported as it is."""
    clerk, rows = _signed(cast.clerk), _rows(4)
    rows[1][1], rows[2][3] = "91410481MA40000X0", "极高"
    tried = _sent(clerk, _csv(rows), take=False).content.decode()
    assert "核对结果，没有写入" in tried
    assert "不认识“极高”" in tried
    assert "请对照营业执照核对 18 位代码" in tried
    assert not InspectedObject.objects.exists()
    page = _sent(clerk, _csv(rows), take=True).content.decode()
    assert "新增 2" in page
    assert "不能导入 2" in page
    record = RegisterImport.objects.get(dry_run=False)
    assert (record.new, record.refused, record.by) == (2, 2, "clerk")
    answer = clerk.get(f"{OBJECTS}refused/{record.code}.csv")
    sheet = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [line[-4:-2] for line in sheet[1:]] == [["3", "统一社会信用代码"], ["4", "风险等级"]]
    assert sheet[1][4] == "'=危险"  # a spreadsheet must not run it
    sheet[1][1], sheet[2][3] = credit_code(2), "高"
    text = io.StringIO()
    csv.writer(text).writerows(sheet)
    page = _sent(clerk, text.getvalue().encode("utf-8-sig"), take=True).content.decode()
    assert "新增 2" in page
    assert "不能导入 0" in page
    assert set(InspectedObject.objects.values_list("address", flat=True)) == {"=危险"}


def test_a_second_import_updates_by_code_and_leaves_the_rest(cast: "Cast") -> None:
    """One of three in the second file, with another class: it alone changes, nobody is lost."""
    clerk = _signed(cast.clerk)
    _sent(clerk, _csv(_rows(3), "gb18030"), take=True)
    again = _rows(1)
    again[0][3] = "D"
    assert "更新 1" in _sent(clerk, _csv(again), take=True).content.decode()
    assert list(InspectedObject.objects.order_by("pk").values_list("risk", flat=True)) == ["D", "C", "C"]


def test_workbooks_and_parquet_are_read_as_text_is(cast: "Cast", tmp_path: Path) -> None:
    """The same rows in XLSX and in Parquet: the second finds them equal. A file that is neither is refused in words."""
    clerk, rows = _signed(cast.clerk), _rows(2)
    assert (
        "新增 2"
        in _sent(clerk, workbook_bytes({"一": [HEADS, *rows]}), take=True, name="a.xlsx").content.decode()
    )
    path = tmp_path / "a.parquet"
    columns = ", ".join(f"'{value}' AS \"{head}\"" for head, value in zip(HEADS, rows[0], strict=True))
    duckdb.sql(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    assert "相同 1" in _sent(clerk, path.read_bytes(), take=True, name="a.parquet").content.decode()
    answer = _sent(clerk, b"%PDF-1.7", take=True)
    assert answer.status_code == 422
    assert "这是 PDF" in answer.content.decode()
    answer = _sent(clerk, "名称,住所\n甲,乙\n".encode(), take=True)
    assert "缺少必需的列：风险等级" in answer.content.decode()


def test_the_template_is_a_file_that_names_every_column(cast: "Cast") -> None:
    """Filled as its example says with a true code, it is taken in."""
    clerk = _signed(cast.clerk)
    text = clerk.get(f"{OBJECTS}template.csv").content.decode("utf-8-sig")
    text = text.replace("91410481MA40000X0X", credit_code(9))
    assert "新增 1" in _sent(clerk, text.encode(), take=True).content.decode()
    assert clerk.get(f"{OBJECTS}template.xlsx").content.startswith(b"PK")
    assert clerk.get(f"{OBJECTS}template.exe").status_code == 404


def test_only_who_keeps_the_register_changes_it(cast: "Cast") -> None:
    """An officer reads it and is refused at the import; a clerk of another region sees no object of this one."""
    stocked(3)
    officer, far = _signed(cast.officer), _signed(make_person("far", "远", "clerk", agency="410482-urban"))
    assert officer.get(_path(credit_code(1))).status_code == 200
    assert officer.get(f"{OBJECTS}import").status_code == 403
    assert (
        officer.post(_path(credit_code(1)) + "state", {"state": "closed", "reason": "x"}).status_code == 403
    )
    assert far.get(_path(credit_code(1))).status_code == 404
    assert far.post(_path(credit_code(1)) + "state", {"state": "closed", "reason": "x"}).status_code == 404
    assert credit_code(1) not in far.get(OBJECTS).content.decode()
    assert not ObjectChange.objects.exists()


def test_an_office_above_sees_the_register_and_leaves_it_as_it_is(cast: "Cast") -> None:
    """The province's supervisor finds an object below him; a head of his own office may not write it."""
    above = make_agency("410000-justice", "河南省司法厅", region="410000", kind="supervisor", field="")
    type(above).objects.filter(pk=cast.justice.pk).update(parent=above)
    stocked(3)
    over = make_person("over", "上", "supervisor head", agency=above.code)
    client = _signed(over)
    assert credit_code(1) in client.get(OBJECTS, {"region": "410481"}).content.decode()
    assert client.post(_path(credit_code(1)) + "state", {"state": "closed", "reason": "x"}).status_code == 404


def test_a_change_needs_a_reason_and_stays_with_what_was_before(cast: "Cast") -> None:
    """Without a reason, with a class that is none, without any difference: refused; then kept with before and after."""
    stocked(3)
    clerk, path = _signed(cast.clerk), _path(credit_code(1))
    typed = {"name": "舞钢市新名饭店", "risk": "D", "reason": ""}
    refused = clerk.post(f"{path}mend", typed)
    assert refused.status_code == 422
    assert "请写明理由" in refused.content.decode()
    assert "舞钢市新名饭店" in refused.content.decode()
    assert clerk.post(f"{path}mend", typed | {"risk": "E", "reason": "x"}).status_code == 422
    assert clerk.post(f"{path}mend", typed | {"reason": "企业更名，核对营业执照"}).status_code == 302
    page = clerk.get(path).content.decode()
    assert "企业更名，核对营业执照" in page
    assert "D（高风险）" in page
    kept = ObjectChange.objects.get()
    assert set(kept.changed) == {"name", "risk"}
    assert kept.by == "clerk"
    assert InspectedObject.objects.get(public_id=credit_code(1)).industry  # what the form did not send stays
    again = clerk.post(f"{path}mend", typed | {"reason": "再来"})
    assert "没有改动任何内容" in again.content.decode()


def test_a_closed_object_is_drawn_no_more_until_it_is_opened_again(cast: "Cast") -> None:
    """Closed with a reason it leaves the strata; opened again it is back; twice the same state is refused."""
    stocked(10)
    before, clerk, path = count_of(Selection("410481")), _signed(cast.clerk), _path(credit_code(1))
    assert clerk.post(f"{path}state", {"state": "closed", "reason": "现场核实停业"}).status_code == 302
    assert sum(count_of(Selection("410481")).values()) == sum(before.values()) - 1
    assert clerk.post(f"{path}state", {"state": "closed", "reason": "又一次"}).status_code == 422
    assert clerk.post(f"{path}state", {"state": "active", "reason": "恢复营业"}).status_code == 302
    assert count_of(Selection("410481")) == before


def test_an_object_is_added_once(cast: "Cast") -> None:
    """A wrong code is refused beside its field; the same again is refused with the name that is there."""
    clerk = _signed(cast.clerk)
    typed = {"name": "新店", "code": "9141", "kind": "企业", "risk": "B", "reason": "巡查发现"}
    wrong = clerk.post(f"{OBJECTS}new", typed)
    assert wrong.status_code == 422
    assert 'id="code" name="code" value="9141"' in wrong.content.decode()
    assert clerk.post(f"{OBJECTS}new", typed | {"code": credit_code(5)}).status_code == 302
    assert (
        "已经有这个对象：新店"
        in clerk.post(f"{OBJECTS}new", typed | {"code": credit_code(5)}).content.decode()
    )


def test_a_long_list_is_narrowed_and_paged_without_losing_anybody(cast: "Cast") -> None:
    """Every page once gives every object once; name, class and state narrow it."""
    stocked(130)
    client, seen, query = _signed(cast.officer), list[str](), ""
    while True:
        page = client.get(f"{OBJECTS}?{query}").context
        seen += [one.public_id for one in page["page"].rows]
        query = page["next"]
        if not query:
            break
    assert len(seen) == len(set(seen)) == 130
    found = client.get(OBJECTS, {"risk": "D", "state": "active"}).context["page"]
    assert {(one.risk, one.state) for one in found.rows} == {("D", "active")}
    name = InspectedObject.objects.get(public_id=credit_code(77)).name
    assert [one.public_id for one in client.get(OBJECTS, {"q": name[4:]}).context["page"].rows] == [
        credit_code(77)
    ]
    assert "没有符合条件的对象" in client.get(OBJECTS, {"q": "绝无此店"}).content.decode()


def test_an_inspector_discloses_his_own_relation_and_does_not_end_it(cast: "Cast") -> None:
    """He names the firm in full; his colleague does not see it; the clerk, who was asked, ends it."""
    stocked(3)
    officer, firm = _signed(cast.officer), InspectedObject.objects.get(public_id=credit_code(1))
    typed = {"object": firm.name, "ground": "配偶任法定代表人"}
    assert officer.post("/inspect/inspectors/own", typed).status_code == 302
    assert "配偶任法定代表人" in officer.get("/inspect/inspectors/").content.decode()
    assert "配偶任法定代表人" not in _signed(cast.officer2).get("/inspect/inspectors/").content.decode()
    row = Avoidance.objects.get()
    assert officer.post(f"/inspect/inspectors/{row.pk}/end").status_code == 403
    assert officer.post("/inspect/inspectors/own", typed | {"object": "没有这家店"}).status_code == 422
    assert _signed(cast.clerk).post(f"/inspect/inspectors/{row.pk}/end").status_code == 302
    assert avoidances_of(cast.bureau)[0].ended_by == "clerk"


def test_the_list_of_inspectors_says_who_cannot_be_sent_and_what_mends_it(cast: "Cast") -> None:
    """A certificate that has run out: told with its remedy; a good one has none. A namesake is asked about."""
    stocked(3)
    make_officer("gone", "过期员", until=timezone.localdate() - timedelta(days=1))
    InspectedObject.objects.filter(public_id=credit_code(2)).update(representative="甲")
    disclose(username="officer", public_id=credit_code(3), ground="入股", by=cast.clerk, at=timezone.now())
    page = _signed(cast.clerk).get("/inspect/inspectors/")
    lines = {one.person.username: one for one in page.context["page"].inspectors}
    assert "请向发证机关申请换发" in lines["gone"].remedy
    assert lines["officer"].remedy == ""
    assert lines["officer"].avoids == 1
    assert "负责人同名" in page.content.decode()
    assert "负责人同名" not in _signed(cast.officer).get("/inspect/inspectors/").content.decode()


def test_versions_are_listed_with_their_leaf_and_computed_again(cast: "Cast") -> None:
    """After a night the page shows the leaf and gives the proof; the button says that the roots hold."""
    stocked(20)
    now = timezone.now()
    freeze_registers(at=now)
    client = _signed(cast.officer)
    assert "等待存证" in client.get("/inspect/versions/").content.decode()
    seal_log(at=now)
    keep_proofs(at=now)
    page = client.get("/inspect/versions/")
    assert "等待存证" not in page.content.decode()
    version = page.context["groups"][0][1][0]["version"]
    assert b"c2sp.org/tlog-proof" in client.get(f"/inspect/versions/{version.code}/proof").content
    checked = client.post(f"/inspect/versions/{version.code}/verify")
    assert all(one.holds for one in checked.context["result"])
    far = _signed(make_person("far", "远", "clerk", agency="410482-urban"))
    assert far.post(f"/inspect/versions/{version.code}/verify").status_code == 404


def test_the_command_reports_as_the_page_does(
    cast: "Cast", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 when all is in, 1 when rows were refused, 2 when nothing can be done; a trial writes nothing."""
    path, refused, rows = tmp_path / "a.csv", tmp_path / "refused.csv", _rows(3)
    path.write_bytes(_csv(rows))
    told = ["register", "import", str(path), "--agency", cast.bureau.code]
    assert main([*told, "--dry-run"]) == 0
    assert not InspectedObject.objects.exists()
    assert main(told) == 0
    rows[2][3] = "?"
    path.write_bytes(_csv(rows))
    assert main([*told, "--refused", str(refused)]) == 1
    assert "第 4 行  风险等级：不认识“?”" in capsys.readouterr().out
    assert "请填" in refused.read_text(encoding="utf-8-sig")
    assert main([*told, "--region", "410482"]) == 2
    assert main(["register", "import", str(path), "--agency", "nowhere"]) == 2


def test_refused_rows_are_forgotten_when_their_time_is_over(cast: "Cast") -> None:
    """They may hold what people are known by; the record of the import stays, its link is gone."""
    clerk, rows = _signed(cast.clerk), _rows(1)
    rows[0][3] = "?"
    _sent(clerk, _csv(rows), take=True)
    record = RegisterImport.objects.get()
    now = timezone.now()
    assert register_files.forget_refused(at=now) == 0
    assert register_files.forget_refused(at=now + register_files.KEPT + timedelta(days=1)) == 1
    assert clerk.get(f"{OBJECTS}refused/{record.code}.csv").status_code == 404

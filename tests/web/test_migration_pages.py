"""Pages of data migration: from the file to the confirmed run, at the desks of clerk, administrator and head."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.cases.selectors import cases_seen_by
from mingjing.cli.main import main
from mingjing.cli.worker import Worker
from mingjing.exchange.migration import selectors
from mingjing.exchange.migration.running import Mover
from tests.cast import Cast
from tests.exchange.sheets import GOOD, row, write_csv
from tests.web.conftest import SignIn

BAD = row(行政处罚决定书文号="舞城管罚决〔2026〕14号", 处罚依据="")
ODD = row(行政处罚决定书文号="舞城管罚决〔2026〕15号", 处罚类别="罚金", 处罚内容="伍仟元整")


@pytest.fixture(autouse=True)
def _home(tmp_path: Any, settings: Any) -> None:
    settings.MINGJING_HOME = tmp_path / "home"


def handed_in(client: Any, tmp_path: Any, rows: list[dict[str, str]], sort: str = "cases") -> str:
    """Hand a file in at a desk; give the address of its page."""
    content = write_csv(tmp_path / "old.csv", rows).read_bytes()
    answer = client.post("/migrations/", {"sort": sort, "file": SimpleUploadedFile("旧案.csv", content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def chosen(client: Any, address: str) -> dict[str, str]:
    """The columns as the page proposes them, to be sent back."""
    columns = client.get(address).context["columns"]
    return {f"key-{one['number']}": one["key"] for one in columns} | {
        f"unit-{one['number']}": one["unit"] for one in columns
    }


def test_from_the_file_to_the_cases(cast: Cast, at_desk: SignIn, tmp_path: Any) -> None:
    """Columns with samples, the trial with its faults, a word explained, the head's confirmation, the cases."""
    clerk, head = at_desk(cast.clerk), at_desk(cast.head)
    address = handed_in(clerk, tmp_path, [GOOD, BAD, ODD])
    page = clerk.get(address).content.decode()
    assert "舞城管罚决〔2026〕12号" in page
    assert "名称一致" in page
    assert clerk.post(f"{address}columns", {}).status_code == 422
    assert clerk.post(f"{address}columns", chosen(clerk, address)).status_code == 302
    assert "正在读文件" in clerk.get(address).content.decode()
    Mover().turn()
    page = clerk.get(address).content.decode()
    assert "没有填“处罚依据”" in page
    assert "您本人核对" in page
    assert "砂石" in b"".join(clerk.get(f"{address}refused.csv")).decode()
    assert clerk.post(f"{address}words", {}).status_code == 422
    assert clerk.post(f"{address}words", {"word-0-penalty_kind": "罚款"}).status_code == 302
    Mover().turn()
    assert clerk.post(f"{address}confirm").status_code == 403
    assert not cases_seen_by(cast.clerk).exists()
    assert "确认，迁入 2 行" in head.get(address).content.decode()
    assert head.post(f"{address}confirm").status_code == 302
    Worker().turn()
    case = cases_seen_by(cast.clerk).first()
    assert case is not None
    assert f"/cases/{case.code}/" in clerk.get(f"{address}?state=done").content.decode()
    assert clerk.post(f"{address}drop").status_code == 422


def test_a_file_that_is_no_table_is_refused_on_the_page(cast: Cast, at_desk: SignIn) -> None:
    """Nothing is kept; the reason stands above the form."""
    clerk = at_desk(cast.clerk)
    sent = {"sort": "cases", "file": SimpleUploadedFile("旧案.xls", b"\xd0\xcf\x11\xe0" + b"0" * 600)}
    answer = clerk.post("/migrations/", sent)
    assert (answer.status_code, "另存为 .xlsx" in answer.content.decode()) == (422, True)
    assert not selectors.migrations_seen_by(cast.clerk).exists()
    assert clerk.post("/migrations/", {"sort": "cases"}).status_code == 422


def test_everybody_sees_their_own_sorts_and_nobody_elses(cast: Cast, at_desk: SignIn, tmp_path: Any) -> None:
    """People are the administrator's, cases the clerk's; another agency, an officer and a supervisor see neither."""
    clerk, admin = at_desk(cast.clerk), at_desk(cast.admin)
    cases = handed_in(clerk, tmp_path, [GOOD])
    people = [{"姓名": "赵一", "证号": "16410481901", "发证日期": "2022.3.5", "有效期至": "2027-03-04"}]
    officers = handed_in(admin, tmp_path, people, "officers")
    assert [clerk.get(one).status_code for one in (cases, officers)] == [200, 404]
    assert [admin.get(one).status_code for one in (cases, officers)] == [404, 200]
    assert [at_desk(cast.head).get(one).status_code for one in (cases, officers)] == [200, 200]
    for who in (cast.officer, cast.supervisor, cast.outsider):
        assert at_desk(who).get(cases).status_code == 403
    from tests.cast import ELSEWHERE, make_person  # noqa: PLC0415

    stranger = at_desk(make_person("stranger", "外人", "clerk head", ELSEWHERE))
    for step in ("", "refused.csv"):
        assert stranger.get(f"{cases}{step}").status_code == 404
    for step in ("columns", "words", "confirm", "drop"):
        assert stranger.post(f"{cases}{step}").status_code == 404
    assert clerk.post(f"{cases}drop").status_code == 302
    assert clerk.get("/migrations/").status_code == 200


def test_roles_of_a_table_are_given_on_the_page_of_the_security_administrator(
    cast: Cast, at_desk: SignIn, tmp_path: Any
) -> None:
    """Ticked, they are given; the system administrator does not see the page."""
    admin, guard = at_desk(cast.admin), at_desk(cast.security)
    people = [
        {
            "姓名": "赵一",
            "证号": "16410481901",
            "发证日期": "2022.3.5",
            "有效期至": "2027-03-04",
            "角色": "执法员",
        }
    ]
    address = handed_in(admin, tmp_path, people, "officers")
    admin.post(f"{address}columns", chosen(admin, address))
    Mover().turn()
    at_desk(cast.head).post(f"{address}confirm")
    Mover().turn()
    page = guard.get("/migrations/roles/").content.decode()
    assert "旧案.csv 第 2 行" in page
    assert "执法人员" in page
    assert admin.get("/migrations/roles/").status_code == 403
    said = guard.post("/migrations/roles/", {"person": ["16410481901"]}, follow=True).content.decode()
    assert "已授予角色" in said
    assert "没有等待授予的角色" in said


def test_the_command_tries_and_runs(cast: Cast, tmp_path: Any, capsys: Any) -> None:
    """A dry run leaves nothing; a trial waits for the head; the clerk may not run it, the head may."""
    path = write_csv(tmp_path / "旧案.csv", [GOOD, ODD])
    words = ["migration", "try", str(path), "--sort", "cases", "--agency", cast.bureau.code]
    assert main([*words, "--dry-run"]) == 1
    assert "不认识“罚金”（1 行）" in capsys.readouterr().out
    assert [one.state for one in selectors.latest()] == ["dropped"]
    assert main([*words, "--word", "penalty_kind:罚金=罚款", "--refused", str(tmp_path / "退回.csv")]) == 0
    assert "可以迁入 2 行" in capsys.readouterr().out
    code = selectors.latest()[0].code
    assert main(["migration", "run", code, "--by", "clerk"]) == 2
    assert "只有本机关负责人" in capsys.readouterr().err
    assert main(["migration", "run", code, "--by", "head"]) == 0
    assert "已迁入 2 行" in capsys.readouterr().out
    assert cases_seen_by(cast.clerk).count() == 2
    assert main(["migration", "list"]) == 0
    assert main([*words, "--column", "没有这列=party"]) == 2

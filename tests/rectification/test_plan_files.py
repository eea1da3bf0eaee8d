"""Files that are no plan are refused in clear Chinese; whatever is read, every source stands in the text."""

import contextlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import docx
import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mingjing.cli.main import main
from mingjing.rectification.plan import LARGEST, PaperUnreadable, Plan, read_plan, read_text

TEXT = "一、任务\n1.修订制度，加强管理。办公室要于2021年3月底前完成。\n"
PIECES = [
    "一、", "（一）", "1.", "(1)", "①", "2019年", "12月底", "2月30日", "13月", "0月0日", "每年",
    "每月", "不少于", "20学时", "长期坚持", "收到", "之日起", "十日内", "九十九个工作日内",
    "各部门", "和", "要", "应当", "负责", "牵头", "配合", "办公室", "领导小组", "成立", "设在",
    "问题：", "整改措施：", "责任单位：", "整改时限：", "工作目标", "存在问题", "《", "“", "责令",
    "改正", "建议", "〔2019〕3号", "9999年12月31日", "印发之日起9个工作日内", "一", "二", "三",
    "四", "（", "）", "(", ")", "、", "。", "；", "：", ":", "年", "月", "日", "底", "前", "内",
    "0", "1", "2", "9", " ", "\n", "\t",
]  # fmt: skip


def _pdf(*, password: str = "") -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    content = io.BytesIO()
    document.save(
        content, encryption=pikepdf.Encryption(owner=password, user=password) if password else False
    )
    return content.getvalue()


def _word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _wide() -> bytes:
    """A table whose one cell says that it spans a billion columns."""
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0)._tc.get_or_add_tcPr()._add_gridSpan().val = 10**9
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (65 * 1024 * 1024))
    return content.getvalue()


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_word(TEXT))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}


PARTS = _parts()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("方案.pdf", _pdf(password="x"), "设有密码"),
        ("方案.pdf", _pdf(), "扫描件"),
        ("方案.pdf", b"%PDF-1.7 cut off", "已损坏"),
        ("方案.doc", b"\xd0\xcf\x11\xe0", "另存为 DOCX"),
        ("方案.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "设有密码"),
        ("方案.docx", b"PK\x03\x04", "已损坏"),
        ("方案.docx", _wide(), "列数异常"),
        ("方案.docx", _bomb(), "压缩比异常"),
        ("方案.docx", _word(""), "没有文字"),
        ("方案.txt", b"", "空文件"),
        ("方案.txt", b" \n ", "没有文字"),
        ("方案.txt", b"\x00\x01\x02", "不是文本文件"),
        ("方案.txt", b"\xff\xff\xff", "编码无法识别"),
        ("方案.txt", b"a" * (LARGEST + 1), "超过 20 MB"),
        ("方案", b"a", "不是能读的格式"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_what_mends_it(name: str, content: bytes, told: str) -> None:
    """Locked, scanned, cut off, old, empty, hostile or too large: one clear message each."""
    with pytest.raises(PaperUnreadable, match=told):
        read_plan(content, name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("方案.txt", TEXT.encode()),
        ("方案.TXT", TEXT.encode("gb18030")),
        ("方案.txt", TEXT.encode("utf-16")),
        ("方案.txt", ("\ufeff" + TEXT.replace("\n", "\r\n")).encode()),
        ("方案.docx", _word(TEXT)),
    ],
)
def test_the_same_plan_is_read_from_every_kind_of_file(name: str, content: bytes) -> None:
    """UTF-8, GB18030, UTF-16, other line ends and a Word file give the same item."""
    (item,) = read_plan(content, name).items
    assert (item.responsible, item.deadline) == (("办公室",), date(2021, 3, 31))


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("9999年12月31日\n一、任务\n1.修订制度。本方案印发之日起九十九日内完成。")
def test_any_text_is_read_without_a_crash(text: str) -> None:
    """Whatever the words: every source stands in the text at its place, dates are dates, nothing is empty."""
    _sound(read_text(text))
    _sound(read_text(text, written=date(9999, 12, 31)))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04"]),
    st.sampled_from(["txt", "docx", "pdf"]),
)
def test_any_bytes_are_read_or_refused(tail: bytes, head: bytes, ending: str) -> None:
    """No bytes do more than be refused."""
    with contextlib.suppress(PaperUnreadable):
        _sound(read_plan(head + tail, f"方案.{ending}"))


@given(
    st.sampled_from(sorted(PARTS)),
    st.integers(0, 10**6),
    st.integers(1, 80),
    st.sampled_from(["", '"', "<w:p/>", "-1"]),
)
def test_a_damaged_word_file_is_read_or_refused(part: str, at: int, length: int, put: str) -> None:
    """Parts with something cut out or put in end in a message or in sound items, never in a crash."""
    whole = PARTS[part].decode()
    at %= len(whole)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in PARTS.items():
            archive.writestr(name, whole[:at] + put + whole[at + length :] if name == part else data)
    with contextlib.suppress(PaperUnreadable):
        _sound(read_plan(content.getvalue(), "方案.docx"))


def _sound(plan: Plan) -> None:
    for item in plan.items:
        assert item.source == plan.text[item.start : item.end] != ""
        assert item.measure
        assert item.title
        assert item.deadline is None or isinstance(item.deadline, date)
        assert not (item.standing and item.deadline)
        json.dumps(item.as_json())


def test_the_command_prints_the_items_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json gives every field, the plain list names what is open; without --dry-run nothing is taken in."""
    file = tmp_path / "方案.txt"
    file.write_text(TEXT + "2.加强培训，提高能力。\n", encoding="utf-8")
    assert main(["plan", "import", str(file), "--dry-run", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["items"]
    assert (first["responsible"], first["deadline"], first["open"]) == (["办公室"], "2021-03-31", [])
    assert first["source"] in TEXT
    assert second["open"] == ["responsible", "limit"]
    assert main(["plan", "import", str(file), "--dry-run"]) == 0
    assert "待填：责任单位、时限" in capsys.readouterr().out


def test_the_command_refuses_a_file_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A locked file and one that is not there end with 2 and one line of what to do."""
    file = tmp_path / "方案.pdf"
    file.write_bytes(_pdf(password="x"))
    assert main(["plan", "import", str(file), "--dry-run"]) == 2
    assert "请取消密码" in capsys.readouterr().err
    assert main(["plan", "import", str(tmp_path / "无.txt"), "--dry-run"]) == 2
    assert "请核对路径" in capsys.readouterr().err

"""Documents that would harm whoever opens them, and the ordinary ones beside them."""

import zipfile

import pytest

from mingjing.evidence.containers import check_content
from mingjing.evidence.media import HEAD, recognise
from mingjing.evidence.refusals import EvidenceRefused
from tests.evidence import files


@pytest.fixture
def check(tmp_path):
    """Write bytes to a file and check them as a document of this kind."""

    def run(content: bytes, extension: str = "docx") -> None:
        path = tmp_path / "file"
        path.write_bytes(content)
        check_content(path, recognise(content[:HEAD], extension))

    return run


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (files.bomb, "压缩炸弹"),
        (files.nested_bomb, "压缩炸弹"),
        (files.many_entries, "压缩炸弹"),
        (files.russian_doll, "层层嵌套"),
        (files.lying_bomb, "已损坏"),
    ],
)
def test_a_document_that_bursts_when_opened_is_refused(check, make, says):
    """By ratio, inside another document, by number of entries, by depth, and by lying about its size."""
    content = make()
    assert len(content) < 4 * files.MEBIBYTE
    with pytest.raises(EvidenceRefused, match=says):
        check(content)


def test_overlapping_entries_are_counted_as_often_as_they_are_listed(check):
    """Many entries that share the same compressed bytes expand as many times."""
    block = files.docx({"word/media/1.bmp": bytes(files.MEBIBYTE)})
    with pytest.raises(EvidenceRefused):
        check(_listed_again(block, times=64))


def test_a_repetitive_workbook_of_moderate_size_is_taken(check):
    """Sheets of equal rows shrink a hundredfold; below the harmless size that is no reason to refuse."""
    check(files.xlsx({"xl/worksheets/sheet1.xml": b"<row><c>0</c></row>" * 1_000_000}), "xlsx")


def test_a_document_with_an_embedded_workbook_is_taken(check):
    """One level of embedding is everyday office work."""
    check(files.docx({"word/embeddings/1.xlsx": files.xlsx()}))


def test_a_document_with_a_password_is_refused_in_those_words(check):
    """An encrypted entry is told apart from a broken one."""
    content = bytearray(
        files.archive({"[Content_Types].xml": b"x", "word/document.xml": b"y"}, zipfile.ZIP_STORED)
    )
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        content[at + flags] |= 1
    with pytest.raises(EvidenceRefused, match="密码"):
        check(bytes(content))


@pytest.mark.parametrize(
    "name", [name for name in files.GOOD if name.endswith(("docx", "xlsx", "doc", "xls", "pdf"))]
)
def test_ordinary_documents_pass(check, name):
    """The twin of the refusals above."""
    check(files.GOOD[name], name.rpartition(".")[2])


def _listed_again(block: bytes, *, times: int) -> bytes:
    """Repeat the directory line of the last entry `times` times."""
    #     ... entries | directory lines (PK 01 02 ...) | end (PK 05 06; counts at 8 and 10, size at 12)
    end = block.rindex(b"PK\x05\x06")
    line = block[block.rindex(b"PK\x01\x02") : end]
    count = int.from_bytes(block[end + 10 : end + 12], "little") + times
    size = int.from_bytes(block[end + 12 : end + 16], "little") + len(line) * times
    counts = count.to_bytes(2, "little") * 2
    return (
        block[:end]
        + line * times
        + block[end : end + 8]
        + counts
        + size.to_bytes(4, "little")
        + block[end + 16 :]
    )

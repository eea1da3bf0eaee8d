"""Sound files of every format that is read from outside, as small as they can be and still have all their parts."""

import csv
import io
import json
import random
import tarfile
import wave
from collections.abc import Sequence
from functools import cache

import docx
import pikepdf
from openpyxl import Workbook
from PIL import Image

from mingjing.cli.drills.draw_stage import drawn
from mingjing.exchange.benchmarks import benchmark_file
from mingjing.translog.leaf import leaf_bytes
from mingjing.translog.receipt import KINDS
from mingjing.translog.receipt_compact import compact
from tests.exchange.sheets import GOOD
from tests.norms.lists import PUBLISHED
from tests.norms.lists import TOML as LIST
from tests.norms.tables import SMALL, benchmark
from tests.onsite.phone import INSPECTED, signature
from tests.translog.receipts_made import Maker

PLAN = (
    "一、问题：执法公示不及时。\n1.修订制度，加强管理。责任单位：办公室。整改时限：2021年3月底前。\n"
    "2.自收到通知之日起十个工作日内公示。责任领导：张某。\n"
)
TABLE = [list(GOOD), list(GOOD.values()), [*list(GOOD.values())[:-1], "另一机关"], ["合计", "2"]]
MAKER = Maker(random.Random(1))


def csv_file(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """Rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as one sheet, with a merged title above them."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(["公示表"])
    book.active.merge_cells("A1:D1")
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


@cache
def tables() -> list[bytes]:
    """A published table in each of its forms."""
    return [
        csv_file(TABLE),
        csv_file(TABLE, "gb18030"),
        csv_file(TABLE).replace(b",", b"\t"),
        workbook(TABLE),
    ]


@cache
def benchmarks() -> list[bytes]:
    """A benchmark in each of its forms."""
    return [SMALL.encode(), *(benchmark_file(benchmark(), suffix=one) for one in (".csv", ".xlsx"))]


@cache
def lists() -> list[bytes]:
    """A list of first violations in each of its forms."""
    return [LIST.encode(), PUBLISHED.encode(), workbook([one.split(",") for one in PUBLISHED.splitlines()])]


@cache
def plans() -> list[bytes]:
    """A rectification plan as text, as a document and as a PDF."""
    paper, out = docx.Document(), io.BytesIO()
    for line in PLAN.splitlines():
        paper.add_paragraph(line)
    paper.add_table(2, 3).cell(0, 0).text = "责任单位"
    paper.save(out)
    return [PLAN.encode(), PLAN.encode("gb18030"), out.getvalue(), *pdfs()]


@cache
def pdfs() -> list[bytes]:
    """A PDF of one page with a line of text."""
    paper, out = pikepdf.new(), io.BytesIO()
    page = paper.add_blank_page()
    page.contents_add(b"BT /F1 12 Tf 72 700 Td (2021.3) Tj ET")
    paper.save(out)
    return [out.getvalue()]


@cache
def media() -> list[bytes]:
    """Pictures, sound, papers and packed office files."""
    found = [*pdfs(), plans()[2], workbook(TABLE), PLAN.encode()]
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        out = io.BytesIO()
        Image.new("RGB", (8, 6), "red").save(out, kind)
        found.append(out.getvalue())
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 80)
    return [*found, sound.getvalue(), b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 40]


@cache
def receipts() -> list[bytes]:
    """A receipt of every kind."""
    return [MAKER.receipt(kind).data for kind in KINDS]


@cache
def compact_receipts() -> list[bytes]:
    """The same as the text of a QR code."""
    return [compact(MAKER.receipt(kind)).encode() for kind in KINDS]


@cache
def proofs() -> list[bytes]:
    """A proof with the leaf, and the signed note inside it."""
    leaf = leaf_bytes("act", {"c": "k" * 8, "n": 1, "h": "0" * 64, "at": "2026-03-05T10:00:00+08:00"})
    return [MAKER.prove(leaf, 11, 4).data]


@cache
def notes() -> list[bytes]:
    """A checkpoint signed and cosigned."""
    return [MAKER.note(11, bytes(32))]


@cache
def policies() -> list[bytes]:
    """A policy with a group and a quorum."""
    one, two = (witness.public.vkey for witness in MAKER.witnesses)
    lines = [
        f"log {MAKER.vkey}",
        f"witness a {one} http://127.0.0.1:1/",
        f"witness b {two}",
        "group g any a b",
    ]
    return ["\n".join([*lines, "quorum g", ""]).encode()]


@cache
def requests_to_witness() -> list[bytes]:
    """What a log sends to its witness."""
    return [b"old 0\n\n" + notes()[0]]


@cache
def draws() -> list[bytes]:
    """A draw that was closed."""
    made = drawn(5, sizes=(6, 3))
    made.close()
    return [made.bundle()]


@cache
def mirror_parts() -> list[bytes]:
    """A tar that is packed as packages are, with one plain file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.USTAR_FORMAT) as pack:
        told = tarfile.TarInfo("index")
        told.size = 4
        pack.addfile(told, io.BytesIO(b"text"))
    return [out.getvalue()]


@cache
def records_of_phones() -> list[bytes]:
    """A record made on site, as it is sent."""
    inner = {
        "by": "officer",
        "case": "",
        "done_at": "2026-03-05T10:00+08:00",
        "facts": dict(INSPECTED),
        "kind": "inspected",
        "performers": ["officer"],
        "procedure": "ordinary",
    }
    text = json.dumps(inner, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sent = {
        "once": "0" * 32,
        "text": text,
        "photos": ["a" * 64],
        "signatures": [],
        "late_reason": "",
        "seen": 0,
    }
    return [json.dumps(sent, ensure_ascii=False).encode()]


@cache
def signatures() -> list[bytes]:
    """A signature that says what was signed."""
    return [signature("{}")]


@cache
def orders() -> list[bytes]:
    """Orders of the hotline."""
    one = {
        "工单编号": "20260305001",
        "涉及单位": "城市管理局",
        "诉求内容": "占道经营",
        "反映时间": "2026-03-05",
    }
    return [json.dumps({"orders": [one, {**one, "工单编号": "2"}]}, ensure_ascii=False).encode()]


@cache
def areas() -> list[bytes]:
    """The corners of a grid cell."""
    return [b"113.51,33.32\n113.52,33.32\n113.52,33.33\n113.51,33.33\n"]

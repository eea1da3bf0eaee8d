"""Everything of ours that reads bytes from outside: how it is called, sound files to begin with, how it refuses."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from mingjing.archive.verify import verify_package
from mingjing.cli.drills.draw_stage import KEY
from mingjing.evidence.containers import check_content
from mingjing.evidence.media import recognise
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.exchange.benchmarks import read_benchmark_file
from mingjing.exchange.inbound import NotReadable
from mingjing.exchange.inbound import _rows as read_orders
from mingjing.exchange.lists import read_list_file
from mingjing.exchange.long_tables import long_table
from mingjing.exchange.migration.sheet import open_sheet
from mingjing.exchange.tables import read_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.governance.geometry import NotAnArea, read_area
from mingjing.inspections.drawing.verify import verify_draw
from mingjing.mirror.package import read_package as read_mirror
from mingjing.mirror.refusals import MirrorRefused
from mingjing.onsite.package import Malformed
from mingjing.onsite.package import read_package as read_record
from mingjing.onsite.signed_picture import Unsound, read_signed
from mingjing.rectification.plan import PaperUnreadable, read_plan
from mingjing.translog.note import Checkpoint, NoteRefused, split_note
from mingjing.translog.policy import Policy, PolicyRefused
from mingjing.translog.receipt import Receipt, ReceiptRefused
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.receipt_compact import from_compact
from mingjing.translog.strict_json import NotStrict, read_object
from mingjing.translog.witness import open_witness, set_up
from tests.fuzz import seeds
from tests.norms.lists import HEAD

BENCHMARK_HEAD: Final = {
    "benchmark": "flat",
    "title": "平表",
    "issuer": "某局",
    "level": "own",
    "version": "1",
    "in_force": "2026-01-01",
    "source": "本测试",
}


@dataclass(frozen=True)
class Reader:
    """One way in. `read` gives something or raises one of `refusals`, whose words are shown to people."""

    name: str
    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    refusals: tuple[type[Exception], ...] = ()


def _file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Call a reader of files with bytes; a workbook is named so, since openpyxl goes by the name."""

    def called(data: bytes) -> object:
        with tempfile.NamedTemporaryFile(suffix=".xlsx" if data.startswith(b"PK") else ".csv") as file:
            file.write(data)
            file.flush()
            return read(Path(file.name))

    return called


def _benchmark(data: bytes) -> object:
    name = "表.csv" if b"," in data[:200] or data.startswith(b"PK") else "表.toml"
    return _file(lambda path: read_benchmark_file(path, name=name, head=BENCHMARK_HEAD))(data)


def _list(data: bytes) -> object:
    name = "单.toml" if data.lstrip().startswith(b"title") else "单.csv"
    return _file(lambda path: read_list_file(path, name=name, head=HEAD))(data)


def _long(path: Path) -> object:
    with long_table(path) as table:
        return list(table.rows)


def _migration(path: Path) -> object:
    return list(open_sheet(path).lines)


def _plan(data: bytes) -> object:
    suffix = "docx" if data.startswith(b"PK") else "pdf" if b"%PDF" in data[:8] else "txt"
    return read_plan(data, name=f"方案.{suffix}", written=date(2021, 1, 5))


def _evidence(data: bytes) -> object:
    packed = "docx" if b"word/document.xml" in data else "xlsx"
    suffix = {b"PK": packed, b"%P": "pdf", b"\xff\xd8": "jpg", b"\x89P": "png"}.get(data[:2], "")
    media = recognise(data[:4096], suffix)
    return _file(lambda path: check_content(path, media))(data)


def _witness(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder), "witness.test", post_quantum=False)
        answer = open_witness(Path(folder)).add_checkpoint(data, 1_772_000_000)
        assert answer.status in {200, 400, 403, 404, 409, 422}
        return answer


READERS: Final = (
    Reader("notes", lambda data: Checkpoint.parse(split_note(data)[0]), seeds.notes, (NoteRefused,)),
    Reader("policies", Policy.parse, seeds.policies, (PolicyRefused,)),
    Reader("strict JSON", read_object, seeds.receipts, (NotStrict,)),
    Reader("receipts", Receipt.parse, seeds.receipts, (ReceiptRefused,)),
    Reader("checked receipts", lambda data: check_receipt(data, [seeds.MAKER.vkey]), seeds.receipts),
    Reader(
        "QR codes",
        lambda data: from_compact(data.decode("latin-1")),
        seeds.compact_receipts,
        (ReceiptRefused,),
    ),
    Reader("witness", _witness, seeds.requests_to_witness),
    Reader("draws", lambda data: verify_draw(data, KEY.public.vkey), seeds.draws),
    Reader("archives", _file(verify_package), lambda: [seeds.plans()[2], seeds.workbook(seeds.TABLE)]),
    Reader(
        "mirror packages",
        _file(lambda path: [b"".join(one.pieces()) for one in read_mirror(path)]),
        seeds.mirror_parts,
        (MirrorRefused,),
    ),
    Reader("records of phones", read_record, seeds.records_of_phones, (Malformed,)),
    Reader("signed pictures", read_signed, seeds.signatures, (Unsound,)),
    Reader("evidence", _evidence, seeds.media, (EvidenceRefused,)),
    Reader("published tables", _file(read_table), seeds.tables, (Unreadable,)),
    Reader("long tables", _file(_long), seeds.tables, (Unreadable,)),
    Reader("tables of old systems", _file(_migration), seeds.tables, (Unreadable,)),
    Reader("benchmarks", _benchmark, seeds.benchmarks, (Unreadable,)),
    Reader("lists", _list, seeds.lists, (Unreadable,)),
    Reader("plans", _plan, seeds.plans, (PaperUnreadable,)),
    Reader("orders", read_orders, seeds.orders, (NotReadable,)),
    Reader("areas", lambda data: read_area(data.decode("utf-8", "replace")), seeds.areas, (NotAnArea,)),
)

"""The transfer list on paper, worded and ruled as its form in the packs says."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from mingjing.archive.selectors import latest_packages
from mingjing.cases.archiving import ArchivedFile
from mingjing.cases.law import law_for
from mingjing.documents.compose import document_data
from mingjing.documents.forms import document_form
from mingjing.kit.clock import beijing, chinese_date
from mingjing.kit.parts import Column
from mingjing.lawengine.model import ActRecord, Law
from mingjing.typeset.printing import print_table

if TYPE_CHECKING:
    from mingjing.archive.models import ArchivePackage
    from mingjing.personnel.models import Agency

TRANSFER = "file_transfer"


def transfer_list(
    agency: "Agency", files: Sequence[ArchivedFile], *, first: date, last: date, at: datetime
) -> bytes:
    """Print the list of files handed over to an archive; dated `at`. Raises DocumentNotDrawn."""
    law = law_for(agency)
    packages = latest_packages([one.case.code for one in files])
    rows = [_row(law, one, packages.get(one.case.code)) for one in files]
    form = document_form(law.forms, TRANSFER)
    data = document_data(
        form,
        agency=agency,
        case_number="",
        act=ActRecord(1, "", at, {"transfer_items": rows}, ()),
        acts=(),
        law=law,
        at=at,
    )
    table = next(block for block in data["blocks"] if block["kind"] == "table")
    signs = next(block for block in data["blocks"] if block["kind"] == "text")
    return print_table(
        title=form.title,
        agency=agency.name,
        at=at,
        columns=[Column(column["title"], column["width"]) for column in table["columns"]],
        rows=table["rows"] if rows else (),
        lines=(agency.name, f"归档日期：{chinese_date(first)}至{chinese_date(last)}，共 {len(rows)} 卷"),
        signs=signs["text"],
    )


def _row(law: Law, one: ArchivedFile, package: "ArchivePackage | None") -> dict[str, str]:
    case, facts = one.case, one.act.facts
    numbers = dict.fromkeys(filter(None, (case.number, case.decision_no)))
    return {
        "transfer_archive_no": str(facts.get("archive_no", "")),
        "transfer_case_no": "\n".join(numbers),
        "transfer_title": f"{case.party_name}　{case.title}",
        "transfer_on": beijing(one.act.done_at or one.act.recorded_at).date().isoformat(),
        "transfer_retention": law.fields["retention"].label(facts.get("retention", "")),
        "transfer_size": f"{facts.get('volume_count', '')}册 {facts.get('page_count', '')}页",
        "transfer_digest": _version(package) if package else "尚未封装",
    }


def _version(package: "ArchivePackage") -> str:
    """The version and its digest, four lines that fit the column and can be read against a screen."""
    digest = [package.digest[at : at + 16] for at in range(0, len(package.digest), 16)]
    return "\n".join([f"第{package.version}版", *digest])

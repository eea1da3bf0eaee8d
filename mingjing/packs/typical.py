"""Typical case files in the packs: whole lawful cases, as data, on which the rules are tried together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mingjing.kit.clock import BEIJING
from mingjing.lawengine.model import ActRecord, CaseHead, EvidenceRef, Performer
from mingjing.packs.examples import plain_value
from mingjing.packs.load import Library
from mingjing.packs.source import PackFile, nearest

FOLDER: Final = "files"
AGENCY: Final = "示范机关"
_ACT_KEYS: Final = ("kind", "at", "performers", "evidence", "facts")
_PERSON_KEYS: Final = ("person", "name", "role", "legal_qualification")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A whole case as it lies in the archive."""

    title: str
    head: CaseHead
    acts: tuple[ActRecord, ...]
    name: str = ""  # of the file that it is written in

    @property
    def closed_at(self) -> datetime:
        """When its last act was done."""
        return max(act.done_at for act in self.acts if act.done_at is not None)


def typical_files(library: Library) -> tuple[CaseFile, ...]:
    """Read the typical case files of the library. Raises PackError."""
    files = (file for pack in library.packs.values() for file in pack.files)
    return tuple(_read(file, library) for file in files if f"/{FOLDER}/" in file.name)


def _read(file: PackFile, library: Library) -> CaseFile:
    data = file.data
    file.known_keys(data, ("title", "procedure", "region", "field", "performer", "act"))
    for key in ("title", "procedure", "region", "field", "performer", "act"):
        if key not in data:
            raise file.fault(f"示范案卷缺少“{key}”", key)
    if data["procedure"] not in library.procedures:
        known = nearest(str(data["procedure"]), library.procedures)
        raise file.fault(f"程序“{data['procedure']}”没有定义{known}", "procedure")
    for person in data["performer"]:
        file.known_keys(person, _PERSON_KEYS, "performer")
    people = {person["person"]: _person(person, data["field"]) for person in data["performer"]}
    head = CaseHead(data["region"], data["field"], AGENCY, procedure=data["procedure"])
    return CaseFile(data["title"], head, tuple(_acts(file, people, library)), file.name)


def _acts(file: PackFile, people: Mapping[str, Performer], library: Library) -> Iterator[ActRecord]:
    for number, row in enumerate(file.data["act"]):
        file.known_keys(row, _ACT_KEYS, "act", number)
        if row["kind"] not in library.kinds:
            raise file.fault(
                f"行为“{row['kind']}”没有定义{nearest(row['kind'], library.kinds)}", "act", number, "kind"
            )
        for name in row.get("facts", {}):
            if name not in library.fields:
                raise file.fault(f"字段“{name}”没有定义{nearest(name, library.fields)}", "act", number, name)
        at: datetime = row["at"]
        yield ActRecord(
            seq=number + 1,
            kind=row["kind"],
            done_at=at if at.tzinfo else at.replace(tzinfo=BEIJING),
            facts={name: plain_value(value) for name, value in row.get("facts", {}).items()},
            performers=tuple(people[person] for person in row["performers"]),
            evidence=tuple(_evidence(row.get("evidence", ()), number)),
        )


def _evidence(rows: list[dict[str, Any]], number: int) -> Iterator[EvidenceRef]:
    for n, row in enumerate(rows):
        yield EvidenceRef(f"证据{number}-{n}", row["kind"], row["medium"], row["side"])


def _person(row: Mapping[str, Any], field: str) -> Performer:
    return Performer(
        person=row["person"],
        name=row["name"],
        agency=AGENCY,
        role=row.get("role", "officer"),
        certificate="示范证号",
        certificate_state="valid",
        certificate_fields=(field,),
        legal_qualification=row.get("legal_qualification", ""),
    )

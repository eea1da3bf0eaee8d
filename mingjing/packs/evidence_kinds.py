"""The legal kinds of evidence as a pack lists them; which file is of which kind is for people to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.packs.source import PackFile

FILE: Final = "cn/evidence_kinds.toml"
TEXTS: Final = ("code", "title", "article")


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One legal kind of evidence and where the law names it."""

    code: str
    title: str
    article: str


def load_evidence_kinds(lawpacks: Path) -> Mapping[str, EvidenceKind]:
    """Read the kinds by code, in the order of the law. Raises PackError, naming file and line, for a faulty list."""
    file = PackFile.read(lawpacks / FILE, FILE)
    entries = file.data.get("kind")
    if not isinstance(entries, list) or not entries:
        raise file.fault("缺少证据种类。请至少写一个 [[kind]]", "kind")
    kinds: dict[str, EvidenceKind] = {}
    for number, entry in enumerate(entries):
        if set(entry) != set(TEXTS) or not all(isinstance(entry[key], str) and entry[key] for key in TEXTS):
            raise file.fault("每个证据种类须有且只有 code、title、article，均为非空文字", "kind", number)
        if entry["code"] in kinds:
            raise file.fault(f"证据种类代码 {entry['code']} 重复。请改用另一个代码", "kind", number)
        kinds[entry["code"]] = EvidenceKind(entry["code"], entry["title"], entry["article"])
    return kinds

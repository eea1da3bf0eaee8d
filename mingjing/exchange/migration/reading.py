"""Single cells of an old table read for their fields; what is wrong is put beside the row under its column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mingjing.exchange.cells import Unfit
from mingjing.exchange.migration.shape import Fault, Field, Found, Job, code_of
from mingjing.exchange.parties import NOTHING


def hold_to(
    fields: Mapping[str, Field], longest: Mapping[str, int], said: Mapping[str, str], job: Job, found: Found
) -> None:
    """Refuse a row in which a required cell is empty or a text too long."""
    for key, one in fields.items():
        if one.required and not said[key]:
            found.faults.append(Fault(job.heading(key, one.title), "空的", "请补填"))
        elif len(said[key]) > longest.get(key, len(said[key])):
            wrong = f"有 {len(said[key])} 个字，最多 {longest[key]} 个"
            found.faults.append(Fault(job.heading(key, one.title), wrong, "请删减到限度以内"))


@dataclass(frozen=True, slots=True)
class Cell:
    """The cells of one row, by field."""

    fields: Mapping[str, Field]
    said: Mapping[str, str]
    job: Job
    found: Found

    def heading(self, key: str) -> str:
        return self.job.heading(key, self.fields[key].title)

    def read(self, key: str, read: Callable[[str], str]) -> str:
        """Give what a cell says, read as its field asks; "" for nothing and for what cannot be read."""
        text = self.said[key]
        if text in NOTHING:
            return ""
        try:
            return read(text)
        except Unfit as fault:
            wrong, _, mend = str(fault).rpartition("，")
            self.found.faults.append(
                Fault(self.heading(key), wrong or str(fault), mend if wrong else "请核对")
            )
            return ""

    def code(self, key: str, group: str) -> str:
        """Give our code for a word; one that nobody knows is asked about and is a fault."""
        text = self.said[key]
        code = code_of(group, text) if text else ""
        if code is None:
            self.found.unknown.append((key, text))
            known = "、".join(self.fields[key].words)
            self.found.faults.append(
                Fault(self.heading(key), f"不认识“{text[:20]}”", f"请填 {known} 其中一个")
            )
        return code or ""

"""What a campaign came to: each unit's scores and place, each reader's overlooked faults; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjing.appraisal.limits import terms_of
from mingjing.appraisal.missed import Missed, Rate
from mingjing.appraisal.models import Campaign, File
from mingjing.appraisal.standing import Opinion, Standing, final_of
from mingjing.review.scoring import review_standard


@dataclass(frozen=True, slots=True)
class Reader:
    """How one reader did with the test files."""

    username: str
    rate: Rate
    missed: Sequence[Missed]


def final_scores(row: Campaign, now: Standing) -> dict[str, tuple[int, bool]]:
    """Give score and veto of each drawn file that is done, by key. Test files never count."""
    least = terms_of(row.office).differ_points
    found = {
        one.key: final_of(now.opinions.get(one.key, ()), least) for one in row.files.exclude(case_code="")
    }
    return {key: score for key, score in found.items() if score is not None}


def summary_of(row: Campaign, now: Standing) -> dict[str, Any]:
    """Give the units in the order of their mean score, in tenths of a point; equal means share a place."""
    scores, standard = final_scores(row, now), review_standard()
    lines: list[dict[str, Any]] = []
    files = list(row.files.exclude(case_code="").select_related("agency"))
    for code in row.frame:
        own = [scores[one.key] for one in files if one.agency.code == code and one.key in scores]
        if not own:
            continue
        levels = [standard.level_of(score, vetoed=vetoed).title for score, vetoed in own]
        lines.append(
            {
                "agency": code,
                "files": len(own),
                "tenths": (20 * sum(score for score, _ in own) + len(own)) // (2 * len(own)),
                "vetoed": sum(vetoed for _, vetoed in own),
                "levels": {one.title: levels.count(one.title) for one in standard.levels},
            }
        )
    lines.sort(key=lambda one: (-one["tenths"], one["agency"]))
    for line in lines:
        line["place"] = 1 + sum(other["tenths"] > line["tenths"] for other in lines)
    return {"units": lines}


def readers_of(files: Sequence[File], now: Standing) -> list[Reader]:
    """Give how the readers of test files did, by username."""
    found: dict[str, tuple[int, list[Missed]]] = {}
    for file in files:
        for opinion in now.opinions.get(file.key, ()) if not file.case_code else ():
            known, missed = found.setdefault(opinion.reader, (0, []))
            found[opinion.reader] = (known + len(file.faults), [*missed, *_missed(file, opinion)])
    return [Reader(name, Rate(len(missed), known), missed) for name, (known, missed) in sorted(found.items())]


def _missed(file: File, opinion: Opinion) -> list[Missed]:
    items = {one.no: one for one in review_standard().items}
    return [
        Missed(file.key, one["no"], items[one["no"]].title, items[one["no"]].source, one["words"])
        for one in file.faults
        if one["no"] not in opinion.marks
    ]


def marks_told(file: File, opinion: Opinion) -> list[tuple[str, str, int, str, str]]:
    """Give every deduction of an opinion: item, title, points, words, and who made it (机器, 评查人员)."""
    items = {one.no: one for one in review_standard().items}
    told = [
        (line["no"], line["title"], line["lost"], "；".join(line["told"]), "机器")
        for line in _standing_lines(file.machine, opinion.overruled)
    ]
    told += [
        (no, items[no].title, mark["points"], mark["words"], "评查人员") for no, mark in opinion.marks.items()
    ]
    return told


def _standing_lines(machine: Mapping[str, Any], overruled: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return [line for line in machine["lines"] if line["no"] not in overruled]

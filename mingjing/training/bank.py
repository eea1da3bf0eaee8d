"""The question bank: taking in files of questions row by row, and what the bank holds; no paper is drawn here."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import Count

from mingjing.kit.canonical import digest
from mingjing.personnel.refusals import RegisterRefused, not_theirs
from mingjing.personnel.register_log import note
from mingjing.training.draw import letters
from mingjing.training.models import Question

KINDS: Final = {"判断": "judge", "单选": "single", "多选": "multi"}
LARGEST: Final = 32 * 1024 * 1024  # bytes of a file
LONGEST: Final = {"id": 40, "q": 5000, "subject": 40}
SHOWN: Final = 200  # faulty rows named in a report


@dataclass(slots=True)
class Report:
    """What became of each row of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[tuple[int, str, str]] = field(
        default_factory=list
    )  # row, number of the question, what is wrong

    @property
    def in_words(self) -> str:
        """The report as one sentence."""
        return f"新增 {self.added} 题，更新 {self.changed} 题，未变 {self.unchanged} 题，未导入 {len(self.faults)} 题。"


@transaction.atomic
def import_questions(content: bytes, *, subject: str, by: str) -> Report:
    """Take in a JSON list of questions; a faulty row is left out and named. Raises RegisterRefused for a whole file.

    The same file again changes nothing. A question whose text changed replaces the one of the same number.
    """
    if errors := not_theirs("file", "training.manage", by):
        raise RegisterRefused(errors)
    rows = _rows(content)
    report, current = Report(), dict(Question.objects.filter(current=True).values_list("number", "digest"))
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        told = row.get("id", "") if isinstance(row, dict) else ""
        if fault := _fault(row, seen):
            report.faults.append((number, str(told)[:40], fault))
            continue
        seen.add(str(row["id"]).strip())
        _take_in(row, subject, current, report)
    note(by, "questions_imported", "question-bank", {"subject": subject, "report": report.in_words})
    return report


def _rows(content: bytes) -> list[Any]:
    if len(content) > LARGEST:
        raise RegisterRefused({"file": ["文件超过 32 MB。请分成几个文件导入。"]})
    try:
        rows = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise RegisterRefused({"file": ["文件不是 UTF-8 的 JSON。请导出为 JSON 后再导入。"]}) from None
    if not isinstance(rows, list) or not rows:
        raise RegisterRefused({"file": ["文件应当是题目的列表 [ {…}, {…} ]，且不能为空。"]})
    return rows


def _fault(row: Any, seen: set[str]) -> str:
    """Say what is wrong with a row; empty where it can be used."""
    if not isinstance(row, dict):
        return "不是一道题：应当写成 {id、type、q、answer、options}"
    return next(_faults(row, seen), "")


def _faults(row: dict[str, Any], seen: set[str]) -> Iterator[str]:
    if missing := [key for key in ("id", "type", "q", "answer", "options") if not row.get(key)]:
        yield f"缺少 {'、'.join(missing)}"
        return
    for key, most in LONGEST.items():
        if len(str(row.get(key, ""))) > most or "\0" in str(row.get(key, "")):
            yield f"{key} 太长（最多 {most} 字）或者含有不能保存的字符"
    if row["type"] not in KINDS:
        yield f"题型“{row['type']}”不认识，应为判断、单选、多选"
    options, answer = row["options"], letters(row["answer"])
    if not isinstance(options, dict) or len(options) < 2:
        yield "选项不足两个"
        return
    if lost := [letter for letter in answer if letter not in options]:
        yield f"答案 {'、'.join(lost)} 不在选项中"
    if not answer or (row["type"] != "多选" and len(answer) != 1):
        yield f"答案“{row['answer']}”与题型不符"
    if str(row["id"]).strip() in seen:
        yield "题号在本文件中重复"


def _take_in(row: dict[str, Any], subject: str, current: dict[str, str], report: Report) -> None:
    number = str(row["id"]).strip()
    kept = {
        "subject": str(row.get("subject") or subject).strip(),
        "kind": KINDS[row["type"]],
        "text": str(row["q"]).strip(),
        "options": {str(key): str(value).strip() for key, value in sorted(row["options"].items())},
        "answer": letters(row["answer"]),
    }
    mark = digest({"number": number, **kept})
    if current.get(number) == mark:
        report.unchanged += 1
        return
    if number in current:
        Question.objects.filter(number=number, current=True).update(current=False)
        report.changed += 1
    else:
        report.added += 1
    again = Question.objects.filter(number=number, digest=mark).update(current=True)
    if not again:
        Question.objects.create(number=number, digest=mark, **kept)
    current[number] = mark


def holdings() -> list[tuple[str, dict[str, int]]]:
    """Give how many current questions of each kind the bank has, by subject."""
    rows = Question.objects.filter(current=True).values_list("subject", "kind").order_by("subject")
    found: dict[str, Counter[str]] = {}
    for subject, kind, number in rows.annotate(number=Count("pk")):
        found.setdefault(subject, Counter())[kind] = number
    return [(subject, dict(counts)) for subject, counts in found.items()]

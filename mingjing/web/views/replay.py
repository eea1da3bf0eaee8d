"""法规推演: one's own cases under a changed rule or a draft benchmark, on one page; nothing is kept."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingjing.cases import benchmark_replay as benchmarks
from mingjing.cases.law import law_for
from mingjing.cases.replay import Selection, plan
from mingjing.cases.replay import replay as judge_again
from mingjing.cases.replay_summary import Summary
from mingjing.norms import selectors as norms
from mingjing.packs.diff import diff
from mingjing.packs.load import Library, PackError, library
from mingjing.packs.variants import place_of, with_file
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

MOST_CASES = 2000  # the latest ones; all of them are for the command line
MOST_BYTES = 256 * 1024
SHOWN = 20  # lines under one clause
ACTION = "law.replay"


@dataclass
class Asked:
    """What was asked for, as typed, and what is wrong with it."""

    rule: str = ""
    draft: str = ""
    agency: str = ""
    since: str = ""
    until: str = ""
    procedure: str = ""
    faults: list[str] = field(default_factory=list)

    def day(self, text: str, name: str) -> date | None:
        """Read a day; a fault where it is none."""
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.faults.append(f"{name}“{text}”不是日期，请写成 2026-01-01。")
            return None


@never_cache
@allowed(ACTION)
@require_http_methods(["GET", "POST"])
def replay(request: SignedRequest) -> HttpResponseBase:
    """The form, and under it what would be otherwise."""
    rule, draft, agency, since, until, procedure = (
        request.POST.get(name, "").strip()[:120] for name in _TYPED
    )
    asked = Asked(rule, draft, agency, since, until, procedure)
    context = {"asked": asked, "most": MOST_CASES, **_choices(request.user)}
    status = 200
    if request.method == "POST":
        context |= _answer(request, asked)
        status = 422 if asked.faults else 200
    return render(request, "web/law/replay.html", context, status=status)


_TYPED = ("rule", "draft", "agency", "since", "until", "procedure")


def _choices(person: "Person") -> dict[str, Any]:
    seen = set(agencies_visible_to(person, ACTION))
    return {
        "agencies": [one for one in agencies() if one.pk in seen],
        "drafts": [one for one in norms.drafts_of(person.agency.code) if one.kind == "benchmark"],
        "procedures": law_for(person.agency).procedures.values(),
    }


def _answer(request: SignedRequest, asked: Asked) -> dict[str, Any]:
    selection = _selection(request.user, asked)
    file = request.FILES.get("file")
    if asked.draft and not file:
        return _against_draft(request.user, asked, selection)
    if file is None or file.size is None:
        asked.faults.append("请选择改过的规则文件，或者一个裁量基准草案。")
        return {}
    if file.size > MOST_BYTES:
        asked.faults.append("文件过大，不像是一条规则。请选择一个规则文件（.toml）。")
        return {}
    other = _other(asked, str(file.name), file.read())
    return {} if other is None or asked.faults else _against_library(other, selection)


def _selection(person: "Person", asked: Asked) -> Selection:
    seen = [one for one in _choices(person)["agencies"] if not asked.agency or one.code == asked.agency]
    if not seen:
        asked.faults.append("没有这个机关，或者您不能查看它的案件。")
    return Selection(
        agencies=[one.pk for one in seen],
        since=asked.day(asked.since, "开始日期"),
        until=asked.day(asked.until, "截止日期"),
        procedure=asked.procedure,
        limit=MOST_CASES,
    )


def _other(asked: Asked, filename: str, content: bytes) -> Library | None:
    """Give the library with the uploaded rule in its place."""
    try:
        name = (
            asked.rule.replace(".", "/") + ".toml"
            if asked.rule
            else place_of(library(), Path(Path(filename).name))
        )
        return with_file(library(), name, content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        asked.faults.append("文件不是 UTF-8 编码，请另存为 UTF-8。")
    except PackError as error:
        asked.faults += str(error).splitlines()
    return None


def _against_library(other: Library, selection: Selection) -> dict[str, Any]:
    what = plan(library(), other, selection, on=timezone.now())
    summary = Summary(library(), other, shown=SHOWN)
    for found in judge_again(what):
        summary.add(found)
    return {"summary": summary, "total": what.total, "diff": diff(library(), other)}


def _against_draft(person: "Person", asked: Asked, selection: Selection) -> dict[str, Any]:
    try:
        row = norms.draft(int(asked.draft), person.agency.code)
        benchmark = norms.read_benchmark_of(row)
    except (ValueError, norms.NotFound):
        asked.faults.append("没有这个裁量基准草案，请重新选择。")
        return {}
    if asked.faults:
        return {}
    tallies, outside = benchmarks.tallied(benchmarks.hold_to(benchmark, selection))
    return {
        "benchmark": benchmark,
        "tallies": [
            (one, [(benchmarks.STATES[s], n) for s, n in sorted(one.states.items())]) for one in tallies
        ],
        "outside": [(one, benchmarks.STATES[one.state]) for one in outside[:SHOWN]],
        "outside_count": len(outside),
    }

"""Putting a right publication in the place of a wrong one: two people, one transaction, both traces in the log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.selectors import case_by_code
from mingjing.packs.values import Unfit, clean_value
from mingjing.publicity import services
from mingjing.publicity.clearing import still_hidden
from mingjing.publicity.commitments import commit
from mingjing.publicity.decisions import Draft, draft_of
from mingjing.publicity.desk import prepared_as
from mingjing.publicity.models import Correction, Preparation, Publication
from mingjing.publicity.refusals import PublicityRefused
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

GROUND: Final = "inaccurate"
# What is one value to type anew; tables, citations and choices of several are corrected in the decision itself.
AMENDABLE: Final = frozenset({"text", "longtext", "date", "money", "decimal", "int", "choice", "uscc"})


def amendable(draft: Draft) -> list[str]:
    """Give the fields of a view that can be typed anew, in its order; the number of a document is given, not typed."""
    names = (line.name for line in draft.fields if line.name != "document_no")
    return [name for name in names if draft.law.fields[name].type in AMENDABLE]


def right_values(draft: Draft, typed: Mapping[str, str], on: date) -> dict[str, Any]:
    """Read the values typed anew that differ from those stated. Raises PublicityRefused naming the field."""
    found: dict[str, Any] = {}
    for name in amendable(draft):
        field = draft.law.fields[name]
        if name not in typed:
            continue
        try:
            value = clean_value(field, typed[name], draft.law.fields, on)
        except Unfit as unfit:
            raise PublicityRefused(f"“{field.title}”{unfit}") from unfit
        if value is not None and value != draft.told.get(name):
            found[name] = value
    return found


@transaction.atomic
def prepare_correction(
    *,
    publication: Publication,
    by: "Person",
    reason: str,
    amended: Mapping[str, Any],
    marks: Sequence[str] | None = None,
    hides_old: bool = True,
    at: datetime | None = None,
) -> Preparation:
    """Lay the right version of a publication before the person who will confirm it.

    Everything else of the publication stays: its grounds, its grade and its last day; without `marks` what was hidden
    stays hidden. Raises PublicityRefused where no reason is given or the right version says what the wrong one says.
    """
    if not reason.strip():
        raise PublicityRefused("请写明更正的理由，理由对外公开。")
    case = case_by_code(by, publication.case_code)
    before = prepared_as(publication)
    whole = {**(before.amended if before else {}), **amended}
    if marks is None:
        marks = before.marks if before else ()
    draft = draft_of(case, marks, whole)
    again = {one["text"]: one["reason"] for one in before.cleared} if before else {}
    clear = still_hidden(draft, again) if draft else {}
    if clear:
        draft = draft_of(case, marks, whole, clear)
    if draft is None or draft.view == publication.body:
        raise PublicityRefused("更正后的内容与现在公示的相同。请改正有误的内容，或者写上另外要隐去的字词。")
    correcting = services.Correcting(
        publication=publication, reason=reason.strip(), amended=whole, hides_old=hides_old
    )
    return services.prepare(
        case=case,
        by=by,
        facts=services.facts_of_publication(publication),
        marks=marks,
        clear=clear,
        correcting=correcting,
        at=at,
    )


@transaction.atomic
def confirm_correction(
    *, preparation: Preparation, by: "Person", checked: Collection[str] = (), at: datetime | None = None
) -> Publication:
    """Take the wrong publication down and put the right one up, with what changed and why; all of it or nothing."""
    wrong = preparation.corrects
    if wrong is None:
        raise PublicityRefused("这份内容不是更正，请从公示台重新打开。")
    take_turn("correction", wrong.pk)
    if (done := Correction.objects.filter(replaces=wrong).first()) is not None:
        return done.publication
    services.withdraw(
        publication=wrong,
        by=by,
        ground=GROUND,
        reason=preparation.correction_reason,
        performers=[preparation.prepared_by],
        at=at,
    )
    right = services.confirm(preparation=preparation, by=by, checked=checked, at=at)
    reason = str(wrong.withdrawal.reason)  # masked as the public reads it
    changes = changed(wrong.body, right.body, hides_old=preparation.hides_old)
    content = correction_content(wrong.code, right.code, reason, changes)
    kept = commit("correction", content, ref=f"correction-{right.code}", at=right.published_at)
    Correction.objects.create(
        publication=right,
        replaces=wrong,
        reason=reason,
        changes=changes,
        corrected_at=right.published_at,
        **kept,
    )
    return right


def changed(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], *, hides_old: bool
) -> list[dict[str, str]]:
    """Give the lines that differ between two public views; what was wrong is left out where it must not be read."""
    before, after = ({line["name"]: line for line in body} for body in (old, new))
    found = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if (was and was["value"]) != (now and now["value"]):
            title = str((now or was or {})["title"])
            shown = "" if hides_old or not was else str(was["value"])
            found.append({"title": title, "before": shown, "after": str(now["value"]) if now else ""})
    return found


def correction_content(
    wrong: str, right: str, reason: str, changes: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Give what the log says of a correction, without its format."""
    return {"corrects": wrong, "by": right, "reason": reason, "changes": [dict(one) for one in changes]}

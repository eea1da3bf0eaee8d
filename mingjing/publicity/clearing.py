"""Where a recogniser was wrong or not sure: words a person clears with a reason, and doubtful ones he must look at."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.kit.identity import birth_of
from mingjing.packs.ages import ages
from mingjing.publicity.recognisers import KIND_TITLES, Span
from mingjing.publicity.refusals import PublicityRefused

if TYPE_CHECKING:
    from mingjing.publicity.decisions import Draft
    from mingjing.publicity.mask import PublicField

SHORTEST_REASON: Final = 4
AROUND: Final = 8  # characters shown on either side of a doubtful word


@dataclass(frozen=True, slots=True)
class Hint:
    """A word that may be personal data and is not hidden, with what stands around it."""

    text: str
    title: str
    before: str
    after: str


def hints_of(fields: Iterable["PublicField"]) -> list[Hint]:
    """Give every doubtful word of a view once, in the order of the text."""
    found: dict[str, Hint] = {}
    for line in fields:
        for span in line.hints:
            before = line.original[max(0, span.start - AROUND) : span.start]
            after = line.original[span.end : span.end + AROUND]
            text = line.original[span.start : span.end]
            found.setdefault(text, Hint(text, KIND_TITLES[span.kind], before, after))
    return list(found.values())


def may_be_cleared(draft: "Draft", text: str, span: Span) -> bool:
    """Say whether a person may clear what is hidden here: what only a recogniser found, and no child."""
    part = text[span.start : span.end]
    return span.kind not in {"minor", "all"} and not any(
        secret in part or part in secret for secret in draft.secrecy.secrets
    )


def cleared(draft: "Draft", asked: Mapping[str, str]) -> list[dict[str, str]]:
    """Give the words to clear with their reasons as they are kept. `draft` is the view before anything is cleared.

    Raises PublicityRefused where a reason is missing, where nothing of the kind is hidden, or where it must stay so.
    """
    hidden: dict[str, bool] = {}
    for line in draft.fields:
        for span in line.spans:
            text = line.original[span.start : span.end]
            hidden[text] = hidden.get(text, True) and may_be_cleared(draft, line.original, span)
    for text, reason in asked.items():
        if text not in hidden:
            raise PublicityRefused(f"“{text}”没有被隐去，不需要恢复公开。请按原文逐字填写，或者删去这一行。")
        if not hidden[text]:
            raise PublicityRefused(
                f"“{text}”是案件中登记的不公开内容或者未成年人的信息，不能恢复公开。登记有误的，请先更正案件内容。"
            )
        if len(reason.strip()) < SHORTEST_REASON:
            raise PublicityRefused(f"恢复公开“{text}”需要写明理由，如“商标名称，不是人名”。")
    return [{"text": text, "reason": reason.strip()} for text, reason in asked.items()]


def still_hidden(draft: "Draft", asked: Mapping[str, str]) -> dict[str, str]:
    """Give those of the words cleared once that the text of a later version still holds and hides."""
    hidden = {line.original[span.start : span.end] for line in draft.fields for span in line.spans}
    return {text: reason for text, reason in asked.items() if text in hidden}


def all_checked(draft: "Draft", checked: Collection[str]) -> None:
    """Raise PublicityRefused where a doubtful word was not looked at by who confirms."""
    open_ = [one.text for one in hints_of(draft.fields) if one.text not in checked]
    if open_:
        raise PublicityRefused(
            f"还有 {len(open_)} 处“请核对”没有确认：{'、'.join(open_[:5])}。请逐一核对：不是个人信息的勾选确认；"
            "是个人信息的退回，由准备人隐去。"
        )


def no_child(draft: "Draft", on: date) -> None:
    """Raise PublicityRefused where the number of the party says that he is under age, whatever else was typed."""
    born = birth_of(str(draft.told.get("party_id_number", "")))
    known = ages()
    if draft.party_kind != "citizen" or born is None or not known.majority.below(born, on):
        return
    line = known.sensitive if known.sensitive.below(born, on) else known.majority
    raise PublicityRefused(
        f"据公民身份号码，当事人不满{line.years}周岁（{line.source.cite()}），处罚决定依法不予公示。请登记不公开情形。"
    )

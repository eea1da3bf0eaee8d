"""Whether the body may act at all: temporary bodies, withdrawn subjects, and acts outside an agreement or its term."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.law import CaseFile
from mingjing.kit.clock import chinese_date
from mingjing.kit.money import yuan
from mingjing.lawengine.model import Performer
from mingjing.packs.laws import article_numbers, plain_name
from mingjing.packs.people_terms import Cited
from mingjing.personnel.authority import Agreement, agreements_held, counsel_among, standing_on, terms_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

DELEGATED: Final = "delegated"  # acts in the name of another body
TOWNSHIP: Final = "township"  # acts in its own name, on powers handed down
TEMPORARY: Final = "temporary"
BOUND: Final = {DELEGATED: ("委托书", "delegation"), TOWNSHIP: ("赋权清单", "empowerment")}
# Kind of enforcement -> what an agreement calls it, where the words differ.
POWERS: Final = {"coercion": "coercive_measure", "execution": "coercive_execution"}
BASES: Final = ("penalty_basis",)  # facts that cite what a decision rests on
FINE: Final = "fine_yuan"
LIMIT: Final = "fine_at_most"  # of an agreement, in yuan; absent: none
COUNSEL: Final = "review_counsel"

Errors = dict[str, list[str]]


def held_of_agreement(agency: "Agency", on: date) -> dict[str, Any]:
    """Give the facts about delegation that the register answers for an act of the day `on`; nobody types them."""
    if agency.kind != DELEGATED:
        return {"by_delegation": False}
    # The one in force comes first; else the latest, so that the law can say what is wrong with it.
    found = next(iter(agreements_held(agency, on)), None)
    if found is None:
        return {"by_delegation": True, "delegation_published": False}
    return {
        "by_delegation": True,
        "delegation_no": found.row.number,
        "delegation_until": found.row.valid_until.isoformat(),
        "delegation_published": found.published_on is not None,
    }


def beyond_authority(file: CaseFile, facts: Mapping[str, Any], on: date) -> Errors:
    """Say why the body of this case may not do this act on the day `on`; nothing where it may."""
    agency = file.case.agency
    if agency.kind == TEMPORARY:
        return _refused(
            f"{agency.name}是{agency.get_kind_display()}，不得实施执法行为。请由有执法权的机关办理。",
            terms_of(agency).cited["temporary"],
        )
    if not file.acts and (gone := standing_on(agency, on)):
        return {"": [f"{agency.name}{gone}，不能新办案件。请由有执法权的机关办理。"]}
    if agency.kind in BOUND:
        return _beyond_agreements(file, agency, facts, on)
    return {}


def _beyond_agreements(file: CaseFile, agency: "Agency", facts: Mapping[str, Any], on: date) -> Errors:
    title, cited = BOUND[agency.kind]
    source = terms_of(agency).cited
    held = agreements_held(agency, on)
    current = [one for one in held if one.in_force]
    if not current:
        last = _stands(held[0]) if held else "没有登记"
        text = f"{agency.name}在{chinese_date(on)}没有有效并已公布的{title}：{last}。请先签订并公布，再办理。"
        return _refused(text, source["agreement" if agency.kind == DELEGATED else "empowerment"])
    enforcement = file.law.procedures[file.case.procedure].enforcement
    power = POWERS.get(enforcement, enforcement)
    within = [one for one in current if power in one.row.terms.get("delegation_powers", ())]
    if not within:
        named = "、".join(one.row.number for one in current)
        text = f"{file.law.procedures[file.case.procedure].title}不在{title}（{named}）的执法种类之内。"
        return _refused(text + "请由委托（移交）机关办理。", source[cited])
    return _beyond_matters(within, facts, title, source[cited])


def _beyond_matters(
    within: Sequence[Agreement], facts: Mapping[str, Any], title: str, source: Cited
) -> Errors:
    """Hold what an act cites, and its fine, against the matters and limits of the agreements."""
    errors: Errors = {}
    matters = [row for one in within for row in one.row.terms.get("delegation_matters", ())]
    for name in BASES:
        for citation in facts.get(name, ()):
            if not any(_covers(row.get("delegated_basis", ()), citation) for row in matters):
                said = f"{citation['law']}{citation['article']}不在{title}载明的事项之内"
                errors.setdefault(name, []).append(
                    f"{said}（{'、'.join(row['delegated_item'] for row in matters)}）。{_told(source)}"
                )
    ceilings = [one.row.terms.get(LIMIT) for one in within]
    if FINE in facts and all(ceilings):
        fine, most = Decimal(facts[FINE]), max(Decimal(str(one)) for one in ceilings)
        if fine > most:
            text = f"罚款 {yuan(fine)} 超过{title}的限额 {yuan(most)}。请由委托（移交）机关决定。"
            errors[FINE] = [text + _told(source)]
    return errors


def _covers(bases: Iterable[Mapping[str, str]], citation: Mapping[str, str]) -> bool:
    for basis in bases:
        if plain_name(basis["law"]) != plain_name(citation["law"]):
            continue
        named = set(article_numbers(basis.get("article", "")))
        if not named or set(article_numbers(citation["article"])) <= named:
            return True
    return False


def _stands(one: Agreement) -> str:
    return f"{one.row.number}{one.state_title}，期限至{chinese_date(one.row.valid_until)}"


def _refused(text: str, source: Cited) -> Errors:
    return {"": [text + _told(source)]}


def _told(source: Cited) -> str:
    return f"{source.cite()}：{source.quote}"


def unfit_people(file: CaseFile, performers: Iterable[Performer], facts: Mapping[str, Any]) -> Errors:
    """Say whose name may not stand under an act: auxiliary staff as performers, and counsel who is none."""
    errors: Errors = {}
    if helpers := [one.name for one in performers if one.auxiliary]:
        errors["performers"] = [
            f"{'、'.join(helpers)}是执法辅助人员，只能协助，不能作为实施人员。请从执法人员中选择。"
        ]
    counsel = facts.get(COUNSEL)
    if counsel and counsel not in counsel_among(file.case.agency.code):
        errors[COUNSEL] = ["所选人员没有登记为法律顾问、公职律师。请先在人员登记中写明，或者另选。"]
    return errors

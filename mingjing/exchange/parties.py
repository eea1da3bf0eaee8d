"""Who was penalised, as a row states it: kind, name and codes; a masked code is unknown, a wrong one is refused."""

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mingjing.exchange.cells import (
    Unfit,
    hidden,
    marked,
    read_credit_code,
    read_id_number,
    read_option,
    read_organisation_code,
)

if TYPE_CHECKING:
    from mingjing.exchange.rows import Desk, Examined
    from mingjing.exchange.tables import Row

# A credit code of this class belongs to an individual business (GB 32100, second character 2 under authority 9).
INDIVIDUAL = "92"
NOTHING = ("", "无", "-", "--", "/", "／", "—", "——")


def read(row: "Row", desk: "Desk", found: "Examined") -> None:
    """Read the party of a row into its facts."""
    name = desk.cell(row, "party")
    if name:
        found.facts["party_name"] = name
    if representative := _given(desk.cell(row, "legal_rep")):
        found.facts["party_representative"] = representative
    _codes(row, desk, found)
    _kind(desk.cell(row, "party_kind"), name, found)
    _agree(found)


def _codes(row: "Row", desk: "Desk", found: "Examined") -> None:
    def take(key: str, field: str, read_code: Callable[[str], str]) -> None:
        text = _given(desk.cell(row, key))
        if not text or field in found.facts:
            return
        try:
            found.facts[field] = read_code(text)
        except Unfit as fault:
            _unfit(text, desk.reading.heading(key), fault, found)

    take("uscc", "party_uscc", read_credit_code)
    for key in ("tax_code", "registration_no"):
        if len(desk.cell(row, key)) == 18 and "party_uscc" not in found.facts:
            take(key, "party_uscc", read_credit_code)
    take("org_code", "party_registration_no", read_organisation_code)
    for key in ("registration_no", "tax_code", "institution_no", "social_no"):
        if (
            (text := _given(desk.cell(row, key)))
            and text != found.facts.get("party_uscc")
            and not hidden(text)
        ):
            found.facts.setdefault("party_registration_no", text[:50])
    if _given(desk.cell(row, "person_id_kind")) and not _resident(desk.cell(row, "person_id_kind"), found):
        take("person_id", "party_other_id_number", lambda text: text[:64])
    else:
        take("person_id", "party_id_number", lambda text: read_id_number(text, desk.on))
    take("legal_rep_id", "party_representative_id_number", lambda text: read_id_number(text, desk.on))


def _unfit(text: str, heading: str, fault: Unfit, found: "Examined") -> None:
    if hidden(text):
        found.remarks.append(f"“{heading}”公布时已隐去（{text}），按未知处理")
        if "信用代码" in heading or "相对人代码" in heading:
            found.facts.setdefault("party_code_as_published", text[:50])
    else:
        found.faults.append(f"“{heading}”：{fault}")


def _resident(text: str, found: "Examined") -> bool:
    try:
        kind = read_option(text, "party_id_kinds")
    except Unfit:
        kind = "other"
    found.facts["party_id_kind"] = kind
    return kind == "resident_id"


def _kind(text: str, name: str, found: "Examined") -> None:
    """Read the kind of party, or infer it from the code; a name alone does not tell a person from a shop."""
    if text:
        try:
            found.facts["party_kind"] = read_option(text, "party_kinds")
        except Unfit as fault:
            found.faults.append(f"行政相对人类别：{fault}")
        return
    code = found.facts.get("party_uscc", "")
    if code:
        found.facts["party_kind"] = "individual_business" if code.startswith(INDIVIDUAL) else "organization"
    elif "party_id_number" in found.facts:
        found.facts["party_kind"] = "citizen"
    elif marked(name, "organization") and "公司" in name:
        found.facts["party_kind"] = "organization"
    else:
        found.remarks.append("没有写行政相对人类别，从代码也看不出，按未知处理")


def _agree(found: "Examined") -> None:
    code, kind = found.facts.get("party_uscc", ""), found.facts.get("party_kind", "")
    if code and kind == "citizen":
        found.contradict("行政相对人类别是自然人，却填了统一社会信用代码，请核对是否填错列")
    elif code and kind and (kind == "individual_business") != code.startswith(INDIVIDUAL):
        found.remarks.append("行政相对人类别与统一社会信用代码的类别位不一致，请核对")


def _given(text: str) -> str:
    return "" if text in NOTHING else text


def name_key(name: str) -> str:
    """Give what two spellings of one name have in common."""
    return re.sub(r"[\s（）()]", "", unicodedata.normalize("NFKC", name)).upper()


def person_like(name: Any) -> bool:
    """Say whether a name may be a natural person's: two to four characters, nothing of an organisation in it."""
    return (
        isinstance(name, str)
        and bool(re.fullmatch(r"[一-龥·某*xX]{2,4}", name))
        and not marked(name, "organization")
    )

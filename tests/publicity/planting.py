"""Cases with a secret planted in every field that is kept back: whatever of them shows up in public is a leak."""

from datetime import date

from hypothesis import strategies as st

from mingjing.lawengine.model import Field
from mingjing.packs.load import library
from mingjing.publicity.mask import SHORTEST, published

FIELDS = library().fields
KINDS = ("citizen", "individual_business", "organization")
# Characters that occur in no label of the vocabulary and in no mask, so that a planted value can only be a leak.
HAN = "芈亓邝郄阚隗妫燊垚犇骉淼焱鑫彧翀"


def secret_fields(party_kind: str) -> list[Field]:
    """Every field, columns of tables too, whose value may not show up anywhere for this kind of party."""
    columns = {column for known in FIELDS.values() for column in known.columns}
    return [
        known
        for known in FIELDS.values()
        if published(known, party_kind) != "public"
        and known.name not in columns
        and (known.type in {"id_number", "phone"} or known.mask in SHORTEST)
    ]


def identity_number(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1930, 1, 1), date(2010, 12, 31)))
    digits = (
        f"{draw(st.sampled_from(['410481', '110101', '532225']))}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    )
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + "10X98765432"[total % 11]


def planted(draw: st.DrawFn, known: Field) -> str:
    kind = known.mask or {"id_number": "id", "phone": "phone"}[known.type]
    if kind == "name":
        return draw(st.text(HAN, min_size=2, max_size=4))
    if kind == "id":
        return identity_number(draw)
    if kind == "phone":
        return f"1{draw(st.sampled_from('3456789'))}{draw(st.integers(0, 10**9 - 1)):09d}"
    if kind == "account":
        return f"62{draw(st.integers(10**15, 10**17 - 1))}"
    return f"河南省舞钢市{draw(st.text(HAN, min_size=3, max_size=8))}{draw(st.integers(1, 999))}号"


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, dict[str, object], list[str]]:
    """Facts of a case with a secret in every field that is kept back, repeated in every free text."""
    party_kind = draw(st.sampled_from(KINDS))
    facts: dict[str, object] = {"party_kind": party_kind}
    facts |= {known.name: planted(draw, known) for known in secret_fields(party_kind)}
    secrets = [str(value) for name, value in facts.items() if name != "party_kind"]
    glue = draw(st.sampled_from(["，", "", " ", "（", "与", "住", "号码"]))
    text = glue.join(draw(st.permutations(secrets)))
    free = [
        known for known in FIELDS.values() if known.type in {"text", "longtext"} and known.name not in facts
    ]
    whole = {
        known.name for known in free if known.mask in {"name", "address"}
    }  # public as they stand, on purpose
    facts |= {known.name: text for known in free if known.name not in whole}
    rows = {"goods_name": text, "goods_quantity": text, "goods_spec": text, "goods_storage": text}
    facts |= {"confiscated_goods": [rows], "violated": [{"law": text, "article": text}]}
    return party_kind, facts, secrets

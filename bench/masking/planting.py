"""Cases with a secret planted in every field that is kept back: whatever of them shows up in public is a leak."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from bench.masking.people import identity
from mingjing.lawengine.model import Field
from mingjing.packs.load import library
from mingjing.publicity.mask import SHORTEST, PublicField, public_view, published, secrecy_of

FIELDS: Final = library().fields
KINDS: Final = ("citizen", "individual_business", "organization")
# Characters that occur in no label of the vocabulary and in no mask, so that a planted value can only be a leak.
HAN: Final = "芈亓邝郄阚隗妫燊垚犇骉淼焱鑫彧翀"
GLUE: Final = ("，", "", " ", "（", "与", "住", "号码", "　", "：", "\n")
FREE: Final = 8  # free texts of a case; over many cases every one of them has its turn
COLUMNS: Final = frozenset(column for known in FIELDS.values() for column in known.columns)


@dataclass(frozen=True, slots=True)
class Planted:
    """The facts of a case, who took part in it for the agency, and everything that may not show up anywhere."""

    party_kind: str
    facts: dict[str, Any]
    people: tuple[str, ...]
    secrets: tuple[str, ...]

    def view(self) -> list[PublicField]:
        """The public view, as publicity makes it."""
        secrecy = secrecy_of(FIELDS, [self.facts], self.party_kind, people=self.people)
        return public_view(FIELDS, self.facts, self.party_kind, secrecy=secrecy)

    def leaks(self) -> list[str]:
        """The secrets that show up in the public view."""
        text = "\n".join(f"{line.title} {line.value}" for line in self.view())
        return [secret for secret in self.secrets if secret in text]


def secret_fields(party_kind: str) -> list[Field]:
    """Every field, columns of tables too, whose value may not show up anywhere for this kind of party."""
    return [
        known
        for known in FIELDS.values()
        if published(known, party_kind) != "public"
        and known.name not in COLUMNS
        and (known.type in {"id_number", "phone"} or known.mask in SHORTEST)
    ]


def _han(rng: random.Random, least: int, most: int) -> str:
    return "".join(rng.choice(HAN) for _ in range(rng.randint(least, most)))


def _secret(rng: random.Random, known: Field) -> str:
    kind = known.mask or {"id_number": "id", "phone": "phone"}[known.type]
    if kind == "name":
        return _han(rng, 2, 4)
    if kind == "id":
        return identity(rng, date(1930, 1, 1) + timedelta(days=rng.randrange(29_000)))
    if kind == "phone":
        return f"1{rng.choice('3456789')}{rng.randrange(10**9):09d}"
    if kind == "account":
        return f"62{rng.randrange(10**15, 10**17)}"
    if kind == "plate":
        return f"豫D{rng.randrange(10_000, 99_999)}"
    return f"河南省舞钢市{_han(rng, 3, 8)}{rng.randint(1, 999)}号"


def case(seed: int) -> Planted:
    """Facts of a case with a secret in every field that is kept back, all repeated in every free text and table."""
    rng = random.Random(seed)  # noqa: S311 - made-up data; the same seed gives the same case
    party_kind = rng.choice(KINDS)
    facts: dict[str, Any] = {"party_kind": party_kind}
    facts |= {known.name: _secret(rng, known) for known in secret_fields(party_kind)}
    people = (_han(rng, 3, 3), _han(rng, 2, 2))
    secrets = [*(str(value) for name, value in facts.items() if name != "party_kind"), *people]
    text = rng.choice(GLUE).join(rng.sample(secrets, len(secrets)))
    # Names and addresses that are public as they stand are so on purpose.
    shown = [
        known
        for known in FIELDS.values()
        if known.type in {"text", "longtext"}
        and known.name not in facts
        and published(known, party_kind) != "internal"
        and known.mask not in {"name", "address"}
    ]
    facts |= {known.name: text for known in rng.sample(shown, min(FREE, len(shown)))}
    rows = {"goods_name": text, "goods_quantity": text, "goods_spec": text, "goods_storage": text}
    facts |= {"confiscated_goods": [rows], "violated": [{"law": text, "article": text}]}
    return Planted(party_kind, facts, people, tuple(secrets))

"""Each room of the API in one short story: what a program may do there, and beside it what it may not."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests.stories import position, telling

if TYPE_CHECKING:
    from tests.api.conftest import Make
    from tests.cast import Cast

FACTS = {
    "publication_reason": "double_publicity",
    "secrecy_checked": True,
    "non_publication_ground": "none",
    "publication_until": (timezone.localdate() + timedelta(days=60)).isoformat(),
}


def ok(answer: Any, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_one_prepares_another_confirms_and_the_public_finds_it(cast: "Cast", program: "Make") -> None:
    """Proves publicity: two people, the text that was read, the public search, a withdrawal that leaves its trace."""
    tale, first, second = telling(cast, "summary"), program(cast.publicity), program(cast.publicity2)
    case = tale.play(position(tale, "decision_published"))
    paper = ok(first.post("/publicity/preparations", {"case": case.code, "facts": FACTS}), 201)
    where = f"/publicity/preparations/{paper['pk']}"
    said = {"version": paper["version"], "checked": paper["doubtful"]}
    assert first.post(f"{where}/confirmation", said).status_code == 422  # who prepared
    assert second.post(f"{where}/confirmation", {"version": "another"}).status_code == 422
    out = ok(second.post(f"{where}/confirmation", said), 201)
    assert ok(first.get("/publications", {"q": out["document_no"]}))["items"][0]["code"] == out["code"]
    down = {"ground": "inaccurate", "reason": "公示的日期有误。", "performers": ["publicity"]}
    held = f"/publicity/publications/{out['code']}"
    assert second.post(f"{held}/withdrawal", {**down, "ground": "unheard-of"}).status_code == 422
    ok(second.post(f"{held}/withdrawal", down), 201)
    assert (ok(first.get(f"/publications/{out['code']}"))["lines"]) == []


def test_the_register_of_people_is_read_and_not_kept_here(cast: "Cast", program: "Make") -> None:
    """Proves personnel: officers of the own agency with their certificates, page by page; others are not there."""
    reader = program(cast.officer)
    first = ok(reader.get("/people", {"limit": 3}))
    second = ok(reader.get(first["links"]["next"].removeprefix("/api/v1")))
    names = [one["username"] for one in (*first["items"], *second["items"])]
    assert len(names) == len(set(names)) == 6
    assert ok(reader.get("/people", {"q": "乙"}))["items"][0]["certificate_state"] == "valid"
    assert ok(reader.get("/people/lapsed"))["certificates"][0]["state"] == "expired"
    assert reader.get("/people/outsider").status_code == 404
    assert [one["code"] for one in ok(reader.get("/agencies"))["items"]] == [cast.bureau.code]
    assert reader.get("/people?cursor=bm9ib2R5").status_code == 422

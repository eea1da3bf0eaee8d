"""Each room of the API in one short story: what a program may do there, and beside it what it may not."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
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


def pointers(answer: Any) -> list[str]:
    """Where a refused request is wrong."""
    assert answer.status_code == 422, answer.content.decode()
    return [one["pointer"] for one in answer.json()["errors"]]


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


def test_the_office_keeps_the_register_of_objects_and_tries_files_first(
    cast: "Cast", program: "Make"
) -> None:
    """Proves inspections: one object added, mended and found; a reader may not; a file is tried before it is taken."""
    keeper, reader = program(cast.clerk), program(cast.reviewer)
    firm = {"code": "CS-0001", "kind": "场所", "name": "恒远建材有限公司", "risk": "B", "reason": "新登记"}
    assert reader.post("/inspections/objects", firm).status_code == 403
    assert pointers(keeper.post("/inspections/objects", {**firm, "risk": "Z"})) == ["#/risk"]
    where = ok(keeper.post("/inspections/objects", firm), 201)["self"].removeprefix("/api/v1")
    mended = ok(keeper.post(f"{where}/changes", {"risk": "C", "reason": "复评"}), 201)
    assert (mended["risk"], mended["name"]) == ("C", "恒远建材有限公司")
    assert ok(reader.get("/inspections/objects", {"risk": "C"}))["items"][0]["self"].endswith(where)
    table = SimpleUploadedFile("objects.csv", "名称,统一社会信用代码,类别,风险等级\n,1,企业,B\n".encode())
    tried = ok(keeper.upload("/inspections/object-imports", {"dry_run": "true", "file": table}), 201)
    assert (tried["dry_run"], tried["refused"], tried["refusals"][0]["line"]) == (True, 1, 2)
    nothing = SimpleUploadedFile("objects.csv", b"")
    assert pointers(keeper.upload("/inspections/object-imports", {"file": nothing})) == ["#/file"]


def test_a_complaint_is_handled_and_nobody_learns_who_complained(cast: "Cast", program: "Make") -> None:
    """Proves complaints: registered once, handled step by step, refused out of turn, the name in no answer."""
    desk, head = program(cast.clerk), program(cast.head)
    told_us = {
        "kind": "violation",
        "about": cast.bureau.code,
        "channel": "phone",
        "text": "夜间施工噪声扰民。",
    }
    sent = {**told_us, "name": "王小明", "phone": "13800000000", "place": "建设路"}
    got = ok(desk.post("/complaints", sent, key="call-2026-1"), 201)
    assert got["code"]
    assert ok(desk.post("/complaints", sent, key="call-2026-1"), 201) == got
    assert pointers(desk.post("/complaints", {**sent, "kind": "gossip"})) == ["#/kind"]
    where = f"/complaints/{got['no']}/steps"
    assert desk.post(where, {"step": "reply", "text": "已经处理。"}).status_code == 422  # not accepted yet
    assert pointers(desk.post(where, {"step": "assign", "handler": "nobody"})) == ["#/handler"]
    ok(desk.post(where, {"step": "accept"}), 201)
    assert pointers(desk.post(where, {"step": "reply", "text": "已答复王小明。"})) == ["#/text"]
    replied = ok(desk.post(where, {"step": "reply", "text": "已经责令停工。"}), 201)
    assert (replied["state"], replied["steps"][-1]["kind"]) == ("replied", "replied")
    assert desk.post(where, {"step": "call_back", "satisfaction": "yes"}).status_code == 403
    ok(head.post(where, {"step": "call_back", "satisfaction": "yes", "text": "满意"}), 201)
    assert ok(desk.post(where, {"step": "close"}), 201)["state"] == "closed"
    seen = desk.get(f"/complaints/{got['no']}").content + desk.get("/complaints").content
    assert "王小明" not in seen.decode()
    assert b"13800000000" not in seen

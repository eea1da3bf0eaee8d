"""Each room of the API in one short story: what a program may do there, and beside it what it may not."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.exchange.push.pusher import push
from mingjing.supervision.alerts import alert_models
from mingjing.supervision.models import Alert
from mingjing.translog.services import seal_log
from tests.exchange.test_push import at, bureau, city, folder  # noqa: F401 - fixtures of a platform
from tests.norms.tables import SMALL
from tests.stories import position, telling, told

if TYPE_CHECKING:
    from tests.api.conftest import Make, Program
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


def test_a_figure_is_counted_and_opens_what_it_counts(cast: "Cast", program: "Make") -> None:
    """Proves statistics and analysis: the month of a decision, its case, a period that is none, a room for heads."""
    _tale, case = told(cast, "summary", until="on_the_spot_decided")
    month = f"{case.acts.get(kind='on_the_spot_decided').done_at:%Y-%m}"
    officer = program(cast.officer)
    asked = {"form": "monthly", "period": month, "cutoff": timezone.localdate().isoformat()}
    tables = ok(officer.get("/statistics/figures", asked))["tables"]
    cells = {
        cell["column"]: cell["shown"] for one in tables if one["code"] == "penalty" for cell in one["cells"]
    }
    assert cells["total"] == "1"
    behind = ok(officer.get("/statistics/figures/cases", {**asked, "table": "penalty", "column": "total"}))
    assert ([one["case"] for one in behind["items"]], behind["hidden"]) == ([case.code], 0)
    assert officer.get("/statistics/figures", {**asked, "period": "2026-13"}).status_code == 422
    for day in ("0", "0001-01-01", "2026-02-30"):
        assert officer.get("/statistics/figures", {**asked, "cutoff": day}).status_code == 422, day
    assert officer.get("/statistics/figures", {**asked, "agency": cast.elsewhere.code}).status_code == 404
    assert officer.get("/analysis").status_code == 403
    head = program(cast.head)
    subjects = [one["code"] for one in ok(head.get("/analysis"))["items"]]
    assert ok(head.get(f"/analysis/{subjects[0]}"))["tables"]
    assert head.get(f"/analysis/{subjects[0]}", {"unit": cast.elsewhere.code}).status_code == 404


def test_a_benchmark_file_becomes_a_draft_and_no_more(cast: "Cast", program: "Make") -> None:
    """Proves norms: the reviewer uploads, others may not, a file that is none is refused; nothing binds yet."""
    desk, clerk = program(cast.reviewer), program(cast.clerk)

    def sent(who: "Program", name: str, text: str) -> Any:
        return who.upload("/norms/drafts", {"file": SimpleUploadedFile(name, text.encode())})

    assert sent(clerk, "small.toml", SMALL).status_code == 403
    assert pointers(sent(desk, "small.exe", SMALL)) == ["#/file"]
    assert set(pointers(sent(desk, "small.toml", "benchmark = 1"))) == {"#/file"}
    draft = ok(sent(desk, "small.toml", SMALL), 201)
    now = ok(clerk.get("/norms"))
    assert [one["pk"] for one in now["drafts"]] == [draft["pk"]]
    assert "small" not in [one["code"] for one in now["benchmarks"]]


def test_receipts_hours_and_packages_are_taken_away(cast: "Cast", program: "Make") -> None:
    """Proves proofs, training, archive: no receipt before the log is sealed, one afterwards."""
    _tale, case = told(cast, "summary", until="on_the_spot_decided")
    act, officer = case.acts.get(kind="on_the_spot_decided"), program(cast.officer)
    where = f"/cases/{case.code}/acts/{act.code}/receipt"
    assert officer.get(where).status_code == 409
    seal_log(at=timezone.now())
    assert case.log_code in officer.get(where).content.decode()
    assert ok(officer.get("/log"))["size"] > 0
    assert ok(officer.get("/training/own"))["hours"] == 0
    assert officer.get("/training/hours").status_code == 403
    assert len(ok(program(cast.head).get("/training/hours"))["items"]) == 3
    assert ok(officer.get(f"/archive/cases/{case.code}/packages")) == {"items": []}
    assert officer.get(f"/archive/cases/{case.code}/packages/1").status_code == 403
    assert program(cast.clerk).get(f"/archive/cases/{case.code}/packages/1").status_code == 404


def test_a_dead_letter_is_mended_and_sent_again(bureau: Any, city: Any, at: Any, program: "Make") -> None:  # noqa: F811
    """Proves exchange: the fault is read, a value without its column is refused, the mended one goes out again."""
    bureau.tell("one")
    city.platform.faults = ["422"]
    push(city.receiver, at=at.now)
    desk = program(bureau.cast.publicity)
    assert program(bureau.cast.officer).get("/exchange/deliveries").status_code == 403
    (dead,) = ok(desk.get("/exchange/deliveries", {"state": "dead"}))["items"]
    where = dead["self"].removeprefix("/api/v1")
    mend = {"column": "fine_yuan", "value": "300.00", "reason": "平台要求两位小数"}
    assert pointers(desk.post(f"{where}/mends", {**mend, "column": "no_such"})) == ["#/column"]
    assert ok(desk.post(f"{where}/mends", mend), 201)["mends"][0]["by"] == "publicity"
    assert ok(desk.post(f"{where}/resend", {}), 201)["delivery"]["state"] == "waiting"
    assert [one["counts"]["waiting"] for one in ok(desk.get("/exchange/receivers"))["items"]] == [1]


def test_an_alert_is_answered_by_whom_it_tells_and_seen_by_who_supervises(
    cast: "Cast", program: "Make"
) -> None:
    """Proves supervision: two lists, each for its own scope; the unit answers, the supervisor only reads."""
    model = next(one for one in alert_models().each if "head" in one.tells)
    today = timezone.localdate()
    days = {"first_seen": today, "last_seen": today, "due": today}
    Alert.objects.create(code=model.code, agency=cast.bureau, subject="本机关", level=model.level, **days)
    above, head = program(cast.supervisor), program(cast.head)
    (seen,) = ok(above.get("/alerts", {"of": "supervised"}))["items"]
    where = seen["self"].removeprefix("/api/v1")
    assert program(cast.head, "supervise.board").get("/alerts").status_code == 403
    assert program(cast.head, "alert.view").get("/alerts", {"of": "supervised"}).status_code == 403
    assert ok(head.get("/alerts"))["items"] == [seen]
    assert above.post(f"{where}/steps", {"step": "take"}).status_code == 403
    assert pointers(head.post(f"{where}/steps", {"step": "answer", "words": ""})) == ["#/words"]
    answered = ok(head.post(f"{where}/steps", {"step": "answer", "words": "已经重新检查。"}), 201)
    assert (answered["state"], answered["steps"][-1]["by"]) == ("answered", "head")

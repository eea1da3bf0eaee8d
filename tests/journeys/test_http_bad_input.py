"""What people mistype, paste or send on purpose: a Chinese sentence at the field, nothing written, nothing lost."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from mingjing.cases.models import Act, Case, Draft
from mingjing.evidence.models import EvidenceItem
from mingjing.packs.load import library
from tests.cast import Cast, make_person
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey
from tests.journeys.paper import Page, Sheet

LAW = library().law(region="410481", field="urban", agency="410481-urban")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def street(journey: NewJourney) -> Journey:
    """Two officers on the pavement."""
    return journey("summary")


def filled_in(case: Journey, kind: str) -> tuple[Desk, Sheet]:
    """A form in which everything is right."""
    desk, sheet = case.opens(kind)
    step = case.step(kind)
    case.writes(sheet, step)
    sheet.put(performers=[case.tale.username(one) for one in step.who])
    sheet.put(done_at=case.tale.moment(step).strftime("%Y-%m-%dT%H:%M"))
    return desk, sheet


def said_at(page: Page, field: str) -> str:
    """What stands in red at a field."""
    controls = {control.field.name: control.errors for control in page.answer.context["controls"]}
    return "".join(controls.get(field, ()))


ON_THE_STREET = [
    ("party_name", "", "请填写"),
    ("party_name", "长" * 500, "现有 500 字"),
    ("party_name", "张\0三", "控制字符"),
    ("party_name", "张\u202e三", "控制字符"),
    ("party_kind", "alien", "没有“alien”这一选项"),
    ("party_id_number", "410481198506121015", "校验"),
    ("party_id_number", "41048119850612101", "18"),
    ("party_id_number", "410481209906121014", "出生"),
    ("party_uscc", "91410481MA40B1AA24", "校验"),
    ("party_uscc", "91410481MA40B1AAI3", "字母"),
    ("party_phone", "电话不知道", "不是电话号码"),
    ("fine_yuan", "五十元整", "金额"),
    ("fine_yuan", "-50", "金额"),
    ("fine_yuan", "50.001", "最多两位小数"),
    ("fine_yuan", "1e3", "金额"),
    ("payment_days", "15天", "整数"),
    ("payment_days", "-1", "整数"),
    ("payment_days", "9" * 16, "整数"),
    ("credential_shown", "maybe", "应当选“是”或者“否”"),
]


@pytest.mark.parametrize(("field", "typed", "says"), ON_THE_STREET)
def test_a_wrong_field_is_refused_where_it_stands_and_everything_is_kept(
    street: Journey, field: str, typed: str, says: str
) -> None:
    """422; the sentence is at the field and nowhere else; the rest of the form stands as it was typed."""
    desk, sheet = filled_in(street, "on_the_spot_decided")
    sheet.values[f"f.{field}"] = [typed]
    if field == "party_uscc":  # not asked of a person
        sheet.values["f.party_kind"] = ["organization"]
    page = desk.sends(sheet)
    assert page.status == 422
    assert says in said_at(page, field)
    assert not [
        one for one in page.answer.context["verdicts"] if one.missing == (field,)
    ]  # said once, at the field
    wrong = {one.field.name for one in page.answer.context["controls"] if one.errors}
    assert wrong <= {field, "party_birth_on"}
    assert not Case.objects.exists()
    kept = desk.reads(sheet.action).sheet(sheet.action).values
    assert kept["f.correction_demand"] == ["立即清理堆放物。"]
    if typed and "\0" not in typed and typed not in {"alien", "maybe"}:
        assert kept[f"f.{field}"] == [typed]


def test_the_same_form_without_a_mistake_is_recorded(street: Journey) -> None:
    """The twin of the table above."""
    desk, sheet = filled_in(street, "on_the_spot_decided")
    assert "已记录" in desk.sends(sheet)


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("", "请填写行为发生的时间"),
        ("2026-03-03", "请填写行为发生的时间"),
        ("2026-02-30T10:00", "请填写行为发生的时间"),
        ("2026-03-02T23:59", "晚于现在"),
        ("2099-12-31T23:59", "晚于现在"),
        ("9999-12-31T23:59", "行为"),
        ("1999-01-01T00:00", "早于"),
        ("0001-01-01T00:00", "行为"),
        ("2026-03-01T10:00", "早于"),
    ],
)
def test_a_time_that_cannot_be_is_refused_at_its_box(journey: NewJourney, when: str, says: str) -> None:
    """No time, half a time, no such day, the future, before the case began."""
    case = journey().told_until("clue_registered")
    _, sheet = filled_in(case, "clue_accepted")
    case.at(case.step("clue_registered"))
    sheet.values["done_at"] = [when]
    page = Desk("officer").sends(sheet)
    assert page.status == 422, page
    assert says in "".join(page.answer.context["errors"].get("done_at", ())), page.answer.context["errors"]
    assert case.case.act_count == 1


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("started_at", "2026-03-10T10:31", "晚于本行为的时间"),
        ("started_at", "2026-03-05", "几时几分"),
        ("person_id_number", "410481198506121015", "校验"),
    ],
)
def test_a_moment_after_the_act_is_refused(asked: Journey, field: str, typed: str, says: str) -> None:
    """What is said of the time of the inquiry must lie before its record was closed."""
    desk, sheet = filled_in(asked, "inquiry_recorded")
    sheet.values[f"f.{field}"] = [typed]
    page = desk.sends(sheet)
    assert page.status == 422
    assert says in said_at(page, field)
    assert asked.case.act_count == 5


@pytest.fixture
def asked(journey: NewJourney) -> Journey:
    """A case in which the party is about to be questioned."""
    return journey().told_until("correction_ordered")


def test_script_typed_into_a_form_is_only_ever_words(journey: NewJourney) -> None:
    """On the form, the case, the lists, the board, the spreadsheet and the portal."""
    case = journey(party_name=f"恒远{SCRIPT}", place=SCRIPT)
    case.takes("clue_registered", clue_text=SCRIPT, matter=f"=1+1{SCRIPT}")
    for path in ("/", "/cases/", "/cases/?q=script", case.home, case.form("clue_accepted")):
        source = Desk("officer").reads(path).source
        assert SCRIPT not in source, path
        assert "<img src=x" not in source, path
    assert "&lt;script&gt;" in Desk("officer").reads(case.home).source
    assert SCRIPT not in Desk("supervisor").reads("/supervision/cases/").source
    table = Desk("officer").downloads("/cases/?export=csv")[1].decode()
    assert ",'=1+1" in table or ",\"'=1+1" in table


PAYLOADS = [
    SCRIPT,
    "\0",
    "𠮷" * 3000,
    "' OR 1=1 --",
    "../../etc/passwd",
    "9" * 400,
    "NaN",
    "{{7*7}}{% now 'Y' %}",
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_form_of_any_kind_of_act_breaks_by_what_is_typed(journey: NewJourney, payload: str) -> None:
    """Each control of each form holds the same nonsense: the live check answers, and nothing runs."""
    roles = "officer reviewer head clerk publicity supervisor"
    case = journey().told_until("filing_approved")
    make_person("everyone", "众", roles)
    client = Desk("everyone").client
    client.raise_request_exception = False
    broken = {}
    for kind in LAW.kinds.values():
        here = case.form(kind.kind) if "ordinary" in kind.procedures else f"/cases/new/{kind.kind}/"
        names = [f"f.{use.name}" for use in kind.fields]
        rows = [
            f"{name}.{number}.{column}" for name in names for number in (0, 9999) for column in ("law", "x")
        ]
        body = dict.fromkeys([*names, *rows, "performers", "done_at", "evidence", "once"], payload)
        for address in (f"{here}check", here):
            page = Page(client.post(address, body))
            if page.status >= 500 or SCRIPT in page.source:
                broken[address] = page.status
    assert broken == {}
    assert Act.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "content", "more", "says"),
    [
        ("空.jpg", b"", {}, "文件是空的（0 字节）"),
        ("改名.jpg", b"MZ\x90\x00" + b"\0" * 200, {}, "程序或脚本文件，不能作为证据"),
        ("网页.html", b"<html><script>alert(1)</script></html>", {}, "打开时可能执行代码"),
        ("照片.jpg", None, {"legal_kind": ""}, "证据种类"),
        ("照片.jpg", None, {"legal_kind": "nonsense"}, "证据种类"),
        ("照片.jpg", None, {"side": "both"}, "证明方向"),
        ("照片.jpg", None, {"taken_by": ""}, "取证人"),
        ("照片.jpg", None, {"taken_at": "昨天"}, "取证时间"),
        ("照片.jpg", None, {"taken_at": "2030-01-01T00:00"}, "取证时间"),
        ("照片.jpg", None, {"title": "长" * 201}, "名称"),
    ],
)
def test_a_file_that_cannot_be_evidence_is_refused_with_the_reason(
    journey: NewJourney, name: str, content: bytes | None, more: dict[str, str], says: str
) -> None:
    """422, what was typed about it still there, nothing in the gallery; a sound photo is taken in."""
    case = journey().told_until("filing_approved")
    desk = Desk("officer")
    sheet = desk.reads(case.home).sheet(f"{case.home}evidence/")
    sheet.put(title="现场照片", legal_kind="audiovisual", side="against", place="建设路")
    for box, value in more.items():
        sheet.values[box] = [value]
    page = desk.sends(sheet, files=SimpleUploadedFile(name, photo() if content is None else content))
    assert page.status == 422
    assert says in page
    assert not EvidenceItem.objects.exists()
    assert page.sheet(f"{case.home}evidence/").values["place"] == ["建设路"]


def photo() -> bytes:
    """A small but sound picture."""
    kept = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(kept, "JPEG")
    return kept.getvalue()


@pytest.mark.parametrize(
    "query", ["", "q=%00", "q=%FF", "after=zzz", "stage=x&handler=%27", "overdue=2&ended=7"]
)
def test_filters_that_somebody_has_edited_break_no_list(cast: Cast, clock: Any, query: str) -> None:
    """An empty list, a designed 404 where the mark of a page is no mark, and never an error."""
    page = Page(Desk("officer").client.get(f"/cases/?{query}"))
    assert page.status in {200, 404}
    assert not Draft.objects.exists()

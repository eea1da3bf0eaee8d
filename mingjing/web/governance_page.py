"""What the pages of law governance share: one matter in sight, files handed in, days and years of forms, the tabs."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.utils import timezone

from mingjing.governance import selectors
from mingjing.governance.ledger import NotDone
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest

if TYPE_CHECKING:
    from mingjing.governance.models import Matter

FIRST_YEAR: Final = 2000
TABS: Final = (
    ("governance", "总览"),
    ("governance-decisions", "重大行政决策"),
    ("governance-study", "领导学法"),
    ("governance-court", "负责人出庭"),
    ("governance-statements", "年度报告"),
    ("governance-campaigns", "专项行动"),
    ("governance-joint", "联合执法"),
    ("governance-grids", "网格"),
)


def matter_of(request: SignedRequest, kind: str, number: int) -> "Matter":
    """The matter, or the page that says there is none."""
    try:
        return selectors.matter_for(request.user, kind, number)
    except selectors.NoSuchMatter:
        raise Http404(number) from None


def page_of(request: SignedRequest, tab: str, **more: Any) -> dict[str, Any]:
    """Give what every page of law governance shows."""
    own = request.user.agency
    return {
        "tabs": TABS,
        "tab": tab,
        "may_enter": may(request.user, "governance.enter", own.code),
        "may_confirm": may(request.user, "governance.confirm", own.code),
        "typed": request.POST,
        **more,
    }


def rights_in(request: SignedRequest, row: "Matter") -> dict[str, bool]:
    """Give what this person may do in one matter: nothing where it is another agency's."""
    own = row.agency_id == request.user.agency_id
    return {
        name: own and may(request.user, f"governance.{action}", row.agency.code)
        for name, action in (("enters", "enter"), ("confirms", "confirm"), ("reviews", "review"))
    }


def year_in(request: SignedRequest) -> int:
    """Give the year that is asked for, or the present one."""
    text, now = request.GET.get("year", ""), timezone.localdate().year
    return int(text) if text.isdecimal() and FIRST_YEAR <= int(text) <= now + 1 else now


def years_to_choose() -> list[int]:
    """Give the years that a list offers."""
    now = timezone.localdate().year
    return list(range(now + 1, now - 5, -1))


def typed_day(request: SignedRequest, name: str, title: str = "日期") -> date | None:
    """A day of a form. Raises NotDone for what is none."""
    text = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotDone(f"{title}没有写对，应当像 2026-12-31。", field=name) from None


def typed_number(request: SignedRequest, name: str, title: str) -> int:
    """A whole number of a form. Raises NotDone for what is none."""
    text = request.POST.get(name, "").strip()
    if not text.isdecimal() or len(text) > 9:
        raise NotDone(f"{title}应当是整数。", field=name)
    return int(text)


def typed_year(request: SignedRequest) -> int:
    """The year of a form. Raises NotDone for what is none."""
    found = typed_number(request, "year", "年度")
    if not FIRST_YEAR <= found <= timezone.localdate().year + 1:
        raise NotDone("年度没有写对。", field="year")
    return found


def sent(request: SignedRequest) -> list[Any]:
    """Give the files of a form."""
    return request.FILES.getlist("files")


def told(row: "Matter", titles: dict[str, str]) -> list[tuple[Any, str, str]]:
    """Give the steps of a matter with their titles and who took them."""
    steps = list(row.steps.all())
    names = names_of([row.by, *(one.by for one in steps)])
    return [(one, titles.get(one.kind, one.kind), names.get(one.by, one.by)) for one in steps]


def name_of(username: str) -> str:
    """Give a person's name, or the user name where nobody has it."""
    return names_of([username]).get(username, username)

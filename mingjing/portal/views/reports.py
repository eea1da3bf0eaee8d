"""Published statistical reports: the list, one with its tables, its files."""

from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from mingjing.portal.http import page, public
from mingjing.publicity import reports as published

SHOWN = 50
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@public()
def reports(request: HttpRequest) -> HttpResponse:
    """Every report in its newest version, the latest period first."""
    agency = request.GET.get("agency", "")[:40]
    rows = Paginator(published.reports(agency=agency), SHOWN).get_page(request.GET.get("page"))
    return page("statistics.html", {"door": "after", "page": rows, "agency": agency})


@public()
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report with all its tables, what they mean and its other versions."""
    one = published.report(code)
    monthly = any(cell["before"] for table in one.content["tables"] for cell in table["cells"])
    context = {"door": "after", "one": one, "versions": published.versions(one), "monthly": monthly}
    return page("statistics_report.html", context)


@public()
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The report as a workbook, byte for byte as it was published."""
    return _file(code, "xlsx")


@public()
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The report on paper, byte for byte as it was published."""
    return _file(code, "pdf")


def _file(code: str, ending: str) -> HttpResponse:
    data = published.report_file(code, ending)
    name = quote(f"{published.report(code).title}.{ending}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return HttpResponse(data, content_type=KINDS[ending], headers=headers)

"""What is published before the fact: agencies, officers, guides, charts, channels; a new version only on change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.lawengine.model import Law
from mingjing.norms.selectors import register_for
from mingjing.packs.catalogues import recording_list, review_catalogue
from mingjing.packs.load import library
from mingjing.packs.mainline import main_chart, review_chart
from mingjing.packs.outline import guide
from mingjing.packs.procedures import limited_to
from mingjing.packs.statute_book import statute_book
from mingjing.personnel.authority import agreements_of, confirmation_on
from mingjing.personnel.certificates import STATE_TITLES
from mingjing.personnel.selectors import agencies, cancelled_certificates, published_officers
from mingjing.publicity.catalogue_models import ItemEnding
from mingjing.publicity.items import WHOLE, end_item, latest_of, public_item, publish_item
from mingjing.publicity.models import PublicItem
from mingjing.publicity.norm_tables import norm_tables
from mingjing.translog.keys import public_ranges
from mingjing.translog.services import ensure_log_key

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

Kind = PublicItem.Kind
MANY = (Kind.GUIDE, Kind.CHART, Kind.BENCHMARK, Kind.LIST)  # of which an agency has several, by slug
GONE = "已经期满、停止适用，或者本机关不再有这类执法"
ENFORCING = ("bureau", "township")  # act in their own name


def publish_registers(*, at: datetime) -> list[PublicItem]:
    """Publish the registers of every agency in use and the key of the log; give what is new. For the daily run."""
    new = [one for agency in agencies() for one in publish_register(agency, at=at)]
    return new + [one for one in [publish_log_key(at=at)] if one is not None]


def publish_register(agency: "Agency", *, at: datetime) -> list[PublicItem]:
    """Publish what an enforcing agency shows beforehand; give the new versions, none where nothing changed.

    Each new version is one row and one leaf of the log, written together.
    """
    if agency.kind == "delegated":
        # Acts in the name of another: it shows who it is, its officers and the agreement; guides are the other's.
        shown = [
            public_item(Kind.AGENCY, agency, agency.name, _agency(agency, at)),
            _officers_item(agency, at),
        ]
        shown += _delegations(agency, at)
        return [new for item in shown if (new := publish_item(item, at)) is not None]
    if agency.kind not in ENFORCING:
        return []
    law = limited_to(
        library().law(region=agency.region, field=agency.field, agency=agency.code), agency.enforcements
    )
    wanted = [
        public_item(Kind.AGENCY, agency, agency.name, _agency(agency, at)),
        public_item(Kind.CHANNEL, agency, agency.name, _channel(agency)),
        _officers_item(agency, at),
        *(item for procedure in law.procedures for item in _procedure(agency, law, procedure, at)),
        public_item(Kind.LAWS, agency, "执法依据", _laws(agency, law)),
        public_item(Kind.RECORDING, agency, "音像记录事项清单", _recording(agency, law)),
        public_item(Kind.REVIEWS, agency, "重大执法决定法制审核目录清单", _reviews(agency, law)),
        *_delegations(agency, at),
        *(
            public_item(Kind(kind), agency, title, body, slug=code[:40])
            for kind, code, title, body in norm_tables(agency, legal_day(at))
        ),
    ]
    made = [new for item in wanted if (new := publish_item(item, at)) is not None]
    _end_gone(agency, wanted, at)
    return made


def _end_gone(agency: "Agency", wanted: Sequence[PublicItem], at: datetime) -> None:
    """Note of guides, charts, benchmarks and lists that bind the agency no more that they do not apply."""
    kept = {(one.kind, one.slug) for one in wanted}
    rows = PublicItem.objects.filter(agency_code=agency.code, kind__in=MANY).values_list("kind", "slug")
    for kind, slug in sorted(set(rows) - kept):
        if (item := latest_of(kind, agency.code, slug)) is not None:
            end_item(
                item, row=WHOLE, ground=ItemEnding.Ground.GONE, since=legal_day(at), reason=GONE, by="", at=at
            )


def publish_log_key(*, at: datetime) -> PublicItem | None:
    """Publish the key of the log, or its keys where there were several; give the new version if it changed."""
    key, known = ensure_log_key().public, [one.as_json() for one in public_ranges()]
    body: dict[str, Any] = {"origin": key.name, "key": key.vkey}
    # Only where there is more to say than the one key: every version published is one to be compared.
    if len(known) > 1:
        body["keys"] = known
    return publish_item(public_item(Kind.LOG, None, "公开存证日志", body), at)


def _agency(agency: "Agency", at: datetime) -> dict[str, str]:
    told = {
        "name": agency.name,
        "field": agency.get_field_display(),
        "uscc": agency.uscc,
        "address": agency.address,
        "phone": agency.phone,
        "office_hours": agency.office_hours,
        "review_body": agency.review_body,
        "court": agency.court,
    }
    found = confirmation_on(agency, legal_day(at))
    if found is None:
        return told
    document = f"{found.document}（{found.document_no}）"
    said = f"{found.get_kind_display()}：{document}，{found.confirmed_by}，{chinese_date(found.on)}"
    return {**told, "confirmation": said}


def _officers_item(agency: "Agency", at: datetime) -> PublicItem:
    body: dict[str, Any] = {"officers": _officers(agency, at)}
    # Only where there are any: every version published is one to be compared.
    if cancelled := _cancelled(agency, at):
        body["cancelled"] = cancelled
    return public_item(Kind.OFFICERS, agency, f"{agency.name}执法人员", body)


def _cancelled(agency: "Agency", at: datetime) -> list[dict[str, str]]:
    """Give the cancelled certificates under the names that the list of officers has, whoever left included."""
    return [
        {
            "name": one.name,
            "agency": agency.name,
            "certificate": one.number,
            "state": "cancelled",
            "state_title": STATE_TITLES["cancelled"],
            "since": chinese_date(one.since),
        }
        for one in cancelled_certificates(legal_day(at), agency.code)
    ]


def _matter(row: Mapping[str, Any]) -> str:
    return f"{row['delegated_item']}（{row['delegated_power']}）"


def _delegations(agency: "Agency", at: datetime) -> list[PublicItem]:
    """Give the agreements that this body has given or holds and that were made public; nothing where there is none."""
    rows = [
        [
            one.row.get_kind_display(),
            one.row.number,
            one.row.delegator.name,
            one.row.delegate.name,
            "；".join(map(_matter, one.row.terms["delegation_matters"])),
            f"{chinese_date(one.row.valid_from)}至{chinese_date(one.row.valid_until)}",
            one.state_title,
        ]
        for one in agreements_of([agency.pk], legal_day(at))
        if one.published_on
    ]
    columns = ("类别", "编号", "委托（移交）机关", "受托（承接）方", "事项和权限", "期限", "状态")
    body = {"agency": agency.name, "columns": columns, "rows": rows}
    known = PublicItem.objects.filter(kind=Kind.DELEGATIONS, agency_code=agency.code).exists()
    return [public_item(Kind.DELEGATIONS, agency, "委托执法和赋权清单", body)] if rows or known else []


def _channel(agency: "Agency") -> dict[str, str]:
    above = agency.parent
    return {
        "phone": agency.phone,
        "address": agency.address,
        "supervisor": above.name if above else "",
        "supervisor_phone": above.phone if above else "",
    }


def _officers(agency: "Agency", at: datetime) -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "agency": one.agency,
            "department": one.department,
            "post": one.post,
            "fields": "、".join(one.fields),
            "certificate": one.certificate,
            "state": one.state,
            "state_title": one.state_title,
        }
        for one in published_officers(legal_day(at), [agency.code])
    ]


def _procedure(agency: "Agency", law: Law, procedure: str, at: datetime) -> list[PublicItem]:
    """Give the guide of one procedure, its chart and that of its legal review, all drawn from the rules that run it."""
    told: dict[str, Any] = guide(law, procedure)
    steps = [
        {name: step[name] for name in ("title", "stage", "remark", "form", "always")} | _clauses(step)
        for step in told["steps"]
    ]
    body = {
        "agency": _agency(agency, at),
        "channel": _channel(agency),
        "steps": steps,
        **{name: told[name] for name in ("enforcement", "party", "remark", "basis", "texts", "materials")},
    }
    titled = {"agency": agency.name, "guide": procedure}
    charts = {
        procedure: (f"{told['title']}流程图", main_chart(law, procedure)),
        f"{procedure}-review": (f"{told['title']}：法制审核流程图", review_chart(law, procedure)),
    }
    return [
        public_item(Kind.GUIDE, agency, f"{told['title']}服务指南", body, slug=procedure),
        *(
            public_item(Kind.CHART, agency, title, titled, slug=slug, svg=svg)
            for slug, (title, svg) in charts.items()
            if svg
        ),
    ]


def _laws(agency: "Agency", law: Law) -> dict[str, Any]:
    """Give every law that the agency's rules rest on, article by article, with what follows from each."""
    chapters = statute_book(law.rules, register_for(agency.code)).values()
    return {
        "agency": agency.name,
        "laws": [
            {
                "name": one.statute.name,
                "level": one.statute.level,
                "in_force": one.statute.in_force.isoformat(),
                "until": one.statute.until.isoformat() if one.statute.until else "",
                "articles": [
                    {
                        "title": article.title,
                        "quotes": article.quotes,
                        "rules": list(dict.fromkeys(found.rule.title for found in article.consequences)),
                    }
                    for article in one.in_order()
                ],
            }
            for one in chapters
            if one.articles
        ],
    }


def _recording(agency: "Agency", law: Law) -> dict[str, Any]:
    columns = (
        "执法类别",
        "记录环节",
        "记录方式",
        "开始时间",
        "记录内容",
        "结束时间",
        "存储期限",
        "备注",
        "依据",
    )
    rows = [
        [
            line.enforcement, line.act, f"{line.scope}：{line.way}", line.start, line.content, line.end, line.keep,
            line.note, line.source.cite(),
        ]
        for line in recording_list(law)
    ]  # fmt: skip
    return {"agency": agency.name, "columns": columns, "rows": rows}


def _reviews(agency: "Agency", law: Law) -> dict[str, Any]:
    rows = [
        [line.enforcement, "、".join(line.decisions), line.matter, line.standard, line.source.cite()]
        for line in review_catalogue(law)
    ]
    return {
        "agency": agency.name,
        "columns": ("执法类别", "执法决定", "审核事项", "情形和标准", "依据"),
        "rows": rows,
    }


def _clauses(step: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Give limits and demands with their articles; the quoted words would make the page three times as heavy."""
    return {
        part: [{"text": clause["text"], "source": clause["source"]} for clause in step[part]]
        for part in ("limits", "demands")
    }

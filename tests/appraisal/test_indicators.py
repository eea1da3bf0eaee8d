"""Appraisal: figures that a unit computes again from its own rows, and data for others in which nobody can be found."""

import csv
import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.appraisal.export import Unit, export_zip
from mingjing.appraisal.figures import Row, figure, percent
from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding, CaseOutcome
from mingjing.packs.appraisal_indicators import FORBIDDEN, check_schemes, read_scheme, scheme_of
from mingjing.packs.load import library
from mingjing.personnel.models import Person
from tests.cast import BUREAU, ELSEWHERE, make_officer, make_person
from tests.stories import told

SCHEME = scheme_of("410481", "", "")
CANARIES = {
    "party_name": "金丝雀建材有限公司",
    "legal_representative": "秦不存在",
    "address": "舞钢市金丝雀路七百七十七号",
    "phone": "13977777777",
}


def client(one):
    found = Client()
    found.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    return found


def year_of(case):
    return CaseOutcome.objects.get(case=case).decided_on.year


@pytest.mark.django_db
def test_the_unit_computes_the_same_figure_from_its_own_rows(cast):
    """The page of the office, the page of the unit and the downloaded rows come to one and the same figure."""
    told(cast, "ordinary", mark="a")
    _, case = told(cast, "summary", mark="b")
    year = year_of(case)
    code = f"/appraisal/{BUREAU}/limits_met/"
    pages = [client(one).get(f"{code}?year={year}").content.decode() for one in (cast.supervisor, cast.head)]
    rows = list(
        csv.DictReader(
            io.StringIO(client(cast.head).get(f"{code}rows.csv?year={year}").content.decode("utf-8-sig"))
        )
    )
    of = [one for one in rows if one["已经办结或者已经超过（仍在期限内的不计）"] == "1"]
    hits = sum(one["在期限内办结"] == "1" for one in of)
    by_hand = CaseDeadline.objects.filter(agency=cast.bureau, status__in=("met", "missed"), due__year=year)
    assert len(of) == by_hand.count() > 0
    for page in pages:
        assert f"{hits} ÷ {len(of)}" in page
        assert percent(hits, len(of)) in page


@pytest.mark.django_db
def test_every_indicator_counts_what_it_says(cast):
    """A file that breaks the rules on review leaves that indicator alone; a lapsed certificate only its own."""
    _, case = told(cast, "summary", mark="b")
    year = year_of(case)

    def value(name):
        page = client(cast.head).get(f"/appraisal/{BUREAU}/{name}/?year={year}").content.decode()
        return page.split("年度，")[1].split("</span>")[0]

    before = {one.code: value(one.code) for one in SCHEME.indicators}
    assert before["review_first"] == "1 ÷ 1"
    CaseFinding.objects.create(
        case=case, agency=cast.bureau, rule="x", outcome="breach", severity="block", title="x", item="V17"
    )
    after = {one.code: value(one.code) for one in SCHEME.indicators}
    assert {name for name in after if after[name] != before[name]} == {"review_first"}
    assert after["review_first"] == "0 ÷ 1"
    # 戊's certificate lapsed in 2025; the others hold theirs.
    assert after["certified"] == ("2 ÷ 3" if timezone.localdate() > date(2025, 12, 31) else "3 ÷ 3")


@pytest.mark.django_db
def test_others_see_neither_page_nor_rows(cast):
    """A head elsewhere gets no figure of this bureau, only the office exports, an unknown indicator is no page."""
    told(cast, "summary")
    far = client(make_person("far.head", "远", "head", agency=ELSEWHERE))
    for path in (f"/appraisal/{BUREAU}/limits_met/", f"/appraisal/{BUREAU}/limits_met/rows.csv"):
        assert far.get(path).status_code == 404
        assert client(cast.head).get(path).status_code == 200
    assert cast.bureau.name not in far.get("/appraisal/").content.decode()
    assert client(cast.head).get(f"/appraisal/{BUREAU}/fines/").status_code == 404
    assert client(cast.head).get("/appraisal/export.zip").status_code == 403
    assert client(cast.officer).get("/appraisal/").status_code == 403
    assert client(cast.supervisor).get("/appraisal/export.zip").status_code == 200


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


@pytest.mark.django_db
def test_no_planted_name_leaks_into_the_export(cast):
    """Names, numbers, addresses, codes, free text, sums: none of them is anywhere in the ZIP; its checksums hold."""
    for mark in "abcdef":
        told(cast, "summary", mark=mark, **CANARIES)
    # The test's own usernames are plain words; that of a real person is made unmistakable.
    make_officer("canary.officer", "秦无此人")
    case = Case.objects.first()
    year = year_of(case)
    assert CANARIES["party_name"] in {one.party_name for one in Case.objects.all()}
    files = members(client(cast.supervisor).get(f"/appraisal/export.zip?year={year}").content)
    assert files["data/files.csv"].count(b"\n") == 7

    secret = {*CANARIES.values()}
    secret |= {"canary.officer", *(one.name for one in Person.objects.all() if len(one.name) > 2)}
    for one in Case.objects.all():
        secret |= {one.code, one.log_code, one.party_name, one.number, one.decision_no, one.title}
    for act in Act.objects.all():
        secret |= {act.code, *(str(one["certificate"]) for one in act.performers)}
        secret |= {str(value) for value in act.facts.values() if len(str(value)) > 5}
    secret -= {"", cast.bureau.name, cast.bureau.code}
    whole = b"\n".join(data for name, data in files.items() if name != "SHA256SUMS").decode()
    assert len(secret) > 50
    assert not [one for one in secret if one in whole]
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest


def rows(*days):
    return [Row("n", date(2026, month, 1), frozenset({"passed"}), "c") for month in days]


def periods(found, k=5):
    files = members(
        export_zip(SCHEME, [Unit("u", "甲", {"files": found})], date(2026, 1, 1), date(2026, 12, 31))
    )
    told_ = [line.split(",")[1] for line in files["data/files.csv"].decode().splitlines()[1:]]
    assert all(told_.count(one) >= k for one in told_)
    return sorted(set(told_)), files


def test_no_period_stands_for_fewer_than_k_rows():
    """Small months merge; one small month takes its neighbour along; fewer than k in all are left out and named."""
    assert periods(rows(1, 1, 1, 1, 1, 2, 2, 2, 2, 2))[0] == ["2026-01", "2026-02"]
    assert periods(rows(1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 3))[0] == ["", "2026-01"]
    assert periods(rows(1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3))[0] == ["", "2026-01"]
    found, files = periods(rows(1, 1, 1, 1))
    assert found == []
    assert b"u,files" in files["left_out.csv"]
    assert b"u,files_lawful,,," in files["indicators.csv"]


def test_the_same_data_gives_the_same_bytes():
    """Whoever gets the ZIP twice can compare it."""
    begins = date(2026, 1, 1)
    one = [Unit("u", "甲", {"files": rows(*[1] * 9)})]
    assert export_zip(SCHEME, one, begins, begins) == export_zip(SCHEME, one, begins, begins)
    assert export_zip(SCHEME, one, begins, begins) != export_zip(SCHEME, one, begins, begins + timedelta(1))


def test_a_share_is_rounded_half_up_and_nothing_gives_nothing():
    """One of three, one of eight, none of none."""
    assert (percent(1, 3), percent(1, 8), percent(2, 3), percent(0, 0)) == ("33.3%", "12.5%", "66.7%", "")
    indicator = next(one for one in SCHEME.indicators if one.code == "published_in_time")
    flags = (
        {"decided", "met"},
        {"decided", "met", "publication"},
        {"decided", "publication"},
        {"publication"},
    )
    found = figure(indicator, [Row("n", None, frozenset(one)) for one in flags])
    assert (found.hits, found.of) == (1, 2)


def test_no_indicator_speaks_of_fines():
    """Article 74: the national scheme has none, and a pack that brings one is refused."""
    assert check_schemes(library()) == []
    told_ = " ".join(
        [*(one.title for one in SCHEME.indicators), *(one.what for one in SCHEME.sources.values())]
    )
    assert not [word for word in FORBIDDEN if word in told_]
    assert read_scheme(library(), region="410481", field="", agency="") == SCHEME

"""Dated editions of a form, and an agency's own: an act uses the one that was in use on its day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjing.documents.check import check_forms, check_local_forms
from mingjing.documents.forms import document_form
from mingjing.packs.load import Library, Pack, build, library
from mingjing.packs.source import PackError, PackFile
from tests.cast import BUREAU

FORM = "cn/penalty/forms/closing_approval.toml"
SCOPE = f"agency/{BUREAU}"


def edition(day: str, title: str, words: str = "{matter}") -> str:
    """A small form of that edition."""
    return (
        f'form = "closing_approval"\ntitle = "{title}"\nlayout = "form"\nedition = {day}\n\n'
        f'[[block]]\ncells = [["案由", "{words}"]]\n'
    )


def with_files(*files: tuple[str, str]) -> Library:
    """The packs as they are, with these files more; those of the agency in a pack of its own."""
    packs = dict(library().packs)
    local = [PackFile.parse(name, text) for name, text in files if name.startswith(SCOPE)]
    national = [PackFile.parse(name, text) for name, text in files if not name.startswith(SCOPE)]
    packs["cn"] = replace(packs["cn"], files=(*packs["cn"].files, *national))
    own = packs.get(SCOPE) or Pack(SCOPE, "本机关", "1", date(2026, 1, 1), "", ())
    packs[SCOPE] = replace(own, files=(*own.files, *local))
    return build(packs)


@pytest.fixture(scope="module")
def lib() -> Library:
    """An older national edition, and one of the bureau's own from May 2026 on."""
    return with_files(
        (FORM.replace(".toml", ".2019-01-01.toml"), edition("2019-01-01", "结案审批表（旧）")),
        (f"{SCOPE}/penalty/forms/closing_approval.toml", edition("2026-05-01", "本局结案审批表")),
    )


def title(lib: Library, day: date, agency: str = BUREAU) -> str:
    """The title of the form that an act of that day gets."""
    law = lib.law(region="410481", field="urban", agency=agency)
    return document_form(law.forms, "closing_approval", day).title


def test_an_act_gets_the_edition_of_its_day(lib):
    """The last day of the old edition and the first of the new; before any, the oldest there is."""
    elsewhere = "410482-urban"
    assert title(lib, date(2026, 2, 28), elsewhere) == "结案审批表（旧）"
    assert title(lib, date(2026, 3, 1), elsewhere) == "行政处罚案件结案审批表"
    assert title(lib, date(2010, 1, 1), elsewhere) == "结案审批表（旧）"


def test_an_agency_has_its_own_from_its_day_on(lib):
    """Until then the national one; other agencies never see it."""
    assert title(lib, date(2026, 4, 30)) == "行政处罚案件结案审批表"
    assert title(lib, date(2026, 5, 1)) == "本局结案审批表"
    assert title(lib, date(2026, 5, 1), "410482-urban") == "行政处罚案件结案审批表"
    assert title(lib, date(2026, 2, 28)) == "结案审批表（旧）"


def test_the_document_issued_notes_its_edition(cast):
    """What was issued says which edition it was made from."""
    from mingjing.documents.services import issue  # noqa: PLC0415 - needs the database of this test alone
    from tests.stories import told  # noqa: PLC0415

    _, case = told(cast, until="filing_approved")
    document = issue(case.acts.get(kind="filing_approved"))
    assert document.edition == document_form(library().forms, "filing_approval").edition


def test_every_edition_and_every_local_form_is_checked(lib):
    """A wrong word in an old edition or in an agency's own form is found; sound ones pass."""
    assert check_forms(lib) == []
    assert check_local_forms(lib) == []

    wrong: Any = edition("2019-01-01", "旧", "{no_such_field}")
    old = with_files((FORM.replace(".toml", ".2019-01-01.toml"), wrong))
    assert any("2019-01-01" in fault and "no_such_field" in fault for fault in check_forms(old))
    own = with_files((f"{SCOPE}/penalty/forms/closing_approval.toml", wrong))
    assert any(fault.startswith(SCOPE) and "no_such_field" in fault for fault in check_local_forms(own))


def test_the_name_of_an_old_edition_says_its_day():
    """The day in the name and the day inside must agree, and no two editions share one."""
    text = edition("2019-01-01", "旧")
    with pytest.raises(PackError, match="版本日期"):
        with_files((FORM.replace(".toml", ".2018-01-01.toml"), text))
    now = document_form(library().forms, "closing_approval").edition
    twin = edition(now.isoformat(), "重复")
    with pytest.raises(PackError, match="已经有了"):
        with_files((FORM.replace(".toml", f".{now}.toml"), twin))

"""Each page opens for whom it is meant; the others get a designed page and nothing of the content."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn

# Who may open what; everybody else gets 403.
OPEN_TO = {
    "/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/home/waiting/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/home/due/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/cases/": "officer reviewer head clerk publicity supervisor",
    "/cases/new/": "officer reviewer head clerk publicity supervisor",
    "/cases/new/clue_registered/": "officer clerk",
    "/cases/new/on_the_spot_decided/": "officer",
    "/publicity/": "head clerk publicity",
    "/people/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/people/new/": "admin",
    "/people/agencies/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/people/agencies/new/": "admin",
    "/account/password/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/law/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/system/": "admin",
    "/security/": "security",
    "/audit/": "audit",
    "/audit/accesses/": "head clerk supervisor audit",
    "/account/factors/": "officer reviewer head clerk publicity supervisor admin security audit",
    "/account/sign-ins/": "officer reviewer head clerk publicity supervisor admin security audit",
}
ROLES = OPEN_TO["/"].split()


@pytest.mark.parametrize("path", OPEN_TO)
def test_a_page_opens_for_these_roles_and_no_others(cast: Cast, at_desk: SignIn, path: str) -> None:
    """One table for all pages and roles; a refusal names the roles one has."""
    for role in ROLES:
        answer = at_desk(getattr(cast, role)).get(path)
        meant = role in OPEN_TO[path].split()
        assert answer.status_code == (200 if meant else 403), role
        if not meant:
            assert "没有权限" in answer.content.decode()
            assert "您现有的角色" in answer.content.decode()


@pytest.mark.parametrize("path", [*OPEN_TO, "/cases/x/", "/documents/x/pdf", "/cases/x/evidence/y/file"])
def test_nothing_opens_without_signing_in(client: Client, path: str, db: None) -> None:
    """Not even to say that something does not exist."""
    assert client.get(path).status_code == 302


def test_a_case_of_another_agency_does_not_exist_here(cast: Cast, at_desk: SignIn) -> None:
    """Its page, forms, evidence and documents are all the same designed 404; its own officer sees them."""
    _, case = told(cast, until="filing_approved")
    filing = case.acts.get(kind="filing_approved")
    paths = [
        f"/cases/{case.code}/",
        f"/cases/{case.code}/acts/inquiry_recorded/",
        f"/cases/{case.code}/evidence/{'0' * 64}/",
        f"/documents/{filing.code}/pdf",
    ]
    for path in paths:
        answer = at_desk(cast.outsider).get(path)
        assert answer.status_code == 404
        assert "没有找到" in answer.content.decode()
        assert case.party_name not in answer.content.decode()
    own = at_desk(cast.officer)
    assert [own.get(path).status_code for path in paths] == [200, 200, 404, 200]


@pytest.mark.parametrize(
    "path",
    [
        "/cases/none/",
        "/documents/none/pdf",
        "/publicity/published/none/",
        "/publicity/papers/999/",
        "/law/none/",
        "/people/a%00b/",
    ],
)
def test_what_never_existed_is_not_found(cast: Cast, at_desk: SignIn, path: str) -> None:
    """A mistyped address is no fault of the system."""
    assert at_desk(cast.head).get(path).status_code == 404


def test_a_supervisor_reads_the_cases_below_and_changes_nothing(cast: Cast, at_desk: SignIn) -> None:
    """The case opens; forms and uploads do not."""
    _, case = told(cast, until="filing_approved")
    client = at_desk(cast.supervisor)
    assert client.get(f"/cases/{case.code}/").status_code == 200
    assert client.get(f"/cases/{case.code}/acts/inquiry_recorded/").status_code == 403
    assert client.post(f"/cases/{case.code}/evidence/", {}).status_code == 403


def test_a_form_without_its_token_is_refused_on_a_designed_page(cast: Cast) -> None:
    """The page says that nothing was written and the draft is kept."""
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/login/", {"username": "officer", "password": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_pages_forbid_foreign_and_inline_script(cast: Cast, at_desk: SignIn) -> None:
    """The policy is sent, and no page has script or style of its own."""
    answer = at_desk(cast.officer).get("/cases/new/clue_registered/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    html = answer.content.decode()
    assert "<style" not in html
    assert " style=" not in html
    assert "onclick" not in html
    assert html.count("<script") == html.count("<script defer src=") == 2


def test_the_menu_shows_only_what_opens(cast: Cast, at_desk: SignIn) -> None:
    """An administrator has no cases in the menu, an officer no system page."""
    assert 'href="/cases/new/"' not in at_desk(cast.admin).get("/").content.decode()
    assert 'href="/system/"' not in at_desk(cast.officer).get("/").content.decode()
    assert 'href="/system/"' in at_desk(cast.admin).get("/").content.decode()

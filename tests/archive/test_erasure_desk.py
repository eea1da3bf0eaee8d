"""The desk of destructions in the browser: asked for on the file's page, confirmed by another, shown as a stone."""

from django.urls import reverse

from mingjing.archive.models import ErasureRequest
from mingjing.publicity.models import Publication
from mingjing.translog.verify import verify_bundle
from tests.archive.filed import finished, seal_all
from tests.cast import ELSEWHERE, make_person

FORM = {"digest": "", "ground": "ordered", "authority": "鉴定意见 1 号", "reason": "判令删除"}


def enter(client, person):
    """Sign somebody in."""
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_two_persons_destroy_a_case_and_its_pages_show_the_stone(
    cast, client, django_capture_on_commit_callbacks
):
    """What is missing is told at the form; the second person confirms; afterwards every page is the stone's."""
    case = finished(cast, "summary")
    party, ask, desk = case.party_name, reverse("case-erase", args=[case.code]), reverse("erasures")
    clerk = make_person("erasing.clerk", "文", "clerk", agency=cast.bureau.code)
    enter(client, clerk)
    assert "整件案件" in client.get(ask).content.decode()
    refused = client.post(ask, {**FORM, "authority": " "})
    assert (refused.status_code, "请写明依据的文书" in refused.content.decode()) == (422, True)
    assert client.post(ask, FORM).url == desk
    made = ErasureRequest.objects.get()
    decide = reverse("erasure-decide", args=[made.code])
    assert client.post(decide, {"answer": "confirm"}).status_code == 403

    stranger = make_person("far.head", "外", "head", agency=ELSEWHERE)
    enter(client, stranger)
    assert made.reason not in client.get(desk).content.decode()
    assert client.post(decide, {"answer": "confirm"}).status_code == 404
    assert client.get(ask).status_code == 404

    enter(client, cast.head)
    assert "同意销毁" in client.get(desk).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(decide, {"answer": "confirm"})
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("done", cast.head.username)
    assert made.stone in client.get(desk).content.decode()
    for name in ("case", "case-file", "case-documents"):
        page = client.get(reverse(name, args=[case.code]))
        assert (page.status_code, party in page.content.decode()) == (410, False)
        assert "鉴定意见 1 号" in page.content.decode()
    seal_all()
    shown = client.get(f"/portal/decisions/{Publication.objects.get(case_code=case.code).code}/")
    assert (shown.status_code < 500, party in shown.content.decode()) == (True, False)
    bundle = client.get(reverse("case-bundle", args=[case.code]))
    assert verify_bundle(bundle.content).ok


def test_what_was_refused_stays(cast, client):
    """The second person says no; the case is as it was."""
    case = finished(cast, "summary")
    enter(client, make_person("erasing.clerk", "文", "clerk", agency=cast.bureau.code))
    client.post(reverse("case-erase", args=[case.code]), FORM)
    enter(client, cast.head)
    made = ErasureRequest.objects.get()
    client.post(reverse("erasure-decide", args=[made.code]), {"answer": "refuse"})
    made.refresh_from_db()
    assert made.state == "refused"
    assert client.get(reverse("case", args=[case.code])).status_code == 200

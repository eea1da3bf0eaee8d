"""The pages of alerts: the supervisor's list, the unit's own, one alert with what may be done, and the models."""

import html
import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mingjing.cases.models import Case
from mingjing.kit.clock import legal_day
from mingjing.packs.detectors import CODES
from mingjing.supervision.alerts import run_alerts
from mingjing.supervision.models import Alert
from tests.cast import Cast

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

pytestmark = pytest.mark.django_db


def browser(person: "Person") -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def alert(broken: Case) -> Alert:
    """What today's run finds of the broken file."""
    now = timezone.now()
    run_alerts(at=now, on=legal_day(now))
    return Alert.objects.get(code="certificate_expired")


def text(client: Client, name: str, *args: object, query: str = "") -> str:
    """A page that must open."""
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return str(answer.content.decode())


def test_from_the_workbench_to_the_very_act(cast: Cast, alert: Alert, broken: Case) -> None:
    """The workbench counts, the list leads to the alert, the alert shows fact, formula, article, and act."""
    client = browser(cast.supervisor)
    assert f'href="{reverse("supervision-alerts")}">各机关的监督预警' in text(client, "home")
    assert reverse("supervision-alert", args=[alert.pk]) in text(client, "supervision-alerts")

    shown = text(client, "supervision-alert", alert.pk)
    assert f"{reverse('case', args=[broken.code])}?via=alerts#act-4" in shown
    for said in ("第四十二条第一款", "逐项行为核对实施人当日的证件状态", "系统提示", "机关负责人"):
        assert said in shown


def test_the_unit_answers_and_the_supervisor_returns_it_on_paper(cast: Cast, alert: Alert) -> None:
    """Each finds the form that is his and not the other's."""
    head, supervisor = browser(cast.head), browser(cast.supervisor)
    assert "告知您的预警" in text(head, "home")
    assert 'value="answer"' in text(head, "alert", alert.pk)
    assert 'value="answer"' not in text(supervisor, "supervision-alert", alert.pk)

    sent = head.post(reverse("alert-step", args=[alert.pk]), {"step": "answer", "words": "已经重新检查"})
    assert sent.status_code == 302
    assert 'name="accepted"' not in text(head, "alert", alert.pk)
    assert 'name="accepted"' in text(supervisor, "supervision-alert", alert.pk)
    supervisor.post(
        reverse("supervision-alert-feedback", args=[alert.pk]), {"accepted": "0", "words": "证据？"}
    )
    shown = text(head, "alert", alert.pk)
    assert "监督机构退回" in shown
    assert "证据？" in shown


def test_a_supervision_document_takes_over_what_the_alert_says(cast: Cast, alert: Alert) -> None:
    """The supervisor's page leads to a draft with unit, case and fact filled in; the unit's page does not."""
    shown = text(browser(cast.supervisor), "supervision-alert", alert.pk)
    (address,) = re.findall(rf'href="({reverse("oversight-new")}[^"]+)"', shown)
    draft = browser(cast.supervisor).get(html.unescape(address))
    assert draft.status_code == 200
    page = draft.content.decode()
    assert "执法证件无效而参与办案" in page
    assert alert.case_code in page
    assert reverse("oversight-new") not in text(browser(cast.head), "alert", alert.pk)


def test_the_case_page_names_its_alerts_to_those_they_tell(cast: Cast, alert: Alert, broken: Case) -> None:
    """The head and the supervisor find it, each with the own address; the clerk, whom it does not tell, does not."""
    assert f'href="{reverse("alert", args=[alert.pk])}"' in text(browser(cast.head), "case", broken.code)
    above = f'href="{reverse("supervision-alert", args=[alert.pk])}"'
    assert above in text(browser(cast.supervisor), "case", broken.code)
    assert 'id="alerts"' not in text(browser(cast.clerk), "case", broken.code)


def test_an_empty_answer_is_refused_on_the_page_and_changes_nothing(cast: Cast, alert: Alert) -> None:
    """The reason is said above the form."""
    answer = browser(cast.head).post(reverse("alert-step", args=[alert.pk]), {"step": "answer", "words": ""})
    assert answer.status_code == 422
    assert "请写明查到的情况" in answer.content.decode()
    assert Alert.objects.get(pk=alert.pk).state == "open"


def test_somebody_elses_alert_does_not_exist(cast: Cast, alert: Alert) -> None:
    """404 for a neighbour's officer and for his post; the head of the bureau opens it."""
    outsider = browser(cast.outsider)
    assert outsider.get(reverse("alert", args=[alert.pk])).status_code == 404
    sent = outsider.post(reverse("alert-step", args=[alert.pk]), {"step": "take"})
    assert sent.status_code == 404
    assert outsider.get(reverse("supervision-alert", args=[alert.pk])).status_code == 403
    assert browser(cast.head).get(reverse("alert", args=[alert.pk])).status_code == 200


@pytest.mark.parametrize(
    "query", ["?page=9", "?page=²", "?code=%00", "?state=x", "?agency=nobody", "?late=1"]
)
def test_edited_addresses_do_no_harm(cast: Cast, alert: Alert, query: str) -> None:
    """A list or a 404."""
    for name in ("supervision-alerts", "alerts"):
        assert browser(cast.head).get(reverse(name) + query).status_code in {200, 404}


def test_filters_narrow_and_the_empty_list_says_what_comes_next(cast: Cast, alert: Alert) -> None:
    """By model, level and state."""
    client, mine = browser(cast.supervisor), reverse("supervision-alert", args=[alert.pk])
    assert mine in text(client, "supervision-alerts", query="?code=certificate_expired&level=grave")
    assert mine not in text(client, "supervision-alerts", query="?level=notice")
    assert "没有符合条件的预警" in text(client, "supervision-alerts", query="?state=gone")
    assert "没有等待您处理的预警" in text(browser(cast.clerk), "alerts")


def test_models_and_published_methods_show_formula_basis_and_measured_precision(cast: Cast) -> None:
    """The supervisor's page lists every model; the portal shows anybody the five formulas, marked as simulated."""
    models = text(browser(cast.supervisor), "supervision-alert-models")
    assert "法制审核倒置、拖延" in models
    assert "监督机构自定的标准" in models
    public = text(Client(), "portal:draw-methods")
    for code in CODES:
        assert f'id="{code}"' in public
    assert public.count("测得的效果（模拟）") == len(CODES)
    assert "P(X ≥ k)，X ~ Poisson(λ)" in public
    assert reverse("portal:draw-methods") in text(Client(), "portal:draws")

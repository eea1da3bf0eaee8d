"""The demo's exchange: a push seen from end to end, one thing to mend, papers that wait, and no second of anything."""

import threading
import urllib.request
from typing import TYPE_CHECKING

import pytest

from mingjing.cli.demo.exchange import PUSH, prepare_platform, send_papers
from mingjing.cli.demo.platform import serving
from mingjing.exchange.intake.models import IntakeFile, Paper
from mingjing.exchange.push import comparing, desk
from mingjing.exchange.push.models import Delivery
from mingjing.exchange.push.pusher import push
from mingjing.exchange.push.receivers import receivers
from tests.exchange.test_push import AT, at, bureau, later  # noqa: F401 - fixtures
from tests.stories import told

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

pytestmark = pytest.mark.django_db


def test_the_platform_takes_refuses_one_takes_it_when_mended_and_its_list_agrees(
    bureau: "Any",  # noqa: F811
    settings: "Any",
    tmp_path: "Path",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it refuses names the figure; the mended one is on its page; another secret is not let in."""
    settings.MINGJING_HOME = tmp_path
    monkeypatch.setenv(PUSH, "")
    command, address = prepare_platform()
    settings.MINGJING_PUSH_DIR = tmp_path / "demo-receivers"
    assert prepare_platform() == ({}, "")  # a folder of one's own stays one's own
    one = receivers()[0]["penalty"]
    port = int(address.rstrip("/").rpartition(":")[2])
    assert str(port) in command["platform"]
    server = serving(tmp_path / "demo-platform", port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        bureau.tell("one")
        push(one, at=AT)
        monkeypatch.setattr("mingjing.cli.demo.platform.LONGEST", 8)
        bureau.tell("two")
        push(one, at=later(minutes=1))
        assert set(Delivery.objects.values_list("state", flat=True)) == {"receipted", "dead"}
        row = Delivery.objects.get(state="dead")
        assert "最长 8 字" in row.faults[0]["what"]
        by = bureau.cast.publicity
        desk.mend(
            delivery=row, column="violation_kind", value="擅自堆放物料", reason="平台限字数", by=by, at=AT
        )
        desk.resend(delivery=row, by=by, at=AT)
        push(one, at=later(minutes=5))
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own server
            assert "擅自堆放物料" in answer.read().decode()
        assert comparing.compare(one, at=later(hours=8)).lines_in_all == 0
        (tmp_path / "demo-platform" / "secret").write_text("another", encoding="utf-8")
        assert "401" in comparing.compare(one, at=later(hours=9)).fault
    finally:
        server.shutdown()
        server.server_close()


def test_papers_come_in_once_and_wait_for_a_person(cast: "Any") -> None:
    """Matched to what is owed; a row that is wrong is told; a second start adds none."""
    told(cast, until="decision_published")
    for _ in range(2):
        send_papers()
    assert IntakeFile.objects.count() == 3
    assert set(Paper.objects.values_list("state", flat=True)) == {"open"}
    assert Paper.objects.exclude(case_code="").count() == 2
    assert IntakeFile.objects.get(sort="payments").refused == 1

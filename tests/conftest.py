"""What every test may rely on: a database, a browser, the shared material; no network, no skips in CI."""

import os
import shutil
import socket
from collections.abc import Generator, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect

from mingjing.kit.clock import BEIJING
from tests import migrated, postgres
from tests.append_only import _flush_lifts_guards  # noqa: F401 - a fixture for every test

pytest_plugins = ["tests.fixtures_cast", "tests.fixtures_seaweed"]

CI = os.environ.get("CI", "").lower() == "true"
ON_POSTGRESQL = os.environ.get("MINGJING_TEST_DATABASE") == "postgresql"
PATIENCE = 120_000  # milliseconds
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "django_db_setup"}
BROWSER_FIXTURES = {"page", "context", "browser", "new_context", "phone"}

# How long an example takes says how busy the machine is and nothing of the code. The examples are the same in every
# run, which so tells of the change that it tries; `make drill` looks for what nobody has thought of.
settings.register_profile(
    "patient", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("drill", settings.get_profile("patient"), derandomize=False, max_examples=3000)
settings.load_profile("patient")

expect.set_options(timeout=PATIENCE)

# Playwright keeps an event loop in the main thread; without this Django refuses its own ORM there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches the database; the browser and the pure code have had their turn."""
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    if not ON_POSTGRESQL:
        other = {item for item in items if item.get_closest_marker("only_on_postgresql")}
        config.hook.pytest_deselected(items=[*other])
        items[:] = [item for item in items if item not in other]
    if ON_POSTGRESQL:
        chosen = [
            item for item in items if _touches_database(item) and not item.get_closest_marker("browser")
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
        if postgres.programs() is None:
            for item in items:
                item.add_marker(pytest.mark.skip(reason=postgres.MISSING))


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("only_on_postgresql"):
        return True
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed test: nothing may be missing there."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CI 中不得跳过测试：{report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Keep what is there: it is a migrated file that was just put, and the folder is thrown away anyhow."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put a database that is migrated already."""
    if not ON_POSTGRESQL:
        migrated.put(Path(str(connection.settings_dict["TEST"]["NAME"])))
    elif postgres.programs() is not None:
        postgres.migrated(connection.creation._get_test_db_name())


@pytest.fixture(autouse=True)
def _nothing_signed_before() -> None:
    """A test begins with an empty database: what an earlier one signed is not its past."""
    shutil.rmtree(Path(os.environ.get("MINGJING_HOME", "")) / "signed", ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(sock: socket.socket, address: Any) -> None:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise PermissionError(f"tests may not reach the network: {address[0]}")
        connect(sock, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture
def one_day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The `TODAY` of a module goes on while its tests run, though it be midnight in Beijing meanwhile."""
    today = date.fromisoformat(str(request.module.TODAY))
    last, clock = datetime.combine(today, time.max, BEIJING).astimezone(UTC), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: min(clock(), last))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the repository."""
    folder = Path(os.environ.get("MINGJING_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not folder.is_dir():
        pytest.skip("没有共享资料目录：请设置 MINGJING_SHARED，或把它放在仓库旁的 shared/")
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet and without a network life of its own."""
    if CHROMIUM is None:
        pytest.skip("没有 Chromium 浏览器（Debian 软件包 chromium），跳过浏览器测试")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags + quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk in a Chinese office."""
    viewport = {"width": 1366, "height": 768}
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": viewport}


@pytest.fixture(scope="session")
def browser(browser: Any) -> Iterator[Any]:
    """The browser, patient: what it waits for only bounds a hang, and a busy machine may take its time."""
    plain = browser.new_context

    def patient(**options: Any) -> Any:
        context = plain(**options)
        context.set_default_timeout(PATIENCE)
        return context

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser, "new_context", patient)
        yield browser


@pytest.fixture
def phone(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[Any]:
    """A page on a phone: narrow, touched, twice as dense."""
    screen = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
    context = browser.new_context(**{**browser_context_args, **screen}, is_mobile=True, has_touch=True)
    yield context.new_page()
    context.close()

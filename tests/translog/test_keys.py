"""The signing key: made once, kept to its owner, never replaced behind a log's back."""

import stat
import threading

import pytest
from django.db import connection

from mingjing.translog import services
from mingjing.translog.keys import LogKeyMissing, ensure_log_key, key_path
from mingjing.translog.models import Queued, Sealed
from mingjing.translog.note import SigningKey
from tests.translog.conftest import AT


@pytest.mark.django_db
def test_the_key_is_made_once_and_readable_by_its_owner_only(home):
    """A second call gives the same key; file and folder are closed to others."""
    key = ensure_log_key()
    assert ensure_log_key() == key
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(key_path().parent.stat().st_mode) == 0o700
    assert [path.name for path in key_path().parent.iterdir()] == ["log.key"]


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_at_once_get_one_key(home):
    """The first to finish its file wins, all use that one."""
    keys, start = [], threading.Barrier(4)

    def run():
        start.wait()
        keys.append(ensure_log_key())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 4
    assert len({key.seed for key in keys}) == 1


@pytest.mark.django_db
def test_a_log_with_entries_never_gets_a_new_key(queue, seal):
    """A lost key is an incident to be told, not mended silently; the restored file works."""
    queue(1)
    seal()
    text = key_path().read_text()
    key_path().unlink()
    queue(1, first=2)
    with pytest.raises(LogKeyMissing, match="备份"):
        services.seal_log(at=AT)
    assert not key_path().exists()
    assert Queued.objects.count() == 1
    key_path().write_text(text)
    key_path().chmod(0o600)
    assert seal() == 1


@pytest.mark.django_db
def test_another_key_cannot_continue_a_log(queue, seal):
    """Readers know one key: a head signed by another would look like a fork."""
    queue(1)
    seal()
    text = key_path().read_text()
    key_path().write_text(SigningKey.generate(services.origin()).text)
    queue(1, first=2)
    with pytest.raises(LogKeyMissing, match="原私钥"):
        services.seal_log(at=AT)
    assert Sealed.objects.count() == 1
    key_path().write_text(text)
    key_path().chmod(0o600)
    assert seal() == 1


@pytest.mark.django_db
def test_a_damaged_key_file_is_told(home):
    """With its place, so that the operator knows which file to restore."""
    ensure_log_key()
    key_path().write_text("PRIVATE+KEY+broken")
    with pytest.raises(LogKeyMissing, match=r"log\.key"):
        ensure_log_key()


@pytest.mark.django_db
def test_the_log_cannot_be_renamed(home, settings):
    """Name and key belong together for good."""
    settings.LOG_ORIGIN = "zfgs.example.gov.cn/log"
    assert ensure_log_key().name == "zfgs.example.gov.cn/log"
    settings.LOG_ORIGIN = "other.example.gov.cn/log"
    with pytest.raises(LogKeyMissing, match="LOG_ORIGIN"):
        ensure_log_key()


@pytest.mark.django_db
def test_at_a_first_start_the_key_and_the_first_entries_of_another_process_are_taken(home, queue, seal):
    """The other makes the key and seals with it right behind the look that found none: it is the key, not a loss."""
    seen = []

    def other_first(execute, sql, params, many, context):
        if not seen and "translog_head" in sql:
            seen.append(sql)
            queue(1)
            seal()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(other_first):
        key = ensure_log_key()
    assert seen
    assert key == ensure_log_key()
    assert Sealed.objects.count() == 1

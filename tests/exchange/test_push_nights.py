"""Nights over files: what nothing has touched is not read again, what somebody touched is, and all of it in a month."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from mingjing.exchange.push import comparing
from mingjing.exchange.push.models import Delivery
from mingjing.exchange.push.pusher import push
from tests.exchange.push_servers import sftp_host
from tests.exchange.test_push import AT, at, bureau, folder, receiver  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(monkeypatch):
    """The names of the files of messages whose content is read, as they are read."""
    names, real = [], Path.read_bytes

    def reading(path):
        names.extend([path.name] if path.suffix == ".json" else [])
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    return names


def nights(count=comparing.NIGHTS):
    return [AT + timedelta(days=number, hours=7) for number in range(1, count + 1)]


def test_in_a_folder_a_file_is_read_once_a_month_and_whenever_it_was_touched(bureau, folder, tmp_path, read):  # noqa: F811
    """Even one whose size and time were set back: a program cannot set back when a file was changed."""
    (out := tmp_path / "out").mkdir()
    bureau.tell("one")
    one = receiver(folder, f'way = "folder"\nfolder = "{out}"\nkeeps = true\n')
    push(one, at=AT)
    [file] = out.iterdir()
    found = [comparing.compare(one, at=night) for night in nights()]
    assert (len(read), sum(night.resent for night in found)) == (1, 0)

    read.clear()
    before, told = file.stat(), file.read_text(encoding="utf-8")
    file.write_text(told.replace("舞", "無"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert comparing.compare(one, at=AT + timedelta(days=60)).different == 1
    assert file.name in read


def test_a_folder_that_was_moved_is_read_once_more_and_then_known(bureau, folder, tmp_path, read):  # noqa: F811
    """The same bytes under another mark are the same: nothing is sent anew, and the next night reads nothing."""
    (out := tmp_path / "out").mkdir()
    bureau.tell("one")
    one = receiver(folder, f'way = "folder"\nfolder = "{out}"\nkeeps = true\n')
    push(one, at=AT)
    [file] = out.iterdir()
    (tmp_path / "copy").write_bytes(file.read_bytes())
    os.replace(tmp_path / "copy", file)
    read.clear()
    resent = [comparing.compare(one, at=night).resent for night in nights(28)]
    assert (sum(resent), len(read) <= 2) == (0, True)
    assert Delivery.objects.count() == 1


def test_over_sftp_a_forged_time_is_found_within_a_month(bureau, folder, tmp_path):  # noqa: F811
    """There size and time are all that a list tells; one night a month every file is read."""
    (root := tmp_path / "host").mkdir()
    (root / "in").mkdir()
    bureau.tell("one")
    with sftp_host(root) as (port, key):
        text = 'way = "sftp"\nhost = "127.0.0.1"\nuser = "mingjing"\nfolder = "/in"\nkeeps = true\nseconds = 60\n'
        text += f"port = {port}\n"
        one = receiver(folder, f'{text}host_key = "{key}"\n')
        push(one, at=AT)
        [file] = (root / "in").iterdir()
        before, told = file.stat(), file.read_text(encoding="utf-8")
        file.write_text(told.replace("舞", "無"), encoding="utf-8")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert sum(comparing.compare(one, at=night).different for night in nights()) == 1

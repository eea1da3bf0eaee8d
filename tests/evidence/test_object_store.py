"""Evidence in a real S3-compatible store with object lock: SeaweedFS, started by these tests on this machine."""

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.cli.backup.folder import BackupFolder
from mingjing.cli.backup.restoring import put_back
from mingjing.cli.backup.taking import faults_of, take_snapshot
from mingjing.clients import services
from mingjing.evidence import arrivals, object_store, store, uploads
from mingjing.evidence.refusals import NotKeptNow
from mingjing.evidence.selectors import open_content
from mingjing.evidence.services import receive_upload, verify_item
from tests.api.conftest import Program
from tests.cast import Cast
from tests.evidence import files
from tests.fixtures_seaweed import BUCKET, KEY_ID, SECRET, client_of
from tests.stories import told

boto3 = pytest.importorskip("boto3", reason="没有安装 boto3（uv sync 的开发组自带），跳过对象存储测试")


@pytest.fixture
def bucket(seaweed: str, settings: Any) -> Any:
    """The settings that put evidence into the store, and the store as its owner sees it."""
    settings.MINGJING_S3_BUCKET, settings.MINGJING_S3_ENDPOINT = BUCKET, seaweed
    settings.MINGJING_S3_KEY_ID, settings.MINGJING_S3_SECRET = KEY_ID, SECRET
    return client_of(int(seaweed.rsplit(":", 1)[1]))


def receive(content: bytes, name: str = "现场.wav", dossier: str = "case-s3") -> Any:
    """Take a file in by the usual way."""
    return receive_upload(
        files.io.BytesIO(content),
        original_name=name,
        dossier=dossier,
        agency="410481-urban",
        by="officer",
        title="现场",
        legal_kind="audiovisual",
        side="against",
        taken_by="甲",
    )


@pytest.mark.django_db
def test_a_file_goes_into_the_store_and_comes_back_whole_and_in_ranges(bucket: Any) -> None:
    """Nothing stays on the disk; the bytes, a jump into them, and the check of them come from the store."""
    content = files.wav(seconds=30) + secrets.token_bytes(8)
    item = receive(content)
    assert item.digest == hashlib.sha256(content).hexdigest()
    assert not store.path_of(item.digest).exists()
    with open_content(item.digest, "case-s3").open() as kept:
        kept.seek(1000)
        assert kept.read(50) == content[1000:1050]
        kept.seek(0)
        assert kept.read() == content
    assert not [one for one in verify_item(item.digest) if "文件" in one and "日志" not in one]


@pytest.mark.django_db
def test_what_is_stored_is_locked(bucket: Any) -> None:
    """The store itself refuses to delete the version or to shorten its lock; extending it is allowed."""
    item = receive(files.wav(seconds=1) + secrets.token_bytes(8))
    key = object_store.key_of(item.digest)
    held = bucket.head_object(Bucket=BUCKET, Key=key)
    assert held["ObjectLockMode"] == "COMPLIANCE"
    until = held["ObjectLockRetainUntilDate"]
    refused = bucket.exceptions.ClientError
    with pytest.raises(refused):
        bucket.delete_object(Bucket=BUCKET, Key=key, VersionId=held["VersionId"])
    shorter = {"Mode": "COMPLIANCE", "RetainUntilDate": until.replace(year=until.year - 5)}
    with pytest.raises(refused):
        bucket.put_object_retention(Bucket=BUCKET, Key=key, Retention=shorter)
    longer = {"Mode": "COMPLIANCE", "RetainUntilDate": until.replace(year=until.year + 5)}
    bucket.put_object_retention(Bucket=BUCKET, Key=key, Retention=longer)
    assert store.stored(item.digest)


@pytest.mark.django_db
def test_other_bytes_put_over_it_are_found_out(bucket: Any) -> None:
    """A version written over the first by somebody with the keys is an alteration; untouched files are not."""
    item = receive(files.wav(seconds=1) + secrets.token_bytes(8))
    other = receive(files.wav(seconds=1) + secrets.token_bytes(8))
    bucket.put_object(Bucket=BUCKET, Key=object_store.key_of(item.digest), Body=b"something else")
    assert any("不符" in one for one in verify_item(item.digest))
    assert not any("不符" in one for one in verify_item(other.digest))


@pytest.mark.django_db
def test_the_store_refuses_bytes_that_are_not_those_announced(bucket: Any, tmp_path: Path) -> None:
    """The digest travels with the bytes: what was damaged on the way is not stored; the right one is."""
    content, wrong = secrets.token_bytes(1000), hashlib.sha256(b"other").hexdigest()
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(NotKeptNow):
        object_store.put(tmp_path / "file", wrong)
    assert not object_store.holds(wrong)
    right = hashlib.sha256(content).hexdigest()
    object_store.put(tmp_path / "file", right)
    assert object_store.holds(right)


@pytest.mark.django_db
def test_an_upload_waits_while_the_store_is_down_and_goes_in_afterwards(bucket: Any, settings: Any) -> None:
    """A store that cannot be reached costs nothing: the part is kept, and settling again takes it in, once."""
    content = files.wav(seconds=2) + secrets.token_bytes(8)
    begun = uploads.begin_upload(
        name="现场.wav",
        size=len(content),
        label={"title": "现场", "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"},
        dossier="case-s3-down",
        agency="410481-urban",
        by="officer",
        log_code="",
    )
    uploads.continue_upload(begun, 0, files.io.BytesIO(content))
    up, settings.MINGJING_S3_ENDPOINT = settings.MINGJING_S3_ENDPOINT, "http://127.0.0.1:9"
    with pytest.raises(NotKeptNow, match="对象存储"):
        uploads.settle(begun)
    assert arrivals.arrived(begun.code) == len(content)
    settings.MINGJING_S3_ENDPOINT = up
    item = uploads.settle(begun)
    assert item is not None
    assert store.digest_stored(item.digest) == item.digest
    assert arrivals.arrived(begun.code) is None


def test_evidence_cannot_be_read_while_the_store_is_down_and_can_afterwards(
    bucket: Any, settings: Any, cast: Cast, client: Client
) -> None:
    """By page and by program: not an error of ours but 503 with who mends it, before a byte has been sent."""
    case = told(cast, until="clue_accepted")[1]
    item = receive(files.wav(seconds=1) + secrets.token_bytes(8), dossier=case.code)
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    place = f"/cases/{case.code}/evidence/{item.digest}/file"
    now = timezone.now()
    _, token = services.issue_token(
        person=cast.officer,
        title="读取",
        scopes=["evidence.view"],
        expires_at=now + timedelta(days=1),
        at=now,
    )
    program = Program(token, http=client)
    up, settings.MINGJING_S3_ENDPOINT = settings.MINGJING_S3_ENDPOINT, "http://127.0.0.1:9"
    for refused in (client.get(place), program.get(place)):
        assert refused.status_code == 503
        assert refused["Retry-After"]
        assert "对象存储连接不上，文件暂时读不出来" in refused.content.decode()
    settings.MINGJING_S3_ENDPOINT = up
    for answer in (client.get(place), program.get(place)):
        assert answer.status_code == 200
        assert hashlib.sha256(b"".join(answer)).hexdigest() == item.digest


@pytest.mark.django_db(transaction=True)
def test_files_of_the_store_go_into_a_backup_and_come_back_on_a_machine_without_it(
    bucket: Any, settings: Any, tmp_path: Path
) -> None:
    """Copied out of the bucket once; put back on a plain disk elsewhere, byte for byte."""
    item = receive(files.wav(seconds=1) + secrets.token_bytes(8), dossier="case-s3-backup")
    folder = BackupFolder(tmp_path / "backups")
    snapshot, manifest = take_snapshot(folder)
    assert folder.path_of(item.digest).is_file()
    assert item.digest not in manifest.damaged
    assert not list(faults_of(folder, snapshot))

    settings.MINGJING_S3_BUCKET, settings.MINGJING_HOME = "", tmp_path / "elsewhere"
    assert not store.stored(item.digest)
    put_back(folder, item.digest)
    assert store.digest_stored(item.digest) == item.digest

"""Stored files in an S3-compatible object store with object lock; used only where a bucket is set."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.utils import timezone

from mingjing.evidence.refusals import NotKeptNow

READ_AHEAD = 256 * 1024
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
UNREACHED = ("对象存储连接不上，或者没有收下文件", "请稍后再试；仍不成功的，请系统管理员检查对象存储")
UNREAD = ("对象存储连接不上，文件暂时读不出来", "请过一分钟再试；仍读不出来的，请系统管理员检查对象存储")


def in_use() -> bool:
    """Say whether stored files lie in a bucket and not on the disk."""
    return bool(settings.MINGJING_S3_BUCKET)


def holds(digest: str) -> bool:
    """Say whether the bucket has an object at the address."""
    return _length(digest) is not None


def open_object(digest: str) -> BinaryIO:
    """Open an object, to be read from anywhere in it. Raises FileNotFoundError where there is none.

    Opening and reading raise NotKeptNow where the store cannot be reached.
    """
    if (length := _length(digest)) is None:
        raise FileNotFoundError(digest)
    return cast("BinaryIO", io.BufferedReader(_Reader(digest, length), READ_AHEAD))


def put(source: Path, digest: str) -> None:
    """Store a file under its digest and lock it; the store itself compares the bytes with the digest it is told.

    Raises NotKeptNow, with nothing stored, where the store cannot be reached or does not take it.
    """
    until = timezone.now() + timedelta(days=settings.MINGJING_S3_LOCK_DAYS)
    with _reached(), source.open("rb") as file:
        _client().put_object(
            Bucket=settings.MINGJING_S3_BUCKET,
            Key=key_of(digest),
            Body=file,
            ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=until,
        )


@contextmanager
def _reached(told: tuple[str, str] = UNREACHED) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only where a bucket is set

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise NotKeptNow(*told) from error


def kept() -> Iterator[str]:
    """Give the digest of every object that stands in the bucket."""
    pages = (
        _client()
        .get_paginator("list_objects_v2")
        .paginate(Bucket=settings.MINGJING_S3_BUCKET, Prefix="evidence/")
    )
    with _reached():
        for page in pages:
            yield from (found["Key"].rpartition("/")[2] for found in page.get("Contents", []))


def remove(digest: str) -> None:
    """Remove every version of an object. Raises NotKeptNow while its lock has not run out."""
    with _reached():
        bucket, key = settings.MINGJING_S3_BUCKET, key_of(digest)
        for version in _client().list_object_versions(Bucket=bucket, Prefix=key).get("Versions", []):
            _client().delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])


def key_of(digest: str) -> str:
    """Give the key of the object with this SHA-256."""
    return f"evidence/{digest[:2]}/{digest[2:4]}/{digest}"


def _length(digest: str) -> int | None:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - only where a bucket is set

    with _reached(UNREAD):
        try:
            found = _client().head_object(Bucket=settings.MINGJING_S3_BUCKET, Key=key_of(digest))
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return int(found["ContentLength"])


def _client() -> Any:
    return _connected(
        settings.MINGJING_S3_ENDPOINT,
        settings.MINGJING_S3_REGION,
        settings.MINGJING_S3_KEY_ID,
        settings.MINGJING_S3_SECRET,
    )


@cache
def _connected(endpoint: str | None, region: str, key_id: str | None, secret: str | None) -> Any:
    """One client for all threads: boto3 says that clients, unlike sessions, may be shared."""
    import boto3  # noqa: PLC0415 - an extra, only where a bucket is set
    from botocore.config import Config  # noqa: PLC0415

    patient = Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 4, "mode": "standard"})
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=patient,
    )


class _Reader(io.RawIOBase):
    """An object as a file: each jump is a new request for the bytes from there on."""

    def __init__(self, digest: str, length: int) -> None:
        self._digest, self._length, self._at = digest, length, 0
        self._stream: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if start + offset != self._at:
            self._drop()
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        if self._at >= self._length:
            return 0
        with _reached(UNREAD):
            if self._stream is None:
                answer = _client().get_object(
                    Bucket=settings.MINGJING_S3_BUCKET, Key=key_of(self._digest), Range=f"bytes={self._at}-"
                )
                self._stream = answer["Body"]
            piece = cast("bytes", self._stream.read(len(buffer)))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

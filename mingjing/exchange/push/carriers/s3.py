"""Putting messages into a bucket; what the store says of an object is kept and compared with its list."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from mingjing.exchange.push.messages import Away, Failed, Held, Message, Rejected, Taken, latest
from mingjing.exchange.push.receivers import Receiver

SHUT = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket"})


class S3Carrier:
    """A bucket and a prefix."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver, self._at = receiver, receiver.options
        self._client: Any = None

    def send(self, message: Message) -> Taken:
        """Put an object; the store compares the bytes with the digest it is told."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

        try:
            answer = self._open().put_object(
                Bucket=self._at["bucket"],
                Key=self._at.get("prefix", "") + message.name,
                Body=message.body,
                ContentType=message.content_type,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(message.digest)).decode(),
            )
        except ClientError as error:
            raise _told(error) from error
        except BotoCoreError as error:
            raise Away(f"对象存储连不上：{type(error).__name__}") from error
        mark = str(answer["ETag"]).strip('"')
        return Taken(receipt=f"对象 {message.name}（{mark}）", mark=mark)

    def held(self, known: Mapping[str, str]) -> Iterator[Held]:
        """List the last object of each record with its mark, which is made of its content."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        prefix, marks = self._at.get("prefix", ""), dict[str, str]()
        try:
            pages = self._open().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._at["bucket"], Prefix=prefix):
                for found in page.get("Contents", []):
                    marks[found["Key"].removeprefix(prefix)] = found["ETag"].strip('"')
        except ClientError as error:
            raise _told(error) from error
        except BotoCoreError as error:
            raise Away(f"对象存储连不上：{type(error).__name__}") from error
        for record, name in latest(marks).items():
            yield Held(record, mark=marks[name])

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> Any:
        if self._client is None:
            try:
                import boto3  # noqa: PLC0415 - an extra
                from botocore.config import Config  # noqa: PLC0415
            except ImportError:
                raise Away("没有安装对象存储组件，请安装 mingjing[s3]") from None
            quick = Config(
                connect_timeout=self._receiver.seconds,
                read_timeout=self._receiver.seconds,
                retries={"max_attempts": 1},
            )
            self._client = boto3.client(
                "s3",
                endpoint_url=self._at.get("endpoint"),
                region_name=self._at.get("region", "us-east-1"),
                aws_access_key_id=self._at["key_id"],
                aws_secret_access_key=self._receiver.secret(),
                config=quick,
            )
        return self._client


def _told(error: Any) -> Exception:
    code = str(error.response["Error"]["Code"])
    status = int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
    if code in SHUT:
        return Away(f"对象存储不让进（{code}），请核对桶名和密钥")
    return Rejected(f"对象存储不收（{code}）") if 400 <= status < 500 else Failed(f"对象存储出错（{code}）")

"""Time stamps of another authority (RFC 3161) over bytes: the request, and what a token proves; no network."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

GRANTED: Final = 0


class StampRefused(ValueError):
    """A token is no time stamp of these bytes, or not by an authority that is trusted. The message is Chinese."""


def stamp_request(text: bytes) -> bytes:
    """Give the request to be sent to an authority as application/timestamp-query."""
    builder = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
    return bytes(builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes())


def stamped_at(token: bytes, text: bytes) -> datetime:
    """Give the moment that a token states for these bytes; who issued it is not asked. Raises StampRefused."""
    response = _read(token)
    if response.tst_info.message_imprint.message != hashlib.sha256(text).digest():
        raise StampRefused("时间戳盖的不是这个检查点")
    moment: datetime = response.tst_info.gen_time
    return moment


def verify_stamp(token: bytes, text: bytes, roots: bytes) -> datetime:
    """Give the moment that a token proves, issued under one of the root certificates (PEM). Raises StampRefused."""
    moment = stamped_at(token, text)
    try:
        builder = VerifierBuilder()
        for root in load_roots(roots):
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(_read(token), text)
    except VerificationError as error:
        raise StampRefused(f"时间戳不是由所信任的机构签发，或者已被改动（{error}）") from error
    return moment


def load_roots(pem: bytes) -> Sequence[x509.Certificate]:
    """Read root certificates. Raises StampRefused where there are none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise StampRefused("时间戳机构的根证书应为 PEM 格式") from error


def _read(token: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(token)
    except ValueError as error:
        raise StampRefused("时间戳应答无法读出") from error
    if response.status != GRANTED:
        raise StampRefused("时间戳机构没有签发（状态不是 granted）")
    return response

"""PDFs signed with the agency's certificate (PAdES), and what a signature is worth; whose seal it is, the law says.

The certificate of an agency is `<agency code>.p12` in the folder that the settings name, its passphrase `<agency
code>.pass` beside it, the authorities that are trusted `roots/*.pem`. Without a certificate nothing is signed, and
nothing pretends to be.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.conf import settings

from mingjing.kit.clock import beijing
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.documents.models import IssuedDocument

FIELD: Final = "AgencySeal"
MARK: Final = b"/ByteRange"  # no PDF is signed without it, and ours have it for nothing else
LIMIT: Final = 10  # seconds for the time stamping authority


class DocumentNotSigned(DocumentNotDrawn):
    """A document that should be signed and cannot be; in Chinese why and what mends it. Nothing was issued."""


@dataclass(frozen=True)
class Signature:
    """What the signature of a document is worth, read from the stored file itself."""

    signer: str
    intact: bool
    trusted: bool
    signed_at: datetime | None
    stamped: bool

    @property
    def good(self) -> bool:
        """Whether the file is as it was signed, by somebody whom a trusted authority vouches for."""
        return self.intact and self.trusted

    @property
    def told(self) -> str:
        """The result in one Chinese sentence."""
        if not self.intact:
            return "签名无效：签名之后文件被改动"
        if not self.trusted:
            return "文件完整，但签名证书不是由已信任的机构签发，或者签发时不在有效期内"
        return "签名有效：文件自签名后没有改动，证书由已信任的机构签发" + (
            "，附有可信时间戳" if self.stamped else ""
        )


def certificate_of(agency: str) -> Path | None:
    """Give the file of an agency's certificate; None where none is configured."""
    folder: Path | None = settings.MINGJING_SIGNING_DIR
    if folder is None:
        return None
    path = folder / f"{agency}.p12"
    return path if path.is_file() else None


def certificate_ends() -> dict[str, datetime]:
    """Give until when the certificate of each agency counts; one that cannot be opened counts no longer."""
    folder: Path | None = settings.MINGJING_SIGNING_DIR
    return {path.stem: _end_of(path) for path in sorted(folder.glob("*.p12"))} if folder else {}


def _end_of(path: Path) -> datetime:
    secret = path.with_suffix(".pass")
    passphrase = secret.read_text(encoding="utf-8").strip().encode() if secret.is_file() else None
    try:
        found = load_pkcs12(path.read_bytes(), passphrase).cert
    except (OSError, ValueError):
        found = None
    return found.certificate.not_valid_after_utc if found else datetime.min.replace(tzinfo=UTC)


def signed(pdf: bytes, *, agency: str, reason: str) -> bytes:
    """Give the PDF signed with the agency's certificate, stamped with the time where an authority is configured.

    Without a certificate the PDF is given back as it is. Raises DocumentNotSigned where signing fails.
    """
    path = certificate_of(agency)
    if path is None:
        return pdf
    # pyHanko takes two seconds to load: only those who sign wait for it.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import PdfSignatureMetadata, fields, signers  # noqa: PLC0415

    meta = PdfSignatureMetadata(
        field_name=FIELD, reason=reason, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signer = _signer(signers.SimpleSigner, path)
    try:
        written = signers.PdfSigner(meta, signer, timestamper=_timestamper()).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf))
        )
    except Exception as error:  # whatever the library or the authority's line made of it: nothing is issued
        raise DocumentNotSigned(
            f"文书没有签名（{type(error).__name__}）。请管理员检查时间戳服务 MINGJING_SIGNING_TSA 和签名证书后重试。"
        ) from error
    return bytes(written.getbuffer())


def _signer(kind: Any, path: Path) -> Any:
    secret = path.with_suffix(".pass")
    passphrase = secret.read_text(encoding="utf-8").strip().encode() if secret.is_file() else None
    signer = kind.load_pkcs12(str(path), passphrase=passphrase)
    if signer is None:
        raise DocumentNotSigned(
            f"签名证书 {path.name} 打不开。请管理员核对证书文件和旁边 .pass 文件里的口令。"
        )
    return signer


def _timestamper() -> Any:
    if not settings.MINGJING_SIGNING_TSA:
        return None
    from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper  # noqa: PLC0415 - as above

    return HTTPTimeStamper(settings.MINGJING_SIGNING_TSA, timeout=LIMIT)  # type: ignore[no-untyped-call]


def signature_of(pdf: bytes, document: "IssuedDocument") -> Signature | None:
    """Say what the signature in a document is worth; None where it has none.

    The certificate is judged as of the moment at which the log took the document in: it may run out later.
    """
    if MARK not in pdf:
        return None
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - as above
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if not found:
        return None
    context = ValidationContext(
        trust_roots=_roots(), allow_fetching=False, moment=beijing(document.issued_at)
    )
    status = validate_pdf_signature(found[-1], context, ts_validation_context=context)
    stamp = status.timestamp_validity
    return Signature(
        signer=status.signing_cert.subject.native.get("common_name", "") or "未载明",
        intact=bool(status.intact and status.valid and not _changed_after(status)),
        trusted=bool(status.trusted),
        signed_at=stamp.timestamp if stamp else status.signer_reported_dt,
        stamped=bool(stamp and stamp.intact and stamp.valid and stamp.trusted),
    )


def _changed_after(status: Any) -> bool:
    """Whether anything was put behind the signed bytes: an issued document is signed once and then left alone."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415 - as above

    return bool(status.coverage != SignatureCoverageLevel.ENTIRE_FILE)


def _roots() -> list[Any]:
    """The certificates of the authorities that this installation trusts."""
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415 - as above

    folder: Path | None = settings.MINGJING_SIGNING_DIR
    if folder is None:
        return []
    paths = [str(path) for path in sorted((folder / "roots").glob("*.pem"))]
    return list(load_certs_from_pemder(paths))  # type: ignore[no-untyped-call]

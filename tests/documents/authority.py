"""A certificate authority and a time stamping authority of the tests' own, with nothing real about them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

PASSPHRASE = "test only"


def named(name: str) -> x509.Name:
    """A name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A root that certifies whom it likes."""

    def __init__(self, name: str) -> None:
        self.name, self.key = named(name), ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._certified(self.name, self.key.public_key(), [], ca=True)

    def _certified(
        self, subject: x509.Name, key: Any, usages: list[Any], *, ca: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=400))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, crl_sign=ca,
                    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        )  # fmt: skip
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def agency(self, folder: Path, code: str, name: str) -> None:
        """Lay the certificate of an agency into the folder, as an operator does."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certified(named(name), key.public_key(), [])
        sealed = serialization.BestAvailableEncryption(PASSPHRASE.encode())
        data = pkcs12.serialize_key_and_certificates(b"agency", key, certificate, [self.certificate], sealed)
        (folder / f"{code}.p12").write_bytes(data)
        (folder / f"{code}.pass").write_text(PASSPHRASE + "\n")

    def trusted_in(self, folder: Path) -> None:
        """Make the folder's installation trust this authority."""
        (folder / "roots").mkdir(exist_ok=True)
        pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        (folder / "roots" / f"{self.certificate.serial_number}.pem").write_bytes(pem)

    def stamper(self) -> DummyTimeStamper:
        """A time stamping authority under this root."""
        key = rsa.generate_private_key(65537, 2048)
        certificate = self._certified(
            named("测试时间戳"), key.public_key(), [ExtendedKeyUsageOID.TIME_STAMPING]
        )
        private = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return DummyTimeStamper(
            asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
            keys.PrivateKeyInfo.load(private),
        )


@contextmanager
def time_stamps(authority: Authority) -> Iterator[str]:
    """Serve time stamps over HTTP (RFC 3161) on this machine; gives the address."""
    stamper = authority.stamper()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            given = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(given)))
            self.end_headers()
            self.wfile.write(given)

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

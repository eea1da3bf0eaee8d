"""Time stamps on checkpoints: asked of a real authority of our own, kept, and checked from the files alone."""

import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import IntegrityError, transaction

from mingjing.translog import services
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Stamp
from mingjing.translog.stamping import Stamper, stamp_checkpoint
from mingjing.translog.timestamp import StampRefused, stamped_at, verify_stamp
from mingjing.translog.verify import verify_log
from tests.translog.conftest import AT

pytestmark = pytest.mark.django_db

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
[stamping]
extendedKeyUsage = critical, timeStamping
"""


def openssl(*arguments, **more):
    """Run openssl; it must succeed."""
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **more).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A root and a stamping certificate under it, made by openssl."""
    folder = tmp_path_factory.mktemp("tsa")
    config = folder / "tsa.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = ("-keyout", folder / "root.key", "-out", folder / "root.pem", "-subj", "/CN=root", "-days", "30")
    openssl("req", "-x509", *curve, *root)
    openssl(
        "req", "-new", *curve, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-subj", "/CN=tsa"
    )
    signed = ("-CA", folder / "root.pem", "-CAkey", folder / "root.key", "-CAcreateserial", "-days", "30")
    extension = ("-extfile", config, "-extensions", "stamping")
    openssl("x509", "-req", "-in", folder / "tsa.csr", *signed, *extension, "-out", folder / "tsa.pem")
    return folder


@pytest.fixture
def authority(settings, folder):
    """The authority over HTTP on this machine, set as the log's."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "query.tsq").write_bytes(query)
            config = ("-config", folder / "tsa.cnf", "-section", "here")
            answer = openssl("ts", "-reply", *config, "-queryfile", folder / "query.tsq")
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.MINGJING_LOG_TSA = f"http://127.0.0.1:{server.server_port}/"
    settings.MINGJING_LOG_TSA_MINUTES = 60
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_checkpoint_is_stamped_now_and_then_and_checked_from_the_files(
    authority, folder, queue, seal, tmp_path, client
):
    """Once an hour what is new; exported, served, and proved by the root certificate alone, by openssl too."""
    queue(3)
    seal()
    stamp = stamp_checkpoint(AT)
    assert stamp.size == 3
    queue(1, first=4)
    seal()
    assert stamp_checkpoint(AT + timedelta(minutes=59)) is None
    assert stamp_checkpoint(AT + timedelta(minutes=60)).size == 4
    assert stamp_checkpoint(AT + timedelta(minutes=180)) is None  # nothing new

    services.export_log(tmp_path)
    vkey, root = ensure_log_key().public.vkey, (folder / "root.pem").read_bytes()
    report = verify_log(tmp_path, vkey, tsa_roots=root)
    assert report.ok, report.text
    assert "2 个，均由所信任的机构签发；前 4 条" in report.text
    assert "未经核验" in verify_log(tmp_path, vkey).text
    assert client.get("/log/stamp/3.tsr").content == (tmp_path / "stamp/3.tsr").read_bytes()
    text = (tmp_path / "stamp/3.note").read_bytes().rpartition(b"\n\n")[0] + b"\n"
    (folder / "text").write_bytes(text)
    given = ("-data", folder / "text", "-in", tmp_path / "stamp/3.tsr", "-CAfile", folder / "root.pem")
    assert b"OK" in openssl("ts", "-verify", *given, "-untrusted", folder / "tsa.pem")
    with pytest.raises(IntegrityError), transaction.atomic():
        Stamp.objects.update(size=9)


def test_a_stamp_of_something_else_or_by_somebody_else_is_refused(authority, folder, queue, seal, tmp_path):
    """Another text, an altered token, another root; the genuine one passes."""
    queue(1)
    seal()
    token = bytes(stamp_checkpoint(AT).token)
    services.export_log(tmp_path)
    text = (tmp_path / "stamp/1.note").read_bytes().rpartition(b"\n\n")[0] + b"\n"
    root = (folder / "root.pem").read_bytes()
    assert verify_stamp(token, text, root) == stamped_at(token, text)
    with pytest.raises(StampRefused, match="不是这个检查点"):
        stamped_at(token, text + b"x")
    altered = token[:-1] + bytes([token[-1] ^ 1])
    with pytest.raises(StampRefused):
        verify_stamp(altered, text, root)
    stranger = ("-keyout", folder / "x.key", "-out", folder / "x.pem", "-subj", "/CN=x", "-nodes")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *stranger)
    with pytest.raises(StampRefused, match="所信任"):
        verify_stamp(token, text, (folder / "x.pem").read_bytes())
    file = tmp_path / "stamp/1.tsr"
    file.chmod(0o644)
    file.write_bytes(b"rubbish")
    assert "stamp/1.tsr" in verify_log(tmp_path, ensure_log_key().public.vkey).text


@pytest.mark.django_db(transaction=True)
def test_an_authority_that_is_gone_holds_up_nothing(authority, settings, queue, seal):
    """The worker's step comes back at once and tries again after a while; sealing goes on meanwhile."""
    queue(1)
    seal()
    there, settings.MINGJING_LOG_TSA = settings.MINGJING_LOG_TSA, "http://127.0.0.1:9/"
    stamper = Stamper()
    stamper.turn(AT)
    stamper.finish()
    settings.MINGJING_LOG_TSA = there
    stamper.turn(AT + timedelta(minutes=1))
    stamper.finish()
    assert not Stamp.objects.exists()
    queue(1, first=2)
    assert seal() == 1
    stamper.turn(AT + timedelta(minutes=5))
    stamper.finish()
    assert Stamp.objects.get().size == 2


def test_without_an_authority_nothing_is_asked(settings, queue, seal):
    """The default."""
    settings.MINGJING_LOG_TSA = ""
    queue(1)
    seal()
    assert stamp_checkpoint(AT) is None

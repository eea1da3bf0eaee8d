"""Watching a log over HTTP: growth is fine; a fork, a step back or missing witnesses are named and kept as evidence."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mingjing.cli.main import main
from mingjing.translog.cosignature import ED25519, WitnessSigner
from mingjing.translog.http_reader import HttpReader, LogUnreachable
from mingjing.translog.merkle import WIDTH
from mingjing.translog.tiles import CHECKPOINT
from mingjing.translog.verify import verify_log
from tests.translog.logs import KEY, VKEY, MemoryLog, act_leaf

SIGNER = WitnessSigner("witness.example", ED25519, bytes(32))


@pytest.fixture
def site():
    """A web server that serves whatever is in its log; `log` is the log, `url` its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            data = server.log.read(self.path.removeprefix("/log/"))
            self.send_response(500 if server.broken else 404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")
            server.answered += 1

        def setup(self):
            super().setup()
            server.connections += 1

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.log, server.broken, server.answered, server.connections = log_of(300), False, 0, 0
    server.url = f"http://127.0.0.1:{server.server_port}/log"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def log_of(count, **more):
    """A log of so many acts."""
    return MemoryLog([act_leaf(number, **more) for number in range(1, count + 1)])


@pytest.fixture
def watch(site, tmp_path, capsys):
    """Run `mingjing watch` once; gives its exit code and what it said."""

    def run(*more):
        code = main(["watch", site.url, "--vkey", VKEY, "--state", str(tmp_path / "state"), *more])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_log_that_grows_is_fine_and_the_last_checkpoint_is_kept(site, watch, tmp_path):
    """First sight, the same again, growth over the border of a tile."""
    assert watch()[0] == 0
    assert watch()[0] == 0
    site.log.append([act_leaf(number) for number in range(301, 301 + 2 * WIDTH)])
    code, said = watch()
    assert (code, "核验通过" in said) == (0, True)
    assert (tmp_path / "state").read_bytes() == site.log.files[CHECKPOINT]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (
            lambda: MemoryLog([act_leaf(1, digest="cd" * 32), *log_of(400).entries[1:]]),
            "日志分叉：现在的 400 条",
        ),
        (lambda: log_of(300, digest="cd" * 32), "同是 300 条"),
        (lambda: log_of(299), "被退回"),
        (lambda: MemoryLog(log_of(300).entries, type(KEY)(KEY.name, bytes(32))), "没有"),
    ],
    ids=["rewritten", "two roots", "rolled back", "another key"],
)
def test_a_fork_is_named_and_both_checkpoints_are_kept(site, watch, tmp_path, made, why):
    """Exit code 1; the checkpoint of last time stays, and that of now lies beside it."""
    watch()
    kept = (tmp_path / "state").read_bytes()
    site.log = made()
    code, said = watch()
    assert code == 1
    assert why in said
    assert (tmp_path / "state").read_bytes() == kept
    (evidence,) = tmp_path.glob("state.evidence-*")
    assert evidence.read_bytes() == site.log.files[CHECKPOINT]


def test_a_checkpoint_without_its_witnesses_is_told(site, watch, tmp_path):
    """With a policy, enough cosignatures are part of being well."""
    policy = tmp_path / "policy"
    policy.write_text(f"witness w {SIGNER.public.vkey}\nquorum w\n")
    code, said = watch("--policy", str(policy))
    assert (code, "见证不足" in said) == (1, True)
    note = site.log.files[CHECKPOINT]
    site.log.files[CHECKPOINT] = note + SIGNER.cosign(note.partition(b"\n\n")[0] + b"\n", 1_700_000_000)
    assert watch("--policy", str(policy))[0] == 0


def test_a_log_that_does_not_answer_is_neither_well_nor_forked(site, watch, tmp_path):
    """Exit code 2 and the reason; nothing is kept as evidence."""
    watch()
    site.broken = True
    code, said = watch()
    assert (code, "状态 500" in said) == (2, True)
    assert not list(tmp_path.glob("state.evidence-*"))
    site.broken = False
    assert watch()[0] == 0


def test_a_whole_log_is_checked_over_one_connection(site, capsys):
    """`mingjing verify log URL`: every entry and tile; a changed one is found as in a folder."""
    assert main(["verify", "log", site.url, "--vkey", VKEY]) == 0
    assert "已核 300 项" in capsys.readouterr().out
    assert site.connections == 1
    assert site.answered > 5
    data = bytearray(site.log.files["tile/entries/000"])
    data[40] ^= 1
    site.log.files["tile/entries/000"] = bytes(data)
    assert main(["verify", "log", site.url, "--vkey", VKEY]) == 1


@pytest.mark.parametrize("address", ["example.gov.cn/log", "ftp://example.gov.cn", "http://"])
def test_what_is_no_address_is_refused(site, address):
    """Before anything is sent."""
    with pytest.raises(LogUnreachable, match="不完整"):
        HttpReader(address)
    with HttpReader(site.url) as reader:
        assert verify_log(reader, VKEY).ok

"""A mail server of the tests' own: it speaks SMTP, keeps what it is given and refuses what it is told to."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from threading import Thread


class MailServer(socketserver.ThreadingTCPServer):
    """What it took in stands in `mails`; `down` makes it refuse all, `unknown` holds mailboxes that do not exist."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[tuple[list[str], Message]] = []
        self.down = False
        self.unknown: set[str] = set()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}?from=gongshi@example.cn"


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 test")
        to: list[str] = []
        for raw in self.rfile:
            line = raw.decode().strip()
            word = line.upper()
            if self.server.down:
                self._say("421 closed")
                return
            if word.startswith("RCPT"):
                mailbox = line.partition("<")[2].partition(">")[0]
                known = mailbox not in self.server.unknown
                to += [mailbox] if known else []
                self._say("250 ok" if known else "550 no such mailbox")
            elif word.startswith("DATA"):
                self._say("354 go on")
                self._take(to)
                to = []
            elif word.startswith("QUIT"):
                self._say("221 bye")
                return
            else:
                to = [] if word.startswith(("MAIL", "RSET")) else to
                self._say("250 ok")

    def _take(self, to: list[str]) -> None:
        lines = []
        while (raw := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(raw.removeprefix(b"."))
        self.server.mails.append((to, message_from_bytes(b"".join(lines), policy=default)))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server until the block ends."""
    with MailServer() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()

"""A line that breaks: a TCP relay on this machine that slows and cuts what runs through it, whatever that is."""

import contextlib
import random
import socket
import struct
import threading
import time
from typing import Final

PIECE: Final = 64 * 1024
# Closing with this option sends a reset, as a line that is gone does, and not an orderly end.
ABRUPT: Final = struct.pack("ii", 1, 0)


class BrokenLine:
    """Relays to a port of this machine; it breaks for all every so many seconds, or for one after so many bytes."""

    def __init__(
        self,
        target: int,
        *,
        cut_seconds: float = 0,
        cut_bytes: tuple[int, int] = (0, 0),
        rate: int = 0,
        seed: int = 1,
    ) -> None:
        self.target, self.cut_seconds, self.cut_bytes, self.rate = target, cut_seconds, cut_bytes, rate
        self.cuts, self._breaks, self._closed = 0, 0, threading.Event()
        self._random = random.Random(seed)  # noqa: S311 - where a drill cuts is no secret
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        if cut_seconds:
            threading.Thread(target=self._break, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._closed.set()
        self._door.close()

    def _break(self) -> None:
        while not self._closed.wait(self.cut_seconds):
            self._breaks += 1

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                server.settimeout(None)
            except OSError:
                client.close()  # the server is down just now
                continue
            threading.Thread(target=self._relay, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, False), daemon=True).start()

    def _relay(self, here: socket.socket, there: socket.socket, outgoing: bool) -> None:
        began, sent, breaks = time.monotonic(), 0, self._breaks
        most = self._random.randint(*self.cut_bytes) if outgoing else 0
        with contextlib.suppress(OSError):
            while piece := here.recv(PIECE):
                there.sendall(piece)
                sent += len(piece)
                if not outgoing:
                    continue
                if self.rate:
                    time.sleep(max(0.0, sent / self.rate - (time.monotonic() - began)))
                if self._breaks != breaks or (most and sent > most):
                    self.cuts += 1
                    for end in (here, there):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
                    break
        for end in (here, there):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

"""Ports for servers that we start ourselves; who listens there is the caller's business."""

import secrets
import socket
from typing import Final

# Below those that the system lends to whoever calls somebody: between our look and the server's start such a call
# could take the port away.
LOWEST: Final = 10_000
HIGHEST: Final = 30_000


def free_port(*, highest: int = HIGHEST) -> int:
    """Give a port of this machine on which nobody listens."""
    while True:
        port = LOWEST + secrets.randbelow(highest - LOWEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

"""Which program is at work in the name of a person, if one is: said where it comes in, read where things are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_CLIENT: Final = ContextVar("client", default="")


@contextmanager
def acting(client: str) -> Iterator[None]:
    """Let all that is written in this block be the work of the client with this code."""
    token = _CLIENT.set(client)
    try:
        yield
    finally:
        _CLIENT.reset(token)


def client_at_work() -> str:
    """Give the code of the client at work; "" where a person is."""
    return _CLIENT.get()

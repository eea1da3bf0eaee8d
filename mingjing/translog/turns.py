"""Taking turns: whoever looks something up and writes by what he found is alone with it until that is written."""

import hashlib

from django.db import connection, transaction


def take_turn(*name: object) -> None:
    """Wait until nobody else is at work under this name, then keep others out till the caller's transaction ends.

    Call it before the look-up: what another has written meanwhile is then seen, and nobody writes between look and
    write. Several names in one transaction are taken in the order in which every caller takes them.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a turn ends with a transaction, so it begins in one")
    # SQLite needs nothing: its transactions begin IMMEDIATE, so that there is one writer at a time.
    if connection.vendor == "postgresql":
        digest = hashlib.sha256("/".join(map(str, name)).encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])

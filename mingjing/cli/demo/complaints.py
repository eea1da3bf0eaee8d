"""Complaints of the demo in several states, and one table of the hotline: through the room's own services, once."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.complaints import carrying, follow, handling, orders, selectors
from mingjing.complaints.services import Told, receive
from mingjing.exchange.tables import read_table
from mingjing.personnel.selectors import agency, person

TABLE: Final = Path(__file__).parent / "complaints.toml"
ORDERS: Final = Path(__file__).parent / "hotline.csv"
SUPERVISOR, CLERK, HEAD = "supervisor", "clerk", "head"


def complain() -> None:
    """Enter the complaints, unless they are there."""
    if selectors.seen_by(person(SUPERVISOR)):
        return
    now, bureau = timezone.now(), agency(BUREAU)
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["complaint"]:
        ago, steps = row.pop("ago"), row.pop("steps")
        began = now - timedelta(days=ago)
        taken = receive(told=Told(about=bureau, **row), channel="online", at=began).complaint
        for n, step in enumerate(steps, 1):
            _take(step, taken, min(now, began + timedelta(days=n)))
    by, table = person(CLERK), read_table(ORDERS)
    orders.carry_out(orders.plan(table.headers, table.rows, by=by, at=now), by=by, at=now)


def _take(step: dict[str, Any], row: Any, at: datetime) -> None:
    """Take one step as the one who takes it."""
    name, text = step["step"], step.get("text", "")
    by = person(step.get("by", SUPERVISOR))
    steps: dict[str, Any] = {
        "accept": lambda: handling.accept(complaint=row, by=by, at=at),
        "note": lambda: handling.note(complaint=row, text=text, by=by, at=at),
        "release": lambda: handling.release(complaint=row, text=text, files=[], by=by, at=at),
        "explain": lambda: handling.explain(complaint=row, text=text, by=by, at=at),
        "reply": lambda: handling.reply(complaint=row, text=text, ways=["page", "phone"], by=by, at=at),
        "call_back": lambda: handling.call_back(
            complaint=row, satisfaction=step["satisfaction"], text=text, by=by, at=at
        ),
        "rate": lambda: follow.rate(complaint=row, satisfaction=step["satisfaction"], text=text, at=at),
        "close": lambda: handling.close(complaint=row, text=text, by=by, at=at),
        "clue": lambda: carrying.open_clue(complaint=row, by=by, at=at),
    }
    steps[name]()

"""Which acts were recorded by clients: noted in the transaction of the act, read beside it; acts know nothing of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from mingjing.clients.models import Client, RecordedAct
from mingjing.kit.acting import client_at_work


@dataclass(frozen=True, slots=True)
class Through:
    """A client as whatever it recorded names it."""

    code: str
    title: str


def note_act(*, act: str, case: str, at: datetime) -> None:
    """Note, in the caller's transaction, that the client at work records this act; nothing where a person does."""
    if code := client_at_work():
        client = Client.objects.only("pk").get(code=code)
        RecordedAct.objects.create(client=client, act_code=act, case_code=case, at=at)


def recorded_in(case: str) -> Mapping[str, Through]:
    """Give, by the code of the act, the clients that recorded acts of a case."""
    rows = RecordedAct.objects.filter(case_code=case).values_list("act_code", "client__code", "client__title")
    return {act: Through(code, title) for act, code, title in rows}


def named(codes: Collection[str]) -> Mapping[str, Through]:
    """Give clients by their codes; one that there is not is left out."""
    rows = Client.objects.filter(code__in=codes).values_list("code", "title") if codes else ()
    return {code: Through(code, title) for code, title in rows}

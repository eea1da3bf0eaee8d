"""The officer's card: what is signed, for how long, for whom, and for whom not."""

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from mingjing.personnel import services
from mingjing.publicity import card
from mingjing.translog.keys import ensure_log_key
from tests.cast import Cast

AT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


def opened(address: str) -> dict[str, object]:
    """What a statement says, if the register's key has signed it."""
    version, body, signature = address.partition("#")[2].split(".")
    data, mark = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (body, signature))
    assert version == "1"
    assert ensure_log_key().public.verifies(card.DOMAIN + data, mark)
    found: dict[str, object] = json.loads(data)
    return found


def test_a_day_of_statements_follows_one_another_without_a_gap(cast: Cast) -> None:
    """Each a quarter of an hour and five minutes of grace, all signed by the published key, ten hours in all."""
    shown = list(card.statements(card.officer_of(cast.officer, AT), AT))
    assert [one.begins for one in shown[1:]] == [one.ends for one in shown[:-1]]
    assert shown[-1].ends - AT == card.DAY
    told = opened(shown[0].address)
    assert (told["n"], told["a"], told["d"]) == ("甲", "舞钢市城市管理局", "执法一中队 中队长")
    assert told["e"] == int((AT + timedelta(minutes=20)).timestamp())


def test_what_is_signed_is_what_is_published_and_no_more(cast: Cast) -> None:
    """No user name, no number of a person."""
    shown = next(card.statements(card.officer_of(cast.officer, AT), AT))
    assert set(opened(shown.address)) == {"n", "a", "d", "f", "c", "b", "e"}


def test_whoever_may_not_act_today_has_no_card(cast: Cast) -> None:
    """Lapsed, suspended, without a certificate: each is told why; restored, there is one again."""
    for person, says in ((cast.lapsed, "不得从事执法活动"), (cast.head, "没有登记执法证件")):
        with pytest.raises(card.NoCard, match=says):
            card.officer_of(person, AT)
    number = card.officer_of(cast.officer, AT).certificate
    services.suspend_certificate(number=number, on=date(2026, 3, 1), reason="调查", by="admin")
    with pytest.raises(card.NoCard, match="暂扣"):
        card.officer_of(cast.officer, AT)
    services.restore_certificate(number=number, on=date(2026, 3, 2), reason="查清", by="admin")
    assert card.officer_of(cast.officer, AT).name == "甲"

"""The push into a real bucket: what the store says of an object is compared with what it said when it was put."""

import json

from mingjing.exchange.push import comparing
from mingjing.exchange.push.models import Delivery, Lane
from mingjing.exchange.push.pusher import push
from tests.exchange.test_push import AT, at, bureau, folder, later, receiver  # noqa: F401 - fixtures
from tests.fixtures_seaweed import BUCKET, KEY_ID, SECRET, client_of


def test_a_decision_lies_in_the_bucket_and_is_taken_down_by_a_later_object(
    bureau,  # noqa: F811
    folder,  # noqa: F811
    seaweed,
    monkeypatch,
):
    """A wrong secret is told; what was changed is put again; after the withdrawal the record is gone from the list."""
    shown = bureau.tell("one")
    prefix = f"push/{shown.code}/"
    store = client_of(int(seaweed.rsplit(":", 1)[1]))
    monkeypatch.setenv("PUSH_SECRET", "wrong")
    text = (
        f'way = "s3"\nendpoint = "{seaweed}"\nbucket = "{BUCKET}"\nprefix = "{prefix}"\nkey_id = "{KEY_ID}"\n'
    )
    one = receiver(folder, f"{text}keeps = true\n")
    assert push(one, at=AT) == 0
    assert "不让进" in Lane.objects.get().fault

    monkeypatch.setenv("PUSH_SECRET", SECRET)
    assert push(one, at=later(minutes=5)) == 1
    [found] = store.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
    message = json.loads(store.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read())
    assert message["data"]["document_no"] == shown.document_no
    assert Delivery.objects.get().mark == found["ETag"].strip('"')
    assert comparing.compare(one, at=later(hours=1)).lines == []

    store.put_object(Bucket=BUCKET, Key=found["Key"], Body=b"{}")
    assert comparing.compare(one, at=later(hours=2)).different == 1
    assert push(one, at=later(hours=3)) == 1
    bureau.take_down(shown)
    assert push(one, at=later(hours=4)) == 1
    night = comparing.compare(one, at=later(hours=5))
    assert (night.ours, night.theirs, night.lines) == (0, 0, [])

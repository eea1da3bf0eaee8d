"""What other rooms and faces may read of inspections; nothing is written here."""

from collections import defaultdict

from mingjing.inspections.drawing.bundle import bundle_bytes, members_of
from mingjing.inspections.models import Draw, DrawRecord
from mingjing.inspections.register.lists import roster_of
from mingjing.inspections.standing import proof_kept, records_of, run_of


class NotProven(LookupError):
    """A record is not under a signed checkpoint yet. The message is Chinese."""


def bundle_of(draw: Draw) -> bytes:
    """Give the bundle of a draw: all that anybody needs to run it again; raises NotProven where a proof is missing."""
    run, listed = run_of(draw), draw.list
    places: dict[str, list[int]] = defaultdict(list)
    for line in run.lines:
        places[line.stratum].append(line.drawn.place)
    own = records_of(draw)
    before = DrawRecord.objects.filter(campaign=draw.campaign_id, number__lt=own[0].number).order_by("number")
    return bundle_bytes(
        records=[listed.record, *(one.body for one in own)],
        proofs=[_proof(listed.digest), *(_proof(one.digest) for one in own)],
        members={
            one["name"]: members_of(roster_of(listed, one["name"]), places[one["name"]])
            for one in draw.declaration["strata"]
        },
        lines=[line.text for line in run.lines],
        earlier=[(one.body, _proof(one.digest)) for one in before],
    )


def _proof(digest: str) -> bytes:
    proof = proof_kept(digest)
    if proof is None:
        raise NotProven("有记录还没有进入有签名的检查点。请稍候片刻再取抽取包。")
    return proof

"""One case as a file that proves itself: its acts with their salts, the log's entries and proofs of inclusion."""

import json
from collections.abc import Iterable
from typing import Final

from mingjing.cases.models import Act, Case
from mingjing.cases.timeline import ActBody
from mingjing.translog.keys import ensure_log_key, origin
from mingjing.translog.note import to_base64
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipts import receipt_of_content
from mingjing.translog.selectors import NotInLog, indexes_of, proofs_for
from mingjing.translog.stones import stone_proofs

FORMAT: Final = "mingjing-case-bundle@1"


def bundle_of(case: Case) -> bytes:
    """Give the bundle of a case as JSON text, to be checked with `mingjing verify bundle` by anybody.

    It discloses the acts: hand it to those who may read the case. Raises NotInLog where an act is not sealed yet.
    """
    acts = list(Act.objects.of(case).order_by("seq"))
    indexes = indexes_of([act.code for act in acts])
    if missing := [act.seq for act in acts if act.code not in indexes]:
        raise NotInLog(f"第 {missing[0]} 项行为尚未封存，请稍候再取。")
    proofs = proofs_for([indexes[act.code] for act in acts])
    content = {
        "format": FORMAT,
        "origin": origin(),
        "vkey": ensure_log_key().public.vkey,
        "checkpoint": proofs[0].note.decode("utf-8"),
        "case": {"log_code": case.log_code, "number": case.number, "agency": case.agency.name},
        "stones": stone_proofs([act.code for act in acts if not bytes(act.salt)]),
        "acts": [
            {
                # Of an act whose content was destroyed the leaf remains; a stone above speaks for it.
                "act": body_of(act, case).as_json() if bytes(act.salt) else None,
                "salt": bytes(act.salt).hex(),
                "leaf": json.loads(proof.extra),
                "index": proof.index,
                "proof": [to_base64(neighbour) for neighbour in proof.path],
            }
            for act, proof in zip(acts, proofs, strict=True)
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8")


def names_in_log(log_codes: Iterable[str]) -> dict[str, str]:
    """Give the number, or what stands for it, of every case that is here, by the code that its leaves bear."""
    rows = Case.objects.filter(log_code__in=list(log_codes)).values_list("log_code", "number", "code")
    return {log_code: number or code for log_code, number, code in rows}


def receipt_of(act: Act) -> Receipt:
    """Give the receipt of one act: the act, its salt and its proof. Raises NotInLog while it is not sealed."""
    content = body_of(act, act.case).as_json()
    return receipt_of_content("act", act.code, bytes(act.salt), content)


def body_of(act: Act, case: Case) -> ActBody:
    """Give a stored act as the body that was committed to."""
    return ActBody(
        log_code=case.log_code,
        seq=act.seq,
        kind=act.kind,
        code=act.code,
        facts=act.facts,
        performers=act.performers,
        evidence=act.evidence,
        done_at=act.done_at,
        recorded_at=act.recorded_at,
        recorded_by=act.recorded_by,
        held=act.held,
        passed=act.passed,
        pack_digest=act.pack_digest,
        imported=act.imported,
    )

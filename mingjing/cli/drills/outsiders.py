"""Those who do not trust the bureau, in a drill: a kept checkpoint, a witness with its memory, a party's receipt."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.translog.keys import origin, public_keys
from mingjing.translog.note import SigningKey, open_checkpoint
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.selectors import DatabaseReader, checkpoint
from mingjing.translog.tiles import tree_of
from mingjing.translog.witness import open_witness, set_up
from mingjing.translog.witness_client import request_body

COSIGNED: Final = 200
STALE: Final = 409


@dataclass(frozen=True)
class Outsiders:
    """What others hold of the log: a checkpoint from half-way, a witness that saw it grow, one receipt."""

    checkpoint: bytes
    witness: Path
    receipt: bytes

    def witness_refuses(self) -> str:
        """Ask the witness to cosign the log as it is now; gives its refusal, "" where it cosigned.

        Asked of a copy, so that the witness of the drill remembers nothing of the attacks.
        """
        with tempfile.TemporaryDirectory(prefix="mingjing-drill-witness-") as folder:
            copy = Path(folder) / "witness"
            shutil.copytree(self.witness, copy)
            return ask_witness(copy)


def new_witness(folder: Path) -> Path:
    """Make a witness that watches this log and has cosigned it as it is."""
    set_up(folder, "witness.example/drill", post_quantum=False)
    with open_witness(folder).store.turn() as turn:
        for key in public_keys():
            turn.add_log(origin(), key.vkey)
    if refused := ask_witness(folder):
        raise AssertionError(refused)
    return folder


def ask_witness(folder: Path) -> str:
    """Hand the latest checkpoint to a witness; gives why it refuses, "" where it cosigns."""
    witness, note = open_witness(folder), checkpoint() or b""
    now = open_checkpoint(note, *public_keys())
    with witness.store.turn() as turn:
        last = turn.latest(origin())
    old = last.size if last else 0
    if old > now.size:
        return f"见证过 {old} 条，来的检查点只有 {now.size} 条：日志被退回，不予联署"
    proof = tree_of(DatabaseReader().read, now.size).consistency(old) if 0 < old < now.size else []
    answer = witness.add_checkpoint(request_body(old, proof, note), int(time.time()))
    return "" if answer.status == COSIGNED else f"{answer.status} {answer.body.decode().strip()}"


def forged_receipts(receipt: bytes) -> Iterator[tuple[str, str]]:
    """Forge a receipt in several ways; gives what was done and what the check said, "" where it was taken in."""
    keys, genuine = [key.vkey for key in public_keys()], Receipt.parse(receipt)
    if not check_receipt(receipt, keys).ok:
        raise AssertionError("the genuine receipt of the drill does not verify")
    other = SigningKey.generate(origin())
    now = open_checkpoint(genuine.proof.note, *public_keys())
    whole = json.loads(receipt)
    text = whole["proof"]
    moved = text.replace(f"index {genuine.proof.index}", f"index {genuine.proof.index + 1}")
    signed = text.replace(genuine.proof.note.decode(), now.signed(other).decode())
    revealed = json.loads(json.dumps(whole["reveal"]).replace(_first_letters(whole["reveal"]), "ffffffff"))
    forgeries = {
        "伪造回执：换掉所揭示的内容": {**whole, "reveal": revealed},
        "伪造回执：改写序号": {**whole, "proof": moved},
        "伪造回执：另造私钥签检查点": {**whole, "proof": signed, "vkeys": [other.public.vkey]},
    }
    for title, forged in forgeries.items():
        verdict = check_receipt(json.dumps(forged, ensure_ascii=False).encode(), keys)
        yield title, "；".join(step.text for step in verdict.steps if step.state == "fault")


def _first_letters(reveal: dict[str, object]) -> str:
    """Give eight letters of the salt or digest that a receipt reveals."""
    value = next(str(one) for name, one in sorted(reveal.items()) if name in {"salt", "pdf"})
    return value[:8]

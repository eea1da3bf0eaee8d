"""The demo's witness: a made-up justice bureau whose witness runs on this machine, with a folder of its own."""

import os
import socket
from pathlib import Path
from typing import Final

from django.conf import settings

from mingjing.cli.commands.witness_command import serving
from mingjing.translog.services import ensure_log_key
from mingjing.translog.witness import KEYS, open_witness, set_up
from mingjing.translog.witness_http import FOLDER

NAME: Final = "jianzheng.sfj.demo"
TITLE: Final = "舞钢市司法局（演示）"
POLICY: Final = "MINGJING_WITNESS_POLICY"


def prepare_witness() -> dict[str, list[str]]:
    """Make the witness and its policy, and give the command that serves it; nothing where a policy is set already.

    The environment tells the children: the witness where its folder is, web server and worker which policy holds.
    """
    if settings.MINGJING_WITNESS_POLICY is not None:
        return {}
    home: Path = settings.MINGJING_HOME
    folder, policy = home / "demo-witness", home / "demo-witness.policy"
    if not (folder / KEYS).exists():
        set_up(folder, NAME)
    witness, log = open_witness(folder), ensure_log_key().public
    with witness.store.turn() as turn:
        turn.add_log(log.name, log.vkey)
    port = _free_port()
    plain, quantum = (signer.public.vkey for signer in witness.signers)
    address = f"http://127.0.0.1:{port}"
    policy.write_text(
        f"# 演示用：见证方是虚构的，与本系统在同一台机器上。正式使用时由监督机关在自己的机器上运行。\n"
        f"log {log.vkey}\n"
        f"witness {TITLE} {plain} {address}\nwitness {TITLE}·抗量子 {quantum} {address}\n"
        f"quorum {TITLE}\n"
    )
    os.environ |= {POLICY: str(policy), FOLDER: str(folder)}
    return {"witness": serving("127.0.0.1", port)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

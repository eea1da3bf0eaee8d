"""`mingjing witness`: the supervising authority watches on its own machine that a log only grows; no Django."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from mingjing.cli.start import Refusal
from mingjing.kit.clock import BEIJING
from mingjing.translog.note import NoteRefused, VerifyKey
from mingjing.translog.witness import KEYS, Witness, open_witness, set_up
from mingjing.translog.witness_http import FOLDER
from mingjing.translog.witness_store import Refused, StoreRefused

THREADS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    begin = actions.add_parser("init", help="建立一个见证方：生成密钥和数据库，打印公钥")
    begin.add_argument("name", help="见证方的名称，如 witness.sfj.example，永久不变，不含空格和加号")
    begin.add_argument("--ed25519-only", action="store_true", help="不生成抗量子的 ML-DSA-44 密钥")
    add = actions.add_parser("add-log", help="开始见证一本日志；日志换钥时再加新公钥")
    add.add_argument("vkey", help="日志公钥，须从日志机关当面或者另行取得")
    run_ = actions.add_parser("run", help="启动见证服务")
    run_.add_argument("--host", default="127.0.0.1", help="监听地址")
    run_.add_argument("--port", type=int, default=8070, help="监听端口")
    status = actions.add_parser("status", help="见证到哪里、拒绝过什么；有拒绝的证据时返回 1")
    status.add_argument("--evidence", type=Path, help="把拒绝过的请求逐个写到这个目录，供调查")
    for action in (begin, add, run_, status):
        action.add_argument("--home", type=Path, default=_home(), help="见证方的数据目录")


def _home() -> Path:
    return Path(os.environ.get(FOLDER) or "witness").expanduser()


def run(args: argparse.Namespace) -> int:
    if args.action == "init":
        return _init(args.home, args.name, post_quantum=not args.ed25519_only)
    witness = _open(args.home)
    if args.action == "add-log":
        return _add_log(witness, args.vkey)
    if args.action == "status":
        return _status(witness, args.evidence)
    return _serve(args.home, args.host, args.port)


def _init(home: Path, name: str, *, post_quantum: bool) -> int:
    try:
        signers = set_up(home, name, post_quantum=post_quantum)
    except FileExistsError as error:
        raise Refusal(f"{home} 中已有见证方或者它的残留，不覆盖。请换一个目录。") from error
    except (NoteRefused, OSError) as error:
        raise Refusal(f"不能建立见证方：{error}") from error
    print(
        f"见证方已建立。私钥在 {home / KEYS}，只留在本机，另存两份于离线介质。\n公钥（交给日志机关，写入见证策略）："
    )
    for signer in signers:
        print(f"  {signer.public.vkey}")
    return 0


def _open(home: Path) -> Witness:
    try:
        return open_witness(home)
    except (StoreRefused, NoteRefused) as refused:
        raise Refusal(f"{refused}") from refused


def _add_log(witness: Witness, vkey: str) -> int:
    try:
        key = VerifyKey.parse(vkey)
    except NoteRefused as refused:
        raise Refusal(f"日志公钥不对：{refused}") from refused
    with witness.store.turn() as turn:
        turn.add_log(key.name, key.vkey)
    print(f"开始见证日志 {key.name}（密钥 {key.key_id.hex()}）。")
    return 0


def _status(witness: Witness, evidence: Path | None) -> int:
    with witness.store.turn() as turn:
        logs = {origin: turn.latest(origin) for origin, _ in turn.logs()}
        refused = turn.refused()
    for signer in witness.signers:
        print(f"见证公钥（{signer.public.algorithm_name}）：{signer.public.vkey}")
    for origin, latest in logs.items():
        until = f"第 {latest.size} 条，{_moment(latest.at)}" if latest else "还没有见证过"
        print(f"日志 {origin}：{until}")
    for number, one in enumerate(refused, 1):
        print(f"✗ {_moment(one.at)} 拒绝日志 {one.origin} 第 {one.size} 条的检查点：{one.why}")
        if evidence:
            _write(evidence / f"{number:04}-{one.size}.request", one)
    print(f"拒绝并留证 {len(refused)} 次。" if refused else "没有拒绝过与此前矛盾的检查点。")
    return 1 if refused else 0


def _write(path: Path, refused: Refused) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(refused.request)


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, BEIJING):%Y-%m-%d %H:%M:%S}"


def serving(host: str, port: int) -> list[str]:
    """Give the command that serves the witness whose folder the environment names."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("mingjing.translog.witness_http:factory", "--host", host, "--port", str(port), "--workers", "1"),
        *("--blocking-threads", str(THREADS), "--respawn-failed-workers", "--no-access-log"),
        *("--log-level", "warning", "--http1-header-read-timeout", "15000"),
    ]


def _serve(home: Path, host: str, port: int) -> int:
    print(f"见证服务：http://{host}:{port}/ ，数据在 {home}。按 Ctrl-C 停止。", flush=True)
    environment = {**os.environ, FOLDER: str(home.resolve())}
    command = serving(host, port)
    os.execve(command[0], command, environment)  # noqa: S606  our own program, in this one's place

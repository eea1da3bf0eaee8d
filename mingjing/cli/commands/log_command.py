"""`mingjing log …`: the keys and the procedures with them (docs/keys.md); tiles made anew; what a recovery has lost."""

import argparse
import getpass
import json
from collections.abc import Collection, Mapping
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mingjing.cases.bundle import names_in_log
from mingjing.cli.start import Refusal
from mingjing.translog.audit import FolderReader, Reader
from mingjing.translog.http_reader import HttpReader, LogUnreachable
from mingjing.translog.key_history import ED25519, SM2, KeyRange
from mingjing.translog.key_services import KeyRefused, close, open_successor, retire, rotate
from mingjing.translog.keys import LogKeyMissing, key_folder, origin, public_ranges, signer_of, vkeys
from mingjing.translog.mending import mend_tiles, wrong_tiles
from mingjing.translog.missing import CopyRefused, MissingLeaf, missing_leaves
from mingjing.translog.receipt import KINDS, Receipt
from mingjing.translog.receipt_check import check_receipt, receipt_report
from mingjing.translog.services import LogDamaged, seal_log
from mingjing.translog.signers import CommandSigner, SignerFailed
from mingjing.translog.trees import trees_in_use

TITLES = {ED25519: "Ed25519", SM2: "SM2"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    things = parser.add_subparsers(dest="thing", required=True, metavar="对象")
    tiles = things.add_parser("tiles", help="按条目重算每一片瓦片，点名被改动、缺失的")
    tiles.add_argument("--mend", action="store_true", help="把不对的瓦片按条目重做")
    missing = things.add_parser("missing", help="数据库恢复到较早时间之后：对照另一份日志，列出缺了哪些")
    missing.add_argument("place", help="另一份日志：导出的目录、镜像中的 log 目录，或者网址")
    missing.add_argument(
        "--receipt",
        type=Path,
        action="append",
        default=[],
        help="当事人、他人手中的存证回执，列出它写明的内容",
    )
    keys = things.add_parser("keys", help="签名密钥：查看、更换、停用、关闭和接续日志")
    steps = keys.add_subparsers(dest="step", required=True, metavar="动作")
    steps.add_parser("list", help="列出历次密钥和各自签名的范围")
    step = steps.add_parser("rotate", help="启用新密钥，与旧密钥共同签名一段时间")
    step.add_argument("--kind", choices=sorted(TITLES), default=ED25519, help="密钥种类，默认 ed25519")
    _reason(step)
    step = steps.add_parser("retire", help="停用一把旧密钥")
    step.add_argument("key", help="密钥编号（八位十六进制，见 list）")
    _reason(step)
    step = steps.add_parser("close", help="关闭本日志，写明由哪个新日志接续（私钥泄露时用）")
    step.add_argument("--successor", required=True, help="新日志的名称")
    _reason(step)
    step = steps.add_parser("open", help="改好 MINGJING_LOG_ORIGIN 之后，以新名称、新密钥接续日志")
    step.add_argument("--lost", default="", metavar="VKEY", help="旧私钥已永久丢失：给出旧日志公布的公钥")
    step.add_argument(
        "--seen", type=Path, help="数据库只恢复到较早时间：给出旧日志最近公布的检查点，写进新日志的第一条"
    )
    _reason(step)


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, help="原因，公布在门户上")
    parser.add_argument("--by", default=getpass.getuser(), help="操作人，默认是系统用户名")


def run(args: argparse.Namespace) -> int:
    try:
        if args.thing != "keys":
            return {"tiles": _tiles, "missing": _missing}[args.thing](args)
        return {"list": _list, "rotate": _rotate, "retire": _retire, "close": _close, "open": _open}[
            args.step
        ](args)
    except (KeyRefused, LogKeyMissing, LogDamaged, SignerFailed, CopyRefused, LogUnreachable) as refused:
        raise Refusal(str(refused)) from refused


def _list(args: argparse.Namespace) -> int:
    print(f"日志 {origin()}，私钥目录 {key_folder()}")
    for one in public_ranges():
        print(_line(one))
    return 0


def _line(one: KeyRange) -> str:
    until = f"至第 {one.end} 条的检查点" if one.end is not None else "至今"
    try:
        where = "签名程序" if isinstance(signer_of(one.key), CommandSigner) else "私钥文件在本机"
    except LogKeyMissing:
        where = "本机没有私钥"
    return (
        f"{one.key.key_id.hex()} {TITLES[one.kind]} {one.key.name}：第 {one.begin} 条之后{until}；{where}\n"
        f"    {one.key.vkey}"
    )


def _rotate(args: argparse.Namespace) -> int:
    made = rotate(kind=args.kind, by=args.by, at=timezone.now(), reason=args.reason)
    seal_log(at=timezone.now())
    print(f"新密钥 {made.key.key_id.hex()} 自第 {made.begin} 条之后与旧密钥共同签名，公钥：\n{made.key.vkey}")
    print(f"请当日把 {key_folder()} 另存两份于离线介质；公告后再运行 mingjing log keys retire 旧密钥编号。")
    return 0


def _retire(args: argparse.Namespace) -> int:
    ended = retire(key_id=args.key, by=args.by, at=timezone.now(), reason=args.reason)
    seal_log(at=timezone.now())
    print(f"密钥 {args.key} 已停用，最后可能签过第 {ended.end or ended.begin} 条的检查点。")
    print("此前的证明仍用它的公钥核验。私钥文件请按 docs/keys.md 销毁。")
    return 0


def _close(args: argparse.Namespace) -> int:
    size = close(successor=args.successor, by=args.by, at=timezone.now(), reason=args.reason)
    print(f"日志 {origin()} 已在第 {size} 条关闭，最后一条写明由“{args.successor}”接续。")
    print(f"下一步：把 MINGJING_LOG_ORIGIN 改为 {args.successor}，运行 mingjing log keys open。")
    return 0


def _open(args: argparse.Namespace) -> int:
    seen = _read(args.seen) if args.seen else b""
    opened = open_successor(by=args.by, at=timezone.now(), reason=args.reason, lost_key=args.lost, seen=seen)
    print(f"日志以新名称 {settings.LOG_ORIGIN} 自第 {opened.begin} 条之后接续，公钥：\n{opened.key.vkey}")
    return 0


def _tiles(args: argparse.Namespace) -> int:
    wrong = 0
    for tree in trees_in_use():
        found = mend_tiles(tree) if args.mend else wrong_tiles(tree)
        wrong += len(found)
        for one in found:
            done = "，已按条目重做" if args.mend else ""
            print(f"✗ {tree.suite.title} {one.path}：{'与条目不符' if one.there else '缺失'}{done}")
    if not wrong:
        print("每一片瓦片都与条目相符。")
    return 1 if wrong and not args.mend else 0


def _missing(args: argparse.Namespace) -> int:
    found = missing_leaves(_copy(args.place), vkeys())
    names = names_in_log(one.leaf["c"] for one in found if "c" in one.leaf)
    for one in found:
        print(_told(one, names))
    for path in args.receipt:
        print(_content(path, {one.index for one in found if not one.waits}))
    lost = sum(not one.waits for one in found)
    print(
        f"另一份日志比本机多 {len(found)} 条，其中 {lost} 条的内容不在数据库里。" if found else "没有缺少。"
    )
    return 1 if found else 0


def _copy(place: str) -> Reader:
    return HttpReader(place) if place.startswith(("http://", "https://")) else FolderReader(Path(place))


def _told(one: MissingLeaf, names: Mapping[str, str]) -> str:
    leaf = one.leaf
    what = f"{KINDS.get(leaf['k'], leaf['k'])}"
    if "c" in leaf:
        what += f" 案件 {names.get(leaf['c'], '（数据库里没有，日志代号 ' + leaf['c'] + '）')}"
    if "n" in leaf:
        what += f" 第 {leaf['n']} 个行为"
    waits = "；内容在本机，等候封存" if one.waits else ""
    return f"第 {one.index} 条 {leaf['at']} {what}{waits}"


def _content(path: Path, lost: Collection[int]) -> str:
    """Give what a receipt of something lost says, as it must be entered again."""
    data = _read(path)
    verdict = check_receipt(data, vkeys().split())
    if not verdict.ok:
        return f"✗ 回执 {path.name} 不能作数：{receipt_report(verdict).text}"
    receipt = Receipt.parse(data)
    if receipt.proof.index not in lost:
        return f"回执 {path.name} 所证明的第 {receipt.proof.index} 条不在所缺之列。"
    said = json.dumps(dict(receipt.reveal), ensure_ascii=False, indent=1)
    return f"回执 {path.name} 证明了第 {receipt.proof.index} 条的内容：\n{said}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件 {path}（{error.strerror}）。请核对路径。") from error

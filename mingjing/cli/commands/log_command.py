"""`mingjing log keys …`: which keys sign the log, and the procedures with them (see docs/keys.md)."""

import argparse
import getpass

from django.conf import settings
from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.translog.key_history import ED25519, SM2, KeyRange
from mingjing.translog.key_services import KeyRefused, close, open_successor, retire, rotate
from mingjing.translog.keys import LogKeyMissing, key_folder, origin, public_ranges, signer_of
from mingjing.translog.services import LogDamaged, seal_log
from mingjing.translog.signers import CommandSigner, SignerFailed

TITLES = {ED25519: "Ed25519", SM2: "SM2"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    things = parser.add_subparsers(dest="thing", required=True, metavar="对象")
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
    _reason(step)


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, help="原因，公布在门户上")
    parser.add_argument("--by", default=getpass.getuser(), help="操作人，默认是系统用户名")


def run(args: argparse.Namespace) -> int:
    try:
        return {"list": _list, "rotate": _rotate, "retire": _retire, "close": _close, "open": _open}[
            args.step
        ](args)
    except (KeyRefused, LogKeyMissing, LogDamaged, SignerFailed) as refused:
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
    opened = open_successor(by=args.by, at=timezone.now(), reason=args.reason, lost_key=args.lost)
    print(f"日志以新名称 {settings.LOG_ORIGIN} 自第 {opened.begin} 条之后接续，公钥：\n{opened.key.vkey}")
    return 0

"""`mingjing interference`: keys of the holders, and the opening of sealed records by two of them, off the network."""

import argparse
import base64
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mingjing.accountability import sealing
from mingjing.accountability.sealing import SealRefused
from mingjing.cli.start import Refusal, start_django

FILE: Final = "mingjing-interference-export@1"
SHARES: Final = "mingjing-interference-shares@1"
TITLES: Final = {
    "who": "过问干预人",
    "post": "单位、职务",
    "whom": "向谁",
    "case": "所涉案件",
    "way": "方式",
    "when": "时间",
    "said": "要求",
    "at": "记录时间",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    key = actions.add_parser("key", help="持有人在自己的离线机器上生成密钥，打印公钥")
    key.add_argument("file", type=Path, help="私钥文件，只有本人能读，不交给任何人")
    key.add_argument("--name", required=True, help="持有人，如 县纪委监委")
    show = actions.add_parser("digest", help="由三行公钥算出密钥组指纹，与门户和记录页面上的核对")
    install = actions.add_parser("install", help="启用三把公钥（指纹进入公开日志）")
    for one in (show, install):
        one.add_argument("public", type=Path, help="文本文件，三行公钥")
    export = actions.add_parser("export", help="导出全部密封记录，交持有人")
    export.add_argument("file", type=Path, help="写到哪里")
    unwrap = actions.add_parser("unwrap", help="一个持有人用自己的私钥解出份额，交主持开启的人")
    opening = actions.add_parser("open", help="两个持有人一起打开")
    for one in (unwrap, opening):
        one.add_argument("records", type=Path, help="export 写出的文件")
        one.add_argument("--no", help="只要这一条")
    unwrap.add_argument("--key", type=Path, required=True, help="自己的私钥文件")
    unwrap.add_argument("--out", type=Path, required=True, help="份额写到哪里")
    opening.add_argument("--key", type=Path, action="append", default=[], help="持有人的私钥文件，可以给两次")
    opening.add_argument("--share", type=Path, action="append", default=[], help="unwrap 写出的份额文件")
    opening.add_argument("--json", action="store_true", help="写成 JSON")


def run(args: argparse.Namespace) -> int:
    steps = {
        "key": _key,
        "digest": _digest,
        "install": _install,
        "export": _export,
        "unwrap": _unwrap,
        "open": _open,
    }
    try:
        return steps[args.action](args)
    except (SealRefused, OSError, UnicodeDecodeError, json.JSONDecodeError) as refused:
        raise Refusal(f"{refused}") from refused


def _key(args: argparse.Namespace) -> int:
    holder = sealing.new_key(args.file, args.name)
    print(holder.line)
    print(
        f"指纹 {holder.fingerprint}。上一行公钥交系统管理员；私钥文件 {args.file} 留在离线机器，另存一份封存。"
    )
    return 0


def _keys(path: Path) -> sealing.HolderSet:
    return sealing.keys_in(path.read_text("utf-8").splitlines())


def _digest(args: argparse.Namespace) -> int:
    keys = _keys(args.public)
    for one in keys.holders:
        print(f"{one.name}　{one.fingerprint}")
    print(f"密钥组指纹　{keys.fingerprint}")
    return 0


def _install(args: argparse.Namespace) -> int:
    start_django()
    from django.utils import timezone  # noqa: PLC0415 - the other actions run where there is no Django

    from mingjing.accountability.interference import install_keys  # noqa: PLC0415

    install_keys(_keys(args.public), at=timezone.now())
    print("已启用。请三个持有人核对门户“过问干预记录”页面上的密钥组指纹：")
    return _digest(args)


def _export(args: argparse.Namespace) -> int:
    start_django()
    from mingjing.accountability.interference import sealed_records  # noqa: PLC0415 - as above

    records = [dict(one) for one in sealed_records()]
    args.file.write_text(json.dumps({"format": FILE, "records": records}, ensure_ascii=False), "utf-8")
    print(f"导出 {len(records)} 条。请与门户公布的总数核对：少了就是被隐瞒。")
    return 0


def _records(args: argparse.Namespace) -> list[Mapping[str, Any]]:
    told = json.loads(args.records.read_text("utf-8"))
    if not isinstance(told, dict) or told.get("format") != FILE:
        raise SealRefused(f"{args.records} 不是 export 写出的文件")
    found = [one for one in told["records"] if args.no in (None, one.get("no"))]
    if not found:
        raise SealRefused("没有这一条记录" if args.no else "文件里没有记录")
    return found


def _unwrap(args: argparse.Namespace) -> int:
    name, key = sealing.read_key(args.key)
    shares = {}
    for one in _records(args):
        place, share = sealing.unwrap(one, key)
        shares[str(one["no"])] = {"place": place, "share": base64.b64encode(share).decode()}
    args.out.write_text(json.dumps({"format": SHARES, "holder": name, "shares": shares}), "utf-8")
    args.out.chmod(0o600)
    print(f"{name}：解出 {len(shares)} 条的份额。一个份额什么也打不开；当面交给主持开启的人，用后销毁。")
    return 0


def _given(args: argparse.Namespace, record: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    for path in args.key:
        yield sealing.unwrap(record, sealing.read_key(path)[1])
    for path in args.share:
        told = json.loads(path.read_text("utf-8"))
        mine = told.get("shares", {}).get(str(record["no"])) if isinstance(told, dict) else None
        if mine is None or told.get("format") != SHARES:
            raise SealRefused(f"{path} 里没有记录 {record['no']} 的份额")
        yield int(mine["place"]), base64.b64decode(mine["share"])


def _open(args: argparse.Namespace) -> int:
    failed, opened = 0, []
    for record in _records(args):
        try:
            content, _ = sealing.open_sealed(record, dict(_given(args, record)))
        except SealRefused as refused:
            print(f"{refused}。", file=sys.stderr)
            failed += 1
            continue
        opened.append(content)
        if not args.json:
            print(_told(content))
    if args.json:
        print(json.dumps(opened, ensure_ascii=False, indent=1))
    return 1 if failed else 0


def _told(content: Mapping[str, Any]) -> str:
    recorder = content["recorder"]
    lines = [f"{title}：{content[name]}" for name, title in TITLES.items() if content.get(name)]
    return "\n".join([f"— {content['no']} —", *lines, f"记录人：{recorder['agency']} {recorder['name']}", ""])

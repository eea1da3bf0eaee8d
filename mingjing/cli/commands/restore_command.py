"""`mingjing restore`: put a snapshot into an empty place and hold it against the log."""

import argparse
from pathlib import Path

from mingjing.cli.backup.folder import BackupFolder
from mingjing.cli.backup.restoring import findings, remember_seen, restore
from mingjing.cli.start import Refusal
from mingjing.translog.keys import LogKeyMissing, key_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="备份目录")
    parser.add_argument("--snapshot", default="", help="哪一份快照，默认最近一份")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--keys", type=Path, help="备份密钥时生成的目录；不给出的，密钥须已在原处")
    keys.add_argument(
        "--without-keys",
        metavar="公钥",
        default="",
        help="没有私钥，只恢复来查阅、核对：按公布的日志公钥比对（几把以空格分开）；私钥放回以前不封存",
    )
    parser.add_argument(
        "--seen",
        type=Path,
        action="append",
        default=[],
        help="别人留存的检查点（可以给几个）：看清恢复出来的日志缺了哪一段",
    )


def run(args: argparse.Namespace) -> int:
    folder = BackupFolder(args.folder)
    snapshot = folder.chosen(args.snapshot)
    seen = [(f"留存的检查点 {path.name}", _read(path)) for path in args.seen]
    public: str = args.without_keys
    manifest = restore(folder, snapshot, args.keys, public=public)
    print(f"已恢复快照 {snapshot.name}（{manifest.at}），文件 {manifest.files} 个。正在与日志逐一比对……")
    try:
        faults = list(findings(manifest, seen, public))
        remember_seen(manifest, [note for _, note in seen], public)
    except LogKeyMissing as missing:
        faults = [f"日志不能续写，也还没有比对：{missing}"]
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        print("有问题未了结，先不要开放使用。见 docs/operation.md“恢复”。")
        return 1
    if public:
        print(
            "与日志逐一比对，没有发现问题。没有私钥，只供查阅、核对：新的行为只排队、不封存。"
            f"找到私钥后放到 {key_folder()} 即可续写；丢失的见 docs/keys.md“丢失”。"
        )
        return 0
    print("与日志逐一比对，没有发现问题，可以开放使用。")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件 {path}（{error.strerror}）。请核对路径。") from error

"""`mingjing restore`: put a snapshot into an empty place and hold it against the log."""

import argparse
from pathlib import Path

from mingjing.cli.backup.folder import BackupFolder
from mingjing.cli.backup.restoring import findings, key_missing, remember_seen, restore
from mingjing.cli.start import Refusal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="备份目录")
    parser.add_argument("--snapshot", default="", help="哪一份快照，默认最近一份")
    parser.add_argument("--keys", type=Path, help="备份密钥时生成的目录；不给出的，密钥须已在原处")
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
    manifest = restore(folder, snapshot, args.keys)
    print(f"已恢复快照 {snapshot.name}（{manifest.at}），文件 {manifest.files} 个。正在与日志逐一比对……")
    missing = key_missing()
    # Without its keys the log cannot even be read by them: first the keys, then the comparison.
    faults = [f"日志不能续写，也还没有比对：{missing}"] if missing else list(findings(manifest, seen))
    if not missing:
        remember_seen(manifest, [note for _, note in seen])
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        print("有问题未了结，先不要开放使用。见 docs/operation.md“恢复”。")
        return 1
    print("与日志逐一比对，没有发现问题，可以开放使用。")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件 {path}（{error.strerror}）。请核对路径。") from error

"""`mingjing backup`: a snapshot of database and files beside the service; `--keys` copies the keys elsewhere."""

import argparse
import contextlib
from datetime import datetime
from pathlib import Path

from django.conf import settings

from mingjing.cli.backup.folder import BackupFolder
from mingjing.cli.backup.manifest import Manifest, read_manifest
from mingjing.cli.backup.taking import copy_keys, faults_of, take_snapshot
from mingjing.cli.start import Refusal
from mingjing.health.backups import LastBackup

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="备份目录：各次快照共用其中的文件，只复制新增的")
    parser.add_argument("--keep", type=int, help="只留最近几份快照，连同只有旧快照才用的文件一并删除")
    parser.add_argument("--keys", type=Path, help="另把日志密钥和会话密钥复制到这里；必须在备份目录之外")
    parser.add_argument("--check", action="store_true", help="不做新备份，只把最近一份从头读一遍、逐一核对")
    parser.add_argument("--list", action="store_true", help="列出已有的快照")


def run(args: argparse.Namespace) -> int:
    folder = BackupFolder(args.folder)
    if folder.root.resolve().is_relative_to(settings.MINGJING_HOME):
        raise Refusal(
            f"备份目录不能放在数据目录 {settings.MINGJING_HOME} 之内：那块磁盘坏了，备份也没有了。请换到另一块磁盘。"
        )
    if args.keep is not None and args.keep < 1:
        raise Refusal("--keep 至少为 1：一份也不留，就不是备份了。")
    if args.list:
        return _list(folder)
    if args.check:
        return _check(folder)
    try:
        return _take(folder, args)
    except OSError as error:
        raise Refusal(
            f"写不进 {error.filename or args.folder}（{error.strerror}），这一次没有做成；以前的快照不受影响。"
            "请检查备份所在的磁盘（空间、是否只读），再做一次。"
        ) from error


def _take(folder: BackupFolder, args: argparse.Namespace) -> int:
    if args.keys is not None:
        print(f"密钥已复制到 {copy_keys(args.keys, args.folder)}。请移到离线介质，与备份分开保管。")
    with folder.only_one():
        snapshot, manifest = take_snapshot(folder)
        _note(folder, snapshot.name, manifest)
        print(f"快照 {snapshot.name}：数据库一份，文件 {manifest.files} 个。")
        if args.keep is not None:
            print("删除旧快照 {} 份、不再需要的文件 {} 个。".format(*folder.forget(args.keep)))
    for digest in manifest.damaged[:SHOWN]:
        print(
            f"✗ 文件 {digest} 读不出来或者已被改动，没有备份。请运行 mingjing verify database 查明属于哪里。"
        )
    return 1 if manifest.damaged else 0


def _note(folder: BackupFolder, name: str, manifest: Manifest) -> None:
    """Leave word of it for the health page; a home that cannot be written to makes it no worse a backup."""
    known = LastBackup(
        at=datetime.fromisoformat(manifest.at),
        folder=str(folder.root.resolve()),
        snapshot=name,
        files=manifest.files,
        damaged=len(manifest.damaged),
    )
    with contextlib.suppress(OSError):
        known.write()


def _list(folder: BackupFolder) -> int:
    for path in folder.snapshots():
        manifest = read_manifest(path)
        print(f"{path.name}  {manifest.database}  文件 {manifest.files} 个  版本 {manifest.version}")
    return 0


def _check(folder: BackupFolder) -> int:
    snapshot = folder.chosen()
    faults = list(faults_of(folder, snapshot))
    for fault in faults:
        print(f"✗ {fault}")
    print(f"快照 {snapshot.name}：" + (f"发现 {len(faults)} 处问题。" if faults else "逐一核对，完好。"))
    return 1 if faults else 0

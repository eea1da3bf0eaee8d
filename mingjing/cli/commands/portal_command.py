"""`mingjing portal`: the portal as plain files, packages of what changed, and taking them in on the other side."""

import argparse
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mingjing.cli.start import Refusal, start_django
from mingjing.mirror.check import check
from mingjing.mirror.install import install
from mingjing.mirror.key_file import new_key, read_key
from mingjing.mirror.package import SUFFIX
from mingjing.mirror.refusals import MirrorRefused
from mingjing.translog.note import NoteRefused, VerifyKey

if TYPE_CHECKING:
    from mingjing.translog.note import NoteSigner

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    export = actions.add_parser("export", help="把整个门户写成静态文件，只写有变化的")
    export.add_argument("folder", type=Path, help="镜像目录；旁边的 .目录名.state 是导出记录，一起保存")
    export.add_argument("--key", type=Path, help="镜像自己的签名私钥文件；不给出时用日志的私钥")
    export.add_argument("--no-papers", action="store_true", help="不附公示文本的 PDF（网页和存证照样有）")
    export.add_argument("--package", type=Path, metavar="FILE", help="再把上次打包以后的变化写成一个 .tar.gz")
    export.add_argument(
        "--since", type=int, metavar="N", help="包里放第 N 期以后的变化，而不是上次打包以后的"
    )
    export.add_argument("--whole", action="store_true", help="包里放全部文件：第一次导入，或者中间丢了包时用")
    key = actions.add_parser("key", help="生成镜像自己的签名密钥，打印公钥")
    key.add_argument("file", type=Path, help="私钥文件，只留在内网")
    key.add_argument("--name", required=True, help="密钥名称，如 zf.example.gov.cn，不含空格和加号")
    take = actions.add_parser("import", help="在另一侧核验一个包并装入镜像目录；没有签名的一律拒绝")
    take.add_argument("package", type=Path, help="export --package 写出的文件")
    take.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="网站目录")
    look = actions.add_parser("check", help="逐个核对镜像目录里的文件和签名的清单")
    look.add_argument("folder", type=Path, help="镜像目录")
    for one in (take, look):
        one.add_argument(
            "--vkey", action="append", required=True, help="签名公钥，从机关当面取得；可以给几个"
        )


def run(args: argparse.Namespace) -> int:
    steps = {"export": _export, "key": _key, "import": _import, "check": _check}
    try:
        return steps[args.action](args)
    except MirrorRefused as refused:
        raise Refusal(f"{refused}") from refused


def _export(args: argparse.Namespace) -> int:
    if args.package and not args.package.name.endswith(SUFFIX):
        raise Refusal(f"--package 的文件名要以 {SUFFIX} 结尾")
    if (args.whole or args.since is not None) and not args.package:
        raise Refusal("--whole 和 --since 要与 --package 一起用")
    start_django()
    # The other actions must run where there is no Django and no database.
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.cli.mirror.export import write_portal  # noqa: PLC0415
    from mingjing.cli.mirror.runs import Mirror  # noqa: PLC0415
    from mingjing.cli.mirror.site import PageFailed  # noqa: PLC0415
    from mingjing.translog.keys import LogKeyMissing, ensure_log_key  # noqa: PLC0415

    try:
        signer: NoteSigner = read_key(args.key) if args.key else ensure_log_key()
        mirror, at = Mirror(args.folder), timezone.now()
        done = mirror.export(partial(write_portal, at=at, papers=not args.no_papers), at=at, signer=signer)
    except (PageFailed, LogKeyMissing) as refused:
        raise Refusal(f"{refused}") from refused
    if done.changed:
        print(f"第 {done.sequence} 期：写入 {done.written} 个文件，删去 {len(done.removed)} 个。")
        _some(done.removed, "删去")
    else:
        print(f"没有变化，仍是第 {done.sequence} 期。")
    print(f"共 {done.files} 个文件，{done.size / 1e6:.1f} MB，在 {mirror.folder}\n公钥：{signer.public.vkey}")
    if args.package:
        _tell_package(mirror.package(args.package, since=0 if args.whole else args.since), args.package)
    return 0


def _tell_package(made: tuple[int, int, int] | None, path: Path) -> None:
    if made is None:
        print("上次打包以后没有变化，没有写包。")
        return
    since, last, size = made
    what = f"第 {since} 期以后到第 {last} 期的变化" if since else f"第 {last} 期的全部文件"
    print(f"包 {path}：{what}，{size / 1e6:.1f} MB")


def _key(args: argparse.Namespace) -> int:
    print(f"公钥（当面交给另一侧）：{new_key(args.file, args.name).public.vkey}")
    return 0


def _keys(texts: list[str]) -> list[VerifyKey]:
    try:
        return [VerifyKey.parse(one) for text in texts for one in re.split(r"\s+", text.strip())]
    except NoteRefused as refused:
        raise Refusal(f"公钥不能使用：{refused}") from refused


def _import(args: argparse.Namespace) -> int:
    done = install(args.package, args.into, _keys(args.vkey))
    told = done.statement
    print(
        f"签名和全部文件核对无误。现在是第 {told.sequence} 期（{told.made:%Y-%m-%d %H:%M}），{told.files} 个文件。"
    )
    print(f"写入 {done.written} 个，删去 {done.removed} 个，在 {args.into}")
    return 0


def _check(args: argparse.Namespace) -> int:
    mirror, found = check(args.folder, _keys(args.vkey))
    faults = 0
    for fault in found:
        faults += 1
        print(f"✗ {fault}")
    told = mirror.statement
    head = f"第 {told.sequence} 期（{told.made:%Y-%m-%d %H:%M}），{told.files} 个文件"
    print(f"{head}：发现 {faults} 处问题。" if faults else f"{head}：与签名的清单逐个相符。")
    return 1 if faults else 0


def _some(paths: Sequence[str], word: str) -> None:
    for path in sorted(paths)[:SHOWN]:
        print(f"  {word} {path}")
    if len(paths) > SHOWN:
        print(f"  ……共 {len(paths)} 个，完整名单见两期清单的差别")

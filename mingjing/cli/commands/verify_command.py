"""`mingjing verify`: check a log, a bundle, a document, a receipt or an archive offline; or the database by its log."""

import argparse
import hashlib
from pathlib import Path

from mingjing.archive.verify import verify_package
from mingjing.cli.start import Refusal, start_django
from mingjing.translog.http_reader import HttpReader, LogUnreachable
from mingjing.translog.note import NoteRefused
from mingjing.translog.policy import Policy, PolicyRefused
from mingjing.translog.receipt import Receipt, ReceiptRefused
from mingjing.translog.receipt_check import check_receipt, receipt_report, trusted_texts
from mingjing.translog.receipt_compact import from_compact
from mingjing.translog.verify import Report, verify_bundle, verify_document, verify_log


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="对象")
    log = actions.add_parser("log", help="整个日志（export 导出的目录，或者网址）")
    log.add_argument("place", help="日志目录，或者网址，如 https://zf.example.gov.cn/log")
    log.add_argument(
        "--vkey", required=True, help="日志公钥，应从机关公布处取得；换过密钥的，各把以空格分开，一并给出"
    )
    log.add_argument("--tsa-root", type=Path, help="时间戳机构的根证书（PEM），用来核验检查点上的时间戳")
    log.add_argument("--old", type=Path, help="以前留存的检查点，用来发现回退和分叉")
    bundle = actions.add_parser("bundle", help="一个案卷包")
    bundle.add_argument("file", type=Path, help="案卷包文件")
    bundle.add_argument("--vkey", help="日志公钥；不提供时只查包内前后一致")
    document = actions.add_parser("document", help="一份文书")
    document.add_argument("file", type=Path, help="文书 PDF")
    document.add_argument("--code", required=True, help="文书上的查验码")
    document.add_argument("--proof", type=Path, required=True, help="从查验页下载的存证证明")
    document.add_argument("--vkey", required=True, help="日志公钥")
    archive = actions.add_parser("archive", help="一个案卷归档包")
    archive.add_argument("file", type=Path, help="归档包（.zip）")
    archive.add_argument("--vkey", help="日志公钥；不提供时只查包内前后一致")
    receipt = actions.add_parser("receipt", help="一份存证回执：文书、行为、公示、证据")
    receipt.add_argument("file", type=Path, help="回执文件（.json），或者内有二维码网址的文本文件")
    receipt.add_argument(
        "--vkey", action="append", default=[], help="日志公钥，可以给几个；停用的在后面写 until=条数"
    )
    receipt.add_argument("--policy", type=Path, help="见证策略文件（C2SP tlog-policy）；不提供时不核对见证")
    receipt.add_argument("--file", dest="original", type=Path, help="回执所证明的 PDF 或者证据原件，一并比对")
    actions.add_parser("database", help="本机数据库：行为、证据、文书与日志逐一比对")
    export = actions.add_parser("export", help="把本机日志导出为目录，供 verify log 查验")
    export.add_argument("folder", type=Path, help="目标目录")
    export.add_argument(
        "--suite", choices=("sha256", "sm3"), default="sha256", help="哪一棵树：sha256（默认）或 sm3"
    )


def run(args: argparse.Namespace) -> int:
    if args.action == "database":
        return _database()
    if args.action == "export":
        return _export(args.folder, args.suite)
    checks = {
        "log": _log,
        "bundle": _bundle,
        "document": _document,
        "archive": _archive,
        "receipt": _receipt,
    }
    report = checks[args.action](args)
    print(report.text)
    return 0 if report.ok else 1


def _log(args: argparse.Namespace) -> Report:
    old = _read(args.old) if args.old else None
    roots = _read(args.tsa_root) if args.tsa_root else None
    if not args.place.startswith(("http://", "https://")):
        return verify_log(Path(args.place), args.vkey, old, roots)
    try:
        with HttpReader(args.place) as reader:
            return verify_log(reader, args.vkey, old, roots)
    except LogUnreachable as error:
        raise Refusal(f"{error}") from error


def _bundle(args: argparse.Namespace) -> Report:
    return verify_bundle(_read(args.file), args.vkey)


def _document(args: argparse.Namespace) -> Report:
    return verify_document(_read(args.file), args.code.strip().upper(), _read(args.proof), args.vkey)


def _archive(args: argparse.Namespace) -> Report:
    try:
        return verify_package(args.file, args.vkey)
    except OSError as error:
        raise Refusal(f"读不到文件 {args.file}（{error.strerror}）。请核对路径。") from error


def _receipt(args: argparse.Namespace) -> Report:
    digest = _digest(args.original) if args.original else ""
    try:
        policy = Policy.parse(_read(args.policy)) if args.policy else None
        keys = [
            *trusted_texts(" ".join(args.vkey)),
            *(log.key.vkey for log in (policy.logs if policy else ())),
        ]
        if not keys:
            raise Refusal("请用 --vkey 给出日志公钥（从机关公布处取得），或者给出含有 log 行的见证策略文件。")
        verdict = check_receipt(_given(_read(args.file)), keys, policy=policy, file_digest=digest)
    except (NoteRefused, PolicyRefused) as refused:
        raise Refusal(f"公钥或者见证策略不能使用：{refused}") from refused
    return receipt_report(verdict)


def _given(data: bytes) -> bytes | Receipt:
    """Take a receipt as its file, or as the text of its code, with or without the address before the #."""
    text = data.decode("utf-8", "replace").strip()
    if text.startswith("{") or not text:
        return data
    try:
        return from_compact(text.rpartition("#")[2])
    except ReceiptRefused:
        return data  # so that the check itself says what is wrong


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refusal(f"读不到文件 {path}（{error.strerror}）。请核对路径。") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件 {path}（{error.strerror}）。请核对路径。") from error


def _database() -> int:
    start_django()
    # These rooms need Django; the checks above must not.
    from mingjing.cli.whole_audit import audit_everything  # noqa: PLC0415

    faults = list(audit_everything())
    for fault in faults:
        print(f"✗ {fault}")
    print(f"发现 {len(faults)} 处问题。" if faults else "数据库与日志逐一比对，没有发现问题。")
    return 1 if faults else 0


def _export(folder: Path, suite: str) -> int:
    start_django()
    from mingjing.translog.services import export_log  # noqa: PLC0415
    from mingjing.translog.signing import whole_logs  # noqa: PLC0415
    from mingjing.translog.trees import FIRST, second  # noqa: PLC0415

    tree = FIRST if suite == FIRST.suite.name else second()
    keys = {reader.suite: vkeys for reader, vkeys in whole_logs()}
    if suite not in keys:
        raise Refusal(
            "没有启用 SM3 树，或者它还没有检查点。请设置 MINGJING_LOG_SUITES=sha256,sm3 并运行后台任务。"
        )
    size = export_log(folder, tree)
    print(f"已导出 {size} 条到 {folder}\n公钥：{keys[suite]}")
    return 0

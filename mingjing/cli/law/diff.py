"""`mingjing law diff`: two libraries, or two states of one rule file, compared in plain Chinese."""

import argparse
import json
from pathlib import Path

from mingjing.cli.law.packs import in_service, opened
from mingjing.cli.start import Refusal
from mingjing.packs.diff import diff, diff_table
from mingjing.packs.load import Library, PackError
from mingjing.packs.variants import place_of, with_file


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("diff", help="比较两个法规包（文件夹或者 ZIP），或者同一规则文件的两个版本")
    parser.add_argument("old", type=Path, help="旧的文件夹、ZIP 或者规则文件")
    parser.add_argument("new", type=Path, help="新的文件夹、ZIP 或者规则文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(args: argparse.Namespace) -> int:
    """0: no difference. 1: there is one."""
    single = [path.suffix == ".toml" for path in (args.old, args.new)]
    if any(single) and not all(single):
        raise Refusal("两边要么都是法规包（文件夹或者 ZIP），要么都是规则文件（.toml）。")
    old, new = _files(args.old, args.new) if all(single) else (opened(args.old), opened(args.new))
    found = diff(old, new)
    print(json.dumps(found.as_json(), ensure_ascii=False, indent=2) if args.json else diff_table(found))
    return 0 if found.same else 1


def _files(old: Path, new: Path) -> tuple[Library, Library]:
    """Give the library in service with either file in its place."""
    base = in_service()
    try:
        name = place_of(base, _placed(base, old, new))
        first, second = (with_file(base, name, _text(path)) for path in (old, new))
    except PackError as error:
        raise Refusal(f"规则文件有误：\n{error}") from error
    return first, second


def _placed(base: Library, old: Path, new: Path) -> Path:
    """Give the one of the two whose path tells where it lies in the library."""
    try:
        place_of(base, new)
    except PackError:
        return old
    return new


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"读不了文件 {path}，请核对路径，文件应是 UTF-8 编码。") from error

"""`mingjing law release`: sign the packs as they are and log their digests; `--verify` checks what was released."""

import argparse
import getpass
import re
from datetime import datetime
from typing import Final

from mingjing.cli.law.packs import in_service
from mingjing.cli.start import Refusal, start_django
from mingjing.documents.check import check_forms, check_local_forms
from mingjing.kit.clock import BEIJING, chinese_time
from mingjing.lawengine.model import Rule
from mingjing.packs.check import check
from mingjing.packs.load import Library

_PROMPT: Final = re.compile(r"【[^】]+】")


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("release", help="发布法规包：签名，并把摘要记入日志")
    parser.add_argument(
        "--verify", action="store_true", help="只核对：签名、日志，以及运行中的法规包是否与发布的一致"
    )
    parser.add_argument("--remark", default="", help="发布说明")
    parser.add_argument("--by", default="", help="发布人，默认为当前系统用户")


def run(args: argparse.Namespace) -> int:
    library = in_service()
    if not args.verify:
        _demand_good(library)
    start_django()
    from mingjing.translog.keys import LogKeyMissing  # noqa: PLC0415 - needs Django
    from mingjing.translog.releases import ReleaseRefused  # noqa: PLC0415

    try:
        return _verify(library) if args.verify else _release(library, args)
    except (ReleaseRefused, LogKeyMissing) as refused:
        raise Refusal(str(refused)) from refused


def _demand_good(library: Library) -> None:
    """Refuse packs whose own examples fail, or with a rule that is still a skeleton."""
    if not check(library).good or check_forms(library) or check_local_forms(library):
        raise Refusal("法规包检查没有通过，不能发布。请运行 mingjing law check，按所列修改。")
    if begun := [rule.path for rule in library.rules if _unfinished(rule)]:
        raise Refusal("还有没有写完的规则，不能发布。请改写带“【 】”的地方：\n  " + "\n  ".join(begun))


def _unfinished(rule: Rule) -> bool:
    """Say whether a text of the rule is still the bracketed prompt that `mingjing law new` left there."""
    said = [rule.title, rule.remedy]
    for version in rule.versions:
        said += [version.quote, version.source.law, version.source.article]
    return any(_PROMPT.fullmatch(words) for words in said)


def _release(library: Library, args: argparse.Namespace) -> int:
    from mingjing.translog.releases import release  # noqa: PLC0415

    made, new = release(
        library, by=args.by or getpass.getuser(), at=datetime.now(BEIJING), remark=args.remark
    )
    if new:
        print(f"第 {made.number} 次发布，已签名并记入日志，{len(made.packs)} 个法律包：")
    else:
        print(f"法规包没有变化，仍是第 {made.number} 次发布（{chinese_time(made.at)}）：")
    for scope, (version, digest) in made.packs.items():
        print(f"  {library.packs[scope].title}（{scope}）{version} {digest[:16]}…")
    print(f"全部摘要 {made.library}")
    return 0


def _verify(library: Library) -> int:
    from mingjing.translog.releases import standing, verify_releases  # noqa: PLC0415

    faults = verify_releases(library)
    for fault in faults:
        print(fault)
    if not faults:
        found = standing(library)
        where = (
            f"在日志第 {found.logged.index} 条"
            if found.logged and found.logged.index is not None
            else "等待封存"
        )
        print(f"运行中的法规包{found.in_words()}；签名有效，{where}。")
    return 1 if faults else 0

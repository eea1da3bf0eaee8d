"""`mingjing law new`: a commented beginning of a rule, act, form or procedure; never over another file."""

import argparse
import sys
from datetime import date, datetime

from mingjing.cli.law.packs import in_service, packs_folder
from mingjing.cli.start import Refusal
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.packs.load import PackError
from mingjing.packs.plain_words import KINDS
from mingjing.packs.skeleton import Wanted, skeleton

_ASKED = {
    "rule": {
        "kind": f"规则的种类（{'、'.join(f'{code} {title}' for code, title in KINDS.items())}）",
        "judges": "判断哪种行为（代码，如 penalty_decided）",
        "title": "规则的名称",
        "law": "法律名称（年份）",
        "article": "条款，如 第五十一条",
    },
    "act": {"title": "行为的名称"},
    "form": {"title": "文书的名称", "law": "依据的法律", "article": "条款"},
    "procedure": {
        "title": "程序的名称",
        "judges": "为了办理哪种行为（代码）",
        "law": "依据的法律",
        "article": "条款",
    },
}


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("new", help="新建一条规则（或者行为、文书、程序）的骨架")
    parser.add_argument("id", help="编号：法律包.领域.名称，如 cn.penalty.my_rule")
    parser.add_argument("--act", dest="what", action="store_const", const="act", help="新建行为种类")
    parser.add_argument("--form", dest="what", action="store_const", const="form", help="新建文书格式")
    parser.add_argument("--procedure", dest="what", action="store_const", const="procedure", help="新建程序")
    parser.add_argument("--kind", choices=tuple(KINDS), help="规则的种类")
    parser.add_argument("--judges", help="规则判断哪种行为，或者程序是为了哪种行为（行为代码）")
    parser.add_argument("--title", help="名称")
    parser.add_argument("--law", help="法律名称（年份）")
    parser.add_argument("--article", help="条款")
    parser.add_argument("--in-force", type=_day, help="施行日期，默认今天")


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{given}”不是日期，请写成 2026-03-01 的样子") from None


def run(args: argparse.Namespace) -> int:
    what = args.what or "rule"
    given = {name: getattr(args, name) for name in ("kind", "judges", "title", "law", "article")}
    if sys.stdin.isatty():
        given |= {name: _ask(text) for name, text in _ASKED[what].items() if not given[name]}
    if what == "rule" and not (given["kind"] and given["judges"]):
        raise Refusal("请用 --kind 写明规则的种类，用 --judges 写明判断哪种行为。")
    wanted = Wanted(
        id=args.id,
        what=what,
        kind=given["kind"] or "condition",
        act=given["judges"] or "",
        title=given["title"] or "",
        law=given["law"] or "",
        article=given["article"] or "",
        in_force=args.in_force or legal_day(datetime.now(BEIJING)),
    )
    try:
        name, text = skeleton(in_service(), wanted)
    except PackError as error:
        raise Refusal(str(error)) from error
    return _write(name, text)


def _write(name: str, text: str) -> int:
    path = packs_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refusal(f"{path} 已经有了，不覆盖。请换一个编号，或者直接修改它。") from None
    print(f"已建立 {path}")
    print("请改写带“【 】”的地方，核对原文后删去 verified = false，再运行 mingjing law check --mutate。")
    return 0


def _ask(text: str) -> str:
    return input(f"{text}：").strip()

"""Writes docs/reference/act-kinds.md from the packs and openapi.json from the API; --check only says what is stale."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "act-kinds.md"
DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"

# Only titles are read: no home is made and no key is kept.
sys.path.insert(0, str(ROOT))
os.environ.setdefault("MINGJING_SECRET_KEY", "for reading titles")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings")

import django  # noqa: E402 - the settings are named above

django.setup()

from mingjing.api.whole import document  # noqa: E402
from mingjing.lawengine.vocabulary import ActKind  # noqa: E402 - titles of roles and stages need Django's settings
from mingjing.packs.load import Library, load_library  # noqa: E402
from mingjing.personnel.permissions import role_names  # noqa: E402
from mingjing.web.templatetags.reading import STAGES  # noqa: E402

HEAD = """# 行为种类

<!-- 本页由 tools/reference.py 从法规包生成，不要手工修改；改了法规包后运行 .venv/bin/python tools/reference.py -->

案件由行为组成，行为种类由法规包定义：一个文件一种，共 {count} 种。“至少几人”是表单要求的人数，
法律对人员的要求另有规则；带 `*` 的内容表单必须填写，全案事实已经知道的不再询问，
带 `?` 的只在另一项内容符合条件时询问；“编号”是系统给文书编号的用字。
怎样增加一种，见 [CONTRIBUTING.md](../../CONTRIBUTING.md#add-an-act-kind)。
"""


def page() -> str:
    """Give the whole page as the packs have it now."""
    found = load_library(ROOT / "lawpacks")
    files = {
        Path(file.name).stem: file.name
        for pack in found.packs.values()
        for file in pack.files
        if Path(file.name).parent.name == "acts"
    }
    parts = [HEAD.format(count=len(found.kinds))]
    for stage in dict.fromkeys(kind.stage for kind in found.kinds.values()):
        parts.append(f"## {STAGES[stage]} `{stage}`\n")
        kinds = [kind for kind in found.kinds.values() if kind.stage == stage]
        parts += [_entry(kind, found, files[kind.kind]) for kind in kinds]
    return "\n".join(parts)


def _entry(kind: ActKind, found: Library, file: str) -> str:
    fields = "、".join(
        found.fields[use.name].title + "*" * use.required + "?" * bool(use.only_if) for use in kind.fields
    )
    about = "；".join(_about(kind, found))
    return "\n".join(
        [
            f"### {kind.title} `{kind.kind}`\n",
            f"{kind.remark}（[定义](../../lawpacks/{file})）\n",
            f"- {about}。",
            f"- 内容：{fields}。\n",
        ]
    )


def _about(kind: ActKind, found: Library) -> Iterator[str]:
    yield "、".join(found.procedures[one].title for one in kind.procedures)
    yield f"由{role_names(kind.roles)}办理，至少 {kind.performers} 人"
    if kind.form:
        yield f"文书：{found.forms[kind.form].title}"
    if kind.number:
        yield f"编号：{kind.number}"
    if kind.opens:
        yield "可以开启一件案件"
    if kind.repeats:
        yield "可以多次办理"
    if kind.ends:
        yield "办理后案件办结"


def main() -> int:
    """Write what is stale, or with --check only say so; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if anything is stale")
    checking = parser.parse_args().check
    written = {PAGE: page(), DOCUMENT: json.dumps(document(), ensure_ascii=False, indent=1) + "\n"}
    stale = {path: text for path, text in written.items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        name = path.relative_to(ROOT)
        if checking:
            print(f"{name} is stale: run .venv/bin/python tools/reference.py", file=sys.stderr)
        else:
            path.write_text(text)
            print(f"{name} written")
    return 1 if stale and checking else 0


if __name__ == "__main__":
    sys.exit(main())

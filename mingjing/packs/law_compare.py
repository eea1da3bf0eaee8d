"""What changed between two registrations of a law, in Chinese: its head, and text by text."""

from typing import Final

from mingjing.packs.benchmark_compare import Change
from mingjing.packs.laws import Edition, Statute

_HEAD: Final = {
    "name": "名称", "level": "位阶", "in_force": "首次施行日期", "until": "最后施行日", "repealed_by": "由谁取代",
    "note": "说明",
}  # fmt: skip


def changes(old: Statute, new: Statute) -> list[Change]:
    """Give every difference; a text is known by its year."""
    found = [
        Change("", title, _words(getattr(old, key)), _words(getattr(new, key)))
        for key, title in _HEAD.items()
        if getattr(old, key) != getattr(new, key)
    ]
    if old.aliases != new.aliases:
        found.append(Change("", "别名", "、".join(old.aliases), "、".join(new.aliases)))
    texts = [{f"{one.year}年文本": _text(one) for one in law.editions} for law in (old, new)]
    for title in dict.fromkeys([*texts[0], *texts[1]]):
        before, after = texts[0].get(title, ""), texts[1].get(title, "")
        if before != after:
            found.append(Change(title, "文本", before, after))
    return found


def _text(one: Edition) -> str:
    parts = [one.number, f"{one.in_force.isoformat()} 起施行"]
    parts += [f"{one.issued.isoformat()} 公布"] if one.issued else []
    parts += [f"{one.articles} 条"] if one.articles else []
    return "，".join(part for part in parts if part)


def _words(value: object) -> str:
    return "" if value is None else str(value)

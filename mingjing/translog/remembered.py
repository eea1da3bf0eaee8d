"""The newest checkpoint this machine has signed, kept outside the database: what tells that a database was put back.

Nothing here proves anything to others; it keeps an operator who recovered a database from forking his own log.
"""

import os
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.conf import settings

from mingjing.translog.keys import origin
from mingjing.translog.models import Head
from mingjing.translog.note import Checkpoint, NoteRefused, text_of
from mingjing.translog.sealing import LogDamaged

FOLDER: Final = "signed"
NEXT_STEP: Final = (
    "已停止封存，新的行为照常受理、排队等候。请把数据库恢复到更新的时间；"
    "确实没有更新的，见“运行”文档的“恢复到某一时刻”。"
)


class LogBehind(LogDamaged):
    """The database knows less of the log, or other things, than was signed here before. The message is Chinese."""


def remembered_path() -> Path:
    """Tell where the newest checkpoint of the log, by its present name, is kept."""
    home: Path = settings.MINGJING_HOME
    return home / FOLDER / f"{quote(origin(), safe='')}.note"


def remembered() -> Checkpoint | None:
    """Give what is kept, None before the first signature. Raises LogBehind where the file cannot be read."""
    path = remembered_path()
    try:
        return Checkpoint.parse(text_of(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, NoteRefused) as error:
        raise LogBehind(
            f"读不出本机签过的检查点 {path}（{error}）。已停止封存：请从门户、镜像或者见证方取最近的检查点，"
            "存为这个文件；不要直接删除它。"
        ) from error


def remember(note: bytes) -> None:
    """Keep a checkpoint, on the disk for good, unless a newer one is kept. Call before anybody else may have it."""
    path, known = remembered_path(), remembered()
    if known is not None and Checkpoint.parse(text_of(note)).size <= known.size:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def why_behind() -> str:
    """Say in Chinese how the database falls short of what was signed here; empty while it does not."""
    # In this order: a head is durable before its checkpoint is kept, so the file is never ahead of what is read next.
    try:
        known = remembered()
    except LogBehind as unreadable:
        return str(unreadable)
    if known is None:
        return ""
    roots = _roots(known.size)
    last = max(roots, default=0)
    if last < known.size:
        return (
            f"本机签出过第 {known.size} 条的检查点，而数据库里的日志只有 {last} 条："
            f"日志头被退回，或者数据库恢复到了较早的时间。{NEXT_STEP}"
        )
    if roots.get(known.size) != known.root:
        return f"数据库里前 {known.size} 条的根与本机签出过的检查点不符：这是另一份历史。{NEXT_STEP}"
    return ""


def refuse_if_behind() -> None:
    """Raise LogBehind where sealing on would give two histories of one log."""
    if why := why_behind():
        raise LogBehind(why)


def _roots(size: int) -> dict[int, bytes]:
    """Give the root at this size, if there is one, and that of the last head."""
    rows = Head.objects.values_list("size", "root")
    return {at: bytes(root) for at, root in (*rows.filter(size=size), *rows.order_by("-size")[:1])}

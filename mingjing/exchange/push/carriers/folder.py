"""Dropping messages into a folder that another system reads; a file is there whole or not at all."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from mingjing.exchange.push.messages import Away, Held, Message, Taken, latest
from mingjing.exchange.push.receivers import Receiver


class FolderCarrier:
    """A mounted folder."""

    def __init__(self, receiver: Receiver) -> None:
        self._folder = Path(receiver.options["folder"])

    def send(self, message: Message) -> Taken:
        """Write beside and rename: whoever reads the folder never sees half a file."""
        draft = self._folder / f".{message.name}.part"
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
                file.write(message.body)
                file.flush()
                os.fsync(file.fileno())
            place = draft.rename(self._folder / message.name)
            mark = _mark(place.stat())
        except OSError as error:
            raise Away(f"目录 {self._folder} 写不进去：{error.strerror}。请核对挂载、权限和空间") from error
        return Taken(receipt=f"文件 {message.name}", mark=mark)

    def held(self, known: Mapping[str, str]) -> Iterator[Held]:
        """Look at the last file of each record, and read those that are not as they were left."""
        try:
            for record, name in latest(os.listdir(self._folder)).items():
                mark = _mark((self._folder / name).stat())
                if known.get(record) == mark:
                    yield Held(record, mark=mark)
                else:
                    digest = hashlib.sha256((self._folder / name).read_bytes()).hexdigest()
                    yield Held(record, digest, mark)
        except OSError as error:
            raise Away(f"目录 {self._folder} 读不出：{error.strerror}。请核对挂载和权限") from error

    def close(self) -> None:
        """Nothing is held open."""


def _mark(found: os.stat_result) -> str:
    """Give what changes with every write, and that no program sets back: the moment at which the file was changed."""
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}-{found.st_ino}"

"""Keys that stand in a device or behind an agent: a program signs for us and never shows its key; no files here."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.translog.note import NoteKey, NoteRefused, from_base64

PATIENCE: Final = 30  # seconds for one signature: a card reader is slow, a hung one must not hold the worker


class SignerFailed(Exception):
    """The program that signs gave no signature, or a wrong one. The message is Chinese."""


@dataclass(frozen=True)
class CommandSigner:
    """A program that gets bytes on its standard input and prints their signature in base64 on one line.

    Ed25519 over the bytes as they are; SM2 over the bytes with SM3 and the default id, as DER.
    """

    public: NoteKey
    command: Sequence[str]

    @property
    def name(self) -> str:
        """The name of the key, which is the log's."""
        return self.public.name

    def sign(self, text: bytes) -> bytes:
        """Let the program sign, and believe it only where its public key does. Raises SignerFailed."""
        what = f"签名程序 {self.command[0]}"
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own program, from the settings
                self.command, input=text, capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SignerFailed(f"{what}没有运行成功（{type(error).__name__}）。请检查设备和设置。") from error
        if done.returncode != 0:
            raise SignerFailed(f"{what}返回 {done.returncode}，没有签名。请检查设备是否插好、口令是否输入。")
        try:
            signature = from_base64(done.stdout.decode("ascii", "replace").strip(), "签名")
        except NoteRefused as refused:
            raise SignerFailed(f"{what}的输出不对：{refused}") from refused
        if not self.public.verifies(text, signature):
            raise SignerFailed(f"{what}的签名与公钥 {self.public.key_id.hex()} 不符：设备里是另一把密钥。")
        return signature

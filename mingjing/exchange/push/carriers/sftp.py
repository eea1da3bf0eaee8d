"""Dropping messages over SFTP onto a host whose key is known beforehand; written beside, renamed, read back."""

import base64
import hashlib
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from mingjing.exchange.push.messages import Away, Failed, Held, Message, Taken, latest
from mingjing.exchange.push.receivers import Receiver, ReceiverFault


class SftpCarrier:
    """One session for all messages of a turn."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver, self._at = receiver, receiver.options
        self._line: Any = None
        self._files: Any = None

    def send(self, message: Message) -> Taken:
        """Write beside and rename; then the file is read back, so that what was taken is what was sent."""
        import paramiko  # noqa: PLC0415 - an extra, only where a receiver is reached so

        files = self._open()
        path = f"{self._at['folder'].rstrip('/')}/{message.name}"
        try:
            with files.open(f"{path}.part", "wb") as file:
                file.write(message.body)
            files.posix_rename(f"{path}.part", path)
            with files.open(path, "rb") as file:
                back = file.read()
            mark = _mark(files.stat(path))
        except (OSError, EOFError, paramiko.SSHException) as error:
            self.close()
            raise Failed(f"SFTP 没有写完：{_why(error)}。将用同一个文件名重发") from error
        if back != message.body:
            raise Failed("写入后读回的内容不同，将重发")
        return Taken(receipt=f"文件 {message.name}", mark=mark)

    def held(self, known: Mapping[str, str]) -> Iterator[Held]:
        """List the folder, and read of each record the last file where size or time are not as they were left."""
        import paramiko  # noqa: PLC0415

        files, folder = self._open(), self._at["folder"].rstrip("/")
        try:
            marks = {one.filename: _mark(one) for one in files.listdir_attr(folder)}
            for record, name in latest(marks).items():
                if marks[name] and known.get(record) == marks[name]:
                    yield Held(record, mark=marks[name])
                    continue
                with files.open(f"{folder}/{name}", "rb") as file:
                    yield Held(record, hashlib.sha256(file.read()).hexdigest(), marks[name])
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Failed(f"SFTP 目录读不出：{_why(error)}") from error

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            with suppress(Exception):
                self._line.close()
        self._line = self._files = None

    def _open(self) -> Any:
        if self._files is not None:
            return self._files
        try:
            import paramiko  # noqa: PLC0415
        except ImportError:
            raise Away("没有安装 SFTP 组件，请安装 mingjing[sftp]") from None
        host, port = self._at["host"], int(self._at.get("port", 22))
        try:
            sock = socket.create_connection((host, port), timeout=self._receiver.seconds)
            self._line = paramiko.Transport(sock)
            self._line.banner_timeout = self._line.handshake_timeout = self._receiver.seconds
            self._line.auth_timeout = self._receiver.seconds
            self._line.connect(self._known(), self._at["user"], *self._proof())
            self._files = paramiko.SFTPClient.from_transport(self._line)
            self._files.get_channel().settimeout(self._receiver.seconds)
        except paramiko.AuthenticationException as error:
            self.close()
            raise Away(f"{host} 不接受我们的用户名或密钥，请核对") from error
        except paramiko.SSHException as error:
            self.close()
            raise Away(f"{host} 的主机密钥与 host_key 不符，或者不是 SFTP 服务，没有发送") from error
        except (OSError, EOFError) as error:
            self.close()
            raise Away(f"连不上 {host}:{port}：{_why(error)}") from error
        return self._files

    def _known(self) -> Any:
        import paramiko  # noqa: PLC0415

        try:
            kind, key = self._at["host_key"].split()[:2]
            return paramiko.PKey.from_type_string(kind, base64.b64decode(key))
        except (ValueError, paramiko.SSHException) as error:
            raise ReceiverFault(
                f"{self._receiver.code}.toml：host_key 要写成 ssh-ed25519 AAAA… 的样子（ssh-keyscan 的后两栏）"
            ) from error

    def _proof(self) -> tuple[str | None, Any]:
        import paramiko  # noqa: PLC0415

        if not self._at.get("key_file"):
            return self._receiver.secret(), None
        phrase = self._receiver.secret() if self._receiver.secret_env or self._receiver.secret_file else None
        try:
            key = paramiko.PKey.from_path(
                self._at["key_file"], passphrase=phrase.encode() if phrase else None
            )
        except (OSError, ValueError, paramiko.SSHException) as error:
            raise ReceiverFault(f"{self._receiver.code}.toml：私钥文件读不出，请核对路径和口令") from error
        return None, key


def _mark(found: Any) -> str:
    """Give size and time of a file; nothing where the host does not tell them, and the file is read then."""
    return f"{found.st_size}-{found.st_mtime}" if found.st_size is not None and found.st_mtime else ""


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "超过时限"
    return str(getattr(error, "strerror", "") or "连接中断")

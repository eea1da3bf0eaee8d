"""Reading the environment: every setting comes in as text and leaves as a value; nothing is decided here."""

import os
import secrets
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

YES = frozenset({"1", "true", "yes", "on"})


def text(name: str, default: str = "") -> str:
    """The value of MINGJING_<name>, without surrounding blanks."""
    return os.environ.get(f"MINGJING_{name}", default).strip()


def flag(name: str) -> bool:
    """Whether MINGJING_<name> says yes; anything unknown is a no."""
    return text(name).lower() in YES


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated words of MINGJING_<name>."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folders(name: str) -> list[Path]:
    """The folders of MINGJING_<name>, separated as PATH is on this system."""
    return [Path(part).expanduser() for part in text(name).split(os.pathsep) if part.strip()]


def signers(*names: str) -> list[tuple[str, list[str]]]:
    """The programs that sign, each with the public key of MINGJING_<name>_VKEY; those not set are left out."""
    return [(text(f"{name}_VKEY"), shlex.split(text(name))) for name in names if text(name)]


def secret_key(home: Path) -> str:
    """MINGJING_SECRET_KEY, or else a key made once and kept in `home`, readable by its owner only."""
    if key := text("SECRET_KEY"):
        return key
    path = home / "secret-key"
    home.mkdir(parents=True, exist_ok=True)
    # Two processes may start at once: the first to link its finished file wins, and both read that one.
    draft = home / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
    if not path.exists():
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def mail() -> dict[str, Any]:
    """How mail is sent, from MINGJING_SMTP_URL: smtp://user:password@host:port?from=…, smtps:// or ?tls=1 for TLS."""
    parts = urlsplit(text("SMTP_URL"))
    if parts.scheme not in {"", "smtp", "smtps"} or (parts.scheme and not parts.hostname):
        # The address may hold a password: it is not repeated here.
        raise ValueError("MINGJING_SMTP_URL 应为 smtp://用户:密码@主机:端口?from=发件地址；不发邮件时留空")
    asked = dict(parse_qsl(parts.query))
    whole = parts.scheme == "smtps"
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if whole else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": whole,
        "EMAIL_USE_TLS": not whole and asked.get("tls", "") in YES,
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": asked.get("from") or f"mingjing@{parts.hostname or 'localhost'}",
    }


SQLITE_PRAGMAS = (
    # FULL: an act that was shown as recorded may not vanish at a power cut.
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-16384; PRAGMA journal_size_limit=67108864;"
)


def database(home: Path) -> dict[str, Any]:
    """The database of MINGJING_DATABASE: a postgresql:// address, or SQLite in `home` when it is empty."""
    address = text("DATABASE")
    if not address:
        return _sqlite(home / "mingjing.sqlite3")
    return _postgresql(
        address, "MINGJING_DATABASE 应为 postgresql://用户:密码@主机:端口/库名；留空则使用 SQLite"
    )


def replica() -> dict[str, dict[str, Any]]:
    """The read replica of MINGJING_REPLICA_URL, under its name in Django's settings; nothing where none is named."""
    if not (address := text("REPLICA_URL")):
        return {}
    if not text("DATABASE"):
        raise ValueError("MINGJING_REPLICA_URL 只能与 PostgreSQL 的 MINGJING_DATABASE 一起使用")
    found = _postgresql(
        address, "MINGJING_REPLICA_URL 应为 postgresql://用户:密码@主机:端口/库名；没有副本时留空"
    )
    # Nobody waits long for a replica: what it would have answered is read from the first database.
    found["OPTIONS"] = {"connect_timeout": "2", **found["OPTIONS"]}
    found["OPTIONS"]["pool"] = {"min_size": 0, "max_size": 8, "timeout": 2}
    return {"replica": {**found, "TEST": {"MIRROR": "default"}}}


def _postgresql(address: str, refusal: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(refusal)  # the address may hold a password: it is not repeated here
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # The pool is bounded; it refuses persistent connections, hence CONN_MAX_AGE 0.
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 8, "timeout": 10}, **dict(parse_qsl(parts.query))},
        "CONN_MAX_AGE": 0,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
        "CONN_MAX_AGE": 600,
    }

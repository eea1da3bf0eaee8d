"""The example of the docs runs as it is printed, against a real server."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from mingjing.cases.models import Case
from mingjing.cli.demo.exhibits import exhibit
from mingjing.clients import services
from mingjing.clients.scopes import scopes_of
from tests.cast import make_cast

if TYPE_CHECKING:
    from mingjing.clients.models import Client
    from tests.cast import Cast

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def registered(cast: "Cast") -> "tuple[Client, str]":
    """A system that acts for an officer, accepted."""
    now = timezone.now()
    client, secret = services.register(
        person=cast.officer,
        title="示例",
        scopes=scopes_of(cast.officer),
        expires_at=now + timedelta(days=1),
        by=cast.admin,
        at=now,
    )
    services.accept(client=client, by=cast.officer, at=now)
    return client, secret


def test_the_printed_example_opens_a_case_is_refused_and_goes_on(live_server: Any, tmp_path: Path) -> None:
    """Proves that the program in docs/api.md works against a server as it stands there, refusal and paper included."""
    client, secret = registered(make_cast())
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    name, photo = exhibit("现场照片", "00e0")
    (tmp_path / name).write_bytes(photo.read())
    told = {
        "MINGJING_CLIENT_ID": client.code,
        "MINGJING_CLIENT_SECRET": secret,
        "MINGJING_URL": live_server.url,
    }
    ran = subprocess.run(
        [sys.executable, "-"],
        input=program,
        env={**os.environ, **told, "PHOTO": str(tmp_path / name)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "没有记录： 行为没有记录" in ran.stdout
    assert "现在立案合法吗？ False" in ran.stdout
    assert "接下来可以：" in ran.stdout
    assert re.search(r"文书 [1-9]\d{3,} 字节", ran.stdout)
    assert [one.kind for one in Case.objects.get().acts.all()] == ["clue_registered", "clue_accepted"]

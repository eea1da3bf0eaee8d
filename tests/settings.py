"""The project's own settings, on a throw-away home and database; nothing else may differ but speed."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import postgres

_home = Path(tempfile.mkdtemp(prefix="mingjing-test-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("MINGJING_")]:
    if not _name.startswith(("MINGJING_TEST_", "MINGJING_SHARED", "MINGJING_WRITE_")):
        del os.environ[_name]  # what the developer has set for a server of his own
os.environ["MINGJING_HOME"] = str(_home)
if os.environ.get("MINGJING_TEST_DATABASE") == "postgresql" and (_address := postgres.address()):
    os.environ["MINGJING_DATABASE"] = _address

from mingjing.config.settings import *  # noqa: E402, F403
from mingjing.config.settings import DATABASES  # noqa: E402

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A real file, as in service: threads and other processes see the same locks.
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

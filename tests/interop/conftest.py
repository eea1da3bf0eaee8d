"""The checks by another implementation run where `make interop` has built it; elsewhere they are not collected."""

import os
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / ".cache" / "interop" / "interop"

collect_ignore = [] if PROGRAM.exists() or os.environ.get("MINGJING_TEST_INTEROP") else ["test_interop.py"]

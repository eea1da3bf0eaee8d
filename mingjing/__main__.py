"""`python -m mingjing`: the same as the command `mingjing`."""

import sys

from mingjing.cli.main import main

sys.exit(main())

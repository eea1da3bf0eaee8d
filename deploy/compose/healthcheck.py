#!/usr/bin/python3
"""Whether the web server of this container answers: 0 where it does, 1 where it does not."""

import sys
import urllib.error
import urllib.request

# As our own proxy would ask: without the header the answer is a redirect to https.
ASKED = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"X-Forwarded-Proto": "https"})

try:
    with urllib.request.urlopen(ASKED, timeout=4) as answer:  # noqa: S310 - a fixed address of our own
        sys.exit(0 if answer.status == 200 else 1)
except (OSError, urllib.error.URLError):
    sys.exit(1)

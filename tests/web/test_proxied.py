"""Behind a proxy the address of the asker is the proxy's last word, never the sender's."""

import pytest
from django.http import HttpResponse

from mingjing.web.proxied import address_from_proxy


@pytest.mark.parametrize(
    ("behind", "forwarded", "seen"),
    [
        (True, "10.9.9.9, 198.51.100.7", "198.51.100.7"),  # what stands before the comma anybody can write
        (True, "", "127.0.0.1"),  # a look from the machine itself
        (False, "198.51.100.7", "127.0.0.1"),  # without a proxy the header is the sender's own
    ],
)
def test_the_address_is_what_our_proxy_wrote_last(rf, settings, behind, forwarded, seen):
    """Sign-in is locked by name and address: with the proxy's own address one person could lock out everybody."""
    settings.BEHIND_PROXY = behind
    request = rf.get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    found = []
    address_from_proxy(lambda asked: found.append(asked.META["REMOTE_ADDR"]) or HttpResponse())(request)

    assert found == [seen]

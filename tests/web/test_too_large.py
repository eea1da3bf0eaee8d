"""What is too large is refused by its announced length, whoever sends it and wherever to."""

from typing import TYPE_CHECKING, Any

import pytest

from mingjing.web.too_large import ENVELOPE, FORM

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

GIGABYTE = 1024**3


def announced(client: "Client", path: str, length: int) -> "HttpResponse":
    """The answer to a request that announces this length; the bytes themselves need not be there."""
    kind = "multipart/form-data; boundary=x"
    return client.generic("POST", path, b"--x--\r\n", kind, CONTENT_LENGTH=str(length))


@pytest.mark.parametrize("path", ["/login/", "/portal/verify/A/", "/cases/x/acts/y/", "/nowhere/"])
def test_a_form_that_announces_gigabytes_is_not_taken_in(client: "Client", db: Any, path: str) -> None:
    """Also from people who are not signed in, before the body is looked at for a token."""
    answer = announced(client, path, FORM + 1)
    assert answer.status_code == 413
    assert "最多接收 32 MB" in answer.content.decode()
    assert announced(client, path, 7).status_code != 413


def test_evidence_may_be_as_large_as_the_operator_says(client: "Client", db: Any, settings: Any) -> None:
    """And its form a little larger than the file in it."""
    settings.MINGJING_MAX_UPLOAD_BYTES = 5 * GIGABYTE
    path = "/cases/abc/evidence/"
    assert announced(client, path, 5 * GIGABYTE + ENVELOPE + 1).status_code == 413
    assert announced(client, path, 5 * GIGABYTE).status_code != 413

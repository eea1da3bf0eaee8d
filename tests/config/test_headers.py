"""Every answer carries the headers that keep a page from running what we did not write."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/portal/", "/login/", "/no-such-page"])
def test_every_page_forbids_foreign_and_inline_code(client, path):
    """The policy holds for officers, for the public and for error pages alike."""
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]

    assert {"default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'"} <= set(
        policy.split("; ")
    )
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(settings):
    """Thirty idle minutes end a session."""
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert (settings.SESSION_COOKIE_AGE, settings.SESSION_SAVE_EVERY_REQUEST) == (1800, True)

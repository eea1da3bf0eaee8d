"""Leaving a browser as somebody who closes the window: nothing that was asked for before is still answered."""

from typing import Any


def leave(page: Any) -> None:
    """Sign out by forgetting every cookie.

    Every answer renews the cookie of the session, also one that a page fetches behind its reader's back: whoever
    forgets it while such an answer is under way is signed in again.
    """
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")
    page.context.clear_cookies()

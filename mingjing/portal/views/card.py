"""Checking an officer's card: a page that needs no server once it is loaded, not even a line to it."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from mingjing.kit.canonical import digest
from mingjing.portal.addresses import address
from mingjing.portal.http import page, public
from mingjing.publicity import selectors

FILES = ("portal/portal.css", "portal/card.js", "portal/icon.svg")


@public()
def card(request: HttpRequest) -> HttpResponse:
    """The page with the key of the register; what it checks stands behind the # and is never sent."""
    return page("card.html", {"door": "verify", "log": selectors.public_log()})


@public()
def worker(request: HttpRequest) -> HttpResponse:
    """What lets the phone keep the page, for the next time there is no line."""
    kept = [address("card"), *map(staticfiles_storage.url, FILES)]
    bodies = [Path(found).read_bytes().hex() for name in FILES if (found := finders.find(name))]
    script = render_to_string("portal/card_worker.js", {"files": kept, "version": digest(bodies)[:16]})
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")

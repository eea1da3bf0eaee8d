"""Draws on the public side: terms when they are declared, the whole record when the visits are over."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import asdict

from mingjing.inspections.outline import Outline, outlines
from mingjing.inspections.selectors import NotProven
from mingjing.publicity.draw_models import PublicDraw
from mingjing.publicity.selectors import NotPublished

SHOWN = 100


def publish_draws() -> int:
    """Bring what the public sees of draws up to date; give how many changed. For the worker, restartable."""
    known = dict(PublicDraw.objects.values_list("code", "records"))
    changed = 0
    try:
        for one in outlines(known):
            _publish(one)
            changed += 1
    except NotProven:
        pass  # the last record is not under a checkpoint yet: the next turn publishes it
    return changed


def _publish(one: Outline) -> None:
    told = asdict(one)
    bundle = told.pop("bundle")
    PublicDraw.objects.update_or_create(
        code=told.pop("code"),
        defaults={
            **told,
            "bundle": zlib.compress(bundle) if bundle else b"",
            "bundle_digest": hashlib.sha256(bundle).hexdigest() if bundle else "",
            "bundle_size": len(bundle),
        },
    )


def draws(*, agency: str = "") -> Sequence[PublicDraw]:
    """Give the latest draws, of all agencies or one, without their bundles."""
    rows = PublicDraw.objects.defer("bundle").order_by("-declared_at")
    return list((rows.filter(agency_code=agency) if agency else rows)[:SHOWN])


def draw(code: str) -> PublicDraw:
    """Give one draw, or raise NotPublished."""
    row = PublicDraw.objects.defer("bundle").filter(code=code).first()
    if row is None:
        raise NotPublished(code)
    return row


def draw_bundle(code: str) -> bytes:
    """Give the bundle of a draw that is over, or raise NotPublished."""
    row = PublicDraw.objects.filter(code=code).values_list("bundle", flat=True).first()
    if not row:
        raise NotPublished(code)
    return zlib.decompress(bytes(row))

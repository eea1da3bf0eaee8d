"""How long a case file takes to bind: sixty documents and forty photographs of twelve megapixels; its package too."""

import io
import os
import statistics
import time
from pathlib import Path
from typing import Any

from bench.ground import with_database

DOCUMENTS, PHOTOS, ROUNDS = 60, 40, 3
TARGET = 10.0  # seconds


def main() -> None:
    """Print the seconds of binding and of sealing, the pages and the sizes."""
    with_database("sqlite", measure)


def measure(folder: Path) -> None:
    """Tell a case, give it its photographs, repeat its documents up to sixty, and bind it."""
    from django.utils import timezone  # noqa: PLC0415 - after Django is set up

    from mingjing.archive import binding, services  # noqa: PLC0415
    from mingjing.archive.verify import verify_package  # noqa: PLC0415
    from mingjing.evidence import store  # noqa: PLC0415
    from tests.archive.filed import add_evidence, archiving, finished, seal_all  # noqa: PLC0415
    from tests.cast import make_cast  # noqa: PLC0415

    cast = make_cast()
    case = finished(cast)
    for number in range(PHOTOS):
        add_evidence(cast, case, photograph(number), f"{number}.jpg", f"现场照片{number}")
    seal_all()
    real = binding.contents_of
    spent, worked = [], []
    binding.contents_of = lambda case: repeated(real(case))
    for _ in range(ROUNDS):
        start, began = time.perf_counter(), time.process_time()
        bound = binding.bind(case, at=timezone.now())
        spent.append(time.perf_counter() - start)
        worked.append(time.process_time() - began)
    binding.contents_of = real
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{DOCUMENTS} documents, {PHOTOS}+ photographs: {bound.pages} pages, {len(bound.pdf) / 1e6:.1f} MB")
    took, processor = statistics.median(spent), statistics.median(worked)
    print(f"binding        {took:6.2f} s, {processor:.2f} s of processor   (target {TARGET:.0f} s)")
    start = time.perf_counter()
    made = services.seal_package(archiving(case), at=timezone.now())
    print(
        f"sealing        {time.perf_counter() - start:6.2f} s   {made.size / 1e6:.0f} MB, {made.files} files"
    )
    path = folder / "package.zip"
    with store.open_stored(made.digest) as source:
        path.write_bytes(source.read())
    start = time.perf_counter()
    assert verify_package(path).ok  # noqa: S101 - a package that does not hold is no measurement
    print(f"verifying      {time.perf_counter() - start:6.2f} s")


def photograph(number: int) -> bytes:
    """A picture of twelve megapixels, as a phone takes it: noise over a gradient, some megabytes."""
    from PIL import Image  # noqa: PLC0415 - only here

    ground = Image.linear_gradient("L").resize((4000, 3000)).rotate(number)
    picture = Image.blend(ground, Image.effect_noise((4000, 3000), 40), 0.3).convert("RGB")
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()


def repeated(contents: Any) -> Any:
    """The same contents with their documents over and over until there are sixty."""
    documents = [piece for piece in contents.pieces if piece.document]
    groups = [group for volume in contents.volumes for group in volume.groups]
    while sum(piece.document is not None for group in groups for piece in group.pieces) < DOCUMENTS:
        groups[0].pieces.append(documents[len(groups[0].pieces) % len(documents)])
    return contents


if __name__ == "__main__":
    main()

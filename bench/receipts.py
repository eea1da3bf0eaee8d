"""How long a browser takes to verify a receipt, on a desk and as slow as a phone; beside it WebCrypto and Python."""

import random
import shutil
import statistics
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mingjing.translog.merkle import leaf_hash, node_hash
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.receipt_compact import compact
from tests.translog.receipts_made import Maker

MODULES = Path(__file__).parents[1] / "mingjing/portal/static"
ROUNDS, HASHES = 15, 24
RUN = """async ([base, packed, keys, policy, rounds]) => {
  const begun = performance.now();
  const { checkReceipt } = await import(base + "check.js");
  const { fromCompact } = await import(base + "receipt.js");
  const { Sha256 } = await import(base + "sha256.js");
  const loaded = performance.now() - begun;
  const spent = (work) => { const start = performance.now(); work(); return performance.now() - start; };
  const check = () => { const found = checkReceipt(fromCompact(packed), { keys, policy });
    if (found.codes.length) throw new Error(found.codes.join()); };
  const first = spent(check), more = [];
  for (let left = rounds; left; left -= 1) more.push(spent(check));
  const file = new Uint8Array(4 * 1024 * 1024);
  let own = Infinity, native = window.crypto && crypto.subtle ? Infinity : null;
  for (let left = 5; left; left -= 1) {
    own = Math.min(own, spent(() => new Sha256().update(file).digest()));
    const start = performance.now();
    if (native) await crypto.subtle.digest("SHA-256", file);
    if (native) native = Math.min(native, performance.now() - start);
  }
  return { loaded, first, more, own, native };
}"""


def main() -> None:
    """Print milliseconds for one receipt of a log of ten million entries with one witness."""
    maker = Maker(random.Random(1))  # noqa: S311 - made-up keys for a measurement
    receipt = _of_ten_million(maker)
    packed = compact(receipt)
    print(
        f"{len(packed)} characters in the code, {len(receipt.data)} bytes in the file, {HASHES} hashes, 2 signatures"
    )
    start = time.perf_counter()
    for _ in range(200):
        assert check_receipt(receipt, [maker.vkey], policy=maker.policy).ok  # noqa: S101 - else no measurement
    ours = (time.perf_counter() - start) * 1000 / 200
    print(f"Python, pyca/cryptography            {ours:7.2f} ms")
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium here: nothing measured", file=sys.stderr)
        return
    _measure(chromium, packed, maker, ours)


def _of_ten_million(maker: Maker) -> Receipt:
    """A receipt whose path is as long as in a log of ten million entries, and holds."""
    receipt = maker.receipt("document")
    size, index = 10**7, 5_000_000
    path = tuple(maker.dice.randbytes(32) for _ in range(HASHES))
    here, last, root = index, size - 1, leaf_hash(receipt.proof.extra)
    for neighbour in path:
        # The way up as RFC 9162 follows it; this index is nowhere on the right border below the top.
        left = here & 1 or here == last
        root = node_hash(neighbour, root) if left else node_hash(root, neighbour)
        while left and here and not here & 1:
            here, last = here >> 1, last >> 1
        here, last = here >> 1, last >> 1
    return replace(
        receipt, proof=replace(receipt.proof, index=index, path=path, note=maker.note(size, root, 1))
    )


def _measure(chromium: str, packed: str, maker: Maker, ours: float) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    handler = partial(_Quiet, directory=str(MODULES))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/portal/"
    policy: Any = {
        "witnesses": [{"name": one.name, "vkey": one.key.vkey} for one in maker.policy.witnesses.values()],
        "groups": [{"name": "any1", "least": 1, "members": ["w0", "w1"]}],
        "quorum": "any1",
        "words": "",
    }
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for slower in (1, 4, 6):
            page = browser.new_page()
            page.goto(f"{base}icon.svg")
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            found = page.evaluate(RUN, [f"{base}verify/", packed, [maker.vkey], policy, ROUNDS])
            _tell(slower, found, ours)
            page.close()
        browser.close()
    server.shutdown()


def _tell(slower: int, found: dict[str, Any], ours: float) -> None:
    usual = statistics.median(found["more"])
    native = f"WebCrypto {4194 / found['native']:6.0f} MB/s" if found["native"] else "no WebCrypto"
    print(
        f"browser, {slower} × slower   modules {found['loaded']:6.0f} ms   first {found['first']:6.1f} ms   "
        f"then {usual:6.1f} ms   {usual / ours:5.1f} × Python   own SHA-256 {4194 / found['own']:5.0f} MB/s, {native}"
    )


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()

"""The pages of single decisions and firms with all that belongs to them, made anew only where something changed."""

from datetime import date
from typing import Final

from mingjing.cli.mirror.addresses import Address
from mingjing.cli.mirror.output import Output
from mingjing.cli.mirror.rewriting import Rewriter, without_forms
from mingjing.cli.mirror.site import ask
from mingjing.publicity import standing

PARTS: Final = ("record.json", "proof", "document.pdf", "receipt.json", "receipt/")
PAPER: Final = "document.pdf"


class Made:
    """Writes decisions and firms; tells the rewriter which parts of the present one there are."""

    def __init__(self, output: Output, rewriter: Rewriter, *, program: str, papers: bool) -> None:
        self._output, self._rewriter, self._program, self._papers = output, rewriter, program, papers
        self.present: set[str] = set()  # the files of the decision or firm that is being written

    def decision(self, one: standing.Standing) -> None:
        """Write one decision unless it stands as it stood: page, record, proof, paper, receipt."""
        owner, mark = f"decision:{one.code}", f"{one.mark}{self._papers}{self._program}"
        if self._output.state.fresh(owner, mark):
            return
        base = f"/portal/decisions/{one.code}/"
        parts = [Address(f"{base}{part}") for part in PARTS if self._papers or part != PAPER]
        with self._output.owner(owner, mark):
            self._write([*parts, Address(base)])

    def firms(self, on: date) -> None:
        """Write every firm's page and feeds unless they stand as they stood."""
        for code, mark in standing.firm_standings(on=on):
            owner = f"firm:{code}"
            if self._output.state.fresh(owner, mark + self._program):
                continue
            query = (("firm", code),)
            feeds = [Address(f"/portal/feeds/{name}", query) for name in ("atom.xml", "rss.xml", "")]
            with self._output.owner(owner, mark + self._program):
                self._write([*feeds, Address(f"/portal/firms/{code}/")])

    def _write(self, addresses: list[Address]) -> None:
        """Write what stands at these addresses; pages last, for they lead to the others."""
        answers = [(address, found) for address in addresses if (found := ask(address))]
        self.present = {address.file for address, _ in answers}
        for address, answer in answers:
            if answer.kind == "text/html":
                text = self._rewriter.page(without_forms(answer.whole().decode(), ()), address)
                self._output.put(address.file, text)
            elif answer.kind in {"application/atom+xml", "application/rss+xml"}:
                self._output.put(address.file, self._rewriter.feed(answer.whole().decode()))
            else:
                self._output.put(address.file, answer.pieces)
        self.present = set()

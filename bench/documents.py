"""How long a document takes once the compiler is warm, beside the bare compile of a one-line page in the same run."""

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

ROUNDS = 40


def main() -> None:
    """Print milliseconds a warm document of each layout takes, with its ratio to a trivial page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings")
    import typst  # noqa: PLC0415 - after the settings are named

    from mingjing.typeset.render import fonts, render  # noqa: PLC0415 - after the settings are named

    with TemporaryDirectory() as folder:
        page = Path(folder, "page.typ")
        page.write_text("#sys.inputs.n")
        trivial = typst.Compiler(page, font_paths=fonts())
        base = timed(lambda n: trivial.compile(sys_inputs={"n": str(n)}, format="pdf", timestamp=0))
    print(f"{'bare typst, one line':<28}{base:7.1f} ms")
    for name, kind in {
        "decision": "penalty_decided",
        "form": "filing_approved",
        "record": "inquiry_recorded",
    }.items():
        compose = composer(kind)
        spent = timed(lambda n, compose=compose: render(compose(n)))  # type: ignore[misc]  # bound in the loop
        print(f"{name:<28}{spent:7.1f} ms   {spent / base:5.1f} times the bare page   (target 40 ms)")
    print(f"{'facts to data, no drawing':<28}{timed(composer('penalty_decided')):7.1f} ms")


def timed(work: Callable[[int], Any]) -> float:
    """The median milliseconds of one call over ROUNDS calls with changing content, after five to warm up."""
    spent = []
    for n in range(ROUNDS + 5):
        start = time.perf_counter()
        work(n)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent[5:])


def composer(kind: str) -> Callable[[int], dict[str, Any]]:
    """A function that fills the form of `kind` from an invented act, other words at every call."""
    from mingjing.documents.compose import document_data  # noqa: PLC0415 - after the settings are named
    from mingjing.documents.forms import document_form  # noqa: PLC0415
    from mingjing.lawengine.model import ActRecord, Performer  # noqa: PLC0415
    from mingjing.packs.load import library  # noqa: PLC0415

    law = library().law(region="410481", field="urban")
    form = document_form(law.forms, law.kinds[kind].form)
    at = datetime.fromisoformat("2026-03-05T10:00:00+08:00")
    names = (
        "name",
        "short_name",
        "uscc",
        "address",
        "phone",
        "review_body",
        "court",
        "payment_bank",
        "payment_account",
    )
    agency: Any = SimpleNamespace(**dict.fromkeys(names, "舞钢市城市管理局"))
    officer = Performer(person="o", name="王建国", agency="a", role="officer", certificate="16041201001")
    facts = {use.name: example(law.fields[use.name]) for use in law.kinds[kind].fields}
    act = ActRecord(1, kind, at, facts, (officer, officer))

    def data(n: int) -> dict[str, Any]:
        # Every text differs from the last one, so that nothing is remembered from the page before.
        changed = {
            k: f"第{n}件{v}" if law.fields[k].type in {"text", "longtext"} else v for k, v in facts.items()
        }
        changed["answers"] = [{"question": f"第{n}问？", "answer": f"第{n}答。" * 20}] * 10
        of = replace(act, facts=changed)
        return document_data(form, agency=agency, case_number="1", act=of, acts=(), law=law, at=at)

    return data


def example(field: Any) -> Any:
    """A plausible value of a field."""
    text = {"text": field.title, "longtext": f"{field.title}的具体情况。" * 12, "date": "2026-03-01"}
    values: dict[str, Any] = {
        **text,
        "datetime": "2026-03-01T10:00+08:00",
        "choice": field.options[0][0] if field.options else "",
        "multichoice": [field.options[0][0]] if field.options else [],
        "money": "3000",
        "int": 15,
        "decimal": "1.5",
        "bool": True,
        "citations": [{"law": "城市道路管理条例", "article": "第二十七条"}],
        "person": "o",
        "people": ["o"],
        "rows": [],
    }
    return values.get(field.type, json.dumps(field.name))


if __name__ == "__main__":
    main()

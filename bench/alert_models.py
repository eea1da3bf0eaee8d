"""The models of alerts that count or compare, on simulated offices: precision and recall, written for their page."""

import json
from dataclasses import asdict
from pathlib import Path

from mingjing.packs.alerts import read_alerts
from mingjing.packs.load import library
from tests.supervision.offices import OFFICES, measure

COUNT = 200
FILE = Path(__file__).resolve().parents[1] / "mingjing/supervision/measured.json"


def main() -> None:
    """Measure each, print a table and write the data file of the page."""
    models, found = read_alerts(library()), {}
    print(f"{'':<24}{'offices':>9}{'recall':>9}{'precision':>11}{'alarms in honest':>18}")
    for code, (_, _, planted_as) in OFFICES.items():
        told = measure(models, code, COUNT)
        print(
            f"{code:<24}{2 * COUNT:>9}{told.recall:>9.3f}{told.precision:>11.3f}{told.wrong_honest:>18}",
            flush=True,
        )
        figures = {"recall": round(told.recall, 3), "precision": round(told.precision, 3)}
        found[code] = asdict(told) | figures | {"planted_as": planted_as}
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The detectors of inspections on simulated bureaus: precision and recall, written where the public page reads them."""

import json
from pathlib import Path

from mingjing.inspections.patterns.detectors import Settings
from mingjing.packs.detectors import methods_of
from mingjing.packs.load import library
from tests.inspections.measuring import PLANT, false_alarms, measure

HONEST = PLANTED = 200
STRENGTH = {"bursts": 4, "repeats": 9, "outside_plan": 3, "pairs": 1, "never_drawn": 0.75}
PLANTED_AS = {
    "bursts": "两周内多出平时 4 倍的检查",
    "repeats": "一户一年多查 9 次",
    "outside_plan": "3 次没有计划、抽取和理由的检查",
    "pairs": "一人每次都带同一名搭档",
    "never_drawn": "10 次抽取、每次机会 75%，从未抽中",
}
FILE = Path(__file__).resolve().parents[1] / "mingjing/inspections/measured.json"


def main() -> None:
    """Measure every detector with its declared figures, print a table and write the data file of the page."""
    methods, found = methods_of(library()), {}
    print(f"{'':<14}{'bureaus':>9}{'recall':>9}{'precision':>11}{'alarms in honest':>18}")
    for name in PLANT:
        figures = Settings.declared(methods.method(name).figures)
        wrong = false_alarms(name, figures, HONEST)
        told = measure(name, figures, STRENGTH[name], PLANTED, wrong)
        print(f"{name:<14}{HONEST + PLANTED:>9}{told.recall:>9.3f}{told.precision:>11.3f}{wrong:>18}")
        found[name] = {
            "honest": HONEST,
            "planted": PLANTED,
            "planted_as": PLANTED_AS[name],
            "found": told.right,
            "wrong": told.wrong,
            "wrong_honest": wrong,
            "recall": round(told.recall, 3),
            "precision": round(told.precision, 3),
        }
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What comes after publication in the demo: one corrected, one for which its party asks credit repair; made once."""

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.cli.demo.live import named_case, upload
from mingjing.personnel.selectors import agency, person
from mingjing.publicity import repair
from mingjing.publicity.corrections import confirm_correction, prepare_correction
from mingjing.publicity.desk import publications_of

if TYPE_CHECKING:
    from mingjing.publicity.models import Publication

PREPARES, CONFIRMS = "publicity", "publicity2"
RIGHT: Final = "在人行道擅自堆放物料"


def correct_and_repair() -> None:
    """Correct the case `corrected` and take in a request for the case `repair`, unless that was done before."""
    wrong = _first("corrected")
    if wrong is not None and not hasattr(wrong, "withdrawal"):
        paper = prepare_correction(
            publication=wrong,
            by=person(PREPARES),
            reason="违法行为类型漏写地点，属于笔误，与决定书核对后更正。",
            amended={"violation_kind": RIGHT},
            hides_old=False,
        )
        confirm_correction(preparation=paper, by=person(CONFIRMS))
    asked_for = _first("repair")
    if asked_for is not None and not asked_for.repairs.exists():
        _ask(asked_for)


def _first(name: str) -> "Publication | None":
    made = publications_of(named_case(name))
    return made[-1] if made else None


def _ask(publication: "Publication") -> None:
    now = timezone.now()
    letter = upload(
        agency(BUREAU), publication.case_code, "信用承诺书复印件", PREPARES, now, proves="neutral"
    )
    asked = repair.request(
        publication=publication,
        applicant="王建军",
        contact="0375-0000001",
        statement="堆放物当场清理，罚款已缴清，承诺不再占道堆放。",
        letter=letter,
        by=None,
    )
    repair.accept(asked=asked, by=person(CONFIRMS))

"""The tasks of a draw follow it without anybody's hand, whichever came first, the scheme or the draw."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjing.cli.worker import Worker
from mingjing.inspections.ceremony import change_draw
from mingjing.inspections.models import VisitTask
from mingjing.inspections.visiting.visits import lay_out_all
from tests.inspections.finished import drawn_campaign

if TYPE_CHECKING:
    from tests.cast import Cast


def test_the_worker_lays_out_what_was_drawn_and_what_changed_since(
    cast: "Cast", settings: Any, tmp_path: Path
) -> None:
    """Two tasks; one object is skipped: its task is withdrawn with the reason and another is there; then nothing."""
    settings.MINGJING_HOME = tmp_path
    made = drawn_campaign(cast, laid_out=False)
    assert not VisitTask.objects.exists()
    Worker().turn()
    first, second = made.tasks
    skip = {"kind": "skip", "stratum": "C类", "object": first.object, "reason": "已关闭"}
    change_draw(draw=made.draw, change=skip, by=cast.clerk, at=made.now)
    assert lay_out_all(at=made.now + timedelta(minutes=1)) == 2
    assert [one.withdrawn for one in made.tasks] == ["已关闭", "", ""]
    assert made.tasks[1].object == second.object
    assert lay_out_all(at=made.now + timedelta(minutes=2)) == 0

"""The suggestion of what comes next follows the typical files and nothing else."""

from mingjing.web.usual import paths, usual_next


def test_a_new_case_starts_at_the_beginning_of_the_plainest_file() -> None:
    """With nothing done, what follows is a whole typical file."""
    assert usual_next([], "ordinary") == list(dict.fromkeys(min(paths("ordinary"), key=len)))


def test_what_was_passed_over_is_not_suggested_again() -> None:
    """A case that went on without an act is not sent back to it."""
    rest = usual_next(
        ["clue_registered", "clue_accepted", "filing_approved", "investigation_reported"], "ordinary"
    )
    assert rest[0] == "prior_notice_issued"
    assert "inspection_recorded" not in rest


def test_a_hearing_is_suggested_once_one_was_asked_for_and_not_before() -> None:
    """The file that is most like the case is followed."""
    done = [
        "clue_registered",
        "clue_accepted",
        "filing_approved",
        "investigation_reported",
        "prior_notice_issued",
        "document_served",
    ]
    assert "hearing_notified" not in usual_next(done, "ordinary")
    assert "hearing_notified" in usual_next([*done, "hearing_requested"], "ordinary")


def test_an_unknown_procedure_has_no_suggestions() -> None:
    """No file, no guess."""
    assert usual_next(["filing_approved"], "unheard_of") == []

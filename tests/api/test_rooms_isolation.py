"""Other agencies' things are not there in any room: what an address names answers 404, a list tells nothing of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.api.whole import document
from mingjing.publicity.desk import preparation
from mingjing.publicity.services import confirm, prepare
from tests.api.test_rooms import FACTS
from tests.cast import ELSEWHERE, make_person
from tests.stories import position, telling

if TYPE_CHECKING:
    from tests.api.conftest import Make
    from tests.cast import Cast

# Headings of the rooms whose operations are asked here; those around cases are asked in test_isolation.
ROOMS = {"公示", "执法人员"}
EVERYBODYS = {"search_publications", "get_publication"}  # what the public reads
EVERY_ROLE = "officer reviewer head clerk publicity supervisor"


def operations() -> Iterator[tuple[str, str, str]]:
    """Method, address and name of every operation of these rooms."""
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            if one["tags"][0] in ROOMS and one["operationId"] not in EVERYBODYS:
                yield method, path.removeprefix("/api/v1"), one["operationId"]


def _published(cast: "Cast") -> tuple[str, int, str]:
    """A publication of the bureau, and a paper on its desk with its version."""
    tale = telling(cast, "summary")
    case = tale.play(position(tale, "decision_published"))
    first = prepare(case=case, by=cast.publicity, facts=FACTS)
    again = telling(cast, "summary", mark="other")
    other = again.play(position(again, "decision_published"))
    waiting = prepare(case=other, by=cast.publicity, facts=FACTS)
    out = confirm(preparation=preparation(cast.publicity, first.pk), by=cast.publicity2)
    return out.code, waiting.pk, waiting.once


@pytest.fixture
def names(cast: "Cast") -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands in addresses by its name there, all of the bureau, and bodies that would do."""
    publication, paper, version = _published(cast)
    down = {"ground": "inaccurate", "reason": "公示的日期有误。"}
    bodies = {
        "return_preparation": {"version": "another"},
        "confirm_publication": {"version": version},
        "withdraw_publication": down,
        "prepare_correction": {"reason": "日期有误", "values": {}},
    }
    return {"publication": publication, "paper": paper, "username": "officer2"}, bodies


def test_nothing_of_another_agency_is_there_in_any_room(cast: "Cast", program: "Make", names: Any) -> None:
    """Proves that every operation on an object answers 404 to somebody with every role elsewhere, and not at home."""
    places, bodies = names
    stranger = program(make_person("stranger", "外", EVERY_ROLE, ELSEWHERE))
    at_home = program(make_person("everything", "全", EVERY_ROLE))
    for method, path, name in operations():
        if "{" not in path:
            continue
        where = path.format(**places)
        answers = [
            (one.get(where) if method == "get" else one.post(where, bodies[name])).status_code
            for one in (stranger, at_home)
        ]
        assert answers[0] == 404, (method, path, answers)
        assert answers[1] not in {401, 403, 404}, (method, path, answers)


def test_lists_tell_nothing_of_another_agency(cast: "Cast", program: "Make", names: Any) -> None:
    """Proves that what lists tell somebody elsewhere names nothing that the same lists tell at home."""
    places, _bodies = names
    stranger = program(make_person("stranger", "外", EVERY_ROLE, ELSEWHERE))
    at_home = program(make_person("everything", "全", EVERY_ROLE))
    told = ""
    for method, path, _name in operations():
        if method == "get" and "{" not in path:
            told += at_home.get(path).content.decode()
            seen = stranger.get(path).content.decode()
            assert not [one for one in map(str, places.values()) if f'"{one}"' in seen], path
    assert f'"{places["publication"]}"' in told and f'"{places["username"]}"' in told

"""Governance lists."""

from ninja import Query

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.rooms.governance_schemas import ListedLine, ListedPage, ListFilters
from mingjing.api.rows import newest_first
from mingjing.governance import selectors as lists

room = Room("法治政府建设")


@room.get("/governance", "governance.view", answer=ListedPage)
def list_governance(request: Called, filters: Query[ListFilters]) -> ListedPage:
    """列出法治政府建设的一种台账和各个步骤，新的在前。"""
    rows, links = newest_first(request, lists.seen_by(request.auth.person, filters.kind), filters)
    return ListedPage(items=[ListedLine.of(one) for one in rows], links=links)

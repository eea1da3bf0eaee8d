"""File-review campaigns."""

from ninja import Query

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.rooms.filereview_schemas import ReviewLine, ReviewPage
from mingjing.api.rows import Paged, page_of
from mingjing.appraisal import selectors as reviews

room = Room("案卷评查")


@room.get("/file-reviews", "filereview.view", answer=ReviewPage)
def list_file_reviews(request: Called, paged: Query[Paged]) -> ReviewPage:
    """列出与被代理人有关的案卷评查活动。"""
    rows, links = page_of(request, reviews.lines(request.auth.person), lambda one: one.row.code, paged)
    return ReviewPage(items=[ReviewLine.of(one) for one in rows], links=links)

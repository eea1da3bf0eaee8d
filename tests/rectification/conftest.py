"""A ledger of the bureau of the cast, made from a short document with a day, a standing duty and a check."""

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from mingjing.kit.clock import BEIJING
from mingjing.rectification.services import import_plan

if TYPE_CHECKING:
    from mingjing.rectification.models import Plan
    from tests.cast import Cast

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
TEXT = """落实执法监督反馈问题整改方案
一、存在问题及整改措施
(一)执法队伍建设亟需加强。个别承办执法人员的执法证件超期。
整改措施:
1.严格落实行政执法人员资格管理和持证上岗制度。
牵头科室:政策法规科
责任科室:局机关各科室
整改时限:10月底
2.严格落实告知制度,依法保障陈述、申辩权利。
牵头单位:市司法局
责任单位:舞钢城管、各执法科室
整改时限:长期坚持
3.建立行政执法权责清单。
整改时限:9月底
2026年5月19日
"""


@pytest.fixture
def plan(cast: "Cast") -> "Plan":
    """The document, imported by the clerk on NOW."""
    return import_plan(
        content=TEXT.encode(),
        name="整改方案.txt",
        agency=cast.bureau,
        by=cast.clerk,
        at=NOW,
        issuer="舞钢市司法局",
    )

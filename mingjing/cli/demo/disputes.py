"""The demo's lost suit, the wrong case taken up after it, and one record of interference with keys made here."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from mingjing.accountability import interference, sealing, wrong_cases
from mingjing.accountability.selectors import wrong_cases_seen_by
from mingjing.cases.selectors import acts_of
from mingjing.cli.demo.live import named_case
from mingjing.disputes import selectors, services
from mingjing.disputes.services import Ending, Suit
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import person

HOLDERS: Final = ("演示：纪检监察机关", "演示：司法行政机关", "演示：政法委员会")


def contest() -> None:
    """Enter the suit up to its loss: the change, the withdrawal, the check and the performance are left to be tried."""
    case, by = named_case("sued"), person("reviewer")
    if selectors.disputes_of(case):
        return
    now = timezone.now()
    decision = next(one for one in acts_of(case) if one.kind == "penalty_decided")
    suit = Suit(
        kind="litigation",
        decision=decision.code,
        body=case.agency.court,
        opened_on=legal_day(now - timedelta(days=15)),
        docket="（演示）行初1号",
        claims="撤销行政处罚决定。",
    )
    row = services.open_dispute(case=case, suit=suit, by=by, at=now - timedelta(days=15))
    replied, heard, decided = (now - timedelta(days=ago) for ago in (9, 4, 1))
    services.reply(row=row, by=by, on=legal_day(replied), text="答辩状，证据 11 件，依据 3 件", at=replied)
    services.hear(
        row=row, by=by, on=legal_day(heard), attended="head", who="负责人（演示）", reason="", at=heard
    )
    ending = Ending(
        outcome="redo",
        docket="（演示）行初1号",
        received_on=legal_day(decided),
        causes=[("procedure", "行政处罚法", "第四十四条")],
        duty="重新作出行政处罚决定。",
        perform_by=legal_day(decided + timedelta(days=60)),
        summary="事先告知书由他人签收，不能证明当事人已经知道。",
    )
    services.decide(row=row, by=by, ending=ending, at=decided)
    _take_up(row.no)


def _take_up(no: str) -> None:
    by, case = person("supervisor"), named_case("sued")
    if not wrong_cases_seen_by(by).exists():
        wrong_cases.take_up(
            case=case,
            by=by,
            source="dispute",
            source_ref=no,
            what="没有证明事先告知书已经送达当事人，决定被撤销。",
            at=timezone.now(),
        )


def lean_on() -> Path:
    """Make three holders' keys, take them into use and seal one record; gives where the keys lie."""
    folder: Path = settings.MINGJING_HOME / "demo-holders"
    if interference.keys_in_use() is not None:
        return folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now, paths = timezone.now(), [folder / f"holder{number}.key" for number in (1, 2, 3)]
    for path in paths:
        path.unlink(missing_ok=True)  # of a demo whose database is gone
    keys = tuple(sealing.new_key(path, name) for path, name in zip(paths, HOLDERS, strict=True))
    interference.install_keys(sealing.HolderSet(keys), at=now)
    told = interference.Told(
        who="某单位领导（演示）",
        post="演示单位副职",
        whom="",
        case="人民路东段占道一案",
        way="call",
        when="昨天下午",
        said="要求暂缓送达决定书。",
    )
    interference.record(told=told, by=person("officer"), at=now)
    return folder

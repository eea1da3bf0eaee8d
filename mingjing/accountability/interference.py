"""The ledger of interference: the set of keys, a record sealed, its receipt; who recorded is kept nowhere."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.accountability.models import HolderKeys, InterferenceRecord
from mingjing.accountability.sealing import HolderSet, SealRefused, digest_of, read_slip, seal, slip_of
from mingjing.kit.clock import BEIJING, beijing, legal_day
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipts import NotInLog, receipt_of_content
from mingjing.translog.services import enqueue
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
WAYS: Final[Mapping[str, str]] = {
    "call": "打电话",
    "face": "当面",
    "message": "短信、微信",
    "note": "批条、书面",
    "meeting": "会上、以组织名义",
    "third": "托人捎话",
    "other": "其他",
}
WIDTHS: Final[Mapping[str, int]] = {"who": 100, "post": 200, "whom": 100, "case": 200, "said": 1000}


class NotRecorded(Exception):
    """Nothing was recorded. The Chinese message says why; `field` names the box."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the form says: who leaned on whom, when, how, in which case."""

    who: str
    post: str
    whom: str
    case: str
    way: str
    when: str
    said: str


def keys_in_use() -> HolderSet | None:
    """Give the set of keys that records are sealed to now, None before the first."""
    row = HolderKeys.objects.order_by("-id").first()
    return HolderSet.of(row.body) if row else None


@transaction.atomic
def install_keys(keys: HolderSet, *, at: datetime) -> HolderKeys:
    """Take a set of public keys into use. Its digest goes into the public log, so no set comes in unseen.

    Records that are there stay sealed to the keys they were sealed to.
    """
    take_turn("holders")
    there = HolderKeys.objects.order_by("-id").first()
    if there is not None and there.digest == keys.digest:
        return there
    if HolderKeys.objects.filter(digest=keys.digest).exists():
        raise SealRefused("这组公钥以前用过，已经更换。请让三个持有人重新生成密钥")
    row = HolderKeys.objects.create(digest=keys.digest, body=keys.body, at=at)
    enqueue(kind="holders", data={"h": keys.digest, "at": beijing(at).isoformat()}, ref=f"holders-{row.pk}")
    return row


def record(*, told: Told, by: "Person", at: datetime, once: str = "") -> dict[str, Any]:
    """Seal a record and give the recorder's slip; it is in the answer to him and nowhere else.

    Holds afterwards: the sealed row and its commitment in the log. Neither they nor any other row say who recorded, at
    which agency, about whom, or at what hour. Raises NotRecorded.
    """
    keys = keys_in_use()
    if keys is None:
        raise NotRecorded("还没有启用密钥，不能记录。请联系系统管理员启用纪检监察、司法行政机关的三把公钥。")
    no = f"GW-{''.join(secrets.choice(LETTERS) for _ in range(12))}"
    content = {"no": no, **_checked(told), "recorder": _recorder(by), "at": beijing(at).isoformat()}
    sealed = seal(content, no=no, holders=keys)
    day = legal_day(at)
    try:
        with transaction.atomic():
            InterferenceRecord.objects.create(
                no=no,
                month=day.replace(day=1),
                holders=HolderKeys.objects.get(digest=keys.digest),
                sealed=dict(sealed.body),
                commitment=sealed.commitment,
                once=once or secrets.token_hex(16),
            )
            enqueue(kind="interference", data={"h": sealed.commitment, "at": _coarse(day)}, ref=no)
            # The content is committed to by the line above; this one holds what is stored, so that it stays openable.
            enqueue(kind="sealed", data={"h": digest_of(sealed.body), "at": _coarse(day)}, ref=f"{no}/sealed")
    except IntegrityError:
        said = "这张表已经提交，没有重复记录。回执只在第一次提交后的页面上；没有保存的，可以再记录一次。"
        raise NotRecorded(said) from None
    return slip_of(sealed, content)


def _coarse(day: date) -> str:
    """Give the day without its hour: an hour could be laid beside who was signed in."""
    return datetime.combine(day, time(), BEIJING).isoformat()


def _recorder(by: "Person") -> dict[str, str]:
    return {"username": by.username, "name": by.name, "agency": by.agency.name}


def _checked(told: Told) -> dict[str, str]:
    plain = {name: getattr(told, name).replace("\0", "").strip() for name in (*WIDTHS, "when")}
    if not plain["who"]:
        raise NotRecorded("请写明是谁过问、干预（不知道姓名的，写能认出他的说法）。", field="who")
    if not plain["said"]:
        raise NotRecorded("请写明他要求什么，一句话就行。", field="said")
    if told.way not in WAYS:
        raise NotRecorded("请选择方式。", field="way")
    if long := next((name for name, most in WIDTHS.items() if len(plain[name]) > most), ""):
        raise NotRecorded(f"最多写 {WIDTHS[long]} 个字，请缩短。", field=long)
    return {**plain, "when": plain["when"][:40], "way": WAYS[told.way]}


def receipt_of(slip: str) -> Receipt | None:
    """Give the receipt with its proof from the log for a slip; None while it is not sealed. Nothing is kept.

    Raises SealRefused for what is no slip, or is of no record.
    """
    no, salt, content = read_slip(slip)
    if not InterferenceRecord.objects.filter(no=no).exists():
        raise SealRefused("没有这个编号的记录")
    try:
        return receipt_of_content("interference", no, salt, content)
    except NotInLog:
        return None


def sealed_records() -> Iterator[Mapping[str, Any]]:
    """Give every sealed record for those who hold the keys."""
    return InterferenceRecord.objects.order_by("id").values_list("sealed", flat=True).iterator()


def shown(keys: HolderSet) -> list[tuple[str, str]]:
    """Give name and fingerprint of each holder, as the form shows them."""
    return [(one.name, one.fingerprint) for one in keys.holders]

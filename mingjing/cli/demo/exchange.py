"""The demo's exchange: two platforms that are pushed to, an order answered, and papers that came in from outside."""

import csv
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from mingjing.cases.law import case_file
from mingjing.cases.payment import payment_of
from mingjing.cases.selectors import cases_of_agency
from mingjing.cli.demo.bureau import BUREAU
from mingjing.cli.demo.platform import BOXES
from mingjing.cli.ports import free_port
from mingjing.complaints import handling, selectors
from mingjing.exchange.intake import desk, taking
from mingjing.exchange.intake.taking import Sent, take_file
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agency, person

if TYPE_CHECKING:
    from mingjing.cases.models import Case

PUSH: Final = "MINGJING_PUSH_DIR"
MAPPINGS: Final = {"penalty": "generic_penalty", "hotline": "order_reply"}
ORDER: Final = "YS-0001"
PAID: Final = ("票据号码", "决定书文号", "缴款人", "缴款金额", "缴款日期", "缴款方式")
COURT: Final = ("文书种类", "案号", "法院或者复议机关", "被诉决定文号", "裁判结果", "裁判日期", "主文")
POLICE: Final = ("文书文号", "公安机关", "移送书文号", "处理结果", "作出日期", "理由")


def prepare_platform() -> tuple[dict[str, list[str]], str]:
    """Make the receivers and give the command that serves them, and their page; nothing where a folder is set already.

    The environment tells the worker and the web server where the receivers lie.
    """
    if settings.MINGJING_PUSH_DIR is not None:
        return {}, ""
    home: Path = settings.MINGJING_HOME
    folder, receivers = home / "demo-platform", home / "demo-receivers"
    for one in (folder, receivers):
        one.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = folder / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_hex(24), encoding="utf-8")
        secret.chmod(0o600)
    address = f"http://127.0.0.1:{(port := free_port())}"
    for code, title in BOXES.items():
        (receivers / f"{code}.toml").write_text(
            f'title = "{title}"\nway = "http"\nmapping = "{MAPPINGS[code]}"\nurl = "{address}/{code}/in"\n'
            f'list_url = "{address}/{code}/list"\nsecret_file = "{secret}"\n',
            encoding="utf-8",
        )
    os.environ[PUSH] = str(receivers)
    command = [
        sys.executable,
        "-m",
        "mingjing.cli.demo.platform",
        "--port",
        str(port),
        "--folder",
        str(folder),
    ]
    return {"platform": command}, f"{address}/"


def exchange() -> None:
    """Answer an order, and let papers come in."""
    answer_order()
    send_papers()


def answer_order() -> None:
    """Accept and answer one order of the hotline: the answer goes back by itself."""
    by, now = person("clerk"), timezone.now()
    line = next((one for one in selectors.seen_by(by) if one.row.order_no == ORDER), None)
    if line is None or line.now.accepted_at:
        return
    handling.accept(complaint=line.row, by=by, at=now)
    text = "经现场检查，该摊位油烟净化设施没有开启，已当场责令改正，并列入夜间巡查。"
    handling.reply(complaint=line.row, text=text, ways=["hotline"], by=by, at=now)


def send_papers() -> None:
    """Hand in a day of the treasury and one of the reconsideration body: matched, partly, wrong, unknown."""
    bureau, now = agency(BUREAU), timezone.now()
    if desk.files(person("clerk")).exists():
        return
    owing = [case for case in cases_of_agency(bureau).filter(ended=False).order_by("id") if _left(case)]
    day = legal_day(now).isoformat()
    rows = []
    for nth, case in enumerate(owing[:4], 1):
        left, no = _left(case), case.decision_no
        amount = {2: left / 2, 3: left + 50}.get(nth, left)
        rows.append(
            [f"豫财09{nth:08}", "" if nth == 4 else no, case.party_name, f"{amount:.2f}", day, "银行"]
        )
    rows.append(["豫财0900000009", "", "（演示）不认识的缴款人", "约一百", day, "银行"])
    _hand_in("payments", "财政缴款日报（演示）.csv", [PAID, *rows])
    if owing:
        told = "维持被申请人作出的行政处罚决定。"
        decided = legal_day(now - timedelta(days=2)).isoformat()
        row = [
            "复议决定书",
            "舞政复决〔2026〕3号（演示）",
            "舞钢市人民政府",
            owing[0].decision_no,
            "维持",
            decided,
            told,
        ]
        _hand_in("court", "复议决定（演示）.csv", [COURT, row])
    answer = [
        "舞公（经）不立字〔2026〕5号（演示）",
        "舞钢市公安局",
        "没有写明",
        "不予立案",
        day,
        "情节显著轻微",
    ]
    _hand_in("police", "公安机关处理结果（演示）.csv", [POLICE, answer])


def _left(case: "Case") -> Decimal:
    due = payment_of(case_file(case), timezone.now())
    return due.left if due and not due.revoked else Decimal(0)


def _hand_in(sort: str, name: str, rows: Sequence[Sequence[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        take_file(Sent(sort, taking.DROP, name, agency(BUREAU)), path, at=timezone.now())

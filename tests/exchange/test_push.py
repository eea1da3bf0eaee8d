"""Pushing to other platforms: from the log, at least once, doubled nowhere, and nothing that was taken down."""

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.cli.demo.live import publish
from mingjing.cli.demo.story import Telling, story
from mingjing.cli.ports import free_port
from mingjing.exchange.exports import ExportRefused, known_of
from mingjing.exchange.push import comparing, desk, sending
from mingjing.exchange.push.following import follow
from mingjing.exchange.push.messages import latest
from mingjing.exchange.push.models import Comparison, Delivery, Lane, Mend
from mingjing.exchange.push.pusher import Pusher, push
from mingjing.exchange.push.receivers import MAPPINGS, ReceiverFault, read_receiver, receivers
from mingjing.exchange.target_cells import row_of
from mingjing.exchange.targets import read_target
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.packs.load import library
from mingjing.personnel.models import Agency
from mingjing.publicity.models import Publication
from mingjing.publicity.reporting import standing_decisions
from mingjing.publicity.services import withdraw
from mingjing.translog.services import seal_log
from tests.exchange.push_servers import SECRET, http_platform, sftp_host

State = Delivery.State
AT = datetime(2026, 3, 12, 20, 0, tzinfo=BEIJING)
HEAD = 'title = "市平台"\nmapping = "generic_penalty"\nsecret_env = "PUSH_SECRET"\n'


@pytest.fixture
def at(monkeypatch):
    """The evening of a day in March, for what asks the clock itself."""
    clock = SimpleNamespace(now=AT)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock


@pytest.fixture
def bureau(cast, at):
    """The bureau with its credit code; `tell` publishes one more penalty, `seal` seals what is queued."""
    Agency.objects.filter(pk=cast.bureau.pk).update(uscc="91410481MA40D3CC81")
    cast.bureau.refresh_from_db()

    def tell(mark, **values):
        told = story("summary")
        until = 1 + next(at for at, step in enumerate(told.steps) if step.kind == "decision_published")
        case = Telling(
            story=told,
            agency=cast.bureau,
            start=date(2026, 3, 2),
            calendar=library().calendar,
            values=values,
            mark=mark,
            publish=publish,
        ).play(until)
        seal_log(at=AT)
        return Publication.objects.get(case_code=case.code)

    def take_down(publication):
        withdraw(
            publication=publication,
            by=cast.publicity,
            ground="inaccurate",
            reason="公示内容有误。",
            performers=["publicity2"],
            at=AT,
        )
        seal_log(at=AT)

    return SimpleNamespace(tell=tell, take_down=take_down, cast=cast)


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """The folder of receivers, and the secret in the environment."""
    settings.MINGJING_PUSH_DIR = tmp_path / "receivers"
    (settings.MINGJING_PUSH_DIR / "mappings").mkdir(parents=True)
    monkeypatch.setenv("PUSH_SECRET", SECRET)
    return settings.MINGJING_PUSH_DIR


def receiver(folder, text, code="city"):
    """Write the file of a receiver and read it."""
    (folder / f"{code}.toml").write_text(HEAD + text, encoding="utf-8")
    return receivers()[0][code]


@pytest.fixture
def city(folder):
    """A platform that runs, and the receiver that reaches it."""
    with http_platform() as platform:
        url = f'way = "http"\nurl = "{platform.url}/in"\nlist_url = "{platform.url}/list"\nseconds = 60\n'
        yield SimpleNamespace(platform=platform, receiver=receiver(folder, url))


def states():
    """The states of all deliveries in the order of the log."""
    return list(Delivery.objects.order_by("index", "version").values_list("state", flat=True))


def later(**span):
    return AT + timedelta(**span)


# --- what goes out --------------------------------------------------------------------------------


def test_a_published_penalty_arrives_once_with_its_place_in_the_log_and_gets_its_receipt(bureau, city):
    """The message is signed, holds the cells of the mapping, and its bytes have the digest that is kept."""
    shown = bureau.tell("one")
    assert push(city.receiver, at=AT) == 1
    delivery = Delivery.objects.get()
    message = city.platform.keys[delivery.key]
    assert (delivery.state, delivery.receipt) == (State.RECEIPTED, "R-1")
    assert (message["action"], message["data"]["document_no"]) == ("put", shown.document_no)
    assert message["data"]["agency_name"] == bureau.cast.bureau.name
    assert (message["record"], message["index"]) == (shown.code, delivery.index)
    assert delivery.key == f"city/{shown.code}/1"
    assert push(city.receiver, at=later(hours=1)) == 0  # nothing new
    assert len(city.platform.asked) == 1


def test_a_withdrawal_goes_out_after_what_it_takes_down(bureau, city):
    """The platform takes the record down, by its number and with the reason."""
    shown = bureau.tell("one")
    push(city.receiver, at=AT)
    bureau.take_down(shown)
    push(city.receiver, at=later(minutes=1))
    assert city.platform.order == [("put", shown.code), ("remove", shown.code)]
    removal = city.platform.keys[f"city/withdrawal-{shown.code}/1"]
    assert removal["data"] == {"document_no": shown.document_no}
    assert removal["reason"] == "公示内容有误。"


def test_what_was_taken_down_before_it_went_out_is_told_to_nobody(bureau, city):
    """Queued and then withdrawn: neither the content nor a removal leaves the house."""
    shown = bureau.tell("one")
    follow(city.receiver, at=AT)
    bureau.take_down(shown)
    push(city.receiver, at=AT)
    assert (states(), city.platform.asked) == ([State.VOID], [])


def test_withdrawn_between_reading_the_log_and_sending_nothing_leaves_the_house(bureau, city):
    """The withdrawal is not sealed yet; the publication is asked once more at the last moment."""
    shown = bureau.tell("one")
    follow(city.receiver, at=AT)
    withdraw(
        publication=shown,
        by=bureau.cast.publicity,
        ground="inaccurate",
        reason="公示内容有误。",
        performers=["publicity2"],
        at=AT,
    )
    assert sending.send_due(city.receiver, at=AT) == 0
    assert (states(), city.platform.asked) == ([State.VOID], [])


def test_made_void_by_another_worker_while_the_message_is_made_nothing_leaves(bureau, city, monkeypatch):
    """The other worker saw no digest and queued no removal: then nothing may have left."""
    bureau.tell("one")
    follow(city.receiver, at=AT)
    made = sending.message_of

    def made_void_meanwhile(*given):
        message = made(*given)
        Delivery.objects.update(state=State.VOID)
        return message

    monkeypatch.setattr(sending, "message_of", made_void_meanwhile)
    assert sending.send_due(city.receiver, at=AT) == 0
    assert (states(), city.platform.asked) == ([State.VOID], [])


def test_only_agencies_and_kinds_that_the_receiver_takes_are_told(bureau, folder):
    """A receiver of another agency is owed nothing; the one of this agency is the allowed twin."""
    bureau.tell("one")
    way = f'way = "folder"\nfolder = "{folder}"\n'
    other = receiver(folder, way + 'agencies = ["410482-urban"]\n', "other")
    own = receiver(folder, way + f'agencies = ["{bureau.cast.bureau.code}"]\n', "own")
    assert follow(other, at=AT) == follow(own, at=AT) > 0
    assert list(Delivery.objects.values_list("receiver", flat=True)) == ["own"]


# --- faults ---------------------------------------------------------------------------------------


def test_an_answer_lost_after_accepting_is_sent_again_under_the_same_key_and_doubles_nothing(bureau, city):
    """The receiver knows the key: one record, the same receipt, two requests."""
    bureau.tell("one")
    city.platform.faults = ["lost"]
    assert push(city.receiver, at=AT) == 0
    assert (states(), len(city.platform.keys)) == ([State.WAITING], 1)
    assert push(city.receiver, at=later(seconds=30)) == 0  # not before its time
    assert push(city.receiver, at=later(minutes=3)) == 1
    assert (states(), len(city.platform.keys), len(city.platform.asked)) == ([State.RECEIPTED], 1, 2)
    assert len(set(city.platform.asked)) == 1


@pytest.mark.parametrize("fault", ["500", "429", "slow"])
def test_a_fault_of_the_receiver_is_tried_again_later(bureau, city, fault):
    """The time to the next try grows; what the receiver asks for is kept."""
    bureau.tell("one")
    city.platform.faults = [fault]
    push(replace(city.receiver, seconds=1) if fault == "slow" else city.receiver, at=AT)
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.tries) == (State.WAITING, 1)
    assert waiting.not_before >= later(seconds=60 if fault == "slow" else 120)
    assert waiting.faults[0]["what"].startswith("已经发出" if fault == "slow" else "接收方出错")
    push(city.receiver, at=later(minutes=5))
    assert states() == [State.RECEIPTED]


def test_after_many_tries_it_is_a_dead_letter_and_others_go_on(bureau, city):
    """One message that always fails stands aside; the next of the log goes out."""
    bureau.tell("one")
    city.platform.faults, now = ["500"] * sending.MOST_TRIES, AT
    for _ in range(sending.MOST_TRIES):
        push(city.receiver, at=now)
        now += timedelta(hours=7)
    assert states() == [State.DEAD]
    bureau.tell("two", party_name="陈二")
    push(city.receiver, at=now)
    assert states() == [State.DEAD, State.RECEIPTED]


def test_a_receiver_that_is_away_is_left_alone_and_no_message_is_blamed(bureau, folder):
    """The tries stay at nought, the lane says why; when it is back everything goes out in the order of the log."""
    first, second = bureau.tell("one"), bureau.tell("two", party_name="陈二")
    port = free_port()
    away = receiver(folder, f'way = "http"\nurl = "http://127.0.0.1:{port}/in"\nseconds = 60\n')
    assert push(away, at=AT) == 0
    lane = Lane.objects.get()
    assert "连不上" in lane.fault
    assert list(Delivery.objects.values_list("tries", flat=True)) == [0, 0]
    with http_platform(port) as back:
        assert push(away, at=later(seconds=10)) == 0  # it is left alone for a minute
        assert push(away, at=later(minutes=3)) == 2
        assert [record for _, record in back.order] == [first.code, second.code]
    assert Lane.objects.get().fault == ""


def test_the_wrong_secret_is_told_and_blames_no_message(bureau, city, monkeypatch):
    """A platform that does not let us in is a fault of the receiver's file; its secret stands nowhere."""
    bureau.tell("one")
    monkeypatch.setenv("PUSH_SECRET", "wrong-secret")
    push(city.receiver, at=AT)
    assert "401" in Lane.objects.get().fault
    assert "wrong-secret" not in json.dumps(
        list(Lane.objects.values()) + list(Delivery.objects.values()), default=str
    )
    monkeypatch.delenv("PUSH_SECRET")
    push(city.receiver, at=later(minutes=5))
    assert "PUSH_SECRET 没有设置" in Lane.objects.get().fault
    assert states() == [State.WAITING]


# --- dead letters ---------------------------------------------------------------------------------


def test_a_refused_message_is_mended_with_a_reason_and_sent_again(bureau, city, at):
    """What the person wrote goes out in that column, marked as mended; the case says what it said."""
    bureau.tell("one")
    city.platform.faults = ["422"]
    push(city.receiver, at=AT)
    dead, by = Delivery.objects.get(), bureau.cast.publicity
    assert dead.state == State.DEAD
    assert "罚款金额格式不符" in dead.faults[0]["what"]
    with pytest.raises(ExportRefused, match="理由"):
        desk.mend(delivery=dead, column="fine_yuan", value="300.00", reason=" ", by=by, at=AT)
    with pytest.raises(ExportRefused, match="文号"):
        desk.mend(delivery=dead, column="document_no", value="1", reason="改", by=by, at=AT)
    desk.mend(delivery=dead, column="fine_yuan", value="300.00", reason="平台要求两位小数", by=by, at=AT)
    desk.resend(delivery=dead, by=by, at=AT)
    assert push(city.receiver, at=later(minutes=1)) == 1
    message = city.platform.keys[dead.key]
    assert (message["data"]["fine_yuan"], message["mended"]) == ("300.00", ["fine_yuan"])
    with pytest.raises(ExportRefused, match="只有需要处理"):
        desk.mend(delivery=Delivery.objects.get(), column="fine_yuan", value="1", reason="改", by=by, at=AT)


def test_what_a_person_writes_is_read_like_all_the_rest(bureau, city, at):
    """A day that there is not, words for an amount, a word that the platform has not: told, and never sent so."""
    bureau.tell("one")
    city.platform.faults = ["422"]
    push(city.receiver, at=AT)
    dead, by = Delivery.objects.get(), bureau.cast.publicity
    wrong = {"decided_on": "2026-02-31", "fine_yuan": "-5abc", "penalty_kinds": "某种"}
    for column, value in wrong.items():
        desk.mend(delivery=dead, column=column, value=value, reason="改", by=by, at=AT)
    told = {cell.column.code: cell.fault for cell in desk.cells_of(dead)}
    assert [("不是" in told[column]) for column in wrong] == [True] * 3
    desk.resend(delivery=dead, by=by, at=AT)
    push(city.receiver, at=later(minutes=1))
    assert states() == [State.DEAD]
    for column, value in {"decided_on": "2026/03/05", "fine_yuan": "300.00", "penalty_kinds": "fine"}.items():
        desk.mend(delivery=dead, column=column, value=value, reason="改", by=by, at=AT)
    desk.resend(delivery=dead, by=by, at=AT)
    assert push(city.receiver, at=later(minutes=2)) == 1


def test_a_row_with_a_fault_never_leaves_and_is_sound_after_the_mapping_was_mended(bureau, city, folder):
    """The operator's own mapping stands before the one that comes along; all dead letters go out again at once."""
    own = folder / "mappings" / "generic_penalty.toml"
    sound = (MAPPINGS / "generic_penalty.toml").read_text(encoding="utf-8")
    own.write_text(sound.replace("length = 5000", "length = 3"), encoding="utf-8")
    bureau.tell("one")
    push(city.receiver, at=AT)
    dead = Delivery.objects.get()
    assert (dead.state, city.platform.asked) == (State.DEAD, [])
    assert (dead.faults[0]["column"], "最长 3 字" in dead.faults[0]["what"]) == ("违法事实", True)
    own.write_text(sound, encoding="utf-8")
    assert desk.resend_dead(receiver=city.receiver, by=bureau.cast.publicity, at=AT) == 1
    push(city.receiver, at=later(minutes=1))
    assert states() == [State.RECEIPTED]


def test_a_mapping_that_cannot_be_read_stops_the_lane_and_passes_nothing_over(bureau, city, folder):
    """The place in the log does not move; with the mapping mended everything goes out."""
    own = folder / "mappings" / "generic_penalty.toml"
    own.write_text("title = ", encoding="utf-8")
    bureau.tell("one")
    assert push(city.receiver, at=AT) == 0
    assert "不是合法的 TOML" in Lane.objects.get().fault
    own.unlink()
    assert push(city.receiver, at=later(minutes=5)) == 1


def test_only_the_agency_itself_sees_mends_and_resends(bureau, city):
    """The officer of the case, a stranger and the supervisor find nothing; what was mended is never rewritten."""
    bureau.tell("one")
    city.platform.faults = ["422"]
    push(city.receiver, at=AT)
    dead, cast = Delivery.objects.get(), bureau.cast
    for other in (cast.outsider, cast.supervisor, cast.officer):
        with pytest.raises(desk.NoSuchDelivery):
            desk.delivery_for(other, dead.pk)
        with pytest.raises(ExportRefused):
            desk.resend(delivery=dead, by=other, at=AT)
    assert desk.delivery_for(cast.clerk, dead.pk) == dead
    kept = desk.mend(delivery=dead, column="fine_yuan", value="1", reason="改", by=cast.clerk, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mend.objects.filter(pk=kept.pk).update(value="2")


# --- comparing ------------------------------------------------------------------------------------


def test_at_night_what_the_receiver_lacks_or_has_otherwise_goes_out_anew(bureau, city):
    """Missing, different, left standing and unknown are told apart; the second night finds the unknown one only."""
    lost, changed, down = (bureau.tell(name, party_name=name) for name in ("甲某", "乙某", "丙某"))
    bureau.tell("丁某", party_name="丁某")
    push(city.receiver, at=AT)
    bureau.take_down(down)
    push(city.receiver, at=later(minutes=1))
    books = city.platform.records
    books.pop(lost.code)
    books[changed.code] = ("0" * 64, "")
    books[down.code] = books["stranger"] = ("1" * 64, "")
    found = comparing.compare(city.receiver, at=later(hours=8))
    assert (found.ours, found.missing, found.different, found.surplus, found.resent) == (3, 1, 1, 2, 3)
    assert {one["record"]: one["what"] for one in found.lines} == {
        lost.code: "missing",
        changed.code: "different",
        down.code: "still",
        "stranger": "surplus",
    }
    assert push(city.receiver, at=later(hours=9)) == 3
    again = comparing.compare(city.receiver, at=later(hours=32))
    assert (again.missing, again.different, again.surplus, again.resent) == (0, 0, 1, 0)
    assert f"city/{lost.code}/2" in city.platform.keys


def test_the_night_comes_once_and_what_had_no_receipt_is_confirmed_by_it(bureau, city):
    """Without a receipt a delivery is only handed over; the list of the receiver proves it."""
    bureau.tell("one")
    city.platform.receipts = False
    push(city.receiver, at=AT)
    assert states() == [State.SENT]
    push(city.receiver, at=later(hours=7))  # three in the morning
    push(city.receiver, at=later(hours=8))
    assert Comparison.objects.count() == 1
    assert (states(), Delivery.objects.get().receipt) == ([State.RECEIPTED], comparing.CHECKED)


def test_a_receiver_that_cannot_be_asked_is_asked_again_and_nothing_is_sent_anew(bureau, city, monkeypatch):
    """A list that fails is no list of nothing."""
    bureau.tell("one")
    push(city.receiver, at=AT)
    monkeypatch.setenv("PUSH_SECRET", "wrong")
    found = comparing.compare(city.receiver, at=later(hours=7))
    assert (found.fault[:4], found.resent, Delivery.objects.count()) == ("接收方没", 0, 1)


# --- other ways -----------------------------------------------------------------------------------


def test_over_sftp_the_file_is_there_whole_and_is_compared_by_its_bytes(bureau, folder, tmp_path):
    """A host of another key, and a wrong password, get nothing; a damaged file is found and sent anew."""
    (root := tmp_path / "host").mkdir()
    (root / "in").mkdir()
    shown = bureau.tell("one")
    with sftp_host(root) as (port, key):
        text = 'way = "sftp"\nhost = "127.0.0.1"\nuser = "mingjing"\nfolder = "/in"\nkeeps = true\nseconds = 60\n'
        text += f"port = {port}\n"
        with sftp_host(tmp_path) as (_, other):
            wrong = receiver(folder, f'{text}host_key = "{other}"\n')
        assert push(wrong, at=AT) == 0
        assert "主机密钥" in Lane.objects.get().fault
        sound = receiver(folder, f'{text}host_key = "{key}"\n')
        assert push(sound, at=later(minutes=5)) == 1
        [file] = (root / "in").iterdir()
        assert file.name.startswith(f"{shown.code}.")
        assert json.loads(file.read_bytes())["data"]["document_no"] == shown.document_no
        file.write_bytes(b"{}")
        assert comparing.compare(sound, at=later(hours=1)).different == 1
        assert push(sound, at=later(hours=2)) == 1
        assert comparing.compare(sound, at=later(hours=3)).resent == 0


def test_into_a_folder_as_csv_and_a_folder_that_is_not_there_is_told(bureau, folder, tmp_path):
    """One row under its headings; half a file is never seen."""
    shown = bureau.tell("one")
    out = tmp_path / "out"
    one = receiver(folder, f'way = "folder"\nfolder = "{out}"\nformat = "csv"\nkeeps = true\n')
    assert push(one, at=AT) == 0
    assert "写不进去" in Lane.objects.get().fault
    out.mkdir()
    assert push(one, at=later(minutes=5)) == 1
    [file] = out.iterdir()
    assert shown.document_no in file.read_text(encoding="utf-8-sig").splitlines()[1]
    assert stat.S_IMODE(file.stat().st_mode) & 0o007 == 0
    file.unlink()
    assert comparing.compare(one, at=later(hours=1)).missing == 1


def test_of_several_files_of_one_record_the_last_counts():
    """By place in the log, not by name; a removal ends the record; other files are nobody's."""
    names = [
        "a.9.1.put.json",
        "a.10.1.put.json",
        "a.10.2.put.json",
        "b.3.1.put.csv",
        "b.4.1.remove.csv",
        "x.txt",
    ]
    assert latest(names) == {"a": "a.10.2.put.json"}


# --- killed in the middle -------------------------------------------------------------------------


KILLED = """
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MINGJING_PUSH_DIR = Path(sys.argv[2])
import django
django.setup()
from django.utils import timezone
now = datetime.fromisoformat(sys.argv[3])
timezone.now = lambda: now
from mingjing.exchange.push.pusher import push
from mingjing.exchange.push.receivers import receivers
push(receivers()[0]["city"], at=now)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(bureau, city, folder):
    """A worker that dies with kill -9 between handing over and noting it: the next one sends it under the same key."""
    shown = [bureau.tell(name, party_name=name) for name in ("甲某", "乙某", "丙某")]
    now = AT
    for _ in range(2):  # killed twice, each time with a message taken and not noted
        city.platform.faults = ["held"]
        name = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-c", KILLED, name, str(folder), now.isoformat()]
        with subprocess.Popen(command, env=os.environ) as worker:
            assert city.platform.held.wait(120)
            os.kill(worker.pid, signal.SIGKILL)
        city.platform.held.clear()
        city.platform.released.set()
        assert State.WAITING in states()
        now += timedelta(minutes=5)
    push(receivers()[0]["city"], at=now)
    assert states() == [State.RECEIPTED] * 3
    assert sorted(city.platform.records) == sorted(one.code for one in shown)
    assert len(city.platform.order) == len(city.platform.keys) == 3
    assert len(city.platform.asked) == 5  # the one that was on its way was sent again, each time


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_hangs_never_delays_the_worker(bureau, city, folder):
    """A turn has returned while the receiver still holds its answer back; what came of it stands in the tables."""
    bureau.tell("one")
    city.platform.faults = ["held"]
    pusher = Pusher()
    pusher.turn(AT)
    assert city.platform.held.wait(120)  # it is asked, and nobody has waited for it
    city.platform.released.set()
    pusher.finish()
    assert Delivery.objects.get().tries == 1


# --- files of receivers and mappings --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('way = "http"\nurl = "http://example.com/in"\n', "https"),
        ('way = "post"\n', "way 只能是"),
        ('way = "folder"\nfolder = "/a"\nseconds = "long"\n', "seconds 的写法不对"),
        ('way = "folder"\nfolder = "/a"\nseconds = 600\n', "seconds 写 1 到"),
        ('way = "sftp"\nhost = "a"\nuser = "b"\nfolder = "/"\n', "缺少 host_key"),
        ('way = "http"\nurl = "https://a/"\nsecret = "x"\n', "不认识的键：secret"),
    ],
)
def test_a_file_of_a_receiver_that_cannot_be_used_says_why(folder, text, words):
    """A secret in the file, an unencrypted address, an unknown way; the sound twins are the receivers above."""
    path = folder / "bad.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ReceiverFault, match=words):
        read_receiver(path)
    assert receivers()[0] == {}


def test_every_shipped_mapping_writes_a_real_penalty_without_a_fault(bureau, folder):
    """A name that no case can have would leave its column empty for ever; the standards' own are marked unverified."""
    bureau.tell("one")
    [one] = standing_decisions(bureau.cast.bureau, kinds=["on_the_spot_decided"], on=legal_day(AT))
    for path in sorted(MAPPINGS.glob("*_penalty.toml")):
        target = read_target(path)
        cells, faults = row_of(target, known_of(one, bureau.cast.bureau, legal_day(AT)))
        assert faults == []
        assert cells[target.key_place] == one.document_no
        assert target.columns[target.key_place].sources == ("decision.document_no",)
        named = [
            name.removeprefix("fact.")
            for column in target.columns
            for name in (*column.sources, *column.sums)
        ]
        assert {name for name in named if "." not in name} <= set(library().fields)
        assert target.verified == (target.source == "本系统")

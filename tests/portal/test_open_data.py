"""Open data: whole and per agency, checked by digest and schema; what was taken down is gone the next day."""

import csv
import hashlib
import io
import json
import subprocess
from datetime import date, timedelta

import pytest
from django.utils import timezone

from mingjing.publicity import open_data
from mingjing.publicity.open_data import folder, releases, write_open_data, writing
from tests.publicity.rows import AT, FIRM, publish, take_down

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def home(settings, tmp_path, monkeypatch):
    settings.MINGJING_HOME = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return tmp_path


def get(client, name: str, **headers: str):
    return client.get(f"/portal/open-data/{name}", headers=headers)


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def lines(client, name: str) -> list[dict]:
    return [json.loads(line) for line in body(get(client, name)).decode().splitlines()]


def test_the_files_hold_what_is_open_and_nothing_else(client, cast):
    """All and per agency, CSV and JSON alike, in the form that the schema states."""
    publish(cast.bureau, "甲公司", uscc=FIRM)
    publish(cast.elsewhere, "乙公司")
    publish(cast.bureau, "到期公司", published_until=date(2026, 3, 9))
    take_down(publish(cast.bureau, "撤回公司"))
    write_open_data(at=AT)
    table = list(csv.DictReader(io.StringIO(body(get(client, "decisions.csv")).decode("utf-8-sig"))))
    schema = json.loads(body(get(client, "decisions.schema.json")))

    assert [row["party"] for row in lines(client, "decisions.jsonl")] == ["甲公司", "乙公司"]
    assert [row["party"] for row in lines(client, f"agencies/{cast.elsewhere.code}.jsonl")] == ["乙公司"]
    assert [row["统一社会信用代码"] for row in table] == [FIRM, ""]
    assert all(set(row) == set(schema["required"]) for row in lines(client, "decisions.jsonl"))
    assert all(
        type(row[name]).__name__ in {"str", "NoneType"}
        for row in lines(client, "decisions.jsonl")
        for name in row
    )
    assert "不需要申请" in body(get(client, "LICENSE.txt")).decode()


def test_the_digests_are_those_of_the_files(client, cast):
    """The list is in the form that sha256sum checks."""
    publish(cast.bureau, "甲公司")
    write_open_data(at=AT)
    place = folder() / releases()[0].day.isoformat()
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert len(done.stdout.splitlines()) == 8


def test_what_was_taken_down_is_gone_the_next_day(client, cast):
    """Of it the changes tell its id alone; the files of the day before are no longer there, their digests are."""
    gone = publish(cast.bureau, "甲公司")
    stays = publish(cast.bureau, "乙公司")
    write_open_data(at=AT)
    assert [one["change"] for one in lines(client, "changes.jsonl")] == ["added", "added"]
    before = releases()[0]
    take_down(gone)
    write_open_data(at=AT + DAY)

    assert [row["code"] for row in lines(client, "decisions.jsonl")] == [stays.code]
    assert lines(client, "changes.jsonl") == [{"day": "2026-03-11", "change": "removed", "code": gone.code}]
    assert [one.day for one in releases()] == [date(2026, 3, 11), date(2026, 3, 10)]
    assert releases()[1].files == before.files
    assert [path.name for path in folder().iterdir() if path.is_dir()] == ["2026-03-11"]


def test_a_run_that_was_killed_leaves_yesterday_whole_and_begins_anew(client, cast, monkeypatch):
    """Readers go on reading the old day until the new one is whole."""
    monkeypatch.setattr(open_data, "CHUNK", 1)
    for name in ("甲公司", "乙公司"):
        publish(cast.bureau, name)
    write_open_data(at=AT)
    publish(cast.bureau, "丙公司")
    half = writing(at=AT + DAY)
    next(half)
    half.close()

    assert len(lines(client, "decisions.jsonl")) == 2
    assert write_open_data(at=AT + DAY) is not None
    assert len(lines(client, "decisions.jsonl")) == 3
    assert write_open_data(at=AT + DAY) is None


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(client, cast, title):
    """A spreadsheet shows it as text; JSON keeps it as it was."""
    publish(cast.bureau, "甲公司", title=title)
    write_open_data(at=AT)
    row = next(csv.DictReader(io.StringIO(body(get(client, "decisions.csv")).decode("utf-8-sig"))))

    assert row["事项"] == f"'{title}"
    assert lines(client, "decisions.jsonl")[0]["title"] == title


def test_a_broken_download_goes_on_where_it_broke(client, cast):
    """Parts by range, one tag for all, nothing sent twice to who has it."""
    publish(cast.bureau, "甲公司")
    write_open_data(at=AT)
    whole = get(client, "decisions.csv")
    data, tag = body(whole), whole["ETag"]
    part = get(client, "decisions.csv", Range="bytes=10-19")
    rest = get(client, "decisions.csv", Range=f"bytes={len(data) - 5}-")
    last = get(client, "decisions.csv", Range="bytes=-5")

    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(data)}")
    assert (body(part), body(rest), body(last)) == (data[10:20], data[-5:], data[-5:])
    assert get(client, "decisions.csv", Range=f"bytes={len(data)}-").status_code == 416
    changed = get(client, "decisions.csv", Range="bytes=0-1", **{"If-Range": '"other"'})
    assert (changed.status_code, body(changed)) == (200, data)
    assert get(client, "decisions.csv", **{"If-None-Match": tag}).status_code == 304
    assert client.head("/portal/open-data/decisions.csv")["Content-Length"] == str(len(data))
    assert tag.strip('"') == hashlib.sha256(data).hexdigest()[:32]


@pytest.mark.parametrize(
    "name", ["../history.json", "history.json", ".codes", "agencies/../.codes", "nowhere.csv"]
)
def test_nothing_but_the_days_files_can_be_read(client, cast, name):
    """No other file of the server, by whatever way."""
    publish(cast.bureau, "甲公司")
    write_open_data(at=AT)

    assert get(client, name).status_code == 404


def test_the_page_lists_the_files_and_says_so_where_there_are_none(client, cast):
    """Before the first run, and after it."""
    assert "还没有生成" in client.get("/portal/open-data/").content.decode()
    publish(cast.bureau, "甲公司")
    write_open_data(at=AT)
    page = client.get("/portal/open-data/").content.decode()

    for one in releases()[0].files:
        assert one.name in page or one.name.startswith("agencies/")
    assert "使用许可" in page

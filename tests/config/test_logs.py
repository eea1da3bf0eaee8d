"""Log lines tell where it happened and name nobody."""

import json
import logging
import sys

from mingjing.config.logs import JsonLines


def record_of(error: Exception) -> logging.LogRecord:
    """The record that `logger.exception` would make for `error`."""
    try:
        raise error
    except type(error):
        info = sys.exc_info()
    return logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Error: %s", ("/x",), info)


def test_an_exception_is_logged_by_kind_and_place_but_not_by_its_words():
    """A database quotes the offending row, so the words of an error may name a person."""
    line = json.loads(JsonLines().format(record_of(ValueError("Key (name)=(张三) already exists"))))

    assert line["exception"] == "ValueError"
    assert any("test_logs.py" in frame for frame in line["frames"])
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_a_line_is_one_json_object_with_an_aware_time():
    """A log collector reads it without a grammar of our own."""
    record = logging.LogRecord("mingjing", logging.INFO, __file__, 1, "第一行\n第二行", (), None)
    text = JsonLines().format(record)

    assert "\n" not in text
    assert json.loads(text)["message"] == "第一行\n第二行"
    assert json.loads(text)["at"].endswith("+00:00")

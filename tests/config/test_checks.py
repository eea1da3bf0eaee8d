"""Every mistake of deployment is named, and a right deployment is left in peace."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.checks import Error
from django.core.exceptions import ValidationError

from mingjing.config import checks
from mingjing.config.passwords import KindsOfCharacters


def ids(check):
    """The ids that one check reports."""
    return [message.id for message in check(None)]


@pytest.mark.parametrize(
    ("debug", "hosts", "expected"),
    [
        (True, ["zf.example.gov.cn"], ["mingjing.E001"]),
        (True, ["127.0.0.1", "localhost"], []),
        (False, ["zf.example.gov.cn"], []),
    ],
)
def test_debug_is_refused_only_where_others_can_reach_it(settings, debug, hosts, expected):
    """DEBUG on a developer's own machine is fine; on a served host it is an error."""
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts

    assert ids(checks.debug_is_local) == expected


def test_a_home_that_cannot_be_written_is_an_error(settings, tmp_path):
    """A file stands where the folder should be: nothing can be written below it."""
    (tmp_path / "file").write_text("")
    settings.MINGJING_HOME = tmp_path / "file" / "home"
    assert ids(checks.home_is_writable) == ["mingjing.E002"]

    settings.MINGJING_HOME = tmp_path / "not" / "yet" / "made"
    assert ids(checks.home_is_writable) == []


@pytest.mark.parametrize(
    ("origin", "complete", "https"),
    [
        ("https://zf.example.gov.cn", [], []),
        ("http://127.0.0.1:8000", [], []),
        ("http://10.0.0.8:8000", [], ["mingjing.W007"]),
        ("zf.example.gov.cn", ["mingjing.E003"], []),
        ("https://zf.example.gov.cn/log", ["mingjing.E003"], []),
    ],
)
def test_the_origin_is_a_plain_address_and_encrypted_away_from_home(settings, origin, complete, https):
    """It names the log and stands in QR codes, so a path in it or a missing scheme is an error."""
    settings.MINGJING_ORIGIN = origin

    assert ids(checks.origin_is_complete) == complete
    assert ids(checks.served_over_https) == https


@pytest.mark.parametrize(
    ("origin", "inside", "expected"),
    [
        ("https://zf.example.gov.cn", True, ["mingjing.W008"]),
        ("https://zf.example.gov.cn", False, []),
        ("http://127.0.0.1:8000", True, []),
    ],
)
def test_a_served_system_keeps_its_keys_outside_the_code(settings, tmp_path, origin, inside, expected):
    """A demo on one's own machine may keep its data beside the code; a bureau may not."""
    settings.MINGJING_ORIGIN = origin
    settings.MINGJING_HOME = settings.BASE_DIR / "var" if inside else tmp_path

    assert ids(checks.keys_are_outside_the_code) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], ["mingjing.E004"]),
        (["NotoSerifSC.otf"], ["mingjing.I005"]),
        (["FandolFang-Regular.otf"], []),
        (["仿宋_GB2312.TTF"], []),
    ],
)
def test_missing_fonts_are_told_by_how_much_they_hurt(settings, tmp_path, files, expected):
    """No font at all stops documents; no 仿宋 only changes their look."""
    for name in files:
        (tmp_path / name).write_bytes(b"")
    settings.FONT_DIRS = [tmp_path]

    assert ids(checks.fonts_are_there) == expected


def test_missing_front_end_files_are_an_error_with_a_remedy(monkeypatch):
    """The hint names the command that fetches them."""
    monkeypatch.setattr(checks, "finders", SimpleNamespace(find=lambda name: None))
    (message,) = checks.assets_are_there(None)
    assert isinstance(message, Error)
    assert "make setup" in str(message.hint)

    monkeypatch.setattr(checks, "finders", SimpleNamespace(find=lambda name: name))
    assert ids(checks.assets_are_there) == []


@pytest.mark.parametrize("password", ["mingjing-demo", "abcdefgh12", "明镜高悬Aa"])
def test_a_password_of_two_kinds_is_accepted(password):
    """Any two of lower case, upper case, digits and signs will do."""
    KindsOfCharacters().validate(password)


@pytest.mark.parametrize("password", ["abcdefghij", "8273645510", "QWERTZUIOP"])
def test_a_password_of_one_kind_is_refused(password):
    """The refusal is in the words of the user."""
    with pytest.raises(ValidationError, match="两种"):
        KindsOfCharacters().validate(password)


def test_the_password_of_the_demo_passes_all_the_rules_and_a_common_one_does_not():
    """The demo signs in under the same rules as everybody."""
    validate_password("mingjing-demo")
    with pytest.raises(ValidationError, match="密码"):
        validate_password("qwerty1234")


def test_an_object_store_takes_files_up_to_its_own_limit(settings):
    """A larger limit is an error with a bucket, and none without; a fitting one passes with both."""
    settings.MINGJING_MAX_UPLOAD_BYTES = 6 * 1024**3
    settings.MINGJING_S3_BUCKET = "evidence"
    assert [one.id for one in checks.object_store_is_ready(None)] == ["mingjing.E010"]
    settings.MINGJING_S3_BUCKET = ""
    assert not list(checks.object_store_is_ready(None))
    settings.MINGJING_S3_BUCKET, settings.MINGJING_MAX_UPLOAD_BYTES = "evidence", 5 * 1024**3
    assert not list(checks.object_store_is_ready(None))


def test_a_log_has_suites_that_this_machine_can_do(settings):
    """An unknown one, SM3 alone, and the second tree's own name are errors; one or both known suites are none."""
    for suites, name, wanted in (
        (["sha256", "md5"], "log", ["mingjing.E011"]),
        (["sm3"], "log", ["mingjing.E012"]),
        (["sha256"], "log-sm3", ["mingjing.E012"]),
        (["sha256"], "log", []),
        (["sha256", "sm3"], "log", []),
    ):
        settings.MINGJING_LOG_SUITES, settings.LOG_ORIGIN = suites, name
        assert [one.id for one in checks.log_suites_are_possible(None)] == wanted

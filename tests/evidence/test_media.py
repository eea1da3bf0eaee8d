"""What a file is, by its first bytes and its name."""

import pytest

from mingjing.evidence.media import FAMILIES, HEAD, recognise
from mingjing.evidence.names import checked_name, extension_of
from mingjing.evidence.refusals import EvidenceRefused
from tests.evidence.files import GOOD, iso_media, picture


@pytest.mark.parametrize("name", GOOD)
def test_every_accepted_kind_is_known_by_its_first_bytes(name):
    """Each format we take in is recognised from real or minimal bytes, and typed by its extension."""
    extension = extension_of(name)

    media = recognise(GOOD[name][:HEAD], extension)

    assert media.media_type == FAMILIES[media.family][extension]


def test_every_accepted_extension_has_a_sample():
    """No format is offered that was never tried."""
    tried = {extension_of(name) for name in GOOD}

    assert {extension for family in FAMILIES.values() for extension in family} - tried == {
        "jfif",
        "heif",
        "m4v",
    }


@pytest.mark.parametrize(
    ("name", "medium"),
    [("现场.jpg", "photo"), ("录音.m4a", "audio"), ("录像.mp4", "video"), ("笔录.docx", "document")],
)
def test_the_medium_follows_from_the_content(name, medium):
    """Whether a recording exists is not a matter of what somebody ticks."""
    assert recognise(GOOD[name][:HEAD], extension_of(name)).medium == medium


def test_a_name_without_extension_is_typed_by_content_alone():
    """Phones send pictures without a name; the bytes say enough."""
    assert recognise(picture("PNG"), "").media_type == "image/png"
    assert recognise(iso_media(b"isom"), "").media_type == "video/mp4"


def test_a_character_cut_where_the_head_ends_is_still_text():
    """The head may end in the middle of a character; that is no reason to refuse."""
    for shift in range(3):
        assert recognise((b"a" * shift + "现".encode() * HEAD)[:HEAD], "txt").family == "text"


def test_a_control_character_makes_it_no_text():
    """Binary data with a text name is refused; the same without the control character is text."""
    assert recognise(b"plain", "txt").family == "text"
    with pytest.raises(EvidenceRefused, match="已经损坏"):
        recognise(b"pla\x01n", "txt")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../../etc/passwd.jpg", "路径"),
        ("a/b.jpg", "路径"),
        ("C:\\照片\\1.jpg", "路径"),
        ("..jpg", "路径"),
        ("照片\u202egpj.exe", "控制字符"),
        ("照片\0.jpg", "控制字符"),
        ("照片\n.jpg", "控制字符"),
        ("", "没有名称"),
        (" .. ", "没有名称"),
        ("长" * 197 + ".jpg", "200"),
    ],
)
def test_a_deceiving_name_is_refused(name, says):
    """A name is a label: one that could act as a path or hide its type is sent back."""
    with pytest.raises(EvidenceRefused, match=says):
        checked_name(name)


@pytest.mark.parametrize(
    "name", ["现场照片 1.jpg", "（第二次）检查.v2.pdf", "长" * 196 + ".jpg", ".隐藏.jpg", "é.png"]
)
def test_an_ordinary_name_is_kept(name):
    """The twin of the refusals above."""
    assert checked_name(name) == name


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.JPG", "jpg"),
        ("a.tar.gz", "gz"),
        ("a", ""),
        (".jpg", ""),
        ("a.jpg. ", "jpg"),
        ("a.照片", ""),
        ("a.", ""),
    ],
)
def test_the_extension_is_what_follows_the_last_dot(name, extension):
    """Lower case, letters and digits only; a trailing dot or blank hides nothing."""
    assert extension_of(name) == extension

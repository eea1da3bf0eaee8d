"""Which language a face speaks: the portal by its address, the counter by its cookie, the API by a header."""

import pytest

from mingjing.config.languages import COOKIE, language_of


@pytest.mark.parametrize(
    ("path", "cookie", "header", "spoken"),
    [
        ("/portal/", "en", "en", "zh-hans"),
        ("/portal/en/", "", "zh-CN", "en"),
        ("/portal/english/", "", "", "zh-hans"),
        ("/counter/", "en", "", "en"),
        ("/counter/", "", "en", "zh-hans"),
        ("/api/v1/cases", "en", "", "zh-hans"),
        ("/api/v1/cases", "", "en-GB,en;q=0.9", "en"),
        ("/api/v1/cases", "", "zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("/api/v1/cases", "", "fr, en;q=0.5", "en"),
        ("/api/v1/cases", "", "*", "zh-hans"),
        ("/api/v1/cases", "", "\x00;q=nonsense", "zh-hans"),
    ],
)
def test_each_face_has_its_own_way_of_being_asked(rf, path, cookie, header, spoken):
    """No way of one face changes another; what is not understood is Chinese."""
    request = rf.get(path, headers={"Accept-Language": header})
    request.COOKIES[COOKIE] = cookie

    assert language_of(request) == spoken

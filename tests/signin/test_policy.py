"""What the operator demands of sign-in, as the settings say it."""

from mingjing.signin import passkeys, policy


def test_officers_may_sign_in_at_another_address_than_the_public_one(settings):
    """Passkeys and the identity provider are bound to where officers are; by default that is the public address."""
    settings.MINGJING_ORIGIN, settings.MINGJING_OFFICERS_ORIGIN = "https://zf.example", ""
    assert policy.origin() == "https://zf.example"

    settings.MINGJING_OFFICERS_ORIGIN = "https://ban.example"
    assert policy.origin() == "https://ban.example"
    assert passkeys._server().rp.id == "ban.example"

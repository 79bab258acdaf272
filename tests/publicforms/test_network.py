"""The network that a form comes from: what our own proxy saw, and nothing that was made up."""

from __future__ import annotations

from django.test import RequestFactory, override_settings

from privacyboard.publicforms.network import network_of


def asked_from(address: str, forwarded: str = "") -> str:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return network_of(request)


def test_without_a_proxy_nobody_can_make_up_an_address() -> None:
    assert asked_from("192.0.2.1", "203.0.113.9") == "192.0.2.1"


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_behind_the_proxy_only_its_own_note_counts() -> None:
    assert asked_from("10.0.0.2", "1.2.3.4, 203.0.113.9") == "203.0.113.9"
    assert asked_from("10.0.0.2", "1.2.3.4, nonsense") == "unknown"


def test_a_household_has_one_count_however_many_addresses_it_takes() -> None:
    assert asked_from("2001:db8:1:2::5") == asked_from("2001:db8:1:2:ffff::9")
    assert asked_from("2001:db8:1:2::5") == "2001:db8:1:2::/64"
    # An old address in the new notation is one address, not half of the internet.
    assert asked_from("::ffff:192.0.2.1") == "192.0.2.1"

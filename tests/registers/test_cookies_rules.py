"""The rules on cookies: what asks consent, what may leave the EEA, what follows people."""

from __future__ import annotations

from typing import Any

import pytest

from registers.choices import CookieKind
from registers.rules.cookies import (
    PlacedCookie,
    Site,
    cookie_flags,
    cookie_statement,
    known_service,
    may_leave_the_eea,
    needs_consent,
    uses_no_tracking,
)


def placed(name: str = "sessie", **changes: Any) -> PlacedCookie:
    filled = {
        "kind": CookieKind.FUNCTIONAL,
        "purpose": "Waarvoor.",
        "party": "Onze bouwer",
        "country": "NL",
        "term": "Eén dag",
        **changes,
    }
    return PlacedCookie(name=name, **filled)


def site(*cookies: PlacedCookie, own: tuple[str, ...] = ()) -> Site:
    return Site("Website", "https://www.school.example", cookies, own)


ANALYTIC = placed("teller", kind=CookieKind.ANALYTIC)
TRACKING = placed("volger", kind=CookieKind.TRACKING)
YOUTUBE = placed("video", kind=CookieKind.EMBEDDED, party="YouTube", country="US")


@pytest.mark.parametrize(
    ("name", "party", "service"),
    [
        ("_ga", "Onze bouwer", "Google Analytics"),
        ("_GA_X1Y2", "Onze bouwer", "Google Analytics"),
        ("_gid", "", "Google Analytics"),
        ("VISITOR_INFO1_LIVE", "", "YouTube"),
        ("video", "YouTube LLC", "YouTube"),
        ("iets", "Google Ireland Ltd", "Google"),
        ("speler", "vimeo.com", "Vimeo"),
        ("bericht", "X", "X (Twitter)"),
        ("bericht", "Twitter International", "X (Twitter)"),
        ("_fbp", "", "Facebook"),
        ("bericht", "Meta", "Facebook"),
        ("bericht", "Instagram", "Instagram"),
        ("_hjSessionUser_1", "", "Hotjar"),
    ],
)
def test_well_known_services_are_recognised_by_cookie_or_party(
    name: str, party: str, service: str
) -> None:
    found = known_service(placed(name, party=party))
    assert found is not None
    assert found.name == service


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("sessie", "De Linde"),
        ("_gastenboek", "De Linde"),
        ("_garage", "Onze bouwer"),
        ("foto", "Xander BV"),
        ("foto", "Metamorfose school"),
    ],
)
def test_others_are_not_taken_for_a_well_known_service(name: str, party: str) -> None:
    assert known_service(placed(name, party=party)) is None


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        (placed(), False),
        (placed(country="US"), True),
        (placed(country="NO"), False),
        (placed("_ga"), True),
        (ANALYTIC, True),
        (placed(kind=CookieKind.EMBEDDED), True),
        (placed(kind=CookieKind.ANALYTIC, party="De Linde"), False),
        (placed(kind=CookieKind.ANALYTIC, party="eigen telling"), False),
        (placed(kind=CookieKind.ANALYTIC, party="De Linde", country="US"), True),
    ],
)
def test_what_may_leave_the_eea(cookie: PlacedCookie, expected: bool) -> None:
    assert may_leave_the_eea(cookie, own=("De Linde",)) is expected


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        (placed(), False),
        (ANALYTIC, False),
        (placed(kind=CookieKind.ANALYTIC, country="US"), True),
        (placed("_ga", kind=CookieKind.ANALYTIC), True),
        (placed("_ga"), True),
        (YOUTUBE, True),
        (placed(kind=CookieKind.EMBEDDED, party="De Linde"), True),
        (TRACKING, True),
    ],
)
@pytest.mark.requirement("VOG-037", "VOG-038")
def test_what_waits_for_a_yes(cookie: PlacedCookie, expected: bool) -> None:
    assert needs_consent(cookie) is expected


@pytest.mark.requirement("VOG-037")
def test_no_tracking_is_said_only_when_every_site_was_looked_at_and_nothing_follows() -> None:
    clean = site(placed(), ANALYTIC)
    assert uses_no_tracking([clean])
    assert not uses_no_tracking([])
    assert not uses_no_tracking([clean, site()])
    assert not uses_no_tracking([clean, site(TRACKING)])
    assert not uses_no_tracking([clean, site(YOUTUBE)])
    assert not uses_no_tracking([site(placed("_fbp"))])


def test_the_statement_groups_by_kind_and_names_who_follows() -> None:
    statement = cookie_statement([site(TRACKING, YOUTUBE, ANALYTIC, placed())])
    [told] = statement.sites
    assert [(kind.title, [each.name for each in kind.cookies]) for kind in told.kinds] == [
        ("functioneel", ["sessie"]),
        ("analytisch", ["teller"]),
        ("ingesloten video of berichten", ["video"]),
        ("volgend", ["volger"]),
    ]
    assert [kind.cookies[0].needs_consent for kind in told.kinds] == [False, False, True, True]
    assert [kind.cookies[0].country for kind in told.kinds] == ["", "", "Verenigde Staten", ""]
    assert statement.following == ("Onze bouwer", "YouTube")
    assert not statement.no_tracking


@pytest.mark.requirement("VOG-037")
def test_flags_say_what_to_do_the_gravest_first() -> None:
    flags = cookie_flags(site(ANALYTIC, placed("_ga"), YOUTUBE, placed(), TRACKING))
    assert [(flag.about, flag.tone, flag.article) for flag in flags] == [
        ("volger", "late", "Privacyverklaring, websites en cookies"),
        ("_ga", "attention", "AVG 44-49"),
        ("video", "attention", "AVG 44-49"),
        ("teller", "calm", "AVG 44-49"),
    ]
    assert [flag.sentence for flag in flags] == [
        "“volger” volgt bezoekers. Wij beloven dat we geen volgcookies gebruiken: haal deze van "
        "de website.",
        "“_ga” hoort bij Google Analytics (US), al staat er land NL. Gegevens kunnen buiten Europa "
        "komen: leg de doorgifte vast bij de verwerking, en plaats dit pas na toestemming.",
        "“video” is van YouTube in US, buiten Europa: leg de doorgifte vast bij de verwerking, en "
        "plaats dit pas na toestemming.",
        "“teller” is van Onze bouwer. Ga na of gegevens buiten Europa kunnen komen, ook bij "
        "leveranciers van deze partij.",
    ]


def test_hotjar_is_flagged_though_its_company_is_in_the_eea() -> None:
    [flag] = cookie_flags(site(placed("_hjid", country="MT")))
    assert flag.sentence.startswith("“_hjid” is van Onze bouwer. Ga na of gegevens buiten Europa")


def test_our_own_counter_is_no_flag() -> None:
    own = placed("teller", kind=CookieKind.ANALYTIC, party="De Linde")
    assert cookie_flags(site(own, placed(), own=("De Proef", "De Linde"))) == []

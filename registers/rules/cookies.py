"""Cookies of websites: what the law asks of each kind, what the statement says, what is flagged.

Telecommunicatiewet 11.7a: what is not needed for the page that somebody asked for waits for a yes;
counting visitors may do without when it hardly touches their privacy. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacyboard.vocabulary import Tone
from registers.choices import CookieKind
from registers.rules.agreement_flags import Flag, worst_first
from registers.rules.countries import country_name
from registers.rules.transfers import is_in_eea

TRANSFER_ARTICLE = "AVG 44-49"
PROMISE = "Privacyverklaring, websites en cookies"
OWN = "eigen"

# In the order in which a statement tells them: from what is always there to what asks most.
KINDS = (CookieKind.FUNCTIONAL, CookieKind.ANALYTIC, CookieKind.EMBEDDED, CookieKind.TRACKING)

_EXPLANATIONS = {
    CookieKind.FUNCTIONAL: gettext_lazy(
        "Deze cookies zijn nodig om de website te laten werken. In de regel is daarvoor geen "
        "toestemming nodig."
    ),
    CookieKind.ANALYTIC: gettext_lazy(
        "Met deze cookies tellen wij bezoek. Dat mag alleen zonder toestemming als het bijna geen "
        "gevolgen heeft voor uw privacy. Bij elke cookie staat of uw toestemming nodig is."
    ),
    CookieKind.EMBEDDED: gettext_lazy(
        "Video's en berichten van een andere organisatie. Die kan zien dat u kijkt. Daarom is "
        "eerst uw toestemming nodig; zegt u nee, dan ziet u de video of het bericht niet."
    ),
    CookieKind.TRACKING: gettext_lazy(
        "Deze cookies volgen wat u op internet doet. Daarvoor is altijd eerst uw toestemming nodig."
    ),
}


@dataclass(frozen=True)
class Service:
    """A well-known service: how it is recognised, and where the company behind it is."""

    name: str
    country: str
    parties: tuple[str, ...]
    cookies: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    whole_names: tuple[str, ...] = ()


# Names of cookies as the services document them; a party is recognised by these words in its name.
SERVICES = (
    Service(
        "YouTube", "US", ("youtube",), ("VISITOR_INFO1_LIVE", "VISITOR_PRIVACY_METADATA", "YSC")
    ),
    Service(
        "Google Analytics",
        "US",
        ("google analytics",),
        ("_ga", "_gid", "__utma", "__utmb", "__utmc", "__utmz"),
        ("_ga_", "_gat", "_gac_"),
    ),
    Service("Google", "US", ("google", "alphabet"), ("NID", "_GRECAPTCHA", "1P_JAR")),
    Service("Vimeo", "US", ("vimeo",), ("vuid",)),
    Service(
        "X (Twitter)",
        "US",
        ("twitter", "x corp"),
        ("personalization_id", "muc_ads"),
        ("guest_id",),
        ("x",),
    ),
    Service("Instagram", "US", ("instagram",), ("ig_did", "ig_nrcb")),
    Service(
        "Facebook", "US", ("facebook", "meta platforms"), ("_fbp", "_fbc"), whole_names=("meta",)
    ),
    Service("LinkedIn", "US", ("linkedin",), ("li_gc", "bcookie", "UserMatchHistory")),
    Service("Microsoft Clarity", "US", ("microsoft clarity",), ("_clck", "_clsk")),
    Service("TikTok", "CN", ("tiktok", "bytedance"), ("_ttp",)),
    # The company is in the EEA; what visitors do can be seen by its suppliers elsewhere.
    Service("Hotjar", "MT", ("hotjar",), prefixes=("_hj",)),
)


@dataclass(frozen=True)
class PlacedCookie:
    """A cookie or embedded service, as the board wrote it down."""

    name: str
    kind: str
    purpose: str
    party: str
    country: str
    term: str


@dataclass(frozen=True)
class Site:
    """A website with its cookies; `own` are the names of the board and the school behind it."""

    name: str
    origin: str
    cookies: tuple[PlacedCookie, ...]
    own: tuple[str, ...] = ()


def known_service(cookie: PlacedCookie) -> Service | None:
    """The well-known service behind a cookie, by its name or by its party."""
    by_name = next((each for each in SERVICES if _bears_a_name_of(cookie.name, each)), None)
    return by_name or next((each for each in SERVICES if _is_of(cookie.party, each)), None)


def _bears_a_name_of(name: str, service: Service) -> bool:
    told = name.strip().casefold()
    exact = told in {each.casefold() for each in service.cookies}
    return exact or any(told.startswith(each.casefold()) for each in service.prefixes)


def _is_of(party: str, service: Service) -> bool:
    told = party.strip().casefold()
    return told in service.whole_names or any(
        re.search(rf"\b{re.escape(word)}\b", told) for word in service.parties
    )


def is_own(cookie: PlacedCookie, own: Iterable[str]) -> bool:
    """Whether the board or the school itself places it: then nobody else gets the data."""
    told = cookie.party.strip().casefold()
    return told.startswith(OWN) or told in {each.casefold() for each in own if each}


def may_leave_the_eea(cookie: PlacedCookie, own: Iterable[str] = ()) -> bool:
    """Whether data can come outside the EEA by it: to be looked into (AVG 44).

    By its party's country, by what is known about the service whatever country was entered, and
    for every counter or embedded part of another party: those rest on suppliers elsewhere.
    """
    if known_service(cookie) or not is_in_eea(cookie.country):
        return True
    others = cookie.kind in {CookieKind.ANALYTIC, CookieKind.EMBEDDED}
    return others and not is_own(cookie, own)


def needs_consent(cookie: PlacedCookie) -> bool:
    """Whether it waits for a yes (Telecommunicatiewet 11.7a(1) and (3)).

    A well-known service does, whatever kind was entered.
    """
    if cookie.kind == CookieKind.FUNCTIONAL:
        return known_service(cookie) is not None
    if cookie.kind == CookieKind.ANALYTIC:
        return known_service(cookie) is not None or not is_in_eea(cookie.country)
    return True


def follows_visitors(cookie: PlacedCookie) -> bool:
    """Entered as tracking, or of a well-known service: each of those can follow people."""
    return cookie.kind == CookieKind.TRACKING or known_service(cookie) is not None


def uses_no_tracking(sites: Iterable[Site]) -> bool:
    """Whether "geen volgcookies" is true: each site was looked at, and nothing there follows."""
    looked_at = list(sites)
    return bool(looked_at) and all(
        site.cookies and not any(follows_visitors(each) for each in site.cookies)
        for site in looked_at
    )


@dataclass(frozen=True)
class CookieLine:
    """A cookie as the statement tells it."""

    name: str
    purpose: str
    party: str
    country: str
    term: str
    needs_consent: bool


@dataclass(frozen=True)
class KindOfCookies:
    """The cookies of one kind on one website, with what the law asks of them."""

    title: str
    explanation: str
    cookies: tuple[CookieLine, ...]


@dataclass(frozen=True)
class SiteStatement:
    name: str
    origin: str
    kinds: tuple[KindOfCookies, ...]


@dataclass(frozen=True)
class CookieStatement:
    """What the cookie statement says; `no_tracking` only where it is true."""

    sites: tuple[SiteStatement, ...]
    no_tracking: bool
    following: tuple[str, ...]


def cookie_statement(sites: Iterable[Site]) -> CookieStatement:
    """The cookie statement of these websites, in the order given."""
    told = list(sites)
    followers = (
        service.name if (service := known_service(cookie)) else cookie.party
        for site in told
        for cookie in site.cookies
        if follows_visitors(cookie)
    )
    return CookieStatement(
        sites=tuple(SiteStatement(each.name, each.origin, _kinds(each)) for each in told),
        no_tracking=uses_no_tracking(told),
        following=tuple(dict.fromkeys(followers)),
    )


def _kinds(site: Site) -> tuple[KindOfCookies, ...]:
    found = []
    for kind in KINDS:
        lines = tuple(_line(each) for each in site.cookies if each.kind == kind)
        if lines:
            found.append(KindOfCookies(str(kind.label), str(_EXPLANATIONS[kind]), lines))
    return tuple(found)


def _line(cookie: PlacedCookie) -> CookieLine:
    return CookieLine(
        name=cookie.name,
        purpose=cookie.purpose,
        party=cookie.party,
        country="" if is_in_eea(cookie.country) else country_name(cookie.country),
        term=cookie.term,
        needs_consent=needs_consent(cookie),
    )


def cookie_flags(site: Site) -> list[Flag]:
    """What the editor must look at on one website, the gravest first: one per cookie."""
    found = (_flag(cookie, site.own) for cookie in site.cookies)
    return worst_first(flag for flag in found if flag is not None)


def _flag(cookie: PlacedCookie, own: Iterable[str]) -> Flag | None:
    if cookie.kind == CookieKind.TRACKING:
        sentence = _(
            "“%(name)s” volgt bezoekers. Wij beloven dat we geen volgcookies gebruiken: haal deze "
            "van de website."
        )
        return Flag(cookie.name, sentence % {"name": cookie.name}, PROMISE, Tone.LATE)
    if not may_leave_the_eea(cookie, own):
        return None
    filled = {"name": cookie.name, "party": cookie.party, "country": cookie.country}
    service = known_service(cookie)
    if service is not None and service.country != cookie.country:
        sentence = _(
            "“%(name)s” hoort bij %(service)s (%(home)s), al staat er land %(country)s. Gegevens "
            "kunnen buiten Europa komen: leg de doorgifte vast bij de verwerking, en plaats dit "
            "pas na toestemming."
        )
        filled |= {"service": service.name, "home": service.country}
        return Flag(cookie.name, sentence % filled, TRANSFER_ARTICLE)
    if not is_in_eea(cookie.country):
        sentence = _(
            "“%(name)s” is van %(party)s in %(country)s, buiten Europa: leg de doorgifte vast bij "
            "de verwerking, en plaats dit pas na toestemming."
        )
        return Flag(cookie.name, sentence % filled, TRANSFER_ARTICLE)
    sentence = _(
        "“%(name)s” is van %(party)s. Ga na of gegevens buiten Europa kunnen komen, ook bij "
        "leveranciers van deze partij."
    )
    return Flag(cookie.name, sentence % filled, TRANSFER_ARTICLE, Tone.CALM)

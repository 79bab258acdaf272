"""Websites and their cookies. Whatever is not given is in order."""

from __future__ import annotations

from typing import Any

from privacyboard.organisation.models import School
from registers.choices import CookieKind
from registers.models import Cookie, Website

WHY = "proef"


def website(name: str = "Website", school: School | None = None, **values: Any) -> Website:
    """A website without cookies; its address follows from its name."""
    host = name.lower().replace(" ", "-")
    made = Website(
        **{"name": name, "school": school, "origin": f"https://{host}.example", **values}
    )
    made.full_clean()
    made.record(by=None, why=WHY)
    return made


def cookie(of: Website, name: str = "sessie", **values: Any) -> Cookie:
    """A functional cookie that the school itself places."""
    filled = {
        "kind": CookieKind.FUNCTIONAL,
        "purpose": "Onthoudt waar u was.",
        "party": "Eigen website",
        "country": "NL",
        "term": "Eén dag",
        **values,
    }
    made = Cookie(website=of, name=name, **filled)
    made.full_clean()
    made.record(by=None, why=WHY)
    return made


def google_analytics(of: Website) -> Cookie:
    """Entered as if it stayed in the Netherlands."""
    return cookie(of, "_ga", kind=CookieKind.ANALYTIC, party="Onze bouwer", purpose="Telt bezoek.")


def youtube(of: Website) -> Cookie:
    return cookie(
        of,
        "video",
        kind=CookieKind.EMBEDDED,
        party="YouTube",
        country="US",
        purpose="Speelt een video af.",
    )

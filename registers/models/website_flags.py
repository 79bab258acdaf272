"""Reading websites with their cookies for the rules on them, however many, in a query or two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from privacyboard.organisation.models import User
from registers.models.publicity import Cookie, Website
from registers.rules.agreement_flags import Flag, rank
from registers.rules.cookies import PlacedCookie, Site, cookie_flags

_SHOWN = ("name", "kind", "purpose", "party", "country", "term")


def site_of(website: Website) -> Site:
    """A website with its cookies, as the rules take it; read it with `with_cookies`."""
    cookies = website.cookies.all()
    return _site(website, ([getattr(each, name) for name in _SHOWN] for each in cookies))


def _site(website: Website, cookies: Iterable[Sequence[str]]) -> Site:
    school = website.school.name if website.school else ""
    board: str = getattr(website, "board_name", "") or ""
    return Site(
        name=website.name,
        origin=website.origin,
        cookies=tuple(PlacedCookie(*each) for each in cookies),
        own=tuple(name for name in (board, school) if name),
    )


def flags_of(website: Website) -> list[Flag]:
    """What the editor must look at on a website, the gravest first."""
    return cookie_flags(site_of(website))


def flagged_for(user: User) -> list[tuple[Website, list[Flag]]]:
    """The websites that this person may see and that need somebody, the gravest first."""
    cookies = Cookie.objects.filter(website=OuterRef("pk"))
    # All in one query: this is asked for the home page.
    websites = (
        Website.objects.visible_to(user)
        .with_cookies()
        .prefetch_related(None)
        .annotate(
            placed=ArraySubquery(cookies.values(json=JSONObject(**{name: name for name in _SHOWN})))
        )
    )
    found = [
        (each, flags)
        for each in websites
        if (
            flags := cookie_flags(
                _site(each, ([row[name] for name in _SHOWN] for row in each.placed))
            )
        )
    ]
    return sorted(found, key=lambda row: (rank(row[1][0]), row[0].name, row[0].pk))

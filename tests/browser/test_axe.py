"""axe finds nothing on our pages, by day and by night; at 320 px nobody scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import ViewportSize

from registers import actions
from registers.models import ProcessingActivity, Website
from tests.browser.pages import ACTIVITIES, Visitor
from tests.conftest import Cast
from tests.factories import publicity as put
from tests.factories import registers as make

Visit = Callable[..., Visitor]
CONTRAST_ONLY = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
AXE = Axe()
# Only what is told: the whole answer has the markup of every rule that was kept, too.
ASK_AXE = """async options => (await axe.run(options)).violations.map(each => ({
    id: each.id, places: each.nodes.slice(0, 3).map(node => node.target),
}))"""
NARROW: ViewportSize = {"width": 320, "height": 740}


def findings(visitor: Visitor, options: dict[str, Any] | None = None) -> list[str]:
    """What axe has to say: each rule with the places where it is broken."""
    before = len(visitor.complaints)
    if not visitor.page.evaluate("'axe' in window"):
        visitor.page.evaluate(AXE.axe_script)
    found = visitor.page.evaluate(ASK_AXE, options or {"resultTypes": ["violations"]})
    # axe tries inline styles of its own, which the CSP refuses: that is no complaint about us.
    visitor.page.evaluate("0")
    del visitor.complaints[before:]
    return [f"{visitor.page.url} {each['id']}: {each['places']}" for each in found]


def by_day_and_by_night(visitor: Visitor) -> list[str]:
    found = findings(visitor)
    visitor.page.emulate_media(color_scheme="dark")
    found += [f"by night: {each}" for each in findings(visitor, CONTRAST_ONLY)]
    visitor.page.emulate_media(color_scheme="light")
    return found


def trouble(visitor: Visitor, paths: Iterable[str]) -> list[str]:
    """Look at each page by day and by night, wide and narrow."""
    found = []
    wide = visitor.page.viewport_size
    assert wide is not None
    for path in paths:
        visitor.go(path)
        found += by_day_and_by_night(visitor)
        visitor.page.set_viewport_size(NARROW)
        if visitor.needs_to_scroll_sideways():
            found.append(f"{path} scrolls sideways at 320 px")
        visitor.page.set_viewport_size(wide)
    return found


def publish(cast: Cast) -> ProcessingActivity:
    """An established activity with everything on it, and the statements that say so."""
    make.agreement(make.processor(), ends_on=None)
    activity = make.activity("V02", name="Leerlingdossier")
    make.transfer_line(activity)
    make.recipient_line(activity, party=make.party())
    activity.systems.set([make.system()])
    make.establish(activity, at=timezone.now(), by=cast.board_member)
    site = put.website("Linde", cast.linde, may_embed=True)
    for enter in (put.cookie, put.google_analytics, put.youtube):
        enter(site)
    for school in (None, cast.linde):
        actions.publish_statement(school=school, by=cast.ibp, at=timezone.now())
    return activity


def test_the_pages_for_everyone(visit: Visit, cast: Cast) -> None:
    publish(cast)
    stranger = visit()
    found = trouble(
        stranger,
        [
            *("/", "/inloggen/", "/wachtwoord/"),
            *("/privacyverklaring/", "/privacyverklaring/de-linde/"),
            *("/ontvangers/", "/verwerkers/"),
            *("/cookies/", "/cookies/de-linde/"),
            *("/openbaar-register/", "/openbaar-register/de-linde/"),
            "/privacyverklaring/insluiten/de-linde/",
        ],
    )

    stranger.go("/inloggen/")
    stranger.fills("E-mailadres", "niemand@deproef.example")
    stranger.fills("Wachtwoord", "zomaar-iets-anders")
    stranger.presses("Inloggen")
    stranger.sees("horen niet bij elkaar")
    found += by_day_and_by_night(stranger)

    assert found == []


def test_the_pages_of_staff(visit: Visit, cast: Cast) -> None:
    publish(cast)
    make.bare_activity("V03", dpia_needed="")
    ibp = visit()
    ibp.signs_in(cast.ibp)
    desk = "/register/privacyverklaring/"
    found = trouble(ibp, ["/", desk, f"{desk}bestuur/", f"{desk}de-eik/publiceren/"])
    for person in (cast.director, cast.administrator, cast.teacher):
        visitor = visit()
        visitor.signs_in(person)
        found += trouble(visitor, ["/"])

    assert found == []


def test_the_pages_of_a_school(visit: Visit, cast: Cast) -> None:
    activity = publish(cast)
    actions.revise(activity=activity, reason="nieuw", by=cast.ibp, at=timezone.now())
    activity.refresh_from_db()
    activity.place = "Kluis"
    activity.record(by=cast.ibp, why="bijgewerkt")
    make.establish(activity, at=timezone.now(), by=cast.board_member)
    actions.open_review(
        school=cast.linde, year=timezone.localdate().year, by=cast.ibp, at=timezone.now()
    )
    director = visit()
    director.signs_in(cast.director)
    one = f"/register/verwerking/{activity.pk}"
    found = trouble(
        director,
        [
            *(f"{one}/versies/", f"{one}/school/de-linde/"),
            *("/register/toegang/de-linde/", "/beheer/registers/disclosure/add/"),
        ],
    )

    assert found == []


def test_the_pages_of_the_register(visit: Visit, cast: Cast) -> None:
    established = publish(cast)
    concept = make.activity("V01", name="Overblijven")
    gaps = make.bare_activity("V03", subsidiarity="")
    agreement = make.agreement(make.processor(), schools=[cast.linde], reference="VO-2")
    ibp = visit()
    ibp.signs_in(cast.ibp)
    one = f"{ACTIVITIES}{established.pk}"
    found = trouble(ibp, ["/beheer/", ACTIVITIES, f"{one}/history/", f"{one}/handeling/herzien/"])
    found += trouble(
        ibp,
        [
            f"{one}/change/",
            f"{ACTIVITIES}{gaps.pk}/change/",
            f"/beheer/registers/agreement/{agreement.pk}/change/",
            f"/beheer/registers/website/{Website.objects.get().pk}/change/",
            "/register/openbaar/",
            *("/register/volledigheid/", "/register/in-opdracht/"),
        ],
    )

    ibp.go(f"{ACTIVITIES}{concept.pk}/change/")
    ibp.opens_line("datalines", "Leerlingen: Naam")
    ibp.adds_line("recipientlines", "Ontvanger toevoegen")
    found += by_day_and_by_night(ibp)
    ibp.fills("Volgende controle op", "ooit")
    ibp.saves()
    ibp.sees("Nog niet bewaard")
    found += by_day_and_by_night(ibp)

    assert found == []


def test_the_pages_of_accounts(visit: Visit, cast: Cast) -> None:
    administrator = visit()
    administrator.signs_in(cast.administrator)
    people = "/beheer/organisation/user/"
    found = trouble(administrator, ["/beheer/", people, "/taken-en-post/", "/mijn-berichten/"])
    found += trouble(administrator, [f"{people}{cast.teacher.pk}/change/"])
    administrator.opens_line("appointments", "medewerker")
    found += by_day_and_by_night(administrator)

    assert found == []

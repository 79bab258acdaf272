"""The yearly round in a browser: planned, opened, and followed while its letters leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from consent.models import Round
from consent.tasks import sweep_letters
from privacyboard.mail import outbox
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.consent.conftest import Families, families  # noqa: F401 - a fixture
from tests.factories import people

Visit = Callable[..., Visitor]


def test_a_round_is_planned_opened_and_followed(
    visit: Visit,
    cast: Cast,
    families: Families,  # noqa: F811
) -> None:
    for number in range(3):
        child = people.pupil(cast.linde, f"Kind {number}", of=people.group(cast.linde, f"{number}"))
        address = "" if number == 2 else f"ouder{number}@gezin.example"
        people.guardian(child, first_name=f"ouder{number}", email=address)
    today = timezone.localdate()
    office = visit()
    office.signs_in(cast.ibp)
    office.go("/toestemmingen/rondes/")
    office.follows("Nieuwe ronde")
    office.fills("Naam", "Toestemming dit jaar")
    for choice in ("website van de school", "klassenfoto", "De Linde", "De Eik"):
        office.page.get_by_label(choice, exact=True).check()
    office.fills("Sluit op", (today + timedelta(days=40)).isoformat())
    office.fills("Een ja geldt tot en met", (today + timedelta(days=400)).isoformat())
    office.presses("Ronde bewaren")
    main = office.page.locator("main")
    expect(main).to_contain_text("Kijk alles na en open hem daarna.")
    page = f"/toestemmingen/rondes/{Round.objects.get().pk}/"
    drafts = [f"{page}{part}" for part in ("", "wijzigen/", "openen/", "afbreken/")]
    assert trouble(office, ["/toestemmingen/rondes/", *drafts]) == []

    office.go(page)
    office.follows("Openen")
    office.presses("Ronde openen")
    expect(main).to_contain_text("De uitnodigingen worden gemaakt.")
    sweep_letters(timezone.now())
    # The page looks again by itself.
    expect(main).to_contain_text("0 van 7 klaar.")
    outbox.deliver_due(timezone.now())
    expect(main).to_contain_text("6 van 7 klaar.")
    office.follows("De Linde")
    expect(office.page.locator("#klassen")).to_contain_text("7a")
    assert trouble(office, [f"{page}?school=de-linde"]) == []

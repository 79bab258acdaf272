"""The office side of consent in a browser: papers with the keyboard alone, pages for everybody."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from consent.actions.paper import print_invitations
from consent.actions.sixteen import ask_sixteen
from consent.models import Answer, CleanUp, Dispute, Invitation
from privacyboard.organisation.models import Group, Pupil
from privacyboard.organisation.rules import school_year_of
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.consent.conftest import Families, families  # noqa: F401 - a fixture
from tests.factories import people
from tests.factories.consent import say

Visit = Callable[..., Visitor]


def class_of_now(found: Families) -> Group:
    group = people.group(found.group.school, "8b", year=school_year_of(timezone.localdate()))
    for pupil in (found.noor, found.daan, found.mila):
        people.place(pupil, group)
    return group


def test_a_class_on_paper_with_the_keyboard_alone(
    visit: Visit,
    cast: Cast,
    families: Families,  # noqa: F811
) -> None:
    group = class_of_now(families)
    office = visit()
    office.signs_in(cast.director)
    office.go(f"/toestemmingen/papier/{group.pk}/")
    keyboard = office.page.keyboard

    office.page.get_by_label("Mila Bakker, Mila Bakker: website van de school").focus()
    # Mila: yes and no; the mother of Daan: nothing and yes; then on to the button.
    for key in ("j", "Tab", "n", "Tab", "Tab", "Tab", "j"):
        keyboard.press(key)
    focused = office.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Daan Visser, Sanne Visser: website van de school"
    while office.page.evaluate("document.activeElement.tagName") != "BUTTON":
        keyboard.press("Tab")
    keyboard.press("Enter")

    expect(office.page.locator("main")).to_contain_text("3 antwoorden zijn vastgelegd.")
    kept = Answer.objects.order_by("pupil__first_name", "question__place", "question_id")
    assert [(each.pupil.first_name, each.kind) for each in kept] == [
        ("Daan", "given"),
        ("Mila", "given"),
        ("Mila", "refused"),
    ]


def test_the_pages_of_the_office_are_for_everybody(
    visit: Visit,
    cast: Cast,
    families: Families,  # noqa: F811
) -> None:
    at = timezone.now()
    group = class_of_now(families)
    Pupil.objects.filter(pk=families.mila.pk).update(
        email="", born_on=at.replace(year=at.year - 16)
    )
    say(families.mother, families.noor, families.website, True, at=at)
    say(families.father, families.noor, families.website, False, at=at)
    families.father.unreachable_since, families.father.unreachable_why = at, "bounced"
    families.father.record(by=None, why="post kwam terug")
    ask_sixteen(at=at)
    print_invitations(at=at)
    letter = Invitation.objects.get().document
    assert letter is not None
    question = f"/toestemmingen/vragen/{families.website.pk}/"
    noor = f"/toestemmingen/leerling/{families.noor.pk}/"
    office = visit()
    office.signs_in(cast.ibp)

    assert (
        trouble(
            office,
            [
                "/toestemmingen/",
                "/toestemmingen/vragen/",
                "/toestemmingen/vragen/nieuw/",
                question,
                f"{question}tekst/",
                f"{question}vertaling/",
                f"{question}stand/",
                "/toestemmingen/keuzes/",
                "/toestemmingen/keuzes/wijzigen/",
                "/toestemmingen/talen/tr/",
                "/toestemmingen/taken/",
                f"/toestemmingen/taken/verschil/{Dispute.objects.get().pk}/",
                f"/toestemmingen/taken/opruimen/{CleanUp.objects.get().pk}/",
                f"/toestemmingen/taken/adres/{families.father.pk}/",
                f"/toestemmingen/taken/brief/{letter.pk}/",
                "/toestemmingen/leerlingen/",
                noor,
                f"{noor}antwoord/",
                "/toestemmingen/papier/",
                f"/toestemmingen/papier/{group.pk}/",
            ],
        )
        == []
    )

"""Families answer on their phones: parents differ, one withdraws, a pupil decides alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils import timezone

from consent.choices import Means, Outcome
from consent.letters.links import family_link
from consent.models import Answer, Dispute, LanguageRelease, Wording
from consent.models.holding import rulings_on
from consent.tasks import sweep_new_links
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night, trouble
from tests.browser.test_request_form import picture
from tests.conftest import Cast
from tests.consent.home import EIGHT, Home, a_home
from tests.factories.consent import say

Visit = Callable[..., Visitor]
WEBSITE = "website van de school: Mag dit?"
ARABIC = "هل يجوز وضع صورة طفلك على موقع المدرسة؟"


def phone(visit: Visit, *, javascript: bool = True) -> Visitor:
    return visit(width=390, height=844, javascript=javascript)


def chooses(visitor: Visitor, question: str, answer: str) -> None:
    """Tap an answer to a question that is in sight."""
    group = visitor.page.get_by_role("group", name=question).first
    group.get_by_text(answer, exact=True).click()


def outcome(home: Home) -> Outcome:
    found = rulings_on([home.noor], home.questions, on=timezone.localdate())
    return found[home.noor.pk][home.questions[0].pk].outcome


def test_mother_and_father_disagree_and_neither_sees_the_other(visit: Visit, cast: Cast) -> None:
    home = a_home(cast, Means.WEBSITE, Means.CLASS_PHOTO)
    mother = phone(visit, javascript=False)
    mother.go(family_link(home.mother, timezone.now()))
    mother.sees("Noor", "groep 7a", "Nog geen antwoord. Zonder antwoord is het nee.")
    chooses(mother, WEBSITE, "Ja")
    mother.presses("Opslaan")
    mother.sees("Opgeslagen", "ja. Dat geldt tot en met")
    assert outcome(home) == Outcome.YES

    father = phone(visit)
    father.go(family_link(home.father, timezone.now()))
    father.does_not_see(": ja.")
    chooses(father, WEBSITE, "Nee")
    father.presses("Opslaan")
    father.sees("Opgeslagen", ": nee.")
    father.does_not_see(": ja.")
    assert outcome(home) == Outcome.NO
    assert Dispute.objects.get().settled_at is None

    mother.go(family_link(home.mother, timezone.now()))
    mother.sees(": ja. Dat geldt tot en met")
    mother.does_not_see(": nee.")
    picture(mother, "consent-mother")


def test_a_parent_withdraws_with_the_link_of_long_ago(visit: Visit, cast: Cast) -> None:
    home = a_home(cast)
    say(home.mother, home.noor, home.questions[0], True, at=home.at)
    mother = phone(visit)

    mother.go(family_link(home.mother, home.at))
    chooses(mother, WEBSITE, "Nee")
    mother.presses("Opslaan")

    mother.sees("Opgeslagen", ": nee.")
    assert Answer.objects.first().kind == "withdrawn"  # type: ignore[union-attr]
    assert outcome(home) == Outcome.NO


def test_everything_is_left_as_it_is_with_one_button(visit: Visit, cast: Cast) -> None:
    home = a_home(cast, *EIGHT, children=2)
    for child in Pupil.objects.filter(first_name__in=["Noor", "Daan"]):
        for each in home.questions[:7]:
            say(home.mother, child, each, True, at=home.at)
    mother = phone(visit)

    mother.go(family_link(home.mother, timezone.now()))
    mother.sees("Zonder antwoord blijven (en dat is nee): 2")
    picture(mother, "consent-keep")
    mother.presses("Laat alles zoals het is")

    mother.sees("Opgeslagen")
    assert Answer.objects.filter(kind="confirmed").count() == 14


def test_a_pupil_of_sixteen_answers_alone(visit: Visit, cast: Cast) -> None:
    home = a_home(cast)
    mila = phone(visit)

    mila.go(family_link(home.mila, timezone.now()))
    mila.sees("Jij bent 16 jaar of ouder. Daarom beslis jij zelf")
    chooses(mila, WEBSITE, "Ja")
    mila.presses("Opslaan")

    mila.sees("Opgeslagen")
    picture(mila, "consent-sixteen")
    answer = Answer.objects.get()
    assert (answer.pupil, answer.guardian, answer.kind) == (home.mila, None, "given")


def test_a_mother_who_reads_arabic_answers_from_right_to_left(visit: Visit, cast: Cast) -> None:
    home = a_home(cast)
    release = LanguageRelease(
        language="ar", is_on=True, checked_by="A. Tolk", checked_on=timezone.localdate()
    )
    release.record(by=None, why="nagekeken")
    Wording.objects.create(
        text=home.questions[0].texts.get(),
        language="ar",
        title=ARABIC,
        body="توضع الصورة على موقع المدرسة. يمكن للجميع رؤيتها.",
        made_at=home.at,
    )
    home.mother.language = "ar"
    home.mother.record(by=None, why="taal")
    mother = phone(visit)

    mother.go(family_link(home.mother, timezone.now()))
    mother.sees("بماذا تسمح للمدرسة؟", ARABIC, "المجموعة 7a")
    assert mother.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    yes = mother.page.get_by_text("نعم", exact=True).bounding_box()
    no = mother.page.get_by_text("لا", exact=True).bounding_box()
    assert yes is not None
    assert no is not None
    assert yes["x"] > no["x"]
    picture(mother, "consent-arabic")
    assert by_day_and_by_night(mother) == []
    chooses(mother, ARABIC, "نعم")
    mother.presses("حفظ")

    mother.sees("تم الحفظ")
    picture(mother, "consent-arabic-done")
    assert Answer.objects.get().language == "ar"
    letter = OutboundLetter.objects.get()
    assert (letter.language, letter.subject) == ("ar", "هذه هي الإجابات عن الموافقة")


def test_who_lost_the_link_asks_a_new_one_and_answers(visit: Visit, cast: Cast) -> None:
    home = a_home(cast)
    mother = phone(visit, javascript=False)
    mother.go("/toestemming/link/")
    mother.fills("E-mailadres", home.mother.email)
    mother.presses("Stuur mij een nieuwe link")
    mother.sees("Kent de school dit e-mailadres?")
    sweep_new_links(timezone.now())

    found = re.search(r"http\S+", OutboundLetter.objects.get().text)
    assert found is not None
    mother.go(found.group())
    mother.sees("Noor")


def test_every_choice_is_large_enough_for_a_thumb(visit: Visit, cast: Cast) -> None:
    home = a_home(cast, *EIGHT, children=2)
    say(home.mother, home.noor, home.questions[0], True, at=home.at)
    mother = phone(visit)
    mother.go(family_link(home.mother, timezone.now()))

    small = mother.page.evaluate(
        """() => [...document.querySelectorAll(
            "main button, main label, main summary, .tongues a, input[type=date]")]
            .filter(each => each.offsetParent && !each.classList.contains("visually-hidden"))
            .filter(each => each.getBoundingClientRect().height < 44)
            .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_axe_finds_nothing_on_the_pages_of_families(visit: Visit, cast: Cast) -> None:
    home = a_home(cast, *EIGHT[:3], children=2)
    say(home.mother, home.noor, home.questions[0], True, at=home.at)
    home.noor.born_on = None
    home.noor.record(by=None, why="onbekend")
    path = home.page(home.mother)

    found = trouble(
        visit(),
        [
            path,
            f"{path}?taal=en",
            f"{path}klaar/",
            home.page(home.mila),
            home.page(home.noor),
            "/toestemming/link/",
            "/toestemming/link/verzonden/",
        ],
    )

    assert found == []

"""Telling parents of a breach in a browser: write, choose who, look at a list, send, post."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.utils import timezone

from datalekken.actions.telling_letters import make_told_letters
from datalekken.models import Breach, Telling
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night, trouble
from tests.conftest import Cast
from tests.factories import breaches as leak
from tests.factories import tellings as make

Visit = Callable[..., Visitor]
LINES = (
    "naam\trol\tover wie\tgeboortedatum\te-mail\tadres\n"
    "Mila Moeder\touder\tJip\t1-2-2018\tmila@ouders.example\t\n"
    "Vera Vader\touder\tJip\t1-2-2018\t\tDorpsstraat 1, 1234 AB Proefstad\n"
    "Tine Tante\touder\tSam\t\t\tDorpsstraat 2, 1234 AB Proefstad\n"
    "Jip\tleerling\t\t1-2-2018\tjip@school.example\t\n"
)


def decided(cast: Cast) -> Breach:
    now = timezone.now()
    return leak.decided(leak.breach(cast.linde, at=now), at=now, by=cast.ibp)


def _shot(who: Visitor, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        who.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_parents_are_told_on_a_phone(visit: Visit, cast: Cast) -> None:
    case = decided(cast)
    ibp = visit(width=390, height=844)
    ibp.signs_in(cast.ibp)
    ibp.go(f"/datalekken/{case.number}/#mensen")
    ibp.follows("Bericht schrijven")
    _shot(ibp, "1-bericht")
    labels = {
        "Onderwerp van de brief": "title",
        "Wat is er gebeurd?": "what_happened",
        "Wat kan dit voor de mensen betekenen?": "consequences",
        "Wat deed de school, of wat doet zij nog?": "measures",
        "Wat kunnen mensen zelf doen?": "advice",
        "Wie kunnen mensen bellen of mailen?": "contact",
    }
    words = vars(make.words())
    for label, name in labels.items():
        ibp.fills(label, words[name])
    ibp.presses("Bericht bewaren")
    ibp.sees("Er staan 0 mensen op de lijst.")

    ibp.follows("Wie de brief krijgt")
    ibp.follows("Een lijst toevoegen")
    _shot(ibp, "2-lijst")
    ibp.fills("Of plak de regels hier (alleen zonder bestand)", LINES)
    ibp.presses("Bekijken")
    ibp.sees("3 mensen komen op de lijst.", "Deze leerling is nog geen 16")
    _shot(ibp, "3-bekeken")
    ibp.presses("3 mensen toevoegen")
    ibp.sees("Er staan 3 mensen meer op de lijst. 1 niet")

    ibp.follows("Bericht versturen")
    ibp.sees("1 per e-mail", "2 op papier", "Van deze mensen is de leeftijd niet bekend.")
    _shot(ibp, "4-versturen")
    ibp.presses("Nu versturen")
    ibp.sees("Het bericht is verstuurd.", "0 van 3 klaar")
    _shot(ibp, "5-bezig")

    now = timezone.now()
    assert make_told_letters(at=now) == 3
    outbox.deliver_due(now)
    telling = Telling.objects.get()
    ibp.go(f"/datalekken/{case.number}/ontvangers/{telling.pk}/")
    ibp.sees("e-mail verzonden", "2 brieven in één PDF")
    _shot(ibp, "6-gemaakt")
    ibp.follows("Alle brieven zijn op de post")
    ibp.fills("Op welke dag?", timezone.localdate().isoformat())
    ibp.presses("Vastleggen")
    ibp.sees("2 van 2 op de post")
    if folder := os.environ.get("SHOTS"):
        for person in telling.people.exclude(document=None):
            assert person.document is not None
            with open(f"{folder}/brief-{person.pk}.pdf", "wb") as out:
                out.write(person.document.file.read())


def test_the_pages_of_telling_are_in_order_by_axe(visit: Visit, cast: Cast) -> None:
    case, now = decided(cast), timezone.now()
    people = [
        make.candidate("Mila Moeder"),
        make.candidate("Otto Oma"),
        make.on_paper("Vera Vader"),
    ]
    concept = make.telling(case, people, at=now, by=cast.ibp)
    telling = make.telling(case, [*people, make.on_paper("Tine T")], at=now, by=cast.ibp, sent=True)
    make_told_letters(at=now)
    outbox.deliver_due(now)
    OutboundLetter.objects.filter(to="otto@ouders.example").update(state="failed")
    failed = telling.people.get(email="otto@ouders.example")
    at = f"/datalekken/{case.number}"
    paths = [
        f"{at}/",
        f"{at}/bericht/",
        f"{at}/ontvangers/{concept.pk}/",
        f"{at}/ontvangers/{telling.pk}/",
        f"{at}/ontvanger/{concept.pk}/",
        f"{at}/ontvangers-medewerkers/{concept.pk}/",
        f"{at}/ontvangers-lijst/{concept.pk}/",
        f"{at}/bericht-versturen/{concept.pk}/",
        f"{at}/op-papier/{failed.pk}/",
    ]
    ibp = visit()
    ibp.signs_in(cast.ibp)
    found = trouble(ibp, paths)
    ibp.go(f"{at}/ontvangers-lijst/{concept.pk}/")
    ibp.fills("Of plak de regels hier (alleen zonder bestand)", LINES)
    ibp.presses("Bekijken")
    found += by_day_and_by_night(ibp)
    _shot(ibp, "desktop-look")
    for number, path in enumerate(paths[:4]):
        ibp.go(path)
        _shot(ibp, f"desktop-{number}")
    assert found == []

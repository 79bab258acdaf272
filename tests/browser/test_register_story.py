"""The board's standard, a school's truth: one change, told from IBP manager to the parent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from registers import actions
from tests.browser.pages import ACTIVITIES, Visitor
from tests.conftest import Cast
from tests.factories import registers as make

Visit = Callable[..., Visitor]


def test_a_standard_changes_and_everybody_sees_what_is_theirs(visit: Visit, cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    activity = make.established("V01", at=long_ago, name="Overblijven", place="Papieren map")
    for school in (None, cast.linde):
        actions.publish_statement(school=school, by=cast.ibp, at=long_ago)

    ibp = visit()
    ibp.signs_in(cast.ibp)
    ibp.go(f"{ACTIVITIES}{activity.pk}/change/")
    ibp.does("Herzien", reason="De map gaat weg.")
    ibp.fills("Plaats", "Ouderportaal")
    ibp.fills("Omschrijving", "De school weet via het ouderportaal wie er overblijft.")
    ibp.saves()
    ibp.does("Voorstellen")

    fg = visit()
    fg.signs_in(cast.fg)
    fg.sees("V01 Overblijven is voorgesteld; u kunt een opmerking geven.")
    fg.follows("Lezen")
    fg.does("Opmerking van de FG", reason="Denk aan ouders zonder telefoon.")

    bestuurder = visit()
    bestuurder.signs_in(cast.board_member)
    bestuurder.sees("V01 Overblijven wacht op een besluit.")
    bestuurder.follows("Beoordelen")
    bestuurder.sees("Denk aan ouders zonder telefoon.")
    bestuurder.does("Vaststellen")
    bestuurder.sees("Versie 2")

    director = visit(width=390, height=844)
    director.signs_in(cast.director)
    director.sees("V01 Overblijven is veranderd: wat doet De Linde?")
    director.follows("Antwoorden")
    director.sees("Papieren map", "Ouderportaal", "gewijzigd")
    director.page.get_by_text("Afwijking vastleggen").first.click()
    director.chooses("Op welk onderdeel", "plaats")
    director.fills("Hoe het op uw school is", "Op De Linde ligt er ook een lijst bij de balie.")
    director.fills("Waarom het bij u anders is", "Niet elke ouder heeft een telefoon.")
    director.presses("Afwijking vastleggen")
    director.sees("Niet elke ouder heeft een telefoon.")
    director.page.get_by_label("houdt de eigen afwijking").check()
    director.presses("Antwoord vastleggen")
    director.sees("houdt de eigen afwijking")
    assert not director.needs_to_scroll_sideways()

    ibp.go("/register/privacyverklaring/de-linde/publiceren/")
    ibp.presses("Publiceren")
    ibp.go(f"/register/verwerking/{activity.pk}/versies/")
    ibp.sees("2 verschillen", "Papieren map", "Ouderportaal", "Denk aan ouders zonder telefoon.")

    mother = visit(width=390, height=844)
    mother.go("/privacyverklaring/de-linde/")
    mother.sees(
        "De school weet via het ouderportaal wie er overblijft.",
        "Op De Linde ligt er ook een lijst bij de balie.",
    )
    mother.does_not_see("Niet elke ouder heeft een telefoon.", "Denk aan ouders zonder telefoon.")
    mother.finds_nothing_at(f"/register/verwerking/{activity.pk}/versies/x/")

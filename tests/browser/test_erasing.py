"""A director erases on request what may go, and the typo in a number takes nothing of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from privacyboard.organisation.models import Pupil
from registers.models import ConfidentialityNote
from requests_ar.models import SubjectRequest
from tests.browser.pages import Visitor
from tests.browser.test_axe import by_day_and_by_night
from tests.conftest import Cast
from tests.factories import disclosures, people
from tests.requests_ar.test_exceptions import begun, decided, sent

Visit = Callable[..., Visitor]
KIM: dict[str, Any] = {"first_name": "Kim", "last_name": "Kind", "born_on": date(2016, 5, 4)}


def answered(cast: Cast) -> SubjectRequest:
    """Kim left two months ago; of her number the last digit was typed wrong."""
    left_on = timezone.localdate() - timedelta(days=60)
    people.pupil(cast.linde, key="1001", left_on=left_on, **KIM)
    people.pupil(cast.linde, "Noor", key="1002")
    for key in ("1001", "1002"):
        disclosures.note(cast.linde, pupil_key=key)
    case = begun(cast, "erasure", key="1002")
    decided(case, cast, "granted", erasure_grounds=frozenset({"not_needed"}))
    sent(case, cast)
    return case


def test_a_director_makes_sure_whose_number_it_is_and_erases_what_may_go(
    visit: Visit, cast: Cast
) -> None:
    case = answered(cast)
    director = visit(width=390, height=844)
    director.signs_in(cast.director)
    director.go(reverse("request_case", args=[case.number]))
    director.follows("Wat wij hier zelf kunnen wissen")
    director.sees("wij zoeken hier niet mee", "1002 hoort bij een andere naam: Noor Visser")
    assert not director.needs_to_scroll_sideways()
    assert by_day_and_by_night(director) == []
    director.fills("Leerling- of personeelsnummer", "1001")
    director.presses("Zoek opnieuw")
    director.sees("past bij de naam", "Afspraken over vertrouwelijkheid: 1")
    director.sees("Moet blijven (1)", "tot en met", "AVG 17 lid 3 b en e")
    assert not director.needs_to_scroll_sideways()
    director.presses("Wis wat weg mag")
    director.sees("1 record is gewist. Leg nog vast dat het verzoek is uitgevoerd.")
    assert Pupil.objects.count() == 2
    assert list(ConfidentialityNote.objects.values_list("pupil_key", flat=True)) == ["1002"]
    director.follows("Vastleggen wat gedaan is")

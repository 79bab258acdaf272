"""What this application erases of a person on request, what it keeps and why, and who may do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from consent.models import LinkRequest
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import runs
from privacyboard.clockwork.choices import Fate, RunCause
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.models import RetentionRun
from privacyboard.clockwork.rules import Term
from privacyboard.clockwork.runs import registering
from privacyboard.organisation.models import Pupil, User
from requests_ar.actions.erasing import erase_here
from requests_ar.models import SubjectRequest
from tests.conftest import Cast
from tests.factories import people
from tests.factories.requests import person, subject_request
from tests.requests_ar.test_exceptions import begun, decided, sent

AsUser = Callable[[User], Client]
KIM = "kim@thuis.example"


def _forget_pupils(gone: Gone, keys: list[int], _at: datetime) -> None:
    gone.erase(Pupil, keys)


@pytest.fixture(autouse=True)
def few_rules() -> Iterator[None]:
    """Only a rule of each sort: what may go at once, and what a ground keeps."""
    kept = dict(registering._rules)
    for name in kept.keys() - {"link_requests", "privacy_requests"}:
        del registering._rules[name]
    yield
    registering._rules.clear()
    registering._rules.update(kept)


@pytest.fixture
def pupils() -> None:
    """As if pupils were kept without a ground: they may go at once."""
    runs.register(
        runs.Rule(
            name="proef",
            title="Leerlingen van de proef",
            model=Pupil,
            term_of="",
            default=Term(years=2),
            starts="het vertrek",
            fate=Fate.DESTROY,
            due=lambda cut: Pupil.objects.filter(left_on__lte=cut.day),
            forget=_forget_pupils,
            of_person=lambda who: Pupil.objects.filter(Q(key__in=who.keys, school__in=who.schools)),
        )
    )


def asked(cast: Cast, *, answered: bool = True, verdict: str = "granted") -> SubjectRequest:
    """A request to erase about Kim of De Linde, answered where that is asked."""
    case = begun(cast, "erasure", key="L-1")
    subject = person(case, "subject")
    subject.email = KIM
    subject.record(by=None, why="aangevuld")
    LinkRequest.objects.create(email=KIM, asked_at=timezone.now())
    if answered:
        given: dict[str, Any] = {"erasure_grounds": frozenset({"not_needed"})}
        if verdict == "refused":
            given = {"grounds": {"legal_duty": "De wet vraagt vijf jaar."}}
        decided(case, cast, verdict, **given)
        sent(case, cast)
    case.refresh_from_db()
    return case


def kim(cast: Cast, **values: Any) -> Pupil:
    """Whom the request is about, as the school's administration knows her."""
    known: dict[str, Any] = {"last_name": "Kind", "key": "L-1", "born_on": date(2016, 5, 4)}
    return people.pupil(cast.linde, "Kim", **known | values)


def url(case: SubjectRequest) -> str:
    return reverse("request_erase", args=[case.number])


@pytest.mark.requirement("KPO-022", "OPO-052")
def test_the_page_tells_what_may_go_and_what_must_stay_until_when(
    cast: Cast, as_user: AsUser, pupils: None
) -> None:
    kim(cast)
    people.pupil(cast.eik, key="L-1")
    at = timezone.now() - timedelta(days=30)
    old = subject_request(
        cast.linde,
        at=at,
        key="L-1",
        state="closed",
        closed_at=at,
        answered_on=timezone.localdate(at),
    )
    case = asked(cast)
    page = as_user(cast.director).get(url(case))
    assert page.status_code == 200
    text = " ".join(page.text.split())
    assert "Leerlingen van de proef" in text
    assert "Vragen om een nieuwe link" in text
    assert "Mag nu weg" in text
    assert "Moet blijven" in text
    assert "de termijn begint na het afsluiten of intrekken van het verzoek" in text
    assert "nodig zolang de toezichthouder of een rechter ernaar kan vragen" in text
    kept = {each.rule.name: each for each in page.context["staying"]}
    free = {each.rule.name: len(each.free) for each in page.context["free"]}
    assert free == {"proef": 1, "link_requests": 1}
    assert (kept["privacy_requests"].grounded, kept["privacy_requests"].until) == (2, None)
    case.closed_at = timezone.now()
    case.record(by=None, why="proef")
    text = " ".join(as_user(cast.director).get(url(case)).text.split())
    ends = Term(years=5).ends_on(timezone.localdate(case.closed_at))
    assert f"tot en met {date_format(ends, 'j F Y')}" in text
    assert old.number not in text


@pytest.mark.requirement("KPO-022")
def test_what_may_go_goes_and_leaves_a_report(cast: Cast, as_user: AsUser, pupils: None) -> None:
    pupil, stranger = kim(cast), people.pupil(cast.eik, key="L-1")
    case = asked(cast)
    subject = person(case, "subject")
    subject.pupil = pupil
    subject.record(by=None, why="gekozen")
    client = as_user(cast.director)
    page = client.post(url(case), follow=True)
    assert "2 records zijn gewist. Leg nog vast dat het verzoek is uitgevoerd." in page.text
    assert list(Pupil.objects.all()) == [stranger]
    assert not LinkRequest.objects.exists()
    subject.refresh_from_db()
    assert (subject.pupil_id, subject.name) == (None, "Kim Kind")
    run = RetentionRun.objects.get()
    assert (run.cause, run.by) == (RunCause.REQUEST, cast.director)
    gone = dict(run.lines.values_list("rule", "gone"))
    assert (gone["proef"], gone["link_requests"], gone["privacy_requests"]) == (1, 1, 0)
    why = case.history.order_by("-history_id").values_list("history_change_reason", flat=True)
    assert why[0] == "in deze toepassing gewist: 2"
    again = client.post(url(case), follow=True)
    assert "Er was niets dat weg mocht." in again.text


def test_another_open_request_holds_it_and_the_page_says_so(
    cast: Cast, as_user: AsUser, pupils: None
) -> None:
    kim(cast)
    case = asked(cast)
    other = subject_request(cast.linde, at=timezone.now(), key="L-1")
    client = as_user(cast.director)
    text = client.get(url(case)).text
    assert "Wordt vastgehouden" in text
    assert f"Verzoek {other.number} loopt nog." in text
    client.post(url(case))
    assert Pupil.objects.count() == 1
    other.is_confidential = True
    other.record(by=None, why="vertrouwelijk")
    text = client.get(url(case)).text
    assert other.number not in text
    assert "Er loopt nog een verzoek of klacht. Vraag de FG ernaar." in text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"answered": False}, "Wissen kan als het antwoord verstuurd is"),
        ({"verdict": "refused"}, "Bij dit verzoek is geen verwijdering toegewezen."),
    ],
)
def test_nothing_is_erased_before_the_answer_or_after_a_refusal(
    cast: Cast, as_user: AsUser, given: dict[str, Any], sentence: str
) -> None:
    case = asked(cast, **given)
    client = as_user(cast.director)
    assert "Wis wat weg mag" not in client.get(url(case)).text
    page = client.post(url(case))
    assert (page.status_code, sentence in page.text) == (422, True)
    assert LinkRequest.objects.count() == 1
    assert not RetentionRun.objects.exists()


def test_a_name_alone_erases_nothing(cast: Cast, as_user: AsUser) -> None:
    case = asked(cast)
    subject = person(case, "subject")
    subject.email = subject.key = ""
    subject.record(by=None, why="proef")
    assert "Een naam alleen is geen bewijs." in as_user(cast.director).get(url(case)).text
    by_name = Sought.of(cast.director, emails=(), keys=(), name="Kim Kind")
    with pytest.raises(ActRefused, match="Een naam alleen is geen bewijs"):
        erase_here(request=case, sought=by_name, by=cast.director, at=timezone.now())


def test_the_terms_of_the_register_stand_beside_it_and_the_case_leads_here(
    cast: Cast, as_user: AsUser
) -> None:
    case = asked(cast)
    client = as_user(cast.director)
    text = client.get(url(case)).text
    assert "In andere systemen" in text
    assert reverse("request_held", args=[case.number]) in text
    assert url(case) in client.get(reverse("request_case", args=[case.number])).text
    other = subject_request(cast.linde, at=timezone.now())
    assert url(other) not in client.get(reverse("request_case", args=[other.number])).text
    assert client.get(url(other)).status_code == 404


def test_who_may_see_it_and_who_may_do_it(cast: Cast, as_user: AsUser) -> None:
    case = asked(cast)
    seen = {each for each in cast.everybody() if as_user(each).get(url(case)).status_code == 200}
    assert seen == {cast.fg, cast.ibp, cast.director}
    assert as_user(cast.fg).post(url(case)).status_code == 404
    assert LinkRequest.objects.count() == 1
    assert as_user(cast.eik_director).post(url(case)).status_code == 404


def test_a_confidential_request_is_not_named_in_the_reports_of_others(
    cast: Cast, as_user: AsUser, pupils: None
) -> None:
    from privacyboard.audit.models import ForgettingCount

    kim(cast)
    case = asked(cast)
    case.is_confidential = True
    case.record(by=None, why="vertrouwelijk")
    assert as_user(cast.director).get(url(case)).status_code == 404
    as_user(cast.ibp).post(url(case))
    reasons = set(ForgettingCount.objects.values_list("reason", flat=True))
    assert "gewist op verzoek (AVG 17)" in reasons
    assert not any(case.number in each for each in reasons)


# --- whose number it is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (
            {"first_name": "Noor", "last_name": "Visser"},
            "L-1 hoort bij een andere naam: Noor Visser, leerling van De Linde, "
            "geboren op 4 mei 2016.",
        ),
        (
            {"born_on": date(2014, 5, 4)},
            "L-1 hoort bij een andere geboortedatum: Kim Kind, leerling van De Linde, "
            "geboren op 4 mei 2014.",
        ),
        ({"key": "L-2"}, "Nummer L-1 kennen wij niet. Het kan van een ander zijn."),
    ],
)
@pytest.mark.requirement("KPO-022")
def test_by_a_number_in_doubt_nothing_is_looked_or_erased_before_somebody_made_sure(
    cast: Cast, as_user: AsUser, pupils: None, record: dict[str, Any], sentence: str
) -> None:
    pupil = kim(cast)
    for name, value in record.items():
        setattr(pupil, name, value)
    pupil.record(by=None, why="proef")
    case, client = asked(cast), as_user(cast.director)
    page = client.get(url(case))
    text = " ".join(page.text.split())
    assert "wij zoeken hier niet mee" in text
    assert sentence in text
    assert "Leerlingen van de proef" not in text
    assert "1 record is gewist." in client.post(url(case), follow=True).text  # by the address
    assert list(Pupil.objects.all()) == [pupil]
    sought = Sought.of(cast.director, emails=(), keys=["L-1"], schools=[cast.linde.pk])
    with pytest.raises(ActRefused) as refusal:
        erase_here(request=case, sought=sought, by=cast.director, at=timezone.now())
    assert str(refusal.value) == sentence


def test_what_somebody_made_sure_of_is_shown_first_and_then_erased_and_recorded(
    cast: Cast, as_user: AsUser, pupils: None
) -> None:
    pupil = kim(cast, last_name="Bakker")  # as the mother is called since
    case, client = asked(cast), as_user(cast.director)
    sure = ["L-1", f"organisation.pupil:{pupil.pk}"]
    given: dict[str, Any] = {"number": "L-1", "sure": sure}
    page = client.post(url(case), given | {"find": "1"})
    text = " ".join(page.text.split())
    assert (page.status_code, Pupil.objects.count()) == (200, 1)
    assert "Leerlingen van de proef: 1" in text
    assert text.count('name="sure" value="L-1"') == 2  # ticked still, and sent with the button
    assert "2 records zijn gewist." in client.post(url(case), given, follow=True).text
    assert not Pupil.objects.exists()
    why = case.history.order_by("-history_id").values_list("history_change_reason", flat=True)
    assert why[0] == "in deze toepassing gewist: 2; nagekeken: L-1"


def test_another_number_can_be_typed_and_is_kept_when_it_is_wrong_too(
    cast: Cast, as_user: AsUser, pupils: None
) -> None:
    kim(cast, key="L-2")
    other = people.pupil(cast.linde, key="L-3")
    case, client = asked(cast), as_user(cast.director)
    wrong = client.post(url(case), {"number": " L-3 ", "find": "1"}).text
    assert 'name="number" value="L-3"' in wrong
    assert "L-3 hoort bij een andere naam: Noor Visser" in wrong
    right = " ".join(client.post(url(case), {"number": "L-2", "find": "1"}).text.split())
    assert "Kim Kind, leerling van De Linde, geboren op 4 mei 2016" in right
    assert "past bij de naam" in right
    client.post(url(case), {"number": "L-2"})
    assert list(Pupil.objects.all()) == [other]


def test_the_number_of_a_pupil_who_was_chosen_is_in_no_doubt(
    cast: Cast, as_user: AsUser, pupils: None
) -> None:
    pupil, case = people.pupil(cast.linde, key="L-1"), asked(cast)
    subject = person(case, "subject")
    subject.pupil = pupil
    subject.record(by=None, why="gekozen")
    client = as_user(cast.director)
    text = " ".join(client.get(url(case)).text.split())
    assert "Noor Visser, leerling van De Linde" in text
    assert "wij zoeken hier niet mee" not in text
    client.post(url(case))
    assert not Pupil.objects.exists()


def test_an_address_of_somebody_else_is_in_doubt(cast: Cast, as_user: AsUser) -> None:
    child = kim(cast)
    people.guardian(child, email=KIM)
    case, client = asked(cast), as_user(cast.director)
    text = " ".join(client.get(url(case)).text.split())
    assert f"{KIM} hoort bij een andere naam: Sanne Visser, ouder of verzorger." in text
    client.post(url(case))
    assert LinkRequest.objects.count() == 1
    # One who fits does not speak for the other who has it.
    people.guardian(child, first_name="Kim", last_name="Kind", email=KIM)
    text = " ".join(client.get(url(case)).text.split())
    assert f"{KIM} hoort ook bij een andere naam: Sanne Visser, ouder of verzorger." in text
    client.post(url(case))
    assert LinkRequest.objects.count() == 1


def test_of_people_whom_the_reader_may_not_see_nothing_is_told(cast: Cast, as_user: AsUser) -> None:
    """The account of a colleague: a director sees no accounts."""
    case = asked(cast)
    subject = person(case, "subject")
    subject.email = cast.teacher.email
    subject.record(by=None, why="proef")
    assert "Tess" not in as_user(cast.director).get(url(case)).text

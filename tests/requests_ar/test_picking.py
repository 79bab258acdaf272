"""Who asks and about whom, picked from the school's own records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Guardianship, Pupil, User
from requests_ar.actions.picking import link_pupil, unlink_pupil
from requests_ar.models import RequestPerson, SubjectRequest, say_of
from tests.conftest import TODAY, Cast
from tests.factories import people as records
from tests.factories import registers as register
from tests.factories import requests as make
from tests.requests_ar.test_intake import typed

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NEW = "/verzoeken/nieuw/"
BORN = date(2016, 5, 12)


@pytest.fixture(autouse=True)
def groups(cast: Cast) -> None:
    register.group("pupils", "Leerlingen")


@pytest.fixture
def noor(cast: Cast) -> Pupil:
    """A pupil of De Linde with a mother who has authority, and a foster father without."""
    child = records.pupil(cast.linde, "Noor", key="L77", email="noor@linde.example")
    # The class of the school year in which the test runs.
    today = timezone.localdate()
    year = today.year if today.month >= 8 else today.year - 1
    records.place(child, records.group(cast.linde, "7a", year=year))
    records.guardian(child, first_name="Sanne", language="en")
    records.guardian(child, first_name="Piet", kind="foster", has_authority=False)
    return child


def asker(child: Pupil, first_name: str) -> int:
    tie = Guardianship.objects.get(pupil=child, guardian__first_name=first_name)
    return tie.guardian_id


def picked(child: Pupil, **changes: Any) -> dict[str, Any]:
    return typed(**{"name": "", "subject_name": "", "pupil": child.pk, **changes})


def test_looking_for_a_pupil_is_no_save_and_loses_nothing(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    records.pupil(cast.eik, "Noor", last_name="Vreemd")
    client = as_user(cast.director)

    page = client.post(NEW, typed(find="1", words="noor")).content.decode()

    assert "Noor Visser" in page
    assert "groep 7a, geboren op 12 mei 2016, nummer L77, De Linde" in " ".join(page.split())
    assert "Vreemd" not in page
    assert 'value="Kim Kind"' in page
    assert "Vader vroeg aan de balie om het dossier." in page
    assert "Kies ten minste" not in page
    assert SubjectRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("visser NOOR", "Noor Visser"),
        ("L77", "Noor Visser"),
        ("L7", "Niemand gevonden met “L7”."),
        ("", "Vul eerst een naam of een leerlingnummer in."),
        ("\x00", "Vul eerst een naam of een leerlingnummer in."),
    ],
)
def test_by_any_part_of_the_name_or_by_the_whole_number(
    cast: Cast, as_user: SignIn, noor: Pupil, words: str, sentence: str
) -> None:
    page = as_user(cast.director).post(NEW, typed(find="1", words=words)).content.decode()

    assert sentence in page


def test_who_finds_too_many_types_more(cast: Cast, as_user: SignIn) -> None:
    for _each in range(21):
        records.pupil(cast.linde)
    page = as_user(cast.director).post(NEW, typed(find="1", words="visser")).content.decode()

    assert page.count('name="pick"') == 20
    assert "Er zijn er meer." in page


def test_the_registered_parents_are_shown_with_what_is_registered_of_authority(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    page = as_user(cast.director).post(NEW, typed(pick=noor.pk)).content.decode()

    assert "Sanne Visser, ouder (in onze administratie: gezag ja)" in page
    assert "Piet Visser, pleegouder (in onze administratie: gezag nee)" in page
    assert "Noor Visser zelf" in page
    assert "checked" not in page.split("Wie vraagt het?")[1].split("</fieldset>")[0]


def test_a_mother_who_is_picked_is_copied_into_the_request(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    page = as_user(cast.director).post(NEW, picked(noor, asker=asker(noor, "Sanne")))

    request = SubjectRequest.objects.get()
    assert page["Location"] == f"/verzoeken/{request.number}/"
    subject, requester = make.person(request, "subject"), make.person(request)
    assert (subject.name, subject.born_on, subject.key, subject.email, subject.pupil) == (
        "Noor Visser",
        BORN,
        "L77",
        "noor@linde.example",
        noor,
    )
    assert (requester.name, requester.email, requester.relation) == (
        "Sanne Visser",
        "sanne@gezin.example",
        "parent",
    )
    assert requester.guardian_id == asker(noor, "Sanne")
    # What is registered is no check.
    assert requester.authority == "unknown"
    assert make.person(request, "representative").guardian_id == asker(noor, "Sanne")
    assert request.language == "en"
    noor.first_name = "Nora"
    noor.record(by=None, why="naam verbeterd")
    assert make.person(request, "subject").name == "Noor Visser"


def test_what_was_typed_of_who_asks_stays_as_it_was_asked(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    given = picked(noor, asker=asker(noor, "Sanne"), name="S. Visser", email="s@werk.example")
    as_user(cast.director).post(NEW, given)

    requester = make.person(SubjectRequest.objects.get())
    assert (requester.name, requester.email) == ("S. Visser", "s@werk.example")
    assert requester.guardian_id == asker(noor, "Sanne")


def test_a_foster_parent_without_authority_asks_as_another(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    as_user(cast.director).post(NEW, picked(noor, asker=asker(noor, "Piet")))

    request = SubjectRequest.objects.get()
    assert make.person(request).relation == "other"
    assert say_of(request, on=timezone.localdate()).may_ask is False


def test_a_pupil_who_asks_and_somebody_who_is_not_in_the_records(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    client = as_user(cast.director)
    client.post(NEW, picked(noor, asker="self"))
    client.post(NEW, picked(noor, asker="other", name="Olga Oma", relation="other", is_new="on"))

    first, second = SubjectRequest.objects.order_by("pk")
    assert (make.person(first).relation, make.person(first).name) == ("self", "Noor Visser")
    assert make.person(first, "subject").pupil == noor
    assert (make.person(second).relation, make.person(second).name) == ("other", "Olga Oma")
    assert make.person(second).guardian is None
    assert make.person(second, "subject").pupil == noor


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Kies wie het vraagt."),
        ({"asker": "other"}, "Vul de naam in van wie het vraagt."),
        (
            {"asker": "other", "name": "Vic", "relation": "self"},
            "Kies wat de vrager van de leerling is.",
        ),
        ({"asker": "999999"}, "999999"),
        ({"asker": "self", "text": ""}, "Schrijf op wat er gevraagd is."),
    ],
)
def test_what_lacks_is_said_and_the_pupil_stays_picked(
    cast: Cast, as_user: SignIn, noor: Pupil, changes: dict[str, Any], sentence: str
) -> None:
    page = as_user(cast.director).post(NEW, picked(noor, **changes)).content.decode()

    assert sentence in page
    assert f'name="pupil" value="{noor.pk}"' in page
    assert SubjectRequest.objects.count() == 0


def test_the_school_of_the_request_is_the_school_of_the_pupil(
    cast: Cast, as_user: SignIn, noor: Pupil
) -> None:
    client = as_user(cast.ibp)
    sent = picked(noor, asker="self", school="de-eik")
    page = client.post(NEW, sent).content.decode()
    assert "Deze leerling is van De Linde. Kies die school, of het hele bestuur." in page
    assert client.post(NEW, {**sent, "school": "bestuur"}).status_code == 302


@pytest.mark.parametrize("given", ["pick", "pupil"])
def test_a_pupil_of_another_school_cannot_be_picked(
    cast: Cast, as_user: SignIn, noor: Pupil, given: str
) -> None:
    sent = {**typed(asker=asker(noor, "Sanne"), school="de-eik", subject_name=""), given: noor.pk}
    page = as_user(cast.eik_director).post(NEW, sent).content.decode()

    for word in ("Noor", "Sanne", "nummer L77", "groep 7a"):
        assert word not in page
    assert SubjectRequest.objects.count() == 0


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "٣", "2147483648123"])
def test_a_key_that_is_none_picks_nobody(
    cast: Cast, as_user: SignIn, noor: Pupil, key: str
) -> None:
    page = as_user(cast.director).post(NEW, typed(pick=key))

    assert page.status_code == 200
    assert "Zoek de leerling" in page.content.decode()


def test_another_name_of_the_same_pupil_is_a_likely_duplicate_and_a_namesake_is_not(
    cast: Cast, now: datetime, noor: Pupil
) -> None:
    asked = make.subject_request(cast.linde, at=now, subject_name="Nootje", born_on=None)
    link_pupil(request=asked, pupil=noor, by=None, at=now)
    namesake = records.pupil(cast.linde, "Nootje", last_name="")

    def alike(pupil: Pupil) -> int:
        found = SubjectRequest.objects.alike(
            name=pupil.name, born_on=pupil.born_on, kinds=["access"], pupil=pupil.pk
        )
        return found.count()

    assert (alike(noor), alike(namesake)) == (1, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_finding_costs_the_same_for_one_and_for_three(
    cast: Cast, as_user: SignIn, count: int
) -> None:
    for number in range(count):
        child = records.pupil(cast.linde, of=records.group(cast.linde, f"{number}a"))
        records.guardian(child)
        records.pupil(cast.eik)
    client = as_user(cast.director)
    client.get(NEW)
    with CaptureQueriesContext(connection) as finding:
        page = client.post(NEW, typed(find="1", words="visser")).content.decode()
    with CaptureQueriesContext(connection) as picking:
        client.post(NEW, typed(pick=Pupil.objects.filter(school=cast.linde)[0].pk))

    assert page.count('name="pick"') == count
    assert (len(finding), len(picking)) == (FINDING, PICKING)


FINDING, PICKING = 8, 10


class TestLinking:
    """A request of the public form is typed; staff say afterwards who it is."""

    @pytest.fixture
    def asked(self, cast: Cast) -> SubjectRequest:
        return make.subject_request(
            cast.linde, at=timezone.now(), subject_name="Noor V.", born_on=None
        )

    def url(self, asked: SubjectRequest) -> str:
        return f"/verzoeken/{asked.number}/leerling/"

    def test_the_birthday_decides_from_then_on_and_the_words_stay(
        self, cast: Cast, as_user: SignIn, noor: Pupil, asked: SubjectRequest
    ) -> None:
        client = as_user(cast.director)
        sent = {"link": "1", "pupil": noor.pk, "asker": asker(noor, "Sanne")}
        assert client.post(self.url(asked), sent).status_code == 302

        subject, requester = make.person(asked, "subject"), make.person(asked)
        assert (subject.name, subject.born_on, subject.key) == ("Noor V.", BORN, "L77")
        assert (requester.name, requester.email) == ("Mila Moeder", "mila@thuis.example")
        assert (requester.guardian_id, requester.authority) == (asker(noor, "Sanne"), "unknown")
        page = client.get(f"/verzoeken/{asked.number}/").content.decode()
        assert f'<a href="/leerlingen/{noor.pk}/">Noor Visser</a>' in page
        assert "in onze administratie: gezag ja" in page

    def test_it_is_found_shown_and_taken_back(
        self, cast: Cast, as_user: SignIn, noor: Pupil, asked: SubjectRequest
    ) -> None:
        records.pupil(cast.eik, "Noor", last_name="Vreemd")
        client = as_user(cast.director)
        page = client.get(self.url(asked)).content.decode()
        assert 'value="Noor V."' in page
        page = client.post(self.url(asked), {"find": "1", "words": "noor"}).content.decode()
        assert "Noor Visser" in page
        assert "Vreemd" not in page
        page = client.post(self.url(asked), {"pick": noor.pk}).content.decode()
        assert "Sanne Visser, sanne@gezin.example" in page
        assert RequestPerson.objects.filter(pupil=noor).count() == 0
        client.post(self.url(asked), {"link": "1", "pupil": noor.pk})
        assert RequestPerson.objects.filter(pupil=noor).count() == 1
        client.post(self.url(asked), {"unlink": "1"})
        assert RequestPerson.objects.filter(pupil=noor).count() == 0
        again = client.post(self.url(asked), {"unlink": "1"}).content.decode()
        assert "Dit verzoek is niet gekoppeld." in again

    @pytest.mark.parametrize("name", ["teacher", "care", "fg", "auditor", "eik_director"])
    def test_for_who_handles_it_only(
        self, cast: Cast, as_user: SignIn, noor: Pupil, asked: SubjectRequest, name: str
    ) -> None:
        client = as_user(getattr(cast, name))
        assert client.get(self.url(asked)).status_code == 404
        sent = {"link": "1", "pupil": noor.pk}
        assert client.post(self.url(asked), sent).status_code == 404
        assert RequestPerson.objects.filter(pupil=noor).count() == 0

    def test_another_schools_pupil_is_not_found(
        self, cast: Cast, as_user: SignIn, asked: SubjectRequest
    ) -> None:
        stranger = records.pupil(cast.eik, "Vreemd")
        client = as_user(cast.director)
        page = client.post(self.url(asked), {"link": "1", "pupil": stranger.pk}).content.decode()
        assert "Deze leerling is niet gevonden. Zoek opnieuw." in page
        assert "Vreemd" not in page

    def test_a_request_of_a_school_is_about_its_own_pupils(
        self, cast: Cast, as_user: SignIn, noor: Pupil, now: datetime
    ) -> None:
        asked = make.subject_request(cast.eik, at=now)
        page = as_user(cast.ibp).post(self.url(asked), {"find": "1", "words": "L77"})
        assert "Niemand gevonden" in page.content.decode()
        with pytest.raises(ActRefused, match="van een andere school dan het verzoek"):
            link_pupil(request=asked, pupil=noor, by=None, at=now)
        of_board = make.subject_request(None, at=now)
        link_pupil(request=of_board, pupil=noor, by=None, at=now)
        assert make.person(of_board, "subject").pupil == noor

    def test_what_cannot_be_is_refused(
        self, cast: Cast, noor: Pupil, asked: SubjectRequest, now: datetime
    ) -> None:
        other = records.guardian(records.pupil(cast.linde, "Bo"), first_name="Ans")
        with pytest.raises(ActRefused, match="geen ouder of verzorger van deze leerling"):
            link_pupil(request=asked, pupil=noor, guardian=other, by=None, at=now)
        own = make.subject_request(cast.linde, at=now, relation="self", name="Noor")
        mother = Guardianship.objects.filter(pupil=noor)[0].guardian
        with pytest.raises(ActRefused, match="De vrager is de leerling zelf"):
            link_pupil(request=own, pupil=noor, guardian=mother, by=None, at=now)
        baby = records.pupil(cast.linde, "Kees", born_on=date(2999, 1, 1))
        with pytest.raises(ActRefused, match="ligt na de ontvangst"):
            link_pupil(request=asked, pupil=baby, by=None, at=now)
        done = make.subject_request(cast.linde, at=now, state="answered", answered_on=TODAY)
        with pytest.raises(ActRefused, match="hier verandert niets meer aan"):
            link_pupil(request=done, pupil=noor, by=None, at=now)
        with pytest.raises(ActRefused, match="niet gekoppeld"):
            unlink_pupil(request=asked, by=None, at=now)

    def test_a_birthday_that_is_filled_in_later_counts(
        self, cast: Cast, asked: SubjectRequest, now: datetime
    ) -> None:
        child = records.pupil(cast.linde, "Sam", born_on=None)
        link_pupil(request=asked, pupil=child, by=None, at=now)
        assert "geboortedatum is niet bekend" in say_of(asked, on=TODAY).explanation
        child.born_on = date(2009, 1, 1)
        child.record(by=None, why="de ouders vertelden het")
        asked = SubjectRequest.objects.get(pk=asked.pk)
        assert "16 of 17" in say_of(asked, on=TODAY).explanation

    def test_what_the_records_hold_shows_in_an_access_request(
        self, cast: Cast, as_user: SignIn, noor: Pupil, asked: SubjectRequest
    ) -> None:
        client, page = as_user(cast.director), f"/verzoeken/{asked.number}/bij-ons/"
        assert "Leerling L77" not in client.get(page).content.decode()
        link_pupil(request=asked, pupil=noor, by=None, at=timezone.now())
        assert "Leerling L77 van De Linde" in client.get(page).content.decode()

    def test_forgetting_the_pupil_leaves_the_request(
        self, cast: Cast, asked: SubjectRequest, now: datetime
    ) -> None:
        child = records.pupil(cast.linde, "Sam")
        link_pupil(request=asked, pupil=child, by=None, at=now)
        child.delete()
        subject = make.person(asked, "subject")
        assert (subject.pupil, subject.name, subject.born_on) == (None, "Noor V.", BORN)

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_case_and_the_picking_cost_the_same(
        self, cast: Cast, as_user: SignIn, asked: SubjectRequest, count: int
    ) -> None:
        pupil = records.pupil(cast.linde)
        ties = [records.guardian(pupil, first_name=f"Ouder{each}") for each in range(count)]
        for _each in range(count - 1):
            records.pupil(cast.linde)
        link_pupil(request=asked, pupil=pupil, guardian=ties[0], by=None, at=timezone.now())
        client, asks = as_user(cast.director), []
        client.get(self.url(asked))
        for sent in (None, {}, {"find": "1", "words": "visser"}, {"pick": pupil.pk}):
            with CaptureQueriesContext(connection) as queries:
                if sent is None:
                    client.get(f"/verzoeken/{asked.number}/")
                else:
                    client.post(self.url(asked), sent)
            asks.append(len(queries))
        assert asks == CASE_AND_PICKING


CASE_AND_PICKING = [12, 7, 9, 10]

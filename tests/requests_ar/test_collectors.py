"""What this application itself holds about a person, by address and by key, for who may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from privacyboard.audit import collectors
from privacyboard.audit.collectors import Sought, collect
from privacyboard.organisation.models import User
from requests_ar.actions.searching import Asked, ask_search
from tests.conftest import TODAY, Cast
from tests.factories import complaints as make_complaints
from tests.factories import disclosures as make_disclosures
from tests.factories import requests as make

AsUser = Callable[[User], Client]
MAIL = "mila@thuis.example"
TRACES = "Geschiedenis en toegangslog"


def found(
    reader: User,
    *,
    emails: tuple[str, ...] = (),
    keys: tuple[str, ...] = (),
    traces: bool = False,
    **person: Any,
) -> Any:
    """Per part what is told; what is empty left out, and how often the history names the person."""
    parts = collect(Sought.of(reader, emails=emails, keys=keys, **person))
    told = {part.title: [each.sentence for each in part.held] for part in parts if part.held}
    if not traces:
        told.pop(TRACES, None)
    return told


@pytest.mark.django_db
class TestCollectors:
    def test_by_address_whatever_the_capitals(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now, email="Mila@Thuis.example")
        make_complaints.complaint(cast.linde, at=now, email=MAIL)
        told = found(cast.ibp, emails=(" MILA@thuis.example ",))
        assert told["Verzoeken"] == [
            "Verzoek V-2026-0001: wie het vraagt.",
            "Verzoek V-2026-0001: wie vertegenwoordigt.",
        ]
        assert told["Klachten"] == ["Klacht K-2026-0001."]
        assert "E-mail “Wij hebben uw klacht ontvangen (K-2026-0001)”." in told["Post"]
        assert found(cast.ibp, emails=("ander@thuis.example",)) == {}

    def test_by_key(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now, key="L-1001")
        make_disclosures.disclosure(cast.linde, at=now)
        make_disclosures.note(cast.linde)
        make_disclosures.disclosure(cast.linde, at=now, person_key="L-1002")
        assert found(cast.ibp, keys=("L-1001",)) == {
            "Verzoeken": ["Verzoek V-2026-0001: over wie het gaat."],
            "Verstrekkingen": ["Verstrekking aan DUO (De Linde): De bekostiging."],
            "Afspraken over vertrouwelijkheid": [
                "Afspraak over zeer vertrouwelijke gegevens (De Linde), met Beide ouders."
            ],
        }

    def test_an_account_with_its_roles(self, cast: Cast) -> None:
        assert found(cast.ibp, emails=("tess@deproef.example",)) == {
            "Accounts": ["Account tess@deproef.example: medewerker, De Linde."]
        }

    def test_a_director_is_told_nothing_of_another_school_or_of_a_confidential_case(
        self, cast: Cast, now: datetime
    ) -> None:
        make.subject_request(cast.linde, at=now, key="L-1001", is_confidential=True)
        make_complaints.complaint(cast.linde, at=now, email=MAIL, is_confidential=True)
        make.subject_request(cast.eik, at=now, key="L-1001")
        make_disclosures.disclosure(cast.eik, at=now)
        assert found(cast.director, emails=(MAIL,), keys=("L-1001",)) == {}
        everything = found(cast.fg, emails=(MAIL,), keys=("L-1001",))
        assert set(everything) == {"Verzoeken", "Klachten", "Post", "Verstrekkingen"}

    def test_nobody_is_not_everybody(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now, email="", key="")
        assert collect(Sought.of(cast.ibp, emails=["", " "], keys=[""])) == []

    def test_by_name_when_there_is_no_number_and_never_who_was_born_on_another_day(
        self, cast: Cast, now: datetime
    ) -> None:
        born = date(2016, 5, 4)
        make.subject_request(cast.linde, at=now, subject_name="KIM kind", born_on=born)
        make.subject_request(cast.linde, at=now, subject_name="Kim Kind", born_on=None)
        make.subject_request(cast.linde, at=now, subject_name="Kim Kind", born_on=date(2012, 1, 1))
        make_complaints.complaint(cast.linde, at=now, name="Kim Kind", email="")
        only = "Alleen de naam is gelijk."
        assert found(cast.ibp, name=" Kim  Kind ", born_on=born) == {
            "Verzoeken": [
                f"Verzoek V-2026-0002: over wie het gaat. {only}",
                f"Verzoek V-2026-0001: over wie het gaat. {only}",
            ],
            "Klachten": [f"Klacht K-2026-0001. {only}"],
        }

    def test_a_search_that_was_asked_of_the_person(self, cast: Cast, now: datetime) -> None:
        case = make.subject_request(cast.linde, at=now)
        asked = Asked(what="De map.", due_on=TODAY, assignee=cast.teacher)
        ask_search(request=case, asked=asked, by=cast.director, at=now)
        told = found(cast.director, emails=(cast.teacher.email,))
        assert told["Verzoeken"] == ["Zoektaak bij verzoek V-2026-0001."]
        assert told["Post"] == ["E-mail “Wilt u iets opzoeken, uiterlijk 2 maart? (V-2026-0001)”."]

    def test_how_often_history_and_access_log_name_the_person(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        case = make.subject_request(cast.linde, at=now, key="L-1001")
        person = case.people.get(role="subject")
        person.phone = "0612345678"
        person.record(by=None, why="proef")
        person.key = ""
        person.record(by=None, why="het nummer was van een ander")
        make_complaints.complaint(cast.linde, at=now, email=cast.teacher.email)
        as_user(cast.ibp).get(f"/verzoeken/{case.number}/")
        # The number is gone, and history keeps it: made, and changed once with it.
        assert found(cast.fg, keys=("L-1001",), traces=True) == {
            TRACES: ["2 regels in de geschiedenis van: personen bij een verzoek."]
        }
        teacher = found(cast.fg, emails=(cast.teacher.email,), traces=True)[TRACES]
        assert teacher == [
            "1 regel in de geschiedenis van: klachten.",
            "1 regel in de geschiedenis van: accounts.",
        ]
        assert found(cast.fg, emails=(cast.ibp.email,), traces=True)[TRACES][-1] == (
            "1 regel in het toegangslog: wat dit account opende of ophaalde."
        )
        # The access log is for who may read it.
        assert len(found(cast.director, emails=(cast.ibp.email,), traces=True)[TRACES]) == 1
        assert found(cast.eik_director, keys=("L-1001",), traces=True) == {}

    def test_another_app_registers_its_own_and_only_the_newest_are_named(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        User.objects.bulk_create(
            User(email=f"n{number}@thuis.example", first_name="N") for number in range(101)
        )
        monkeypatch.setattr(collectors, "_collectors", {})
        for name in ("photos", "films"):
            collectors.register(
                name,
                title=name,
                collector=lambda sought: [
                    collectors.rows(
                        User.objects.filter(first_name="N").order_by("-pk"),
                        on=F("created_at"),
                        email="email",
                    )
                ],
                say=lambda told: (f"Foto van {told['email']}", ""),
            )
        with django_assert_num_queries(1):
            photos, films = collect(Sought.of(cast.ibp, emails=[MAIL], keys=[]))
        assert (photos.title, len(photos.held), photos.has_more) == ("photos", 100, True)
        assert photos.held[0].sentence == "Foto van n100@thuis.example"
        assert films.has_more


@pytest.mark.django_db
class TestPage:
    def test_it_is_found_for_the_request(self, cast: Cast, as_user: AsUser, now: datetime) -> None:
        made = make.subject_request(cast.linde, at=now, key="L-1001")
        make_disclosures.disclosure(cast.linde, at=now)
        words = as_user(cast.director).get(f"/verzoeken/{made.number}/bij-ons/").content.decode()
        assert "Verstrekking aan DUO (De Linde): De bekostiging." in words
        assert "Verzoek V-2026-0001: over wie het gaat." in words
        assert (
            as_user(cast.eik_director).get(f"/verzoeken/{made.number}/bij-ons/").status_code == 404
        )
        assert as_user(cast.teacher).get(f"/verzoeken/{made.number}/bij-ons/").status_code == 404

    def test_without_a_number_it_finds_by_name_and_says_what_a_number_would_add(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.subject_request(cast.linde, at=now)
        words = as_user(cast.director).get(f"/verzoeken/{made.number}/bij-ons/").content.decode()
        assert "Gezocht op: Kim Kind." in " ".join(words.replace("  ", " ").split())
        assert "Alleen de naam is gelijk." in words
        assert "Vul bij de persoon het leerling- of personeelsnummer in" in words

    def test_staff_fill_in_the_number_and_then_it_is_found(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.subject_request(cast.linde, at=now)
        make_disclosures.disclosure(cast.linde, at=now)
        client, subject = as_user(cast.director), made.people.get(role="subject")
        page = f"/verzoeken/{made.number}/persoon/{subject.pk}/"
        given = {"name": "Kim Kind", "born_on": "2016-05-04", "protection": "none", "key": "L-1001"}
        assert client.post(page, given).status_code == 302
        words = client.get(f"/verzoeken/{made.number}/bij-ons/").content.decode()
        assert "Verstrekking aan DUO (De Linde): De bekostiging." in words
        bsn = client.post(page, {**given, "key": "111222333"}).content.decode()
        assert "een BSN kan zijn" in bsn

    @pytest.mark.parametrize("number", [1, 3])
    @pytest.mark.parametrize(("name", "queries"), [("ibp", 7), ("director", 7)])
    def test_it_asks_the_same_whatever_is_found(
        self,
        cast: Cast,
        as_user: AsUser,
        now: datetime,
        django_assert_num_queries: Any,
        name: str,
        queries: int,
        number: int,
    ) -> None:
        made = make.subject_request(cast.linde, at=now, key="L-1001", relation="self")
        for _each in range(number):
            make_disclosures.disclosure(cast.linde, at=now)
            make_disclosures.note(cast.linde, agreed_on=TODAY)
            make_complaints.complaint(cast.linde, at=now, email=MAIL)
        client = as_user(getattr(cast, name))
        client.get(f"/verzoeken/{made.number}/bij-ons/")
        with django_assert_num_queries(queries):
            client.get(f"/verzoeken/{made.number}/bij-ons/")

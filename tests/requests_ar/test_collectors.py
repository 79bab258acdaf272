"""What this application itself holds about a person, by address and by key, for who may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from privacyboard.audit import collectors
from privacyboard.audit.collectors import Held, Sought, collect
from privacyboard.organisation.models import User
from tests.conftest import TODAY, Cast
from tests.factories import complaints as make_complaints
from tests.factories import disclosures as make_disclosures
from tests.factories import requests as make

AsUser = Callable[[User], Client]
MAIL = "mila@thuis.example"


def found(reader: User, *, emails: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> Any:
    """Per part what is told; what is empty left out."""
    parts = collect(Sought.of(reader, emails=emails, keys=keys))
    return {part.title: [each.sentence for each in part.held] for part in parts if part.held}


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

    def test_another_app_registers_its_own_and_only_the_newest_are_named(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(collectors, "_collectors", {})
        collectors.register(
            "photos",
            title="Foto's",
            collector=lambda sought: (Held(f"Foto {n}", date(2026, 3, 2)) for n in range(1000)),
        )
        [part] = collect(Sought.of(cast.ibp, emails=[MAIL], keys=[]))
        assert (part.title, len(part.held), part.has_more) == ("Foto's", 100, True)


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

    def test_without_key_or_address_it_says_what_to_do(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        made = make.subject_request(cast.linde, at=now)
        words = as_user(cast.director).get(f"/verzoeken/{made.number}/bij-ons/").content.decode()
        assert "Wij kunnen niet zoeken" in words

    @pytest.mark.parametrize("number", [1, 3])
    @pytest.mark.parametrize(("name", "queries"), [("ibp", 12), ("director", 12)])
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

"""The page of a parent: only the children whom the reader may see, and an address put right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.audit.collectors import Sought, collect
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import Guardian, User
from tests.conftest import Cast
from tests.factories import people
from tests.people.village import Village

AsUser = Callable[[User], Client]


def page(guardian: Guardian, act: str = "") -> str:
    return f"/leerlingen/ouders/{guardian.pk}/" + (f"{act}/" if act else "")


def seen(client: Client, path: str) -> int:
    return int(client.get(path).context["seen"])


def reasons(guardian: Guardian) -> list[str]:
    rows = guardian.history.order_by("history_id")
    return [row.history_change_reason for row in rows]


class TestWhoMay:
    def test_each_director_sees_the_own_child_of_the_family(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        for who, child, sister in (
            (cast.director, "Noor", "Saar"),
            (cast.eik_director, "Saar", "Noor"),
        ):
            for path in (page(village.mother), page(village.mother, "verloop")):
                text = as_user(who).get(path).text
                assert "Sanne Visser" in text
                assert sister not in text
            assert child in as_user(who).get(page(village.mother)).text
        both = as_user(cast.fg).get(page(village.mother)).text
        assert "Noor Visser" in both
        assert "Saar Visser" in both

    @pytest.mark.parametrize(
        "who", ["eik_director", "teacher", "care", "auditor", "administrator", "board_member"]
    )
    def test_strangers_find_nothing(
        self, cast: Cast, village: Village, as_user: AsUser, who: str
    ) -> None:
        client = as_user(getattr(cast, who))
        for act in ("", "verloop", "wijzigen", "adres", "link"):
            assert client.get(page(village.father, act)).status_code == 404
        assert client.post(page(village.father, "adres"), {"email": "a@b.nl"}).status_code == 404

    def test_the_fg_changes_nothing(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        client = as_user(cast.fg)
        assert page(village.mother, "adres") not in client.get(page(village.mother)).text
        for act in ("wijzigen", "adres", "link"):
            assert client.post(page(village.mother, act), {"email": "a@b.nl"}).status_code == 404
        assert reasons(village.mother) == ["ingevoerd"]

    def test_the_log_tells_who_read(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        as_user(cast.director).get(page(village.mother))
        as_user(cast.fg).get(page(village.mother))
        found = AccessEntry.objects.order_by("id").values_list("by__first_name", "school__name")
        # Of a family of two schools the log of neither tells.
        assert list(found) == [("Dirk", "De Linde"), ("Fenna", None)]


class TestAddress:
    def test_an_address_that_bounced_is_put_right(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        mother = village.mother
        mother.unreachable_since, mother.unreachable_why = timezone.now(), "bounced"
        mother.record(by=None, why="kwam terug")
        client = as_user(cast.director)
        assert "onze mail kwam terug" in client.get(page(mother)).text
        path = page(mother, "adres")
        typed = {
            "email": " Sanne@Nieuw.example ",
            "other_emails": "oma@gezin.example,\n\nSANNE@gezin.example\noma@gezin.example",
            "seen": seen(client, path),
        }
        answer = client.post(path, typed, follow=True)
        assert "Het adres is bewaard." in answer.text
        mother = Guardian.objects.get(pk=mother.pk)
        assert (mother.email, mother.can_be_mailed, mother.unreachable_why) == (
            "sanne@nieuw.example",
            True,
            "",
        )
        assert mother.other_emails == ["oma@gezin.example", "sanne@gezin.example"]
        assert reasons(mother) == ["ingevoerd", "kwam terug", "e-mailadres hersteld"]
        # A link that went to the old address can be read by a stranger.
        assert mother.link_number == 2
        assert "Iemand anders was u voor." in client.post(path, typed).text

    def test_the_same_address_works_again_with_the_same_link(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        mother = village.mother
        mother.unreachable_since, mother.unreachable_why = timezone.now(), "refused"
        mother.record(by=None, why="geweigerd")
        as_user(cast.director).post(
            page(mother, "adres"), {"email": mother.email, "other_emails": ""}
        )
        mother = Guardian.objects.get(pk=mother.pk)
        assert (mother.can_be_mailed, mother.link_number) == (True, 1)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"email": "geen adres"}, "Dit is geen e-mailadres."),
            ({"other_emails": "een@x.nl\ngeen"}, "“geen” is geen e-mailadres."),
            ({"other_emails": "<b>@x"}, "&lt;b&gt;@x"),
            (
                {"other_emails": " ".join(f"a{n}@x.nl" for n in range(6))},
                "Ten hoogste 5 andere adressen.",
            ),
        ],
    )
    def test_what_is_no_address(
        self,
        cast: Cast,
        village: Village,
        as_user: AsUser,
        typed: dict[str, str],
        sentence: str,
    ) -> None:
        given = {"email": "goed@x.nl", "other_emails": "", **typed}
        answer = as_user(cast.director).post(page(village.mother, "adres"), given)
        assert sentence in answer.text
        assert reasons(village.mother) == ["ingevoerd"]


def test_name_and_language(cast: Cast, village: Village, as_user: AsUser) -> None:
    client = as_user(cast.director)
    typed = {"first_name": "S.", "infix": "van", "last_name": "Dam", "language": "ar"}
    client.post(page(village.mother, "wijzigen"), typed)
    mother = Guardian.objects.get(pk=village.mother.pk)
    assert (mother.name, mother.sort_name, mother.language) == ("S. van Dam", "dam s. van", "ar")
    empty = client.post(
        page(village.mother, "wijzigen"), {**typed, "first_name": "", "last_name": ""}
    )
    assert "Vul een naam in." in empty.text


def test_links_are_revoked(cast: Cast, village: Village, as_user: AsUser) -> None:
    client = as_user(cast.director)
    path = page(village.mother, "link")
    given = {"seen": seen(client, path)}
    assert Guardian.objects.get(pk=village.mother.pk).link_number == 1
    client.post(path, given)
    client.post(path, given)
    assert Guardian.objects.get(pk=village.mother.pk).link_number == 2


@pytest.mark.parametrize(("part", "queries"), [("", 7), ("verloop", 6), ("adres", 7)])
def test_what_it_costs(
    cast: Cast, village: Village, as_user: AsUser, part: str, queries: int
) -> None:
    client = as_user(cast.director)
    client.get(page(village.father, part))
    found = []
    for names in ((), ("Twee", "Drie")):
        for name in names:
            child = people.pupil(cast.linde, name)
            tie = village.father.guardianships.model(pupil=child, guardian=village.father)
            tie.record(by=None, why="proef")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(village.father, part)).status_code == 200
        found.append(len(asked))
    assert found == [queries, queries]


class TestCollectors:
    """What a request for access finds here, for who may see it."""

    TITLES = ("Lijst van leerlingen", "Lijst van ouders", "Lijst van leerkrachten")

    def found(self, reader: User, *titles: str, **by: str) -> dict[str, list[str]]:
        sought = Sought.of(
            reader,
            emails=[by.get("email", "")],
            keys=[by.get("key", "")],
            name=by.get("name", ""),
        )
        return {
            part.title: [each.sentence for each in part.held]
            for part in collect(sought)
            if part.held and part.title in (titles or self.TITLES)
        }

    def test_a_parent_by_address(self, cast: Cast, village: Village) -> None:
        both = ["Ouder of verzorger van Noor Visser (De Linde), Saar Visser (De Eik)."]
        one = ["Ouder of verzorger van Noor Visser (De Linde)."]
        mail = " SANNE@gezin.example"
        assert self.found(cast.ibp, email=mail) == {"Lijst van ouders": both}
        assert self.found(cast.director, email=mail) == {"Lijst van ouders": one}
        assert self.found(cast.teacher, email=mail) == {}
        assert self.found(cast.auditor, email=mail) == {}

    def test_a_parent_by_an_older_address(self, cast: Cast, village: Village) -> None:
        village.father.other_emails = ["oud@vader.example"]
        village.father.record(by=None, why="proef")
        told = self.found(cast.director, email="oud@vader.example")
        assert told == {"Lijst van ouders": ["Ouder of verzorger van Noor Visser (De Linde)."]}

    def test_a_pupil_by_number_and_by_name(self, cast: Cast, village: Village) -> None:
        sentence = "Leerling 1001 van De Linde, met 1 groep en 2 ouders of verzorgers."
        assert self.found(cast.director, key="1001") == {"Lijst van leerlingen": [sentence]}
        assert self.found(cast.director, name="noor  visser") == {
            "Lijst van leerlingen": [f"{sentence} Alleen de naam is gelijk."]
        }
        assert self.found(cast.eik_director, key="1001") == {}
        assert self.found(cast.teacher, key="1001") == {}

    def test_a_teacher_and_the_history(self, cast: Cast, village: Village) -> None:
        mail = cast.teacher.email
        assert self.found(cast.ibp, email=mail) == {
            "Lijst van leerkrachten": ["Leerkracht van De Linde."]
        }
        village.mother.email = "nu@gezin.example"
        village.mother.record(by=None, why="proef")
        title = "Geschiedenis van de lijsten"
        assert self.found(cast.director, title, email="sanne@gezin.example") == {
            title: ["1 regel in de geschiedenis van: ouders en verzorgers."]
        }

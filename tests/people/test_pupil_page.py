"""The page of a pupil and its acts: who may, what is kept, who comes second, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import Guardian, Guardianship, Placement, Pupil, User
from tests.conftest import Cast
from tests.factories import people
from tests.people.village import Village, this_year

AsUser = Callable[[User], Client]
STRANGERS = ("eik_director", "teacher", "eik_teacher", "care", "auditor", "administrator")
ACTS = ("wijzigen", "groep", "vertrek", "terug", "ouder-toevoegen", "link")
FACTS = {
    "key": "1001",
    "first_name": "Noor",
    "infix": "",
    "last_name": "Visser",
    "born_on": "2016-05-12",
    "email": "",
    "language": "nl",
    "arrived_on": "",
}


def page(pupil: Pupil, act: str = "", row: int | None = None) -> str:
    parts = [f"/leerlingen/{pupil.pk}/", f"{act}/" if act else "", f"{row}/" if row else ""]
    return "".join(parts)


def seen(client: Client, path: str) -> int:
    return int(client.get(path).context["seen"])


def reasons(record: Any) -> list[str]:
    return [row.history_change_reason for row in record.history.order_by("history_id")]


class TestWhoMay:
    @pytest.mark.parametrize("who", STRANGERS)
    def test_strangers_find_nothing(
        self, cast: Cast, village: Village, as_user: AsUser, who: str
    ) -> None:
        client = as_user(getattr(cast, who))
        tie = village.noor.guardianships.get(guardian=village.mother)
        paths = [page(village.noor), page(village.noor, "verloop")]
        paths += [page(village.noor, act) for act in ACTS] + [page(village.noor, "gezag", tie.pk)]
        assert {client.get(path).status_code for path in paths} == {404}
        assert {client.post(path, FACTS).status_code for path in paths} <= {404, 405}
        assert reasons(village.noor) == ["ingeschreven"]

    def test_the_fg_reads_all_and_changes_nothing(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.fg)
        answer = client.get(page(village.noor))
        assert "Sanne Visser" in answer.text
        for act in ACTS:
            assert page(village.noor, act) not in answer.text
            assert client.post(page(village.noor, act), FACTS).status_code == 404
        assert client.get("/leerlingen/nieuw/").status_code == 404
        assert reasons(village.noor) == ["ingeschreven"]

    def test_no_act_of_another_name_and_no_tie_of_another_pupil(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        tie = village.saar.guardianships.get()
        for path in (
            page(village.noor, "verwijderen"),
            page(village.noor, "gezag"),
            page(village.noor, "gezag", tie.pk),
            page(village.noor, "wijzigen", 1),
            "/leerlingen/99999999999999999999/",
        ):
            assert client.get(path).status_code == 404, path


def test_the_page_tells_what_is_known_and_the_log_tells_who_read(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    answer = as_user(cast.director).get(page(village.noor))
    words = " ".join(answer.text.split())
    for text in ("12 mei 2016", "1001", "Sanne Visser", "nee: beslist niet mee", "7a", "De Linde"):
        assert text in words, text
    # Her sister is at a school that this director does not read.
    assert "Saar" not in words
    entry = AccessEntry.objects.get()
    assert (entry.by, entry.act, entry.title, entry.school) == (
        cast.director,
        "opened",
        "Noor Visser",
        cast.linde,
    )


def test_without_a_day_of_birth_it_is_said(cast: Cast, village: Village, as_user: AsUser) -> None:
    sentence = "Zolang niemand hem invult, antwoorden de ouders"
    client = as_user(cast.director)
    assert sentence not in client.get(page(village.noor)).text
    village.noor.born_on = None
    village.noor.record(by=None, why="proef")
    assert sentence in client.get(page(village.noor)).text


@pytest.mark.parametrize(
    ("part", "queries"),
    [("", 8), ("verloop", 7), ("wijzigen", 6), ("groep", 8), ("ouder-toevoegen", 6)],
)
def test_what_it_costs(
    cast: Cast, village: Village, as_user: AsUser, part: str, queries: int
) -> None:
    client = as_user(cast.director)
    client.get(page(village.mila, part))
    found = []
    for names in (("Een",), ("Twee", "Drie")):
        for name in names:
            people.guardian(village.mila, first_name=name)
            people.place(village.mila, people.group(cast.linde, name, year=this_year() - 1))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(village.mila, part)).status_code == 200
        found.append(len(asked))
    assert found == [queries, queries]


class TestChanging:
    def test_facts_with_history(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        client = as_user(cast.director)
        path = page(village.noor, "wijzigen")
        typed = {
            **FACTS,
            "first_name": "Nora",
            "infix": "de",
            "last_name": "Vries",
            "born_on": "31-12-2015",
            "email": "nora@leerling.example",
            "language": "tr",
            "has_curator": "on",
            "seen": seen(client, path),
        }
        answer = client.post(path, typed, follow=True)
        assert "De gegevens zijn bewaard." in answer.text
        noor = Pupil.objects.get(pk=village.noor.pk)
        assert (noor.name, noor.sort_name, noor.born_on) == (
            "Nora de Vries",
            "vries nora de",
            date(2015, 12, 31),
        )
        assert (noor.email, noor.language, noor.has_curator) == (
            "nora@leerling.example",
            "tr",
            True,
        )
        last = noor.history.latest("history_id")
        assert (last.history_user, last.history_change_reason) == (
            cast.director,
            "gegevens gewijzigd",
        )
        told = client.get(page(village.noor, "verloop")).text
        assert "gegevens gewijzigd" in told
        assert "Nora" in told

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"key": ""}, "Vul het leerlingnummer in."),
            ({"key": "1002"}, "Dit nummer heeft Mila Bakker al."),
            ({"first_name": "", "last_name": ""}, "Vul een roepnaam of een achternaam in."),
            ({"born_on": "2999-01-01"}, "Deze dag is nog niet geweest."),
            ({"born_on": "0026-01-01"}, "Dit jaar ligt voor 1900."),
            ({"born_on": "1901-01-01"}, "Dit kan geen geboortedatum van een leerling zijn."),
            ({"born_on": "31-2-2016"}, "Dit is geen dag die bestaat."),
            ({"email": "geen adres"}, "Dit is geen e-mailadres."),
            ({"language": "xx"}, "xx"),
            ({"last_name": "BSN 111222333"}, "een nummer dat een BSN kan zijn"),
            ({"key": "111222333"}, "een nummer dat een BSN kan zijn"),
            ({"first_name": "N\x00r"}, "Null"),
            ({"last_name": "x" * 101}, "100"),
        ],
    )
    def test_what_cannot_be(
        self,
        cast: Cast,
        village: Village,
        as_user: AsUser,
        wrong: dict[str, str],
        sentence: str,
    ) -> None:
        client = as_user(cast.director)
        answer = client.post(page(village.noor, "wijzigen"), {**FACTS, "infix": "van", **wrong})
        assert sentence in answer.text
        assert 'value="van"' in answer.text
        assert reasons(village.noor) == ["ingeschreven"]

    def test_what_is_typed_is_words_and_never_markup(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        bad = "<script>alert(1)</script>"
        client.post(page(village.noor, "wijzigen"), {**FACTS, "last_name": bad})
        for path in (page(village.noor), page(village.noor, "wijzigen"), "/leerlingen/"):
            text = client.get(path).text
            assert bad not in text
            assert "&lt;script&gt;" in text

    def test_who_comes_second_is_told_and_loses_nothing(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        path = page(village.noor, "wijzigen")
        before = seen(client, path)
        as_user(cast.ibp).post(path, {**FACTS, "first_name": "Nora", "seen": before})
        answer = as_user(cast.director).post(
            path, {**FACTS, "first_name": "Noortje", "seen": before}
        )
        assert "Iemand anders was u voor." in answer.text
        assert "Ilse Beheer" in answer.text
        assert 'value="Noortje"' in answer.text
        assert Pupil.objects.get(pk=village.noor.pk).first_name == "Nora"


class TestGroups:
    def test_the_class_of_now_ends_the_day_before(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        day = timezone.localdate()
        art = people.group(cast.linde, "plusklas", year=this_year(), is_combined=True)
        client = as_user(cast.director)
        typed = {"group": village.other_group.pk, "starts_on": day.isoformat()}
        answer = client.post(page(village.noor, "groep"), typed, follow=True)
        assert "De leerling is geplaatst." in answer.text
        # A group across classes stands beside the class.
        client.post(page(village.noor, "groep"), {**typed, "group": art.pk})
        placed = Placement.objects.filter(pupil=village.noor).order_by("id")
        assert [(each.group.name, each.starts_on, each.ends_on) for each in placed] == [
            ("7a", date(this_year(), 8, 1), day - timedelta(days=1)),
            ("8b", day, None),
            ("plusklas", day, None),
        ]
        assert reasons(village.noor)[1].startswith("in groep 8b vanaf ")

    def test_twice_is_once(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        client = as_user(cast.director)
        typed = {"group": village.other_group.pk, "starts_on": timezone.localdate().isoformat()}
        client.post(page(village.noor, "groep"), typed)
        answer = client.post(page(village.noor, "groep"), typed)
        assert "De leerling zit al in groep 8b." in answer.text
        assert Placement.objects.filter(pupil=village.noor).count() == 2

    def test_a_group_of_another_school_or_year_is_refused(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        other = people.group(cast.eik, "1", year=this_year())
        old = people.group(cast.linde, "6", year=this_year() - 1)
        for group in (other, old):
            answer = client.post(
                page(village.noor, "groep"), {"group": group.pk, "starts_on": "2026-01-05"}
            )
            assert "Kies een groep uit de lijst." in answer.text
        answer = client.post(
            page(village.noor, "groep"),
            {"group": village.other_group.pk, "starts_on": f"{this_year() + 1}-08-01"},
        )
        assert "Deze dag valt niet in het schooljaar van de groep." in answer.text
        assert Placement.objects.filter(pupil=village.noor).count() == 1


class TestLeaving:
    def test_leaving_ends_the_class_and_coming_back_is_recorded(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        day = timezone.localdate()
        client = as_user(cast.director)
        answer = client.post(page(village.noor, "vertrek"), {"on": day.isoformat()}, follow=True)
        assert "Het vertrek is vastgelegd." in answer.text
        assert "van school" in answer.text
        noor = Pupil.objects.get(pk=village.noor.pk)
        assert noor.left_on == day
        assert noor.placements.get().ends_on == day - timedelta(days=1)
        client.post(page(village.noor, "terug"), {})
        assert Pupil.objects.get(pk=village.noor.pk).left_on is None
        assert reasons(noor) == ["ingeschreven", "van school", "niet van school, of weer terug"]
        again = client.post(page(village.noor, "terug"), {})
        assert "Deze leerling staat niet als vertrokken in de lijst." in again.text

    @pytest.mark.parametrize("day", ["", "2999-01-01", "1950-01-01", "x"])
    def test_days_that_cannot_be(
        self, cast: Cast, village: Village, as_user: AsUser, day: str
    ) -> None:
        answer = as_user(cast.director).post(page(village.noor, "vertrek"), {"on": day})
        assert answer.status_code == 200
        assert answer.context["form"].errors["on"]
        assert Pupil.objects.get(pk=village.noor.pk).left_on is None


class TestGuardians:
    NEW = {
        "first_name": "Kees",
        "infix": "",
        "last_name": "Bakker",
        "email": "Kees@Bakker.example",
        "language": "nl",
        "kind": "parent",
        "has_authority": "ja",
        "starts_on": "",
        "ends_on": "",
    }

    def test_a_new_one_is_added(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        client = as_user(cast.director)
        path = page(village.mila, "ouder-toevoegen")
        answer = client.post(path, {**self.NEW, "has_authority": "nee"}, follow=True)
        assert "De ouder of verzorger is toegevoegd." in answer.text
        tie = Guardianship.objects.get(pupil=village.mila)
        assert (tie.guardian.name, tie.guardian.email) == ("Kees Bakker", "kees@bakker.example")
        assert (tie.kind, tie.has_authority) == ("parent", False)
        assert reasons(tie) == ["toegevoegd"]
        assert reasons(tie.guardian) == ["met de hand ingevoerd"]

    def test_twice_is_once(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        client = as_user(cast.director)
        for typed in ({**self.NEW, "email": ""}, self.NEW):
            client.post(page(village.mila, "ouder-toevoegen"), typed)
            client.post(page(village.mila, "ouder-toevoegen"), {**typed, "known": "nieuw"})
        emails = village.mila.guardianships.values_list("guardian__email", flat=True)
        assert sorted(emails) == ["", "kees@bakker.example"]

    def test_authority_is_never_a_guess(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        typed = {**self.NEW, "has_authority": ""}
        answer = as_user(cast.director).post(page(village.mila, "ouder-toevoegen"), typed)
        assert "Kies of deze persoon gezag heeft." in answer.text
        assert 'value="Kees"' in answer.text
        assert not village.mila.guardianships.exists()

    def test_a_known_address_brings_the_question_who_it_is(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        path = page(village.mila, "ouder-toevoegen")
        typed = {**self.NEW, "first_name": "Sanne", "email": "SANNE@gezin.example"}
        answer = client.post(path, typed)
        assert "Dit e-mailadres kennen wij. Is het dezelfde persoon?" in answer.text
        assert not village.mila.guardianships.exists()
        client.post(path, {**typed, "known": str(village.mother.pk)})
        assert village.mila.guardianships.get().guardian == village.mother
        twice = client.post(path, {**typed, "known": str(village.mother.pk)})
        assert "Sanne Visser staat al bij deze leerling." in twice.text
        client.post(path, {**typed, "known": "nieuw"})
        assert Guardian.objects.at_address("sanne@gezin.example").count() == 2
        assert village.mila.guardianships.count() == 2

    def test_a_parent_of_another_school_alone_is_not_told_of(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        path = page(village.mila, "ouder-toevoegen")
        client.post(path, {**self.NEW, "email": village.stranger.email})
        tie = village.mila.guardianships.get()
        assert tie.guardian != village.stranger
        # Nor can somebody of elsewhere be chosen by a number.
        answer = client.post(
            page(village.noor, "ouder-toevoegen"),
            {**self.NEW, "email": "sanne@gezin.example", "known": str(village.stranger.pk)},
        )
        assert answer.context["form"].errors["known"]

    def test_authority_and_period_change(
        self, cast: Cast, village: Village, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        tie = village.noor.guardianships.get(guardian=village.father)
        path = page(village.noor, "gezag", tie.pk)
        shown = client.get(path).context["form"]
        assert (shown["has_authority"].value(), shown["kind"].value()) == ("nee", "parent")
        typed = {
            "kind": "foster",
            "has_authority": "ja",
            "starts_on": "2026-01-01",
            "ends_on": "2025-01-01",
            "seen": seen(client, path),
        }
        assert "De laatste dag ligt voor de eerste." in client.post(path, typed).text
        client.post(path, {**typed, "ends_on": "2026-12-31"})
        tie.refresh_from_db()
        assert (tie.kind, tie.has_authority, tie.ends_on) == ("foster", True, date(2026, 12, 31))
        assert reasons(tie) == ["ingevoerd", "gezag gewijzigd"]
        second = client.post(path, {**typed, "ends_on": "", "kind": "guardian"})
        assert "Iemand anders was u voor." in second.text

    def test_the_link_is_revoked_once(self, cast: Cast, village: Village, as_user: AsUser) -> None:
        client = as_user(cast.director)
        path = page(village.noor, "link")
        given = {"seen": seen(client, path)}
        client.post(path, given)
        client.post(path, given)
        noor = Pupil.objects.get(pk=village.noor.pk)
        assert (noor.link_number, reasons(noor)) == (2, ["ingeschreven", "link ingetrokken"])


class TestByHand:
    NEW = {**FACTS, "key": "3001", "first_name": "Ties"}

    def test_a_pupil_is_entered(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.director)
        typed = {**self.NEW, "school": cast.linde.pk}
        answer = client.post("/leerlingen/nieuw/", typed, follow=True)
        made = Pupil.objects.get()
        assert answer.redirect_chain[-1][0] == reverse("people_pupil", args=[made.pk])
        assert (made.school, made.key, made.name) == (cast.linde, "3001", "Ties Visser")
        assert reasons(made) == ["met de hand ingevoerd"]
        again = client.post("/leerlingen/nieuw/", typed)
        assert "Dit nummer heeft Ties Visser al." in again.text
        assert Pupil.objects.count() == 1

    def test_never_at_another_school(self, cast: Cast, as_user: AsUser) -> None:
        typed = {**self.NEW, "school": cast.eik.pk}
        answer = as_user(cast.director).post("/leerlingen/nieuw/", typed)
        assert "Kies een school uit de lijst." in answer.text
        assert not Pupil.objects.exists()

    @pytest.mark.parametrize("who", ["fg", "teacher", "auditor", "administrator", "care"])
    def test_not_by_others(self, cast: Cast, as_user: AsUser, who: str) -> None:
        client = as_user(getattr(cast, who))
        typed = {**self.NEW, "school": cast.linde.pk}
        assert client.post("/leerlingen/nieuw/", typed).status_code == 404
        assert not Pupil.objects.exists()

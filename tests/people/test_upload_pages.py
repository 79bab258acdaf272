"""Handing in a file, choosing columns, looking at it and applying it: on the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.organisation.models import Guardian, Pupil, User
from privacyboard.people import tasks
from privacyboard.people.choices import FileState
from privacyboard.people.exchange import kept
from privacyboard.people.models import PeopleFile
from tests.conftest import Cast
from tests.factories import people
from tests.people.village import this_year

AsUser = Callable[[User], Client]
FILES = "/leerlingen/inlezen/"
HEADS = "Leerlingnummer;Roepnaam;Achternaam;Groep;Geboortedatum;BSN;E-mail ouder 1;Ouder 1"
CSV = "\n".join(
    (
        HEADS,
        "1;Noor;Visser;7a;12-5-2016;;sanne@gezin.example;Sanne Visser",
        "2;Daan;Visser;7a;28-02-2014;;sanne@gezin.example;Sanne Visser",
        "3;Mees;Bakker;8b;;;;",
        ";Zonder;Nummer;8b;;;;",
    )
).encode()
XML_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><EDEX><x>&a;</x></EDEX>'


def give(client: Client, cast: Cast, content: bytes, name: str = "lijst.csv", **more: Any) -> Any:
    typed = {"school": cast.linde.pk, "school_year": this_year(), **more}
    upload = SimpleUploadedFile(name, content)
    return client.post(FILES, {**typed, "upload": upload}, follow=True)


def edexml() -> bytes:
    """The sample, of this school year."""
    sample = (Path(__file__).parent / "edexml_sample.xml").read_bytes()
    return sample.replace(b"2025-2026", f"{this_year()}-{this_year() + 1}".encode())


def columns(client: Client, file: PeopleFile, **changed: Any) -> Any:
    """Send the form of columns with what it proposes, or something else."""
    path = f"{FILES}{file.pk}/kolommen/"
    form = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in {**typed, **changed}.items() if value}
    return client.post(path, typed, follow=True)


def read_csv(client: Client, cast: Cast, content: bytes = CSV, **more: Any) -> PeopleFile:
    give(client, cast, content, **more)
    file: PeopleFile = PeopleFile.objects.latest("pk")
    columns(client, file)
    file.refresh_from_db()
    assert file.state == FileState.READ, file.problem
    return file


class TestWhoMay:
    @pytest.mark.parametrize(
        "who",
        ["fg", "eik_director", "teacher", "care", "auditor", "administrator", "board_member"],
    )
    def test_strangers(self, cast: Cast, as_user: AsUser, who: str) -> None:
        file = read_csv(as_user(cast.director), cast)
        client = as_user(getattr(cast, who))
        page = f"{FILES}{file.pk}/"
        found = [
            client.get(page).status_code,
            client.get(f"{page}kolommen/").status_code,
            client.post(f"{page}kolommen/").status_code,
            client.post(f"{page}toepassen/").status_code,
            client.post(f"{page}weggooien/").status_code,
        ]
        assert found == [404] * 5
        assert not Pupil.objects.exists()
        listed = client.get(FILES)
        if who == "eik_director":
            assert "lijst.csv" not in listed.text
        else:
            assert listed.status_code == 404

    def test_never_into_another_school(self, cast: Cast, as_user: AsUser) -> None:
        answer = give(as_user(cast.director), cast, CSV, school=cast.eik.pk)
        assert "Kies een school uit de lijst." in answer.text
        assert not PeopleFile.objects.exists()

    def test_get_changes_nothing(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.director)
        file = read_csv(client, cast)
        for name in ("toepassen", "weggooien"):
            assert client.get(f"{FILES}{file.pk}/{name}/").status_code == 405
        file.refresh_from_db()
        assert file.state == FileState.READ


class TestATable:
    def test_columns_are_proposed_with_their_first_values(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        answer = give(as_user(cast.director), cast, CSV)
        file = PeopleFile.objects.get()
        assert answer.redirect_chain[-1][0] == f"{FILES}{file.pk}/kolommen/"
        form = answer.context["form"]
        assert [(field.label, field.value()) for field, _rows in form.columns] == [
            ("Leerlingnummer", "key"),
            ("Roepnaam", "first"),
            ("Achternaam", "last"),
            ("Groep", "group"),
            ("Geboortedatum", "born_on"),
            ("BSN", ""),
            ("E-mail ouder 1", "guardian1.email"),
            ("Ouder 1", "guardian1.name"),
        ]
        examples = {field.label: rows for field, rows in form.columns}
        assert examples["Roepnaam"] == ["Noor", "Daan", "Mees"]
        assert examples["BSN"] == []
        assert not Pupil.objects.exists()

    def test_what_each_row_would_do_and_then_all_of_it(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.director)
        file = read_csv(client, cast)
        page = f"{FILES}{file.pk}/"
        answer = client.get(page)
        words = " ".join(answer.text.split())
        assert "Noor Visser (1)" in words
        assert "Van 1 leerling is de geboortedatum niet bekend." in words
        assert "Wat er verandert (3)" in words
        assert "Niet overgenomen (1)" in words
        told = " ".join(client.get(f"{page}?toon=problemen").text.split())
        assert "regel 5" in told
        assert "Deze regel heeft geen leerlingnummer." in told
        assert not Pupil.objects.exists()
        answer = client.post(f"{page}toepassen/", follow=True)
        assert "Het bestand is ingelezen." in answer.text
        assert Pupil.objects.count() == 3
        assert Guardian.objects.get().guardianships.count() == 2
        # The second of two clicks: nothing is done again, and nothing looks wrong.
        again = client.post(f"{page}toepassen/", follow=True)
        assert again.status_code == 200
        assert "Ingelezen op" in again.text
        assert Pupil.history.count() == 3

    def test_the_same_file_again_changes_nothing(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.director)
        whole = b"\n".join(CSV.splitlines()[:-1])
        file = read_csv(client, cast, whole)
        client.post(f"{FILES}{file.pk}/toepassen/")
        file = read_csv(client, cast, whole)
        answer = client.get(f"{FILES}{file.pk}/")
        assert "Alles in dit bestand weten wij al. Er verandert niets." in answer.text
        assert answer.context["may_apply"] is False
        assert "Alle regels (3)" in answer.text
        assert "De eerste 0" not in answer.text

    def test_a_file_that_says_who_still_works_here_can_be_applied(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        for may_apply, words in ((True, "nieuw"), (True, "dat deze leerkrachten er nog werken")):
            give(client, cast, edexml(), "EDEX.xml")
            file = PeopleFile.objects.latest("pk")
            answer = client.get(f"{FILES}{file.pk}/")
            assert (answer.context["may_apply"], words in answer.text) == (may_apply, True)
            client.post(f"{FILES}{file.pk}/toepassen/")

    def test_every_row_of_a_file_that_is_gone_is_no_trouble(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        file = read_csv(client, cast)
        assert file.document is not None
        Path(file.document.file.path).unlink()
        answer = client.get(f"{FILES}{file.pk}/?toon=alle")
        assert (answer.status_code, answer.context["told"].shown) == (200, "regels")

    def test_every_row_can_be_read_the_same_ones_too(self, cast: Cast, as_user: AsUser) -> None:
        people.pupil(cast.linde, "Noor", last_name="Visser", key="1")
        client = as_user(cast.director)
        file = read_csv(
            client, cast, b"Leerlingnummer;Roepnaam;Achternaam\n1;Noor;Visser\n2;Daan;Bos"
        )
        page = client.get(f"{FILES}{file.pk}/?toon=alle")
        assert [(each["row"], each["label"], each["who"]) for each in page.context["page"]] == [
            (2, "ongewijzigd", "Noor Visser (1)"),
            (3, "nieuw", "Daan Bos (2)"),
        ]
        assert "Alle regels (2)" in page.content.decode()
        assert Pupil.objects.count() == 1

    def test_every_row_means_those_that_are_not_taken_over_too(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        text = b"Leerlingnummer;Roepnaam;Achternaam\n1;Noor;Visser\n;Daan;Bos\n3;Saar;Vos"
        file = read_csv(client, cast, text)
        page = client.get(f"{FILES}{file.pk}/?toon=alle")
        told = [(each["row"], str(each["label"])) for each in page.context["page"]]
        assert told == [(2, "nieuw"), (3, "niet overgenomen"), (4, "nieuw")]
        (problem,) = file.report["problems"]
        assert f"niet overgenomen: {problem['sentence']}" in page.text
        assert "De eerste 2 van 3" not in page.text

    def test_columns_that_do_not_fit_together_lose_nothing(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        give(client, cast, CSV)
        file = PeopleFile.objects.get()
        answer = columns(client, file, kolom_0="", kolom_5="email")
        assert answer.status_code == 200
        assert "Kies de kolom met het leerlingnummer." in answer.text
        assert answer.context["form"]["kolom_5"].value() == "email"
        twice = columns(client, file, kolom_1="last")
        assert "“achternaam” is bij 2 kolommen gekozen." in twice.text
        made_up = columns(client, file, kolom_1="bsn")
        assert "Kies een betekenis uit de lijst." in made_up.text
        other_year = columns(client, file, school_year="1999")
        assert "Kies dit schooljaar of het volgende." in other_year.text
        file.refresh_from_db()
        assert file.state == FileState.MAPPING

    def test_other_columns_can_be_chosen_until_it_is_applied(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        file = read_csv(client, cast)
        assert f"{FILES}{file.pk}/kolommen/" in client.get(f"{FILES}{file.pk}/").text
        columns(client, file, kolom_6="", kolom_7="")
        client.post(f"{FILES}{file.pk}/toepassen/")
        assert Pupil.objects.count() == 3
        assert not Guardian.objects.exists()
        # Afterwards the page of columns leads to what was done.
        answer = client.post(f"{FILES}{file.pk}/kolommen/", {"kolom_0": "key"}, follow=True)
        assert "Ingelezen op" in answer.text


class TestWhoIsMissing:
    def test_nobody_is_ticked_and_who_is_ticked_leaves(self, cast: Cast, as_user: AsUser) -> None:
        gone, stays = (people.pupil(cast.linde, name, key=name) for name in ("Weg", "Blijft"))
        elsewhere = people.pupil(cast.eik, "Elders", key="Elders")
        client = as_user(cast.director)
        file = read_csv(client, cast, is_full="on")
        answer = client.get(f"{FILES}{file.pk}/")
        assert "Weg Visser (Weg)" in answer.text
        assert "Elders" not in answer.text
        assert " checked" not in answer.text
        # A number of another school, or of nobody, does nothing.
        ticked = [gone.pk, elsewhere.pk, 99999999999, "x", "²", "-1", "9" * 40]
        client.post(f"{FILES}{file.pk}/toepassen/", {"vertrokken": ticked})
        left = {
            each.first_name: each.left_on for each in Pupil.objects.filter(left_on__isnull=False)
        }
        assert list(left) == ["Weg"]
        told = " ".join(client.get(f"{FILES}{file.pk}/").text.split())
        assert "1 leerling is als vertrokken vastgelegd." in told
        assert Pupil.objects.get(pk=stays.pk).left_on is None

    def test_all_of_them_by_one_tick(self, cast: Cast, as_user: AsUser) -> None:
        for name in ("Een", "Twee"):
            people.pupil(cast.linde, name, key=name)
        client = as_user(cast.director)
        file = read_csv(client, cast, is_full="on")
        client.post(f"{FILES}{file.pk}/toepassen/", {"allemaal": "ja"})
        assert Pupil.objects.filter(left_on__isnull=False).count() == 2

    def test_a_file_that_is_not_full_misses_nobody(self, cast: Cast, as_user: AsUser) -> None:
        people.pupil(cast.linde, "Blijft", key="9")
        client = as_user(cast.director)
        file = read_csv(client, cast)
        assert "Wie staat niet in het bestand?" not in client.get(f"{FILES}{file.pk}/").text
        client.post(f"{FILES}{file.pk}/toepassen/", {"allemaal": "ja"})
        assert not Pupil.objects.filter(left_on__isnull=False).exists()

    def test_what_was_ticked_stays_when_the_records_changed(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        gone = people.pupil(cast.linde, "Weg", key="90")
        client = as_user(cast.director)
        file = read_csv(client, cast, is_full="on")
        people.pupil(cast.linde, "Noor", key="1", born_on=None)
        answer = client.post(f"{FILES}{file.pk}/toepassen/", {"vertrokken": [gone.pk]})
        assert "Er is niets ingelezen." in answer.text
        assert f'value="{gone.pk}" checked' in answer.text
        assert Pupil.objects.count() == 2
        answer = client.post(f"{FILES}{file.pk}/toepassen/", {"vertrokken": [gone.pk]}, follow=True)
        assert "Het bestand is ingelezen." in answer.text
        assert Pupil.objects.get(pk=gone.pk).left_on is not None


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "leeg.csv", "Dit bestand is leeg."),
        (b"   \n ", "wit.csv", "Dit bestand is leeg."),
        (b"PK\x03\x04rommel", "kapot.xlsx", "bestand"),
        (b"%PDF-1.4 \x00\x01\x02", "lijst.pdf", "bestand"),
        (XML_BOMB, "bom.xml", "bestand"),
        (b"<html><body>geen edex</body></html>", "site.xml", "bestand"),
        (b"\x00" * 1000, "nul.csv", "bestand"),
        ("naam;€\n".encode("utf-16") + b"\xff", "half.csv", "bestand"),
    ],
)
def test_a_file_that_cannot_be_read_gets_words(
    cast: Cast, as_user: AsUser, content: bytes, name: str, sentence: str
) -> None:
    client = as_user(cast.director)
    answer = give(client, cast, content, name)
    assert answer.status_code == 200
    assert sentence in answer.text
    file = PeopleFile.objects.first()
    if file is not None:
        for part in ("", "kolommen/"):
            assert client.get(f"{FILES}{file.pk}/{part}", follow=True).status_code in (200, 404)
    assert not Pupil.objects.exists()


def test_a_file_that_is_too_large(cast: Cast, as_user: AsUser, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    answer = give(as_user(cast.director), cast, CSV)
    assert answer.status_code == 200
    assert "Dit bestand is te groot." in answer.text
    assert 'name="is_full"' in answer.text


def test_words_in_a_file_are_never_markup(cast: Cast, as_user: AsUser) -> None:
    bad = "<script>alert(1)</script>"
    content = f"Leerlingnummer;Roepnaam;{bad}\n1;{bad};{bad}\n;{bad};x".encode()
    client = as_user(cast.director)
    give(client, cast, content, f"{bad}.csv")
    file = PeopleFile.objects.get()
    assert bad not in client.get(f"{FILES}{file.pk}/kolommen/").text
    columns(client, file)
    for part in ("", "?toon=problemen", "?toon=%00", "?toon=onzin&page=x"):
        assert bad not in client.get(f"{FILES}{file.pk}/{part}").text
    assert bad not in client.get(FILES).text


def test_edexml_goes_the_same_way_without_columns(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.director)
    give(client, cast, edexml(), "EDEX.xml")
    file = PeopleFile.objects.get()
    assert client.get(f"{FILES}{file.pk}/kolommen/").status_code == 404
    answer = client.get(f"{FILES}{file.pk}/")
    assert file.state == FileState.READ, file.problem
    assert "Wat wij niet overnemen" in answer.text
    client.post(f"{FILES}{file.pk}/toepassen/")
    assert Pupil.objects.exists()


def test_a_larger_file_waits_for_the_worker(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE_ROWS", 1)
    client = as_user(cast.director)
    give(client, cast, CSV)
    file = PeopleFile.objects.get()
    answer = columns(client, file)
    assert "Het bestand wordt nagekeken." in answer.text
    assert answer["Refresh"] == "4"
    tasks.take_in_waiting(timezone.now())
    answer = client.get(f"{FILES}{file.pk}/")
    assert "Wat er verandert (3)" in answer.text
    assert "Refresh" not in answer
    answer = client.post(f"{FILES}{file.pk}/toepassen/", follow=True)
    assert "Het bestand wordt ingelezen: alles in één keer, of niets." in answer.text
    # Meanwhile nobody throws it away, and a second click asks nothing anew.
    client.post(f"{FILES}{file.pk}/weggooien/")
    client.post(f"{FILES}{file.pk}/toepassen/")
    tasks.take_in_waiting(timezone.now())
    assert "Ingelezen op" in client.get(f"{FILES}{file.pk}/").text
    assert Pupil.objects.count() == 3


def test_a_file_is_thrown_away(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.director)
    file = read_csv(client, cast)
    for _click in range(2):
        answer = client.post(f"{FILES}{file.pk}/weggooien/", follow=True)
        assert answer.status_code == 200
    file.refresh_from_db()
    assert (file.state, file.document) == (FileState.DROPPED, None)
    answer = client.post(f"{FILES}{file.pk}/toepassen/", follow=True)
    assert "Dit bestand is weggegooid." in answer.text
    assert not Pupil.objects.exists()


@pytest.mark.parametrize(("part", "queries"), [("", 7), ("kolommen/", 5)])
def test_what_a_file_costs(cast: Cast, as_user: AsUser, part: str, queries: int) -> None:
    client = as_user(cast.director)
    found = []
    for many in (1, 3):
        for number in range(many):
            people.pupil(cast.linde, "Weg", key=f"weg-{many}-{number}")
        rows = [HEADS, *(f"{n};Noor;Visser;7a;;;;" for n in range(many))]
        file = read_csv(client, cast, "\n".join(rows).encode(), is_full="on")
        client.get(f"{FILES}{file.pk}/{part}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{FILES}{file.pk}/{part}").status_code == 200
        found.append(len(asked))
    assert found == [queries, queries]


@pytest.mark.parametrize(("who", "queries"), [("director", 9), ("ibp", 8)])
def test_what_the_list_costs(cast: Cast, as_user: AsUser, who: str, queries: int) -> None:
    found = []
    for many in (1, 2):
        for _more in range(many):
            give(as_user(cast.director), cast, CSV)
        client = as_user(getattr(cast, who))
        client.get(FILES)
        with CaptureQueriesContext(connection) as asked:
            assert "lijst.csv" in client.get(FILES).text
        found.append(len(asked))
    assert found == [queries, queries]

"""Applying what was shown: all of it, once, with its history; and who left."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import (
    Group,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
)
from privacyboard.people.actions import files as file_acts
from privacyboard.people.actions import pupils as pupil_acts
from privacyboard.people.choices import FileState
from tests.conftest import NOW, TODAY, Cast
from tests.factories import people as factory
from tests.people.conftest import TakeIn, lines

HEAD = (
    "Leerlingnummer;Roepnaam;Achternaam;Geboortedatum;Groep;Leerjaar;Verzorger 1;E-mail verzorger 1"
)
TWO = lines(
    HEAD,
    "1;Noor;Visser;12-5-2016;7a;7;Sanne Visser;sanne@gezin.example",
    "2;Daan;Visser;28-2-2014;8a;8;Sanne Visser;sanne@gezin.example",
)


def histories() -> list[int]:
    return [model.history.count() for model in (Pupil, Guardian, Guardianship)]


def places() -> list[tuple[str, str, date, date | None]]:
    return list(
        Placement.objects.order_by("pupil__key", "starts_on").values_list(
            "pupil__key", "group__name", "starts_on", "ends_on"
        )
    )


def test_applying_writes_every_record_and_its_history(cast: Cast, take_in: TakeIn) -> None:
    file = take_in(TWO)
    assert (file.state, file.applied_by, file.applied_at) == ("applied", cast.director, NOW)
    assert [model.objects.count() for model in (Pupil, Guardian, Guardianship, Group)] == [
        2,
        1,
        2,
        2,
    ]
    assert histories() == [2, 1, 2]
    for model in (Pupil, Guardian, Guardianship):
        for row in model.history.all():
            assert (row.history_type, row.history_user, row.history_change_reason) == (
                "+",
                cast.director,
                "ingelezen",
            )
    past = Pupil.history.get(key="1")
    assert (past.first_name, past.born_on, past.school_id) == (
        "Noor",
        date(2016, 5, 12),
        cast.linde.pk,
    )
    assert Pupil.objects.get(key="1").sort_name == "visser noor"
    assert places() == [("1", "7a", date(2025, 8, 1), None), ("2", "8a", date(2025, 8, 1), None)]
    assert list(Group.objects.values_list("name", "level", "sort_name")) == [
        ("7a", "7", "0007a"),
        ("8a", "8", "0008a"),
    ]


def test_applying_twice_changes_nothing(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    before = histories(), places(), list(Pupil.objects.values()), list(Guardian.objects.values())
    file = take_in(TWO, is_full=True)
    assert (
        histories(),
        places(),
        list(Pupil.objects.values()),
        list(Guardian.objects.values()),
    ) == before
    for kind in ("pupils", "guardians", "ties", "groups"):
        counts = file.report["counts"][kind]
        assert (counts["new"], counts["changed"]) == (0, 0), kind


def test_a_file_is_applied_once(cast: Cast, look: TakeIn) -> None:
    file = look(TWO)
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    with pytest.raises(ActRefused, match="Dit bestand is al toegepast"):
        file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert histories() == [2, 1, 2]


def test_the_document_goes_with_the_applying_and_names_out_of_the_report(
    cast: Cast, look: TakeIn, django_capture_on_commit_callbacks: object
) -> None:
    file = look(TWO)
    assert file.document is not None
    name = str(file.document.file.name)
    storage = file.document.file.storage
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        file = file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert file.document is None
    assert not storage.exists(name)
    assert StoredDocument.objects.count() == 0
    assert (file.report["rows"], file.report["missing"]) == ([], [])
    assert file.report["counts"]["pupils"]["new"] == 2


def test_what_is_dropped_is_gone_and_cannot_be_applied(cast: Cast, look: TakeIn) -> None:
    file = file_acts.drop(file=look(TWO), by=cast.director, at=NOW)
    assert (file.state, file.document) == (FileState.DROPPED, None)
    assert StoredDocument.objects.count() == 0
    with pytest.raises(ActRefused, match="Dit bestand is weggegooid"):
        file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)


def test_records_that_changed_since_are_told_and_nothing_is_written(
    cast: Cast, look: TakeIn
) -> None:
    file = look(TWO)
    factory.pupil(cast.linde, "Noortje", key="1")
    with pytest.raises(ActRefused, match="De gegevens zijn veranderd sinds dit bestand"):
        file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    file.refresh_from_db()
    assert (file.state, file.report["counts"]["pupils"]["changed"]) == ("read", 1)
    assert Guardian.objects.count() == 0
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert Pupil.objects.get(key="1").first_name == "Noor"


def test_a_moved_pupil_ends_in_the_old_group_the_day_before(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    take_in(TWO.replace(b"2016;7a", b"2016;7b"))
    assert places()[:2] == [
        ("1", "7a", date(2025, 8, 1), date(2026, 3, 1)),
        ("1", "7b", TODAY, None),
    ]
    # Moved again on the same day: never was in the second one.
    take_in(TWO.replace(b"2016;7a", b"2016;7c"))
    assert places()[:2] == [
        ("1", "7a", date(2025, 8, 1), date(2026, 3, 1)),
        ("1", "7c", TODAY, None),
    ]
    assert histories() == [2, 1, 2]  # a place is no part of the pupil


def test_keys_keep_pupils_the_same_into_the_next_school_year(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    pupil = Pupil.objects.get(key="1")
    june = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
    take_in(TWO.replace(b";7a;7;", b";8a;8;"), at=june, school_year=2026)
    assert Pupil.objects.get(key="1").pk == pupil.pk
    assert places()[:2] == [
        ("1", "7a", date(2025, 8, 1), date(2026, 7, 31)),
        ("1", "8a", date(2026, 8, 1), None),
    ]
    assert Group.objects.filter(school_year=2026).count() == 1
    # Both classes of next year are the same group: 8a of this year is another one.
    assert Group.objects.filter(name="8a").count() == 2


def test_who_arrived_during_the_year_is_in_the_group_from_that_day(
    cast: Cast, take_in: TakeIn
) -> None:
    take_in(lines("Leerlingnummer;Roepnaam;Achternaam;Groep;Instroomdatum", "1;A;B;7a;12-01-2026"))
    assert places() == [("1", "7a", date(2026, 1, 12), None)]


def test_groups_of_a_table_are_known_by_their_name(cast: Cast, take_in: TakeIn) -> None:
    group = factory.group(cast.linde, "7A", key="G7A", level="7")
    take_in(TWO)
    assert Placement.objects.get(pupil__key="1").group == group
    group.refresh_from_db()
    assert (group.key, group.name) == ("G7A", "7A")


def test_the_keys_of_the_school_take_the_place_of_names(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    content = (
        "<EDEX><school><schooljaar>2025-2026</schooljaar></school><groepen>"
        '<groep key="G7"><naam>7a</naam><jaargroep>7</jaargroep></groep></groepen><leerlingen>'
        '<leerling key="1"><roepnaam>Noor</roepnaam><groep key="G7"/></leerling>'
        "</leerlingen></EDEX>"
    )
    take_in(content, file_name="EDEX.XML")
    assert Group.objects.get(name="7a").key == "G7"
    assert len(places()) == 2


def test_only_who_was_confirmed_leaves(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    third = factory.pupil(cast.linde, "Sem", key="3")
    stranger = factory.pupil(cast.eik, "Saar", key="4")
    daan = Pupil.objects.get(key="2")
    rest = TWO.split(b"\r\n2;")[0]
    file = take_in(rest, is_full=True, leave=[daan.pk, stranger.pk])
    for each in (daan, third, stranger):
        each.refresh_from_db()
    assert (daan.left_on, third.left_on, stranger.left_on) == (TODAY, None, None)
    assert file.report["left"] == 1
    assert daan.history.first().history_change_reason == (
        "stond niet meer in het bestand van de school"
    )
    assert places()[1] == ("2", "8a", date(2025, 8, 1), date(2026, 3, 1))


def test_without_confirmation_nobody_leaves(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    file = take_in(TWO.split(b"\r\n2;")[0], is_full=True)
    assert file.report["missing_count"] == 1
    assert Pupil.objects.filter(left_on__isnull=False).count() == 0


def test_who_left_and_stands_in_a_class_again_is_back(cast: Cast, take_in: TakeIn) -> None:
    take_in(TWO)
    pupil_acts.mark_left(pupils=Pupil.objects.filter(key="1"), on=TODAY, by=None, at=NOW)
    later = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    take_in(TWO, at=later)
    assert Pupil.objects.get(key="1").left_on is None
    assert places()[:2] == [
        ("1", "7a", date(2025, 8, 1), date(2026, 3, 1)),
        ("1", "7a", date(2026, 3, 9), None),
    ]


def test_a_file_that_fails_on_the_way_leaves_nothing(
    cast: Cast, look: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacyboard.people.exchange import kept

    def fall(_file: object) -> None:
        raise MemoryError

    file = look(TWO)
    with monkeypatch.context() as broken:
        broken.setattr(kept, "let_go", fall)  # after every row was written
        with pytest.raises(MemoryError):
            file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert histories() == [0, 0, 0]
    file.refresh_from_db()
    assert (file.state, file.applied_by) == ("read", None)
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert histories() == [2, 1, 2]


# --- leaving without a file -------------------------------------------------------------------


def test_marking_as_left_ends_the_places_and_tells_who(cast: Cast) -> None:
    group = factory.group(cast.linde, "7a")
    noor = factory.pupil(cast.linde, "Noor", key="1", of=group)
    future = factory.group(cast.linde, "8a", year=2026)
    factory.place(noor, future)
    pupil_acts.mark_left(pupils=[noor], on=date(2026, 4, 1), by=cast.director, at=NOW)
    noor.refresh_from_db()
    assert noor.left_on == date(2026, 4, 1)
    assert noor.history.first().history_user == cast.director
    assert places() == [("1", "7a", date(2025, 8, 1), date(2026, 3, 31))]
    pupil_acts.mark_left(pupils=[noor], on=date(2026, 4, 1), by=cast.director, at=NOW)
    assert noor.history.count() == 2


def test_nobody_leaves_before_arriving_or_far_ahead(cast: Cast) -> None:
    noor = factory.pupil(cast.linde, "Noor", key="1", arrived_on=date(2025, 8, 1))
    with pytest.raises(ActRefused, match="Noor Visser kwam op 1 augustus 2025 op school"):
        pupil_acts.mark_left(pupils=[noor], on=date(2025, 8, 1), by=None, at=NOW)
    with pytest.raises(ActRefused, match="meer dan een jaar vooruit"):
        pupil_acts.mark_left(pupils=[noor], on=date(2027, 8, 1), by=None, at=NOW)
    assert noor.history.count() == 1

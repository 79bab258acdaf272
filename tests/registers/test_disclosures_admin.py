"""The log of disclosures and the agreements on confidential data, as people work with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from privacyboard.vocabulary import Tone, WorkItem
from registers.models import ConfidentialityNote, Disclosure
from registers.worklist import items_for
from tests.conftest import STARTED, TODAY, Cast
from tests.documents.files import PDF
from tests.factories import disclosures as given
from tests.factories import registers as make
from tests.registers.admin_forms import address, errors_of, save

SignIn = Callable[[User], Client]
ADD = "/beheer/registers/disclosure/add/"


def typed(school: School, **changes: Any) -> dict[str, Any]:
    """What somebody types on the page; the same values as the act is given."""
    found = given.values(school, **changes)
    return {
        **found,
        "school": found["school"].pk,
        "party": found["party"].pk,
        "ground": found["ground"].pk if found["ground"] else "",
        "data": [each.pk for each in found["data"]],
        "disclosed_on": f"{found['disclosed_on']:%d-%m-%Y}",
    }


@pytest.mark.requirement("KPO-025", "KPO-029", "OPO-029")
def test_a_director_records_what_was_given(cast: Cast, as_user: SignIn, now: datetime) -> None:
    page = save(as_user(cast.director), ADD, **typed(cast.linde))
    assert page.status_code == 302
    made = Disclosure.objects.get()
    assert (made.school, made.party.code, made.basis) == (cast.linde, "duo", "legal_duty")
    assert [each.code for each in made.data.all()] == ["identity"]
    assert make.history_of(made)[0] == ("Dirk Linde", "verstrekking vastgelegd")


@pytest.mark.requirement("KPO-025", "KPO-029", "OPO-028", "OPO-029", "OPO-056", "OPO-057")
@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"basis": ""},
            {"basis": ["Kies een grondslag. Zonder grondslag mag er niets verstrekt worden."]},
        ),
        (
            {"ground": None},
            {"ground": ["Kies welke wettelijke grond deze verstrekking verplicht."]},
        ),
        (
            {"basis": "consent", "ground": None},
            {
                "consent_reference": [
                    "Schrijf op waar de toestemming ligt. Zonder toestemming mag dit niet."
                ]
            },
        ),
        (
            {"subsidiarity": ""},
            {
                "subsidiarity": [
                    "Schrijf op waarom het niet op een lichtere manier kan (OPOO 5.3 A)."
                ]
            },
        ),
        (
            {"proportionality": " "},
            {
                "proportionality": [
                    "Schrijf op waarom dit in verhouding is tot het doel (OPOO 5.3 B)."
                ]
            },
        ),
        (
            {"minimisation": ""},
            {"minimisation": ["Schrijf op waarom dit niet meer is dan strikt nodig (OPOO 5.3 C)."]},
        ),
        (
            {"kind": "police"},
            {
                "official_request": [
                    "Dit mag alleen op een officieel verzoek: noem het kenmerk (OPOO 9.2.2)."
                ]
            },
        ),
        ({"disclosed_on": date(2999, 1, 1)}, {"disclosed_on": ["Deze dag is nog niet geweest."]}),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    cast: Cast, as_user: SignIn, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    page = save(as_user(cast.director), ADD, **typed(cast.linde, **changes))
    assert page.status_code == 200
    assert errors_of(page) == errors
    assert Disclosure.objects.count() == 0


def test_a_number_that_can_be_a_bsn_is_stopped(cast: Cast, as_user: SignIn) -> None:
    page = save(as_user(cast.director), ADD, **typed(cast.linde, person_key="111222333"))
    assert list(errors_of(page)) == ["person_key"]
    note_page = "/beheer/registers/confidentialitynote/add/"
    page = save(
        as_user(cast.care),
        note_page,
        school=cast.linde.pk,
        pupil_key="111222333",
        who_may_know="De directeur",
        agreed_with="Moeder",
        agreed_on="02-03-2026",
    )
    assert list(errors_of(page)) == ["pupil_key"]
    assert (Disclosure.objects.count(), ConfidentialityNote.objects.count()) == (0, 0)


@pytest.mark.parametrize("page", ["disclosure", "confidentialitynote"])
def test_only_the_own_school_can_be_chosen_and_posted(
    cast: Cast, as_user: SignIn, page: str
) -> None:
    client = as_user(cast.director)
    url = address(page, "add")
    shown = client.get(url).context["adminform"].form.fields["school"].choices
    assert [name for _key, name in shown][1:] == ["De Linde"]
    refused = save(client, url, **typed(cast.eik), pupil_key="L-1", who_may_know="x")
    assert refused.status_code == 200
    assert "school" in errors_of(refused)
    assert (Disclosure.objects.count(), ConfidentialityNote.objects.count()) == (0, 0)


def test_the_director_of_another_school_sees_nothing(
    cast: Cast, as_user: SignIn, now: datetime
) -> None:
    records = {
        "disclosure": given.disclosure(cast.linde, at=now, kind="education_report"),
        "confidentialitynote": given.note(cast.linde),
    }
    client = as_user(cast.eik_director)
    for page, record in records.items():
        shown = client.get(address(page, "changelist"))
        assert list(shown.context["cl"].result_list) == []
        assert "De Linde" not in shown.content.decode()
        found = client.get(address(page, "changelist"), {"q": "L-1001"})
        assert list(found.context["cl"].result_list) == []
        for each in ("change", "history"):
            assert client.get(address(page, each, record.pk)).status_code == 404
        assert client.post(address(page, "change", record.pk), {"school": 1}).status_code == 404
        assert client.post(address(page, "delete", record.pk), {"post": "yes"}).status_code in {
            403,
            404,
        }
    act = address("disclosure", "act", records["disclosure"].pk, "kopie")
    assert client.get(act).status_code == 404
    assert client.post(act, {"on": "2026-03-02"}).status_code == 404
    records["disclosure"].refresh_from_db()
    assert records["disclosure"].copy_given_on is None  # type: ignore[attr-defined]


def test_rights_at_one_school_give_none_at_another(
    cast: Cast, as_user: SignIn, now: datetime
) -> None:
    appoint(
        user=cast.director,
        role=Role.AUDITOR,
        school=cast.eik,
        starts_on=STARTED,
        ends_on=date(2099, 1, 1),
        by=None,
        at=now,
    )
    made = given.disclosure(cast.eik, at=now, kind="education_report")
    client = as_user(User.objects.get(pk=cast.director.pk))
    page = client.get(address("disclosure", "change", made.pk))
    assert page.status_code == 200
    act = address("disclosure", "act", made.pk, "kopie")
    assert act not in page.content.decode()
    assert client.post(act, {"on": "2026-03-02"}).status_code == 404
    refused = save(client, ADD, **typed(cast.eik))
    assert list(errors_of(refused)) == ["school"]


@pytest.mark.parametrize(
    ("person", "disclosures", "notes"),
    [
        ("fg", 200, 200),
        ("ibp", 200, 200),
        ("board_member", 403, 403),
        ("director", 200, 200),
        ("care", 403, 200),
        ("teacher", 302, 302),
        ("auditor", 200, 403),
        ("administrator", 403, 403),
    ],
)
@pytest.mark.requirement("INN-007", "KPO-023", "OPO-041")
def test_who_opens_the_lists(
    cast: Cast, as_user: SignIn, person: str, disclosures: int, notes: int
) -> None:
    client = as_user(getattr(cast, person))
    assert client.get(address("disclosure", "changelist")).status_code == disclosures
    assert client.get(address("confidentialitynote", "changelist")).status_code == notes


@pytest.mark.parametrize(
    ("person", "disclosures", "notes"),
    [
        ("fg", 403, 403),
        ("ibp", 200, 403),
        ("director", 200, 200),
        ("care", 403, 200),
        ("auditor", 403, 403),
    ],
)
def test_who_can_add(
    cast: Cast, as_user: SignIn, person: str, disclosures: int, notes: int
) -> None:
    client = as_user(getattr(cast, person))
    assert client.get(address("disclosure", "add")).status_code == disclosures
    assert client.get(address("confidentialitynote", "add")).status_code == notes


def test_a_recorded_disclosure_is_not_edited(cast: Cast, as_user: SignIn, now: datetime) -> None:
    made = given.disclosure(cast.linde, at=now)
    url = address("disclosure", "change", made.pk)
    for person in (cast.director, cast.ibp):
        client = as_user(person)
        page = client.get(url).content.decode()
        assert 'name="_save"' not in page
        assert "Lichter kan niet." in page
        assert client.post(url, {"purpose": "Anders"}).status_code == 403
        assert client.post(address("disclosure", "delete", made.pk)).status_code == 403
    made.refresh_from_db()
    assert made.purpose == "De bekostiging."


@pytest.mark.requirement("OPO-054")
def test_the_copy_to_the_parents_is_a_task_until_it_is_given(
    cast: Cast, as_user: SignIn, now: datetime
) -> None:
    school = make.party("secondary_school", "School voor voortgezet onderwijs")
    made = given.disclosure(cast.linde, at=now, kind="education_report", party=school)
    given.disclosure(cast.linde, at=now)
    page = reverse("admin:registers_disclosure_change", args=[made.pk])
    item = WorkItem(
        sentence=(
            "Kopie aan ouders: onderwijskundig rapport naar "
            "School voor voortgezet onderwijs (De Linde)."
        ),
        url=page,
        act_label="Vastleggen",
        tone=Tone.ATTENTION,
        due=date(2026, 3, 16),
    )
    assert {user.first_name for user in cast.everybody() if items_for(user, TODAY)} == {
        "Dirk",
        "Ilse",
    }
    assert items_for(cast.director, TODAY) == [item]
    assert [each.tone for each in items_for(cast.director, date(2026, 3, 16))] == ["attention"]
    assert [each.tone for each in items_for(cast.director, date(2026, 3, 17))] == ["late"]
    client = as_user(cast.director)
    assert "Kopie aan ouders gegeven" in client.get(page).content.decode()
    act = address("disclosure", "act", made.pk, "kopie")
    told = client.post(act, {"on": ""}).content.decode()
    assert "Vul de dag in waarop de ouders de kopie kregen." in told
    assert client.post(act, {"on": "2026-03-02"}).status_code == 302
    made.refresh_from_db()
    assert made.copy_given_on == TODAY
    assert items_for(cast.director, TODAY) == []


@pytest.mark.requirement("OPO-056")
def test_a_basis_that_9_2_1_does_not_name_is_remarked(
    cast: Cast, as_user: SignIn, now: datetime
) -> None:
    client = as_user(cast.director)
    entered = {**typed(cast.linde, basis="public_task", ground=None)}
    save(client, ADD, **entered)
    made = Disclosure.objects.get()
    page = client.get(address("disclosure", "change", made.pk)).content.decode()
    assert "OPOO 9.2.1 noemt voor organisaties buiten de school alleen" in page


@pytest.mark.requirement("OPO-038")
def test_the_official_request_is_kept_and_opens_for_who_sees_the_disclosure(
    cast: Cast, as_user: SignIn
) -> None:
    entered = typed(cast.linde, kind="police", official_request="PL1300-1")
    entered["upload"] = SimpleUploadedFile("verzoek.pdf", PDF)
    assert save(as_user(cast.director), ADD, **entered).status_code == 302
    made = Disclosure.objects.get()
    assert made.request_file is not None
    url = reverse("document", args=[made.request_file.pk])
    codes = {
        user.first_name: as_user(user).get(url).status_code
        for user in (cast.director, cast.fg, cast.eik_director, cast.care, cast.teacher)
    }
    assert codes == {"Dirk": 200, "Fenna": 200, "Edo": 404, "Carla": 404, "Tess": 404}


@pytest.mark.requirement("INN-007")
def test_the_care_coordinator_keeps_who_may_know(
    cast: Cast, as_user: SignIn, now: datetime
) -> None:
    client = as_user(cast.care)
    done = save(
        client,
        address("confidentialitynote", "add"),
        school=cast.linde.pk,
        pupil_key="L-1001",
        who_may_know="De directeur en de mentor",
        agreed_with="Beide ouders",
        agreed_on="02-03-2026",
    )
    assert done.status_code == 302
    note = ConfidentialityNote.objects.get()
    assert (note.school, note.agreed_on) == (cast.linde, TODAY)
    url = address("confidentialitynote", "change", note.pk)
    assert save(client, url, ended_on="02-03-2026", why="de leerling vertrok").status_code == 302
    assert make.history_of(note)[-1] == ("Carla Zorg", "de leerling vertrok")
    for reader in (cast.fg, cast.ibp):
        page = as_user(reader).get(url)
        assert "De directeur en de mentor" in page.content.decode()
        assert 'name="_save"' not in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("person", ["fg", "ibp", "director"])
@pytest.mark.parametrize("page", ["disclosure", "confidentialitynote", "disclosureground"])
def test_a_list_costs_the_same_for_few_and_for_many_rows(
    cast: Cast, as_user: SignIn, now: datetime, page: str, person: str, rows: int
) -> None:
    for number in range(rows):
        party = make.party(f"partij-{number}")
        ground = given.ground(f"grond-{number}")
        given.disclosure(cast.linde, at=now, party=party, ground=ground)
        given.disclosure(cast.eik, at=now, party=party, ground=ground)
        given.note(cast.linde, pupil_key=f"L-{number}")
        given.note(cast.eik, pupil_key=f"E-{number}")
    client = as_user(getattr(cast, person))
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(address(page, "changelist"))
    whole_board = person != "director" and page != "disclosureground"
    assert len(shown.context["cl"].result_list) == rows * (2 if whole_board else 1)
    assert len(asked) == QUERIES[page, person]


QUERIES = {
    ("disclosure", "fg"): 7,
    ("disclosure", "ibp"): 7,
    ("disclosure", "director"): 6,
    ("confidentialitynote", "fg"): 7,
    ("confidentialitynote", "ibp"): 7,
    ("confidentialitynote", "director"): 6,
    ("disclosureground", "fg"): 6,
    ("disclosureground", "ibp"): 6,
    ("disclosureground", "director"): 6,
}

"""The demo board: fictional people, real content, loaded through the acts that people use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from privacyboard.demo.people import CONTENT
from privacyboard.organisation.models import School
from registers import letters
from registers.content import ActivityContent
from registers.exchange import CATALOGUE
from registers.models import ActivityVersion, ProcessingActivity, Processor, Website
from registers.models.catalogue import CatalogueEntry
from registers.models.website_flags import flags_of
from registers.rules.completeness import gaps
from registers.rules.policy import Policy, board_policy_gaps
from tests.conftest import TODAY
from tests.factories.demo import picture_of_the_demo
from tests.factories.registers import history_of

# The fixture reads the database before any test does; the mark makes pytest-django lay it.
pytestmark = pytest.mark.django_db

# KPO regulation, annex 2, in its order.
ANNEX_2 = [
    "Basispoort",
    "CED-Groep",
    "Cito",
    "Noordhoff",
    "Prowise",
    "Zwijsen",
    "Skool",
    "ROVICT",
    "MijnSchoolInfo",
    "Snappet",
    "Malmberg",
    "ThiemeMeulenhoff",
    "OSO",
    "Pearson",
    "Zento",
    "Momento",
    "Koninklijke Van Gorcum",
    "Kwintessens",
    "B&T Advies en training",
    "Onlineklas",
    "Airvision",
    "Bazalt",
    "Robidus",
    "Ace",
    "de Bibliotheek op school",
]


@dataclass(frozen=True)
class Demo:
    """What stood in the register after loading, as plain values."""

    established: dict[str, ActivityContent]
    people: set[tuple[str, str]]
    history: list[tuple[str, str]]
    statuses: list[str]
    processors: dict[str, str]
    agreements: dict[str, list[str]]
    schools: list[tuple[str, str, str]]
    without_source: list[str]
    statement_gaps: list[str]
    chapters: dict[str, list[str]]
    websites: dict[str, list[str]]
    told: set[str]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Demo:
    with django_db_blocker.unblock(), transaction.atomic():
        picture_of_the_demo().put_back()
        found = _read()
        transaction.set_rollback(True)
    return found


def _read() -> Demo:
    places = [None, *School.objects.all()]
    drafts = letters.draft_statements(places, on=TODAY)
    versions = ActivityVersion.objects.in_force().select_related("proposed_by", "established_by")
    return Demo(
        established={each.read().code: each.read() for each in versions},
        people={(str(each.proposed_by), str(each.established_by)) for each in versions},
        history=history_of(ProcessingActivity.objects.get(code="V01")),
        statuses=list(ProcessingActivity.objects.values_list("status", flat=True)),
        processors=dict(Processor.objects.values_list("name", "source")),
        agreements={
            each.name: sorted(one.state_on(TODAY) for one in each.agreements.all())
            for each in Processor.objects.prefetch_related("agreements")
        },
        schools=list(School.objects.values_list("name", "sector", "denomination")),
        without_source=_without_source(),
        statement_gaps=[gap.sentence for draft in drafts for gap in draft.gaps],
        chapters={
            place.name if place else "bestuur": [each.title for each in draft.statement.chapters]
            for place, draft in zip(places, drafts, strict=True)
        },
        told={
            process.code
            for draft in drafts
            for chapter in draft.statement.chapters
            for process in chapter.processes
        },
        websites={
            site.name: [flag.about for flag in flags_of(site)]
            for site in Website.objects.with_cookies()
        },
    )


def _without_source() -> list[str]:
    models: list[Any] = [ProcessingActivity, *CatalogueEntry.__subclasses__()]
    return [str(each) for model in models for each in model._default_manager.filter(source="")]


def _roles(content: ActivityContent) -> set[str]:
    return {each.role.code for each in content.access}


def test_at_least_twenty_activities_are_established_and_some_are_being_written(demo: Demo) -> None:
    assert len(demo.established) == 32
    assert sorted(set(demo.statuses)) == ["concept", "established"]
    assert demo.statuses.count("concept") == 2


def test_they_went_through_the_acts_that_people_use(demo: Demo) -> None:
    assert demo.people == {("Joris Wielinga", "Hannah van den Oeverland")}
    assert demo.history[0] == ("Joris Wielinga", "ingevoerd")
    assert demo.history[-2:] == [
        ("Joris Wielinga", "voorgesteld"),
        ("Hannah van den Oeverland", "vastgesteld"),
    ]


def test_every_established_activity_is_complete(demo: Demo) -> None:
    assert {code: gaps(each) for code, each in demo.established.items() if gaps(each)} == {}


@pytest.mark.requirement("VOG-007")
def test_every_statement_could_be_published_with_its_process_chapters(demo: Demo) -> None:
    assert demo.statement_gaps == []
    every = [
        "Inschrijving en administratie",
        "Onderwijs, begeleiding en zorg",
        "Digitale leermiddelen en toetsen",
        "Foto en film",
        "Websites, contact en cookies",
        "Bestuur, financiën en klachten",
    ]
    assert demo.chapters == {
        "bestuur": every,
        "De Linde": every,
        "De Eik": every,
        "De Meander College": every,
        "Het Baken": every,
    }


@pytest.mark.requirement("KPO-069", "KPO-007")
def test_the_twenty_five_suppliers_of_the_annex(demo: Demo) -> None:
    named = [name for name, source in demo.processors.items() if "000 bijlage 2" in source]
    assert sorted(named) == sorted(ANNEX_2)
    assert len(ANNEX_2) == 25


def test_four_schools_in_two_sectors_one_of_them_public(demo: Demo) -> None:
    assert demo.schools == [
        ("De Eik", "po", "private"),
        ("De Linde", "po", "public"),
        ("De Meander College", "vo", "private"),
        ("Het Baken", "vo", "private"),
    ]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("Cito", ["valid"]),
        ("Basispoort", ["valid"]),  # without an end
        ("Malmberg", ["expiring"]),
        ("ROVICT", ["expiring"]),
        ("CED-Groep", ["expired"]),
        ("ThiemeMeulenhoff", ["expired", "unsigned"]),
        ("Koninklijke Van Gorcum", ["unsigned"]),
        ("Zento", []),
    ],
)
def test_agreements_are_valid_expiring_expired_unsigned_or_missing(
    demo: Demo, name: str, states: list[str]
) -> None:
    assert demo.agreements[name] == states


@pytest.mark.requirement("VOG-013", "INN-005")
def test_the_care_file_is_a_file_of_its_own_with_stricter_access(demo: Demo) -> None:
    pupil, care = demo.established["V08"], demo.established["V09"]
    assert (pupil.name, care.name) == ("Leerlingdossier", "Speciaal zorgdossier")
    assert _roles(pupil) - _roles(care) == {"teacher", "teaching_assistant", "school_office"}
    whole_file = {each.role.code for each in care.access if each.category is None}
    assert whole_file == {"care_coordinator"}
    in_care = {each.category.code for each in care.data if each.kind == "special"}
    assert in_care & {each.category.code for each in pupil.data} == set()
    assert "separate_file" in {each.code for each in care.measures}


@pytest.mark.requirement("VOG-014", "OPO-022")
def test_the_care_file_is_partly_paper_and_locked(demo: Demo) -> None:
    care = demo.established["V09"]
    assert care.medium == "both"
    assert "locked_file" in {each.code for each in care.measures}


@pytest.mark.requirement("VOG-020")
def test_central_exams_go_to_cito_on_a_weighed_legitimate_interest(demo: Demo) -> None:
    exams = demo.established["V16"]
    assert exams.name == "Centrale examens"
    assert {
        each.party.code: each.basis
        for each in exams.recipients
        if each.party.code in {"cito", "cvte"}
    } == {"cito": "legitimate_interest", "cvte": "legitimate_interest"}
    [purpose] = [each for each in exams.purposes if each.basis == "legitimate_interest"]
    assert "eerlijke norm" in purpose.balancing
    assert "Voor de leerling zelf" in purpose.child_interest


@pytest.mark.requirement("OPO-045")
def test_the_network_is_watched_to_run_and_secure_it_and_for_nothing_else(demo: Demo) -> None:
    network = demo.established["V17"]
    assert network.name == "Schoolnetwerk en toezicht op gebruik"
    assert "en voor niets anders" in network.description
    assert [(each.letter, each.basis) for each in network.purposes] == [
        ("c", "legitimate_interest"),
        ("b", "public_task"),
    ]
    assert "niet gebruikt om leerlingen of medewerkers te beoordelen" in network.proportionality


@pytest.mark.requirement("VOG-036")
def test_messages_through_the_website_are_kept_apart(demo: Demo) -> None:
    contact = demo.established["V21"]
    assert contact.name == "Vragen via de website"
    assert {each.category.code for each in contact.data} == {"web_message", "ip_address"}
    assert "niet met andere gegevens samengevoegd" in contact.purposes[0].balancing


@pytest.mark.requirement("VOG-010", "VOG-011")
def test_management_teachers_and_office_each_see_their_part_of_the_administration(
    demo: Demo,
) -> None:
    levels = {
        (each.role.code, each.category.code if each.category else "alles"): each.level
        for each in demo.established["V02"].access
    }
    assert levels[("management", "alles")] == "view"
    assert levels[("school_office", "alles")] == "change"
    assert levels[("teacher", "identity")] == "view"
    assert ("teacher", "alles") not in levels


@pytest.mark.requirement("VOG-009", "VOG-012")
def test_the_administration_names_its_data_and_its_outside_parties(demo: Demo) -> None:
    office = demo.established["V02"]
    named = {(each.group.code, each.category.code) for each in office.data}
    assert {("pupils", "bsn"), ("guardians", "guardian_relation"), ("staff", "logs")} <= named
    outside = {
        each.party.code: each.basis for each in office.recipients if each.kind != "processor"
    }
    assert outside == {
        "duo": "legal_duty",
        "municipality": "legal_duty",
        "ocw": "legal_duty",
        "inspectorate": "legal_duty",
    }
    assert {"topicus", "iddink"} <= {
        each.party.code for each in office.recipients if each.kind == "processor"
    }


@pytest.mark.requirement("VOG-021", "VOG-052")
def test_research_is_anonymous_and_learning_materials_know_a_pseudonym(demo: Demo) -> None:
    found = {
        code: {each.identifiability for each in demo.established[code].data}
        for code in ("V13", "V28")
    }
    assert "pseudonymous" in found["V13"]
    assert "anonymous" in found["V28"]


@pytest.mark.requirement("KPO-015")
def test_former_pupils_are_written_to_with_their_consent(demo: Demo) -> None:
    former = demo.established["V24"]
    assert [(each.letter, each.basis) for each in former.purposes] == [("h", "consent")]


def test_every_entry_and_activity_names_its_source(demo: Demo) -> None:
    assert demo.without_source == []


@pytest.mark.parametrize("name", ["boersen", "petter"])
def test_no_person_of_the_source_documents_appears(name: str) -> None:
    files = [*CONTENT.rglob("*.*"), *CATALOGUE.rglob("*.toml")]
    assert len(files) > 40
    assert [file.name for file in files if name in _text(file)] == []


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8").lower()


@pytest.mark.requirement("VOG-037")
def test_the_websites_show_a_counter_and_a_video_to_look_into(demo: Demo) -> None:
    assert demo.websites == {
        "Website van De Linde": ["_ga", "VISITOR_INFO1_LIVE"],
        "Website van De Meander College": [],
        "Website van het bestuur": [],
    }


@pytest.mark.requirement("VOG-008")
def test_the_administration_lists_its_nine_purposes(demo: Demo) -> None:
    explained = {each.letter: each.explanation for each in demo.established["V02"].purposes}
    counted = {letter: text.count(".") for letter, text in explained.items()}
    assert counted == {"a": 3, "d": 1, "f": 1, "j": 1, "c": 3}
    assert "Leerlingen en ouders kunnen bereiken." in explained["d"]
    assert "Misbruik voorkomen" in explained["c"]


@pytest.mark.requirement("OPO-027")
def test_education_legal_duties_and_safety_are_listed_and_used(demo: Demo) -> None:
    used = {
        (each.letter, each.name)
        for content in demo.established.values()
        for each in content.purposes
    }
    assert {
        ("a", "Onderwijs en begeleiding"),
        ("j", "Uitvoeren van de wet"),
        ("c", "Veiligheid"),
    } <= used


@pytest.mark.requirement("OPO-024")
def test_pupil_data_are_checked_with_duo_and_the_municipality(demo: Demo) -> None:
    policy = Policy(on=TODAY)
    found = board_policy_gaps(demo.established.values(), policy)
    assert [gap.article for gap in found] == []
    office = demo.established["V02"]
    assert {"duo", "municipality"} <= {each.party.code for each in office.recipients}
    assert "data_checks" in {each.code for each in office.measures}


@pytest.mark.requirement("OPO-007")
def test_the_committee_and_the_confidential_adviser_keep_files_of_their_own(demo: Demo) -> None:
    roles = {
        each.party.code: each.kind
        for content in demo.established.values()
        for each in content.recipients
        if each.party.code in {"complaints_committee", "confidant_external"}
    }
    assert roles["complaints_committee"] == "controller"
    assert set(roles.values()) == {"controller"}


def test_one_activity_is_carried_out_for_a_neighbour_and_stands_in_no_statement(demo: Demo) -> None:
    work = demo.established["V34"]
    assert (work.acts_as, work.on_behalf_of) == (
        "processor",
        "Vereniging De Kleine Wereld (fictief)",
    )
    assert "V34" not in demo.told

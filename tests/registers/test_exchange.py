"""Files into the register: the preloaded lists, and activities as plain data."""

from __future__ import annotations

import contextlib
import copy
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from registers import exchange
from registers.exchange import CATALOGUE, Codes, RowRefused, UnknownCode
from registers.models import (
    BasisLetter,
    DataCategory,
    DataSubjectGroup,
    DisclosureGround,
    ExternalParty,
    InternalRole,
    Measure,
    ProcessingActivity,
    Processor,
    Purpose,
    RetentionRule,
    read_content,
)
from tests.conftest import Cast
from tests.factories import registers as make

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)

ROW: dict[str, Any] = {
    "code": "V02",
    "name": "Inschrijving",
    "description": "Leerlingen inschrijven.",
    "process_group": "enrolment",
    "owner": "Directeur",
    "all_schools": False,
    "schools": ["de-linde"],
    "medium": "both",
    "place": "Kluis",
    "minimisation": "Met minder kan het niet.",
    "proportionality": "Het is in verhouding.",
    "subsidiarity": "Lichter kan het niet.",
    "dpia_needed": "yes",
    "dpia_reason": "Veel leerlingen.",
    "dpia_reference": "DPIA 1",
    "dpia_adopted_days_ago": 10,
    "automation": "none",
    "automation_logic": "",
    "automation_significance": "",
    "human_intervention": "",
    "review_in_days": 30,
    "source": "002 Inschrijving en administratie",
    "systems": ["sis"],
    "products": ["parnassys"],
    "measures": ["backup"],
    "purposes": [
        {
            "purpose": "a",
            "explanation": "Inschrijven.",
            "basis": "legal_duty",
            "statute": "WPO 40",
            "interest": "",
            "balancing": "",
            "child_interest": "",
        }
    ],
    "data": [
        {
            "group": "pupils",
            "category": "identity",
            "source": "guardian",
            "source_explanation": "",
            "identifiability": "identifiable",
            "obligation": "statutory",
            "consequence": "Inschrijven lukt dan niet.",
            "retention": "pupil_file",
            "special_ground": "",
            "criminal_ground": "",
            "national_number_ground": "",
            "necessity": "",
        }
    ],
    "access": [{"role": "teacher", "category": "", "level": "view"}],
    "recipients": [
        {
            "kind": "controller",
            "processor": "",
            "party": "duo",
            "basis": "legal_duty",
            "statute": "",
            "data": ["identity"],
            "purpose": "Inschrijven.",
        }
    ],
    "transfers": [
        {
            "country": "US",
            "processor": "topicus",
            "party": "",
            "instrument": "dpf",
            "document": "DPF",
            "review_in_days": 60,
        }
    ],
}


@pytest.fixture
def lists(cast: Cast) -> Cast:
    """Every entry that ROW names."""
    make.purpose()
    make.group()
    make.category()
    make.role()
    make.measure()
    make.party()
    make.retention_rule()
    make.system()
    return cast


def _row(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ROW), **changes}


def _line(name: str, **changes: Any) -> dict[str, Any]:
    """ROW with its only line of this kind changed."""
    return _row(**{name: [{**copy.deepcopy(ROW[name][0]), **changes}]})


def test_the_lists_are_loaded_whole_with_their_history() -> None:
    assert exchange.load_catalogue(by=None) == 229
    sizes: dict[Any, int] = {
        Purpose: 11,
        DataSubjectGroup: 8,
        DataCategory: 75,
        InternalRole: 19,
        Measure: 26,
        RetentionRule: 40,
        ExternalParty: 35,
        DisclosureGround: 9,
        BasisLetter: 6,
    }
    assert {model: model.objects.count() for model in sizes} == sizes
    assert make.history_of(Purpose.objects.get(letter="a")) == [("systeem", "vooraf geladen")]


def test_loading_again_adds_nothing_and_never_writes_over_what_the_board_changed(
    cast: Cast,
) -> None:
    exchange.load_catalogue(by=None)
    rule = RetentionRule.objects.get(code="pupil_file")
    rule.years = 1
    rule.record(by=cast.ibp, why="besluit van het bestuur")
    letter = BasisLetter.objects.get(basis="consent")
    letter.board_letter = "z"
    letter.record(by=cast.ibp, why="besluit van het bestuur")
    Measure.objects.get(code="backup").erase(by=cast.ibp, why="dubbel")
    assert exchange.load_catalogue(by=None) == 1  # only the measure that was gone
    rule.refresh_from_db()
    letter.refresh_from_db()
    assert (rule.years, letter.board_letter) == (1, "z")


def test_the_command_says_how_much_it_added(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_catalogue")
    call_command("load_catalogue")
    assert capsys.readouterr().out == "229 entries added\n0 entries added\n"


@pytest.mark.requirement("KPO-013", "KPO-015")
def test_the_eleven_purposes_of_the_regulation() -> None:
    exchange.load_catalogue(by=None)
    assert list(Purpose.objects.values_list("letter", "name")) == [
        ("a", "Onderwijs en begeleiding"),
        ("b", "Leermiddelen"),
        ("c", "Veiligheid"),
        ("d", "Informatie over school en leermiddelen"),
        ("e", "Activiteiten bekendmaken"),
        ("f", "Bijdragen en betalingen"),
        ("g", "Bekostiging en controle"),
        ("h", "Contact met oud-leerlingen"),
        ("i", "Werk, opdrachten en inkoop"),
        ("j", "Uitvoeren van de wet"),
        ("k", "Juridische procedures"),
    ]


@pytest.mark.requirement("KPO-019")
def test_the_six_bases_with_the_letters_of_law_and_regulation() -> None:
    exchange.load_catalogue(by=None)
    found = {
        each.basis: (each.gdpr_letter, each.board_letter) for each in BasisLetter.objects.all()
    }
    assert found == {
        "public_task": ("e", "a"),
        "legal_duty": ("c", "b"),
        "contract": ("b", "c"),
        "legitimate_interest": ("f", "d"),
        "vital_interest": ("d", "e"),
        "consent": ("a", "f"),
    }


@pytest.mark.requirement("KPO-005", "KPO-010")
def test_the_groups_of_people_about_whom_data_are_kept() -> None:
    exchange.load_catalogue(by=None)
    names = DataSubjectGroup.objects.values_list("name", flat=True)
    assert {
        "Leerlingen",
        "Ouders en verzorgers",
        "Medewerkers",
        "Bezoekers",
        "Externe relaties",
        "Oud-leerlingen",
    } <= set(names)


@pytest.mark.requirement("KPO-066")
def test_the_thirteen_categories_of_the_annex() -> None:
    exchange.load_catalogue(by=None)
    letters = DataCategory.objects.exclude(kpo_letter="").values_list("kpo_letter", flat=True)
    assert sorted(set(letters)) == list("abcdefghijklm")
    kinds = dict(DataCategory.objects.values_list("code", "kind"))
    assert {
        code: kinds[code] for code in ("bsn", "health_support", "religion", "care_contacts")
    } == {
        "bsn": "national_number",
        "health_support": "special",
        "religion": "special",
        "care_contacts": "special",
    }


@pytest.mark.requirement("KPO-002", "OPO-019")
def test_what_a_machine_knows_about_people_is_personal_data_too() -> None:
    exchange.load_catalogue(by=None)
    codes = {"ip_address", "cookies", "login", "logs", "images", "pass_photo", "eck_id", "iban"}
    assert set(DataCategory.objects.values_list("code", flat=True)) >= codes


@pytest.mark.requirement("OPO-012", "KPO-026")
def test_measures_are_physical_technical_and_organisational() -> None:
    exchange.load_catalogue(by=None)
    kinds = list(Measure.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "organisational": 12,
        "physical": 4,
        "technical": 10,
    }


@pytest.mark.requirement("OPO-057")
def test_the_standing_recipients_beside_the_processors() -> None:
    exchange.load_catalogue(by=None)
    standing = ExternalParty.objects.filter(source__contains="004 art. 9.2.2")
    assert sorted(each.code for each in standing) == [
        "duo",
        "inspectorate",
        "municipality",
        "ocw",
        "police",
        "swv",
    ]


def test_a_refused_row_names_itself_and_its_field_and_nothing_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    parties = folder / "external_parties.toml"
    text = parties.read_text(encoding="utf-8").replace('kind = "third_party"', 'kind = "friend"', 1)
    parties.write_text(text, encoding="utf-8")
    with pytest.raises(RowRefused) as refusal:
        exchange.load_catalogue(by=None, folder=folder)
    assert refusal.value.row == "external_parties itinerant_counsellor"
    assert refusal.value.errors == {"kind": ["Waarde 'friend' is geen geldige keuze."]}
    assert str(refusal.value) == (
        "external_parties itinerant_counsellor: "
        "{'kind': [\"Waarde 'friend' is geen geldige keuze.\"]}"
    )
    assert not Purpose.objects.exists()  # the lists before it are gone too


def test_a_refusal_passes_through_a_context_manager_as_itself() -> None:
    @contextlib.contextmanager
    def inside() -> Iterator[None]:
        with transaction.atomic():
            yield

    with pytest.raises(RowRefused, match="V02"), inside():
        raise RowRefused("V02", {"name": ["leeg"]})


def test_an_activity_is_written_as_a_concept_with_all_its_lines(lists: Cast) -> None:
    activity = exchange.write_activity(_row(), codes=Codes(), by=lists.ibp, on=DAY)
    content = read_content(activity)
    assert (activity.status, content.code, content.process_group) == ("concept", "V02", "enrolment")
    assert (content.dpia_adopted_on, content.next_review_on) == ("2026-02-20", "2026-04-01")
    assert [each.code for each in content.schools] == ["de-linde"]
    assert [each.code for each in content.systems] == ["sis"]
    assert [each.code for each in content.products] == ["parnassys"]
    assert [each.code for each in content.measures] == ["backup"]
    assert [(each.letter, each.basis) for each in content.purposes] == [("a", "legal_duty")]
    assert [(each.group.code, each.category.code) for each in content.data] == [
        ("pupils", "identity")
    ]
    assert [(each.role.code, each.category) for each in content.access] == [("teacher", None)]
    [recipient] = content.recipients
    assert (recipient.party.code, [each.code for each in recipient.data]) == ("duo", ["identity"])
    [transfer] = content.transfers
    assert (transfer.country, transfer.review_on) == ("US", "2026-05-01")
    assert set(make.history_of(activity)) == {("Ilse Beheer", "ingevoerd")}
    assert set(make.history_of(activity.purposelines.get())) == {("Ilse Beheer", "ingevoerd")}


def test_no_days_is_no_date(lists: Cast) -> None:
    row = _row(dpia_adopted_days_ago=0, review_in_days=0)
    activity = exchange.write_activity(row, codes=Codes(), by=lists.ibp, on=DAY)
    assert (activity.dpia_adopted_on, activity.next_review_on) == (None, None)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (_row(schools=["de-beuk"]), "School 'de-beuk'"),
        (_row(systems=["onbekend"]), "System 'onbekend'"),
        (_line("purposes", purpose="z"), "Purpose 'z'"),
        (_line("data", retention="eeuwig"), "RetentionRule 'eeuwig'"),
        (_line("recipients", data=["shoe_size"]), "DataCategory 'shoe_size'"),
        (_line("transfers", processor="nergens"), "Processor 'nergens'"),
    ],
)
def test_a_code_that_no_list_has_is_named_and_nothing_is_written(
    lists: Cast, row: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnknownCode, match=message):
        exchange.write_activity(row, codes=Codes(), by=lists.ibp, on=DAY)
    assert not ProcessingActivity.objects.exists()


@pytest.mark.parametrize(
    ("row", "where", "fields"),
    [
        (_row(process_group="fun"), "V02", ["process_group"]),
        (_row(name=""), "V02", ["name"]),
        (_line("purposes", basis="legitimate_interest"), "V02 purposes 1", ["interest"]),
        (_line("recipients", basis=""), "V02 recipients 1", ["basis"]),
        (_line("transfers", country="DE"), "V02 transfers 1", ["country"]),
    ],
)
def test_a_refused_activity_names_line_and_field_and_nothing_is_written(
    lists: Cast, row: dict[str, Any], where: str, fields: list[str]
) -> None:
    with pytest.raises(RowRefused) as refusal:
        exchange.write_activity(row, codes=Codes(), by=lists.ibp, on=DAY)
    assert refusal.value.row == where
    assert list(refusal.value.errors)[:1] == fields
    assert not ProcessingActivity.objects.exists()


def test_codes_are_read_once_and_an_empty_code_is_nothing() -> None:
    made = make.processor()
    codes = Codes()
    assert codes.find(Processor, "topicus") == made
    assert codes.find_or_none(Processor, "") is None
    assert codes.find_all(Processor, ["topicus", "topicus"]) == [made, made]

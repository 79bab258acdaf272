"""The register as everyone may read it: what the board chose, of what is established."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from privacyboard.organisation.models import User
from registers import actions, letters
from registers.choices import PUBLIC_BY_DEFAULT, ActsAs, PublicPart
from registers.models import PublicField
from registers.rules.public_register import public_chapters, public_sections
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.factories.pictures import kept
from tests.factories.register_content import CONTROLLER, DATA, PURPOSE, TRANSFER, content

SignIn = Callable[[User], Client]
DESK = "/register/openbaar/"
ALL = frozenset(PublicPart.values)

SECRET = replace(
    PURPOSE, statute="STATUUT", interest="BELANG", balancing="AFWEGING", explanation="UITLEG"
)
FULL = content(
    owner="EIGENAAR",
    place="PLAATS",
    source="BRON",
    dpia_reason="DPIAREDEN",
    dpia_reference="DPIAPLEK",
    purposes=(SECRET,),
    data=(replace(DATA, necessity="NOODZAAKREGEL"),),
    recipients=(CONTROLLER,),
    transfers=(replace(TRANSFER, document="DOCUMENT"),),
)


def words_of(page: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.decode())).split())


def told(shown: set[str] | frozenset[str]) -> str:
    return "\n".join(
        f"{section.title}|{row.label}|{row.text}"
        for section in public_sections(FULL, shown)
        for row in section.rows
    )


def choose(*parts: PublicPart, at: datetime) -> None:
    actions.set_public_parts(chosen=[each.value for each in parts], by=None, at=at)


class TestSections:
    def test_nothing_chosen_tells_only_where_it_is_done(self) -> None:
        assert told(frozenset()) == "Wat en wie|scholen|alle scholen"

    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            (PublicPart.DESCRIPTION, "Wat en wie|omschrijving|De school volgt haar leerlingen."),
            (PublicPart.OWNER, "Wat en wie|eigenaar|EIGENAAR"),
            (PublicPart.NECESSITY, "Noodzaak|noodzaak|Lichter kan het niet."),
            (
                PublicPart.PURPOSES,
                "Doelen|doel a, Onderwijs en begeleiding|uitleg: UITLEG",
            ),
            (PublicPart.ACCESS, "Toegang binnen de school|Leraar, alle gegevens|inzien"),
            (PublicPart.SYSTEMS, "Systemen en maatregelen|systemen|Administratie"),
            (
                PublicPart.MEASURES,
                "Systemen en maatregelen|maatregelen, technisch|Reservekopieën",
            ),
            (PublicPart.DPIA, "DPIA en automatische besluiten|DPIA nodig|nee"),
            (PublicPart.AUTOMATION, "DPIA en automatische besluiten|automatisch besluit|geen"),
            (
                PublicPart.TRANSFERS,
                "Doorgifte buiten de EER|Topicus, Verenigde Staten|"
                "instrument: EU-US Data Privacy Framework",
            ),
            (PublicPart.RECIPIENTS, "Ontvangers|DUO|rol: andere verantwoordelijke"),
            (PublicPart.DATA, "Gegevens|Naam van Leerlingen|bron: van de ouders"),
            (
                PublicPart.RETENTION,
                "Hoe lang wij bewaren|Leerlingdossier|ten hoogste 2 jaar na vertrek",
            ),
            (PublicPart.BASES, "Waarom het mag|grondslag|taak van algemeen belang"),
        ],
    )
    def test_each_part_shows_when_it_is_chosen_and_only_then(
        self, part: PublicPart, expected: str
    ) -> None:
        assert expected in told({part.value})
        assert expected not in told(ALL - {part.value})

    def test_a_part_lets_nothing_of_another_part_through(self) -> None:
        only = told({PublicPart.PURPOSES, PublicPart.RECIPIENTS, PublicPart.DATA})
        for word in (
            "STATUUT",
            "BELANG",
            "grondslag:",
            "grondslagen",
            "WPO 178a",
            "bewaartermijn",
            "2 jaar",
        ):
            assert word not in only, word
        assert "waarvoor: De bekostiging." in only
        assert "De bekostiging." not in told({PublicPart.RECIPIENTS})
        assert "gegevens: Naam" not in told({PublicPart.RECIPIENTS})

    def test_what_is_for_inside_shows_never(self) -> None:
        everything = told(ALL)
        inside = ("PLAATS", "BRON", "DPIAREDEN", "DPIAPLEK", "AFWEGING", "NOODZAAKREGEL")
        assert [word for word in (*inside, "DOCUMENT", "2026-09-01") if word in everything] == []

    def test_work_for_another_controller_and_of_another_school_is_left_out(self) -> None:
        here = content(code="V01")
        elsewhere = content(code="V02", all_schools=False)
        theirs = content(code="V03", acts_as=ActsAs.PROCESSOR.value)

        def codes(school: str | None) -> list[str]:
            found = public_chapters([here, elsewhere, theirs], school=school, shown=ALL)
            return [each.code for chapter in found for each in chapter.activities]

        assert codes("de-linde") == ["V01"]
        assert codes(None) == ["V01", "V02"]


@pytest.fixture
@kept
def register(cast: Cast, now: datetime) -> Cast:
    """V01 everywhere, V02 at De Linde, V03 at De Eik, V04 a concept."""
    first = make.activity("V01", name="Leerlingdossier", fg_remark="OPMERKING")
    make.recipient_line(first, party=make.party())
    make.establish(first, at=now, by=cast.board_member)
    make.established("V02", at=now, schools=[cast.linde])
    make.established("V03", at=now, schools=[cast.eik])
    make.activity("V04")
    return cast


class TestPage:
    def test_a_school_shows_what_is_established_and_holds_there(
        self, register: Cast, client: Client
    ) -> None:
        page = client.get("/openbaar-register/de-linde/")
        words = words_of(page.content)
        assert "Openbaar register De Linde" in words
        shown = [each in words for each in ("Leerlingdossier", "V02", "V03", "V04")]
        assert shown == [True, True, False, False]
        board = words_of(client.get("/openbaar-register/").content)
        assert [each in board for each in ("V02", "V03", "V04")] == [True, True, False]
        assert client.get("/openbaar-register/onbekend/").status_code == 404

    def test_the_safe_parts_show_by_default_and_no_person_ever(
        self, register: Cast, now: datetime, client: Client
    ) -> None:
        page = client.get("/openbaar-register/de-linde/").content.decode()
        assert "omschrijving" in page.lower()
        for hidden in ("Maatregelen, technisch", "Systemen", "Toegang binnen", "Eigenaar"):
            assert hidden not in page
        choose(*PublicPart, at=now)
        page = client.get("/openbaar-register/de-linde/").content.decode()
        assert "Toegang binnen de school" in page
        assert "OPMERKING" not in page
        people = register.everybody()
        assert [user for user in people if user.name in page or user.email in page] == []

    def test_every_chapter_and_activity_is_in_the_contents(
        self, register: Cast, client: Client
    ) -> None:
        page = client.get("/openbaar-register/").content.decode()
        targets = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}
        assert len(targets) >= 4
        assert targets <= set(re.findall(r'id="([^"]+)"', page))

    def test_before_anything_is_established_the_page_says_so(
        self, cast: Cast, client: Client
    ) -> None:
        assert "Er is nog niets vastgesteld." in client.get("/openbaar-register/").content.decode()

    def test_the_pdf_says_the_same(self, register: Cast, client: Client) -> None:
        response = client.get("/openbaar-register/de-linde/pdf/")
        assert response["Content-Type"] == "application/pdf"
        reader = PdfReader(io.BytesIO(response.content))
        assert reader.metadata is not None
        assert reader.metadata.title == "Openbaar register De Linde"
        words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        assert "Leerlingdossier" in words
        assert "V03" not in words

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize(
        ("address", "queries"), [("/openbaar-register/", 6), ("/openbaar-register/de-linde/", 7)]
    )
    def test_costs_the_same_for_few_and_for_many_activities(
        self, cast: Cast, now: datetime, client: Client, rows: int, address: str, queries: int
    ) -> None:
        for number in range(rows):
            make.established(f"V{number}", at=now)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address).content.decode()
        assert page.count("<h3>") == rows
        assert len(asked) == queries


class TestProcessors:
    def test_whether_there_is_an_agreement_shows_only_when_the_board_chose_so(
        self, register: Cast, now: datetime, client: Client
    ) -> None:
        unsigned = make.activity("V05")
        make.recipient_line(unsigned)
        make.agreement(make.processor(), ends_on=None)
        make.establish(unsigned, at=now)
        assert not letters.processors(on=TODAY).shows_agreements
        words = words_of(client.get("/verwerkers/").content)
        assert "Topicus Administratie" in words
        assert "Leverancier Dienst Topicus" in words
        choose(PublicPart.PROCESSORS_AGREEMENT, at=now)
        assert "Topicus Administratie ja" in words_of(client.get("/verwerkers/").content)


class TestChoosing:
    def test_keeps_what_changed_with_who_and_when(self, cast: Cast, now: datetime) -> None:
        chosen = (PUBLIC_BY_DEFAULT - {PublicPart.DATA}) | {PublicPart.MEASURES}
        changed = actions.set_public_parts(chosen=chosen, by=cast.ibp, at=now)
        assert [(row.key, row.is_shown) for row in changed] == [
            ("data", False),
            ("measures", True),
        ]
        assert PublicField.objects.shown() == frozenset(chosen)
        assert actions.set_public_parts(chosen=chosen, by=cast.ibp, at=now) == []
        rows = PublicField.history.order_by("key").values_list(
            "key", "history_user", "history_change_reason"
        )
        assert list(rows) == [
            ("data", cast.ibp.pk, "wordt niet meer getoond"),
            ("measures", cast.ibp.pk, "wordt getoond"),
        ]

    def test_a_part_that_does_not_exist_is_refused_whole(self, cast: Cast, now: datetime) -> None:
        with pytest.raises(actions.UnknownPart, match="fg_remark"):
            actions.set_public_parts(chosen=["measures", "fg_remark"], by=None, at=now)
        assert PublicField.objects.count() == 0

    def test_what_helps_an_attacker_or_is_about_staff_is_off_by_default(self, cast: Cast) -> None:
        assert ALL - PublicField.objects.shown() == {
            "measures",
            "systems",
            "access",
            "owner",
            "dpia",
            "necessity",
            "processors_agreement",
        }

    def test_is_done_on_one_page_by_who_publishes(
        self, register: Cast, as_user: SignIn, client: Client
    ) -> None:
        for person in (register.ibp, register.board_member):
            page = as_user(person).get(DESK)
            assert page.status_code == 200
            assert page.content.decode().count('type="checkbox"') == len(PublicPart)
        response = as_user(register.ibp).post(DESK, {"parts": ["measures"]}, follow=True)
        words = words_of(response.content)
        assert "Bewaard. Zo staat het nu op de openbare pagina's." in words
        assert "maatregelen om gegevens te beveiligen" in words
        assert "wordt getoond" in words
        assert PublicField.objects.shown() == {"measures"}
        client.logout()
        public = client.get("/openbaar-register/").content.decode()
        assert "Maatregelen, technisch" in public
        assert "Gegevens</h4>" not in public

    def test_no_tick_at_all_is_a_choice(self, register: Cast, as_user: SignIn) -> None:
        assert as_user(register.ibp).post(DESK, {}).status_code == 302
        assert PublicField.objects.shown() == frozenset()

    def test_an_unknown_part_is_refused_in_words(self, register: Cast, as_user: SignIn) -> None:
        page = as_user(register.ibp).post(DESK, {"parts": ["measures", "fg_remark"]})
        assert page.status_code == 200
        assert "Dit onderdeel bestaat niet. Kies uit de lijst." in words_of(page.content)
        assert PublicField.objects.count() == 0

    def test_does_not_exist_for_anybody_else(self, register: Cast, as_user: SignIn) -> None:
        for person in (register.fg, register.director, register.teacher, register.administrator):
            client = as_user(person)
            assert client.get(DESK).status_code == 404
            assert client.post(DESK, {"parts": ["measures"]}).status_code == 404
        assert PublicField.objects.count() == 0

    def test_a_stranger_signs_in_first(self, register: Cast, client: Client) -> None:
        assert client.get(DESK).status_code == 302

    def test_the_page_stays_within_its_queries(self, register: Cast, as_user: SignIn) -> None:
        client = as_user(register.ibp)
        client.post(DESK, {"parts": list(PublicPart.values)})
        client.post(DESK, {"parts": []})
        client.get(DESK)  # the message is told once
        with CaptureQueriesContext(connection) as asked:
            client.get(DESK)
        assert len(asked) <= 7

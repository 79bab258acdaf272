"""The access matrix of a school and the director's yearly review of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from privacyboard.organisation.models import User
from privacyboard.vocabulary import Tone, WorkItem
from registers import actions, letters
from registers.choices import AccessLevel, DeviatingField
from registers.content import Named
from registers.models import AccessReview
from registers.rules.matrix import Cell, LocalAccess, RoleAccess, answer_problem
from registers.worklist import items_for
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.factories.pictures import kept

SignIn = Callable[[User], Client]
PAGE = "/register/toegang/de-linde/"
NAME = Named("identity", "Naam")
HEALTH = Named("health", "Gezondheid")
TEACHER = Named("teacher", "Leraar")
COUNSELLOR = Named("counsellor", "Begeleider")


@pytest.fixture
@kept
def register(cast: Cast, now: datetime) -> Cast:
    """V01 everywhere, V02 at De Linde only (health, changed by the counsellor), V03 at De Eik."""
    make.established("V01", at=now)
    care = make.activity("V02", schools=[cast.linde])
    make.data_line(care, category=make.category("health", "Gezondheid"))
    make.access_line(
        care, role=make.role("counsellor", "Begeleider"), level=AccessLevel.CHANGE, category=None
    )
    make.access_line(care, category=make.category(), level=AccessLevel.CHANGE)
    make.establish(care, at=now)
    far = make.activity("V03", schools=[cast.eik])
    make.access_line(far, role=make.role("concierge", "Conciërge"))
    make.establish(far, at=now)
    make.activity("V04")  # a concept counts for nothing
    return cast


@pytest.mark.requirement("VOG-010", "VOG-011")
def test_the_matrix_follows_from_what_is_established_at_the_school(register: Cast) -> None:
    found = letters.access_matrix_of(register.linde)
    assert found.school == Named("de-linde", "De Linde")
    assert found.roles == (
        RoleAccess(
            role=COUNSELLOR,
            view=(),
            change=(Cell(HEALTH, "change", ("V02",)), Cell(NAME, "change", ("V02",))),
        ),
        RoleAccess(
            role=TEACHER,
            view=(Cell(HEALTH, "view", ("V02",)),),
            change=(Cell(NAME, "change", ("V01", "V02")),),
        ),
    )


def test_another_school_has_another_matrix(register: Cast) -> None:
    found = letters.access_matrix_of(register.eik)
    assert [(row.role.name, len(row.view), len(row.change)) for row in found.roles] == [
        ("Conciërge", 1, 0),
        ("Leraar", 1, 0),
    ]


def test_where_the_school_does_otherwise_stands_beside_it(register: Cast, now: datetime) -> None:
    activity = make.established("V05", at=now)
    for school, text in ((register.linde, "Ook de stagiair."), (register.eik, "Niemand.")):
        actions.deviate(
            activity=activity,
            school=school,
            field=DeviatingField.ACCESS,
            text=text,
            reason="Klein team.",
            by=None,
            at=now,
        )
    assert letters.access_matrix_of(register.linde).local == (
        LocalAccess("V05", "Verwerking V05", "Ook de stagiair.", "Klein team."),
    )


@pytest.mark.parametrize(
    ("outcome", "corrections", "words"),
    [
        ("confirmed", "", ""),
        ("corrected", "De stagiair niet.", ""),
        ("corrected", "  ", "Schrijf op wat er anders moet."),
        ("", "", "Kies of de toegang klopt."),
        ("maybe", "x", "Kies of de toegang klopt."),
    ],
)
def test_an_answer_is_chosen_and_a_correction_has_words(
    outcome: str, corrections: str, words: str
) -> None:
    given = ("confirmed", "corrected")
    assert answer_problem(outcome=outcome, corrections=corrections, outcomes=given) == words


def opened(cast: Cast, now: datetime) -> AccessReview:
    return actions.open_review(school=cast.linde, year=2026, by=cast.ibp, at=now)


@pytest.mark.requirement("VOG-048")
class TestReview:
    def test_it_freezes_the_matrix_with_its_hash(self, register: Cast, now: datetime) -> None:
        review = opened(register, now)
        assert (review.year, review.due_on, review.outcome) == (2026, date(2026, 3, 30), "")
        assert [row["role"]["name"] for row in review.matrix["roles"]] == ["Begeleider", "Leraar"]
        assert len(review.sha256) == 64
        assert make.history_of(review) == [("Ilse Beheer", "controle klaargezet")]
        frozen = review.matrix
        make.established("V06", at=now)
        review.refresh_from_db()
        assert review.matrix == frozen

    def test_it_is_laid_ready_once_a_year(self, register: Cast, now: datetime) -> None:
        opened(register, now)
        with pytest.raises(actions.ReviewRefused, match="staat voor deze school al klaar"):
            opened(register, now)
        with pytest.raises(actions.ReviewRefused, match="In 2026 kan alleen"):
            actions.open_review(school=register.eik, year=2027, by=None, at=now)

    def test_without_anything_established_there_is_nothing_to_review(
        self, cast: Cast, now: datetime
    ) -> None:
        with pytest.raises(actions.ReviewRefused, match="nog geen toegang vastgesteld"):
            opened(cast, now)
        assert AccessReview.objects.count() == 0

    def test_a_correction_is_answered_once_with_a_dated_report(
        self, register: Cast, now: datetime
    ) -> None:
        review = opened(register, now)
        with pytest.raises(actions.ReviewRefused, match="Schrijf op wat er anders moet"):
            actions.answer_review(review=review, outcome="corrected", by=register.director, at=now)
        done = actions.answer_review(
            review=review,
            outcome="corrected",
            corrections="De begeleider mag de naam niet wijzigen.",
            by=register.director,
            at=now,
        )
        assert (done.outcome, done.answered_by, done.answered_at) == (
            "corrected",
            register.director,
            now,
        )
        assert make.history_of(done)[-1] == ("Dirk Linde", "toegang gecontroleerd")
        assert done.report is not None
        reader = PdfReader(io.BytesIO(done.report.file.read()))
        assert reader.root_object["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
        words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        for expected in (
            "Controle van de toegang 2026: De Linde",
            "2 maart 2026",
            "Dirk Linde",
            "klopt niet helemaal",
            "De begeleider mag de naam niet wijzigen.",
            "Gezondheid",
        ):
            assert expected in words
        with pytest.raises(actions.ReviewRefused, match="al beantwoord"):
            actions.answer_review(review=done, outcome="confirmed", by=register.ibp, at=now)
        stale = AccessReview.objects.get(pk=done.pk)
        stale.answered_at = None  # somebody answered after this page was read
        with pytest.raises(actions.ReviewRefused, match="al beantwoord"):
            actions.answer_review(review=stale, outcome="confirmed", by=register.ibp, at=now)
        assert AccessReview.objects.get().outcome == "corrected"

    def test_the_director_has_it_on_the_worklist_until_it_is_answered(
        self, register: Cast, now: datetime
    ) -> None:
        review = opened(register, now)
        item = WorkItem(
            sentence="Controleer wie op De Linde welke gegevens mag zien (2026).",
            url=PAGE,
            act_label="Controleren",
            tone=Tone.ATTENTION,
            due=date(2026, 3, 30),
        )
        asked = {user.first_name for user in register.everybody() if item in items_for(user, TODAY)}
        assert asked == {"Dirk"}
        late = [
            each for each in items_for(register.director, date(2026, 3, 31)) if each.url == PAGE
        ]
        assert [each.tone for each in late] == ["late"]
        actions.answer_review(review=review, outcome="confirmed", by=register.director, at=now)
        assert item not in items_for(register.director, TODAY)


class TestPages:
    def test_who_reads_which_page(self, register: Cast, as_user: SignIn) -> None:
        codes = {
            user.first_name: as_user(user).get(PAGE).status_code for user in register.everybody()
        }
        assert {name for name, code in codes.items() if code == 200} == {
            "Fenna",
            "Ilse",
            "Bram",
            "Dirk",
            "Aad",
        }
        assert set(codes.values()) == {200, 404}
        assert as_user(register.director).get("/register/toegang/de-eik/").status_code == 404

    def test_nobody_reads_it_without_login(self, register: Cast, client: Client) -> None:
        for url in (PAGE, "/register/toegang/"):
            assert client.get(url).status_code == 302

    @pytest.mark.requirement("VOG-010", "VOG-011")
    def test_the_table_shows_each_role_and_becomes_cards(
        self, register: Cast, as_user: SignIn
    ) -> None:
        page = as_user(register.director).get(PAGE).content.decode()
        assert '<table class="cards">' in page
        assert '<th scope="row">Begeleider</th>' in page
        assert "Gezondheid <small>(V02)</small>" in page
        assert "Conciërge" not in page
        assert "Antwoord vastleggen" not in page

    @pytest.mark.requirement("VOG-048")
    def test_the_ibp_manager_opens_and_the_director_answers(
        self, register: Cast, as_user: SignIn
    ) -> None:
        open_it = reverse("access_review_open", args=["de-linde"])
        assert as_user(register.director).post(open_it).status_code == 404
        assert as_user(register.eik_director).post(open_it).status_code == 404
        client = as_user(register.ibp)
        assert client.get(open_it).status_code == 405
        told = client.post(open_it, follow=True).content.decode()
        assert "De controle staat klaar voor De Linde." in told
        assert (
            "staat voor deze school al klaar" in client.post(open_it, follow=True).content.decode()
        )
        assert client.post(PAGE, {"outcome": "confirmed"}).status_code == 404
        assert (
            as_user(register.eik_director).post(PAGE, {"outcome": "confirmed"}).status_code == 404
        )
        client = as_user(register.director)
        assert "Antwoord vastleggen" in client.get(PAGE).content.decode()
        for typed, words in (
            ({}, "Kies of de toegang klopt."),
            ({"outcome": "corrected"}, "Schrijf op wat er anders moet."),
        ):
            assert words in client.post(PAGE, typed).content.decode()
        assert AccessReview.objects.get().outcome == ""
        told = client.post(PAGE, {"outcome": "confirmed"}, follow=True).content.decode()
        assert "Uw antwoord is vastgelegd." in told
        assert client.post(PAGE, {"outcome": "confirmed"}).status_code == 404
        report = AccessReview.objects.get().report
        assert report is not None
        url = reverse("document", args=[report.pk])
        assert url in told
        codes = {
            user.first_name: as_user(user).get(url).status_code for user in register.everybody()
        }
        assert {name for name, code in codes.items() if code == 200} == {
            "Fenna",
            "Ilse",
            "Bram",
            "Dirk",
            "Aad",
        }

    def test_the_overview_shows_the_own_schools(self, register: Cast, as_user: SignIn) -> None:
        seen = {
            user.first_name: [
                name
                for name in ("De Eik", "De Linde")
                if f">{name}</th>" in as_user(user).get("/register/toegang/").content.decode()
            ]
            for user in (register.ibp, register.director, register.eik_director)
        }
        assert seen == {"Ilse": ["De Eik", "De Linde"], "Dirk": ["De Linde"], "Edo": ["De Eik"]}
        assert as_user(register.teacher).get("/register/toegang/").status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize("person", ["ibp", "director"])
    def test_the_pages_cost_the_same_for_few_and_for_many(
        self, cast: Cast, now: datetime, as_user: SignIn, person: str, rows: int
    ) -> None:
        for number in range(rows):
            make.established(f"V{number}", at=now)
        opened(cast, now)
        client = as_user(getattr(cast, person))
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
            client.get("/register/toegang/")
        assert len(asked) == 14  # two pages

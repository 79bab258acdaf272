"""The home page says who you are, what waits, and where to go: each role its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.frontdesk import desk
from privacyboard.frontdesk.places import places
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from privacyboard.vocabulary import Tone, WorkItem
from registers.models import ProcessingActivity
from tests.conftest import NOW, Cast, make_person
from tests.factories import registers as make

AsUser = Callable[[User], Client]

READ = [
    *("Verwerkingen", "Verwerkers en overeenkomsten", "Volledigheid van het register"),
    *("In opdracht van anderen", "Toegang per school", "Landelijke overzichten"),
]
FILES = ["Het register als bestand"]
GIVEN = ["Verstrekkingen"]
CONFIDENTIAL = ["Zeer vertrouwelijke gegevens"]
REQUESTS = ["Verzoeken", "Agenda", "Klachten over privacy", "Register van verzoeken"]
BREACHES = ["Datalekken", "Register van datalekken"]
DUTY = ["Dienst voor datalekken"]
CONSENT = ["Toestemmingen"]
PEOPLE = ["Leerlingen"]
PUBLISH = ["Privacyverklaring publiceren", "Openbaar register"]
ACCOUNTS = ["Accounts en rollen"]
NOTING = ["Datalek vastleggen"]
HOLIDAYS = ["Vakanties en vrije dagen"]
OPERATION = ["Taken en post"]
DESTRUCTION = ["Vernietigingslijsten"]
CLEANING = ["Opruimen"]
EVERYBODY = ["Datalek melden", "Mijn meldingen", "Mijn berichten", "Privacyverklaring"]

PLACES = {
    "Fenna": READ
    + FILES
    + GIVEN
    + CONFIDENTIAL
    + PEOPLE
    + REQUESTS
    + DESTRUCTION
    + BREACHES
    + CONSENT
    + CLEANING
    + EVERYBODY,
    "Ilse": [
        *(READ + FILES + GIVEN + CONFIDENTIAL + PEOPLE + REQUESTS + DESTRUCTION + BREACHES + DUTY),
        *(CONSENT + PUBLISH + HOLIDAYS + CLEANING + NOTING + EVERYBODY),
    ],
    "Bram": READ + DESTRUCTION + BREACHES + PUBLISH + CLEANING + EVERYBODY,
    "Dirk": READ
    + GIVEN
    + CONFIDENTIAL
    + PEOPLE
    + REQUESTS
    + DESTRUCTION
    + BREACHES
    + CONSENT
    + HOLIDAYS
    + NOTING
    + EVERYBODY,
    "Carla": CONFIDENTIAL + CONSENT + EVERYBODY,
    "Tess": CONSENT + EVERYBODY,
    "Aad": READ + GIVEN + EVERYBODY,
    "Tom": ACCOUNTS + OPERATION + CLEANING + EVERYBODY,
    "Edo": READ
    + GIVEN
    + CONFIDENTIAL
    + PEOPLE
    + REQUESTS
    + DESTRUCTION
    + BREACHES
    + CONSENT
    + HOLIDAYS
    + NOTING
    + EVERYBODY,
    "Eva": CONSENT + EVERYBODY,
}
ROLES = {
    "Fenna": "Functionaris gegevensbescherming (FG)",
    "Ilse": "IBP-manager",
    "Bram": "Bestuurder",
    "Dirk": "Directeur De Linde",
    "Carla": "Coördinator zorg De Linde",
    "Tess": "Medewerker De Linde",
    "Aad": "Auditor",
    "Tom": "Technisch beheerder",
    "Edo": "Directeur De Eik",
    "Eva": "Medewerker De Eik",
}


def item(sentence: str, subject: str, tone: Tone = Tone.CALM) -> WorkItem:
    return WorkItem(sentence, "/", "Bekijken", tone, subject=subject)


class TestSubjects:
    def test_nothing_is_nothing(self) -> None:
        assert desk.by_subject([]) == []

    def test_a_short_list_is_one_list(self) -> None:
        items = [item(str(number), "Register") for number in range(8)]
        (one,) = desk.by_subject(items)
        assert (one.title, one.number, len(one.shown), one.folded) == ("", 8, 8, ())

    def test_a_long_one_stands_under_its_subjects_what_is_urgent_first(self) -> None:
        items = [
            *(item(f"o{number}", "Overeenkomsten", Tone.LATE) for number in range(5)),
            item("d", "Datalekken", Tone.LATE),
            *(item(f"t{number}", "Toestemmingen") for number in range(4)),
        ]
        found = desk.by_subject(items)
        told = [(each.title, each.number, each.late, each.folded_late) for each in found]
        assert told == [
            ("Overeenkomsten", 5, 5, 2),
            ("Datalekken", 1, 1, 0),
            ("Toestemmingen", 4, 0, 0),
        ]
        # One alone is not folded.
        assert [(len(each.shown), len(each.folded)) for each in found] == [(3, 2), (1, 0), (4, 0)]
        assert [each.sentence for each in found[0].shown] == ["o0", "o1", "o2"]
        assert [each.sentence for of in found for each in (*of.shown, *of.folded)] == [
            each.sentence for each in items
        ]


@pytest.mark.django_db
class TestLongList:
    def test_shows_the_most_urgent_and_folds_the_rest(self, cast: Cast, as_user: AsUser) -> None:
        for number in range(12):
            make.established(f"V{number:02}", at=NOW, next_review_on=date(2026, 1, 1))
        response = as_user(cast.ibp).get("/")
        # And one about the holidays, of which none is known.
        assert len(response.context["items"]) == 13
        page = response.content.decode()
        before, _sign, folded = page.partition('<details class="more">')
        assert (before.count("nog klopt.</p>"), folded.count("nog klopt.</p>")) == (3, 9)
        assert "12 te laat" in before
        assert "Toon alle 12" in folded
        assert "(nog 9 te laat)" in folded


class TestGreeting:
    @pytest.mark.parametrize(
        ("hour", "words"),
        [
            (0, "Goedemorgen, Tess"),
            (11, "Goedemorgen, Tess"),
            (12, "Goedemiddag, Tess"),
            (17, "Goedemiddag, Tess"),
            (18, "Goedenavond, Tess"),
            (23, "Goedenavond, Tess"),
        ],
    )
    def test_follows_the_hour(self, hour: int, words: str) -> None:
        assert desk.greeting("Tess", hour) == words


class TestRole:
    def test_everybody_reads_the_own_role(self, cast: Cast) -> None:
        told = {user.first_name: desk.roles_in_words(user) for user in cast.everybody()}
        assert told == ROLES

    def test_two_roles_are_both_told(self, cast: Cast) -> None:
        appoint(
            user=cast.teacher,
            role=Role.DIRECTOR,
            school=cast.eik,
            starts_on=date(2020, 8, 1),
            by=None,
            at=NOW,
        )
        user = User.objects.get(pk=cast.teacher.pk)
        assert desk.roles_in_words(user) == "Medewerker De Linde, directeur De Eik"


class TestPlaces:
    @pytest.mark.requirement("KPO-023", "OPO-041")
    def test_each_role_has_its_own_and_no_other(self, cast: Cast) -> None:
        found = {
            user.first_name: [label for label, _text, _url in places(user)]
            for user in cast.everybody()
        }
        assert found == PLACES

    def test_every_place_opens(self, cast: Cast, as_user: AsUser) -> None:
        for user in cast.everybody():
            client = as_user(user)
            for label, _text, url in places(user):
                if url.startswith("/privacyverklaring"):
                    continue  # before a statement is published, its own tests say what it shows
                assert client.get(url).status_code == 200, (user, label)


class TestFigures:
    def test_count_what_the_person_may_read(self, cast: Cast) -> None:
        make.agreement(make.processor())
        make.established("V01", at=NOW, schools=[cast.linde])
        make.established("V02", at=NOW, schools=[cast.eik])
        make.established("V03", at=NOW)
        today = date(2026, 3, 2)

        def established(user: User) -> int | str:
            return desk.figures(user, today)[0][1]

        assert established(cast.fg) == 3
        assert established(cast.director) == 2
        assert desk.figures(cast.administrator, today) == []
        assert desk.figures(cast.teacher, today) == []


class TestHome:
    def test_opens_for_everybody_with_the_own_places(self, cast: Cast, as_user: AsUser) -> None:
        for user in cast.everybody():
            response = as_user(user).get("/")
            page = response.content.decode()
            assert response.status_code == 200
            assert f", {user.first_name}</h1>" in page
            assert ROLES[user.first_name] in page
            assert [label for label, _text, _url in response.context["places"]] == PLACES[
                user.first_name
            ]

    def test_nothing_to_do_is_said_kindly(self, cast: Cast, as_user: AsUser) -> None:
        page = as_user(cast.teacher).get("/").content.decode()
        assert "U bent bij" in page
        assert "Er wacht vandaag niets op u." in page

    def test_what_is_late_stands_before_what_is_due(self, cast: Cast) -> None:
        make.agreement(make.processor())
        make.activity("V01", next_review_on=date(2026, 3, 1))
        make.activity("V02", next_review_on=date(2026, 2, 1))
        for code in ("V01", "V02"):
            make.establish(ProcessingActivity.objects.get(code=code), at=NOW)
        make.recipient_line(make.bare_activity("V03"), processor=make.processor("cito", "Cito"))
        items = desk.worklist(cast.ibp, NOW - timedelta(days=1))
        assert [item.tone for item in items][:2] == ["late", "late"]
        order = {"late": 0, "attention": 1, "calm": 2, "done": 3}
        keys = [(order[item.tone], item.due or date.max) for item in items]
        assert keys == sorted(keys)
        assert len(items) >= 3

    def test_the_administrator_sees_no_register(self, cast: Cast, as_user: AsUser) -> None:
        make.activity("V01", name="Zorgdossier")
        response = as_user(cast.administrator).get("/")
        # Of the machine itself at most: see test_operation.
        assert {item.url for item in response.context["items"]} <= {"/taken-en-post/"}
        assert response.context["figures"] == []
        assert "/beheer/registers/" not in response.content.decode()
        assert "Zorgdossier" not in response.content.decode()

    def test_is_read_only(self, cast: Cast, as_user: AsUser) -> None:
        assert as_user(cast.fg).post("/").status_code == 405

    def test_of_an_auditor_whose_period_ends_today(self, cast: Cast, as_user: AsUser) -> None:
        today = timezone.localdate()
        auditor = make_person(
            "Ada Toets", Role.AUDITOR, starts_on=today - timedelta(1), ends_on=today
        )
        assert as_user(auditor).get("/").status_code == 200

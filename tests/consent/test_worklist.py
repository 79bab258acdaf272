"""What around consent stands on the desk of whom, in which words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from consent import worklist
from consent.actions.paper import print_invitations
from consent.actions.sixteen import ask_sixteen
from consent.choices import RoundState
from consent.models import CleanUp, Dispute, Invitation
from privacyboard.clockwork.worklist import items_of
from privacyboard.frontdesk import desk
from privacyboard.organisation.models import Guardian, Pupil, User
from registers.models import ActivityVersion
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import people
from tests.factories.consent import round_of, say
from tests.planner import plan_with_only

pytestmark = pytest.mark.django_db


def told(user: User, at: datetime) -> list[tuple[str, str, str]]:
    return [(item.sentence, item.tone, item.url) for item in items_of([worklist], user, at)]


def everything(families: Families, cast: Cast, now: datetime) -> None:
    """One of each at De Linde."""
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now)
    Pupil.objects.filter(pk=families.mila.pk).update(email="")
    ask_sixteen(at=now)
    print_invitations(at=now)
    out_of_reach(families.father, now)
    round_of(families.website, school=cast.linde, state=RoundState.DRAFT)
    version = families.website.activity.versions.get()
    version.ended_at = now
    version.save()


def out_of_reach(guardian: Guardian, at: datetime) -> None:
    guardian.unreachable_since, guardian.unreachable_why = at, "bounced"
    guardian.record(by=None, why="post kwam terug")


AT_SCHOOL = {
    "Ouders verschillen over toestemming. Praat met hen.": "attention",
    "Haal iets weg: de website van de school.": "calm",
    "Er ligt 1 brief over toestemming om mee te geven.": "calm",
    "1 ouder krijgt onze mail niet. Vraag het goede adres.": "attention",
}
OF_THE_BOARD = {
    "De ronde “Toestemming 2026” kan open.": "attention",
    "De vraag “website van de school” wordt niet gesteld: het register noemt geen toestemming "
    "meer.": "attention",
    "De vraag “klassenfoto” wordt niet gesteld: het register noemt geen toestemming meer.": (
        "attention"
    ),
}


def test_each_role_reads_its_own_tasks(families: Families, cast: Cast, now: datetime) -> None:
    everything(families, cast, now)

    found = {
        user.first_name: {sentence: tone for sentence, tone, _url in told(user, now)}
        for user in cast.everybody()
    }

    nothing: dict[str, str] = {}
    assert found == {
        "Dirk": AT_SCHOOL,
        "Ilse": AT_SCHOOL | OF_THE_BOARD,
        **dict.fromkeys(["Fenna", "Bram", "Carla", "Tess", "Aad", "Tom", "Edo", "Eva"], nothing),
    }


def test_each_line_leads_to_its_page(families: Families, cast: Cast, now: datetime) -> None:
    everything(families, cast, now)

    urls = {sentence: url for sentence, _tone, url in told(cast.ibp, now)}

    assert urls["Ouders verschillen over toestemming. Praat met hen."] == (
        f"/toestemmingen/taken/verschil/{Dispute.objects.get().pk}/"
    )
    assert urls["Haal iets weg: de website van de school."] == (
        f"/toestemmingen/taken/opruimen/{CleanUp.objects.get().pk}/"
    )
    assert urls["1 ouder krijgt onze mail niet. Vraag het goede adres."] == (
        "/toestemmingen/taken/?school=de-linde#adressen"
    )


def test_no_line_names_a_child_or_a_parent(families: Families, cast: Cast, now: datetime) -> None:
    everything(families, cast, now)
    text = " ".join(sentence for sentence, _tone, _url in told(cast.director, now))
    for name in ("Noor", "Mila", "Visser", "Bakker", "Bram", "Sanne"):
        assert name not in text


@pytest.mark.parametrize(
    ("on", "tone"),
    [
        (date(2026, 3, 12), "calm"),
        (date(2026, 3, 13), "attention"),
        (date(2026, 3, 16), "attention"),
        (date(2026, 3, 17), "late"),
    ],
)
def test_a_clean_up_stands_out_as_its_day_comes(
    families: Families, cast: Cast, now: datetime, on: date, tone: str
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.noor, families.website, False, at=now)
    at = now + (on - now.date())

    [(sentence, found, _url)] = told(cast.director, at)

    assert (sentence, found) == ("Haal iets weg: de website van de school.", tone)


def test_a_parent_of_two_children_is_counted_once_for_each_school(
    families: Families, cast: Cast, now: datetime
) -> None:
    out_of_reach(families.mother, now)
    other = people.pupil(cast.eik, "Bas")
    out_of_reach(people.guardian(other, families.noor, first_name="Nina"), now)

    assert [sentence for sentence, _tone, _url in told(cast.director, now)] == [
        "2 ouders krijgen onze mail niet. Vraag het goede adres."
    ]
    assert [sentence for sentence, _tone, _url in told(cast.ibp, now)] == [
        "1 ouder krijgt onze mail niet. Vraag het goede adres.",
        "2 ouders krijgen onze mail niet. Vraag het goede adres.",
    ]


def test_all_of_it_is_read_in_one_statement(families: Families, cast: Cast, now: datetime) -> None:
    user = User.objects.get(pk=cast.ibp.pk)
    assert user.standing.may_sign_in

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            items_of([worklist], user, now)
        return len(seen)

    before = cost()
    everything(families, cast, now)
    say(families.mother, families.daan, families.website, True, at=now)
    say(families.father, families.daan, families.website, False, at=now + timedelta(hours=1))

    assert (before, cost()) == (1, 1)
    assert "Ouders verschillen over toestemming. Praat met hen." in {
        item.sentence for item in desk.worklist(user, now)
    }


@pytest.mark.parametrize(
    ("what", "model", "index"),
    [
        ("consent letters", Invitation, "invitations_to_hand_over"),
        ("consent basis", ActivityVersion, "versions_resting_on_consent"),
    ],
)
def test_each_kind_is_found_by_its_index(
    families: Families, cast: Cast, now: datetime, what: str, model: type[Model], index: str
) -> None:
    everything(families, cast, now)
    user = User.objects.get(pk=cast.ibp.pk)
    [source] = [
        each
        for each in worklist.sources(user, now)
        if getattr(each.query.annotations["w_what"], "value", "") == what
    ]
    assert index in plan_with_only(source, {index}, model)

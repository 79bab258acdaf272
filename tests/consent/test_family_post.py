"""Answering on the page of a family: all of it or nothing, and nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from consent.actions.rounds import close_round
from consent.choices import Means, Outcome
from consent.models import Answer, CleanUp, Dispute
from consent.models.holding import rulings_on
from consent.rules.answering import period_end
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil
from tests.conftest import Cast
from tests.consent.home import EIGHT, Home, a_home, form_of
from tests.factories import consent, people
from tests.factories.consent import say


def events(of: Pupil) -> list[tuple[str | None, str]]:
    """Who said what, in order."""
    rows = Answer.objects.filter(pupil=of).order_by("id").select_related("guardian")
    return [(each.guardian.first_name if each.guardian else None, each.kind) for each in rows]


def holds(home: Home) -> Outcome:
    question = home.questions[0]
    found = rulings_on([home.noor], [question], on=timezone.localdate())
    return found[home.noor.pk][question.pk].outcome


@pytest.mark.requirement("OPO-003")
def test_only_what_was_chosen_is_saved(cast: Cast, client: Client) -> None:
    home = a_home(cast, Means.WEBSITE, Means.PRESS)
    website, press = home.questions
    path = home.page(home.mother)

    done = client.post(path, form_of(home, (home.noor, website, True)), follow=True)

    assert events(home.noor) == [("Sanne", "given")]
    event = Answer.objects.get()
    assert (event.question, event.text_number, event.way, event.language) == (
        website,
        1,
        "link",
        "nl",
    )
    assert event.entered_by is None
    page = done.content.decode()
    assert "Opgeslagen" in page
    assert "ja. Dat geldt tot en met" in page
    assert "Nog geen antwoord. Zonder antwoord is het nee." in page
    assert not Answer.objects.filter(question=press).exists()


@pytest.mark.requirement("VOG-062", "INN-019", "KPO-044")
def test_withdrawing_takes_the_same_form_and_leaves_the_past_as_it_was(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    website = home.questions[0]
    say(home.mother, home.noor, website, True, at=home.at)
    path = home.page(home.mother)

    client.post(path, form_of(home, (home.noor, website, False)))

    assert events(home.noor) == [("Sanne", "given"), ("Sanne", "withdrawn")]
    assert holds(home) == Outcome.NO
    yesterday = timezone.localdate() - timedelta(days=1)
    before = rulings_on([home.noor], [website], on=yesterday)
    assert before[home.noor.pk][website.pk].outcome == Outcome.YES
    assert CleanUp.objects.get().why == "withdrawn"


@pytest.mark.parametrize(("children", "queries"), [(1, 8), (3, 8)])
def test_answering_takes_eight_queries(
    cast: Cast,
    client: Client,
    children: int,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    home = a_home(cast, *EIGHT, children=children)
    ours = [tie.pupil for tie in home.mother.guardianships.all()]
    said = [(child, each, True) for child in ours for each in home.questions]
    path, form = home.page(home.mother), form_of(home, *said)

    with django_assert_num_queries(queries):
        client.post(path, form)

    assert Answer.objects.count() == 8 * children


def test_withdrawing_everything_takes_nine_queries(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    home = a_home(cast, *EIGHT, children=3)
    ours = [tie.pupil for tie in home.mother.guardianships.all()]
    for child in ours:
        for each in home.questions:
            say(home.mother, child, each, True, at=home.at)
    said = [(child, each, False) for child in ours for each in home.questions]
    path, form = home.page(home.mother), form_of(home, *said)

    with django_assert_num_queries(9):
        client.post(path, form)

    assert CleanUp.objects.count() == 6
    assert CleanUp.history.count() == 6


def test_the_most_that_can_follow_takes_ten_queries(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    home = a_home(cast, *EIGHT, children=3)
    ours = [tie.pupil for tie in home.mother.guardianships.all()]
    for child in ours:
        for each in home.questions:
            say(home.mother, child, each, True, at=home.at)
    said = [(child, each, False) for child in ours for each in home.questions]
    path, form = home.page(home.father), form_of(home, *said)

    with django_assert_num_queries(10):
        client.post(path, form)

    assert (CleanUp.objects.count(), Dispute.objects.count()) == (6, 24)
    assert (CleanUp.history.count(), Dispute.history.count()) == (6, 24)


def test_leaving_all_as_it_is_records_an_answer_for_each_purpose_and_child(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast, Means.WEBSITE, Means.PRESS, Means.CLASS_PHOTO, children=2)
    website, press, photo = home.questions
    daan = Pupil.objects.get(first_name="Daan")
    say(home.mother, home.noor, website, True, at=home.at)
    say(home.mother, home.noor, press, False, at=home.at)
    say(home.mother, daan, website, False, at=home.at)
    say(home.mother, home.noor, photo, True, at=home.at)
    consent.text(photo, at=timezone.now(), asks_again=True)
    path = home.page(home.mother)
    page = client.get(path).content.decode()

    done = client.post(path, form_of(home, act="keep"), follow=True)

    # What asks again, and what was never answered, stays without an answer, and that is said.
    assert "Zonder antwoord blijven (en dat is nee): 3" in page
    assert '<bdi>Noor</bdi>: <bdi lang="nl">klassenfoto: Mag dit?</bdi>' in page
    assert '<bdi>Daan</bdi>: <bdi lang="nl">krant of omroep: Mag dit?</bdi>' in page
    assert '<bdi>Noor</bdi>: <bdi lang="nl">website' not in page
    made = Answer.objects.filter(at__gt=home.at).order_by("pupil_id", "question_id")
    assert [(each.pupil.first_name, each.question.means, each.kind) for each in made] == [
        ("Noor", "website", "confirmed"),
        ("Noor", "press", "refused"),
        ("Daan", "website", "refused"),
    ]
    assert done.content.decode().count("Nog geen antwoord.") == 2


def test_a_text_that_was_reworded_in_between_is_not_left_as_it_is_unread(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    website = home.questions[0]
    say(home.mother, home.noor, website, True, at=home.at)
    form = form_of(home, act="keep")
    consent.text(website, at=timezone.now())
    path = home.page(home.mother)

    page = client.post(path, form)

    assert page.status_code == 409
    assert "De tekst is daarna aangepast. Het antwoord blijft gelden." in page.content.decode()
    assert Answer.objects.count() == 1

    # Now it was shown: the same button confirms the new text.
    client.post(path, form_of(home, act="keep"))

    assert [each.text_number for each in Answer.objects.order_by("pk")] == [1, 2]
    assert events(home.noor)[-1] == ("Sanne", "confirmed")


def test_the_button_to_leave_all_is_not_there_for_who_never_answered(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    path = home.page(home.mother)

    assert "Laat alles zoals het is" not in client.get(path).content.decode()
    page = client.post(path, form_of(home, act="keep")).content.decode()

    assert "Er is nog niets gekozen" in page
    assert not Answer.objects.exists()


def test_choosing_and_leaving_all_as_it_is_do_not_go_together(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    website = home.questions[0]
    say(home.mother, home.noor, website, True, at=home.at)
    form = form_of(home, (home.noor, website, False), act="keep")

    page = client.post(home.page(home.mother), form).content.decode()

    assert "Dat kan niet samen." in page
    assert page.count(" checked") == 1
    assert Answer.objects.count() == 1


def test_a_new_text_in_between_is_said_and_the_other_choices_stay(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast, Means.WEBSITE, Means.PRESS)
    website, press = home.questions
    form = form_of(home, (home.noor, website, True), (home.noor, press, False))
    consent.text(website, at=timezone.now())
    path = home.page(home.mother)

    page = client.post(path, form)

    assert page.status_code == 409
    text = page.content.decode()
    assert "Een vraag is net veranderd." in text
    assert not Answer.objects.exists()
    chosen = f'name="a-{home.noor.pk}-{press.pk}" value="no" checked'
    assert chosen in text
    assert text.count(" checked") == 1

    client.post(path, form_of(home, (home.noor, website, True), (home.noor, press, False)))

    assert [each.text_number for each in Answer.objects.order_by("question")] == [2, 1]


def test_what_the_page_no_longer_asks_is_refused_as_a_whole(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    website = home.questions[0]
    stranger = people.pupil(cast.linde, "Vreemd", of=home.group)
    both = form_of(home, (home.noor, website, True), (stranger, website, True))

    page = client.post(home.page(home.mother), both)

    assert page.status_code == 409
    assert "staat niet meer op deze pagina" in page.content.decode()
    assert "Vreemd" not in page.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.requirement("KPO-004")
def test_a_form_of_who_has_no_authority_answers_nothing(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    stranger = people.guardian(home.noor, first_name="Rob", has_authority=False)
    form = form_of(home, (home.noor, home.questions[0], True))

    page = client.post(home.page(stranger), form)

    assert page.status_code == 409
    assert "Noor" not in page.content.decode()
    assert not Answer.objects.exists()


def test_a_question_that_the_register_no_longer_carries_is_not_answered(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast, Means.WEBSITE)
    website = home.questions[0]
    form = form_of(home, (home.noor, website, True))
    website.is_active = False
    website.record(by=None, why="niet meer in gebruik")

    page = client.post(home.page(home.mother), form)

    assert page.status_code == 409
    assert "De school vraagt op dit moment niets." in page.content.decode()
    assert not Answer.objects.exists()


def test_a_form_of_nonsense_is_no_error(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    website = home.questions[0]
    nonsense = {
        f"a-{home.noor.pk}-{website.pk}": "misschien",
        "a-999999999999999-1": "maybe",
        "t-x": "1",
        f"t-{website.pk}": "²",
        "a--": "yes",
        "taal": "\x00",
    }

    page = client.post(f"{home.page(home.mother)}?taal=xx%00", nonsense)

    assert page.status_code == 200
    assert "Er is nog niets gekozen" in page.content.decode()


def test_one_letter_confirms_the_names_and_the_own_answers(cast: Cast, client: Client) -> None:
    home = a_home(cast, Means.WEBSITE, Means.PRESS, children=2)
    website, press = home.questions
    daan = Pupil.objects.get(first_name="Daan")
    say(home.father, home.noor, press, False, at=home.at)
    said = ((home.noor, website, True), (daan, website, False))

    client.post(home.page(home.mother), form_of(home, *said))

    letter = OutboundLetter.objects.get()
    assert (letter.to, letter.language, letter.school) == ("sanne@gezin.example", "nl", cast.linde)
    assert "Noor\n- website van de school: Mag dit? Ja\n" in letter.text
    assert "Daan\n- website van de school: Mag dit? Nee\n" in letter.text
    assert "krant" not in letter.text
    assert "/toestemming/" in letter.text


def test_who_cannot_be_mailed_answers_all_the_same(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    home.mother.unreachable_since, home.mother.unreachable_why = timezone.now(), "bounced"
    home.mother.record(by=None, why="onbestelbaar")
    form = form_of(home, (home.noor, home.questions[0], True))

    done = client.post(home.page(home.mother), form, follow=True).content.decode()

    assert Answer.objects.count() == 1
    assert not OutboundLetter.objects.exists()
    assert "De bevestiging komt per e-mail" not in done


def test_mother_yes_and_father_no_is_no_and_a_task_for_the_director(
    cast: Cast, client: Client
) -> None:
    home = a_home(cast)
    website = home.questions[0]

    client.post(home.page(home.mother), form_of(home, (home.noor, website, True)))
    assert holds(home) == Outcome.YES
    client.post(home.page(home.father), form_of(home, (home.noor, website, False)))

    assert holds(home) == Outcome.NO
    assert Dispute.objects.get().settled_at is None
    assert Dispute.history.get().history_change_reason == "ouders verschillen van mening"
    assert CleanUp.objects.get().why == "refused"

    client.post(home.page(home.father), form_of(home, (home.noor, website, True)))

    assert holds(home) == Outcome.YES
    assert Dispute.objects.get().settled_at is not None


@pytest.mark.requirement("OPO-003", "KPO-004", "KPO-044")
def test_a_pupil_of_sixteen_answers_alone_and_withdraws(cast: Cast, client: Client) -> None:
    home = a_home(cast)
    website = home.questions[0]
    parent = people.guardian(home.mila, first_name="Olga")

    client.post(home.page(home.mila), form_of(home, (home.mila, website, True)))
    refused = client.post(home.page(parent), form_of(home, (home.mila, website, False)))

    assert refused.status_code == 409
    assert events(home.mila) == [(None, "given")]
    assert OutboundLetter.objects.get().to == "mila@leerling.example"

    client.post(home.page(home.mila), form_of(home, (home.mila, website, False)))

    assert events(home.mila) == [(None, "given"), (None, "withdrawn")]


def test_in_a_round_a_yes_holds_until_the_day_of_the_round(cast: Cast, client: Client) -> None:
    home = a_home(cast, Means.WEBSITE, Means.PRESS)
    website, press = home.questions
    today = timezone.localdate()
    running = consent.round_of(
        website,
        school=cast.linde,
        opens_on=today,
        closes_on=today + timedelta(days=5),
        valid_until=today + timedelta(days=400),
    )
    said = ((home.noor, website, True), (home.noor, press, True))

    client.post(home.page(home.mother), form_of(home, *said))

    inside, outside = Answer.objects.order_by("question")
    assert (inside.round, inside.valid_until) == (running, today + timedelta(days=400))
    assert outside.round is None
    assert f"{outside.valid_until:%d-%m}" == "31-10"


def test_a_round_that_closes_while_somebody_reads_takes_the_answer_all_the_same(
    cast: Cast, client: Client
) -> None:
    """The link outlives the round: the answer holds as one of any day."""
    home = a_home(cast)
    website = home.questions[0]
    today = timezone.localdate()
    asked = consent.round_of(
        website,
        school=cast.linde,
        opens_on=today - timedelta(days=3),
        closes_on=today,
        valid_until=today + timedelta(days=500),
    )
    path = home.page(home.mother)
    form = form_of(home, (home.noor, website, True))
    assert client.get(path).status_code == 200
    close_round(asked=asked, by=None, at=timezone.now())

    assert client.post(path, form).status_code == 302

    answer = Answer.objects.get()
    assert answer.round is None
    ends_on = period_end(10, 31, on=today)
    assert answer.valid_until == ends_on


def test_of_one_child_the_authority_ended_and_of_the_other_not(cast: Cast, client: Client) -> None:
    home = a_home(cast, children=2)
    daan = Pupil.objects.get(first_name="Daan")
    path = home.page(home.father)
    both = form_of(home, (home.noor, home.questions[0], False), (daan, home.questions[0], False))
    tie = home.father.guardianships.get(pupil=daan)
    tie.ends_on = timezone.localdate() - timedelta(days=1)
    tie.record(by=None, why="rechter")

    page = client.post(path, both)

    # What was on the screen is no longer so: nothing of it is kept, and Daan is not shown.
    assert page.status_code == 409
    assert not Answer.objects.exists()
    assert "Daan" not in page.content.decode()
    client.post(path, form_of(home, (home.noor, home.questions[0], False)))
    assert [each.pupil for each in Answer.objects.all()] == [home.noor]

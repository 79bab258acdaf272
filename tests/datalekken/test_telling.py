"""Telling people (AVG 34): the letter, who gets it, sending it once, and post on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions import telling as acts
from datalekken.actions.guarding import make_confidential
from datalekken.actions.telling_letters import make_told_letters
from datalekken.models import Breach, Telling, ToldPerson
from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import NOW, Cast
from tests.factories import breaches as leak
from tests.factories import tellings as make

AsUser = Callable[[User], Client]
PARTS = ["title", "what_happened", "consequences", "measures", "advice", "contact"]


@pytest.fixture
def case(cast: Cast) -> Breach:
    return leak.decided(leak.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)


def refusal(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(ActRefused) as found:
        act()
    return found.value.errors


# --- the letter -------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", PARTS)
def test_each_part_of_the_letter_is_obligatory(cast: Cast, case: Breach, missing: str) -> None:
    words = make.words(**{missing: "  "})
    told = refusal(lambda: acts.write_telling(breach=case, words=words, by=cast.ibp, at=NOW))
    assert list(told) == [missing]
    assert Telling.objects.count() == 0


def test_a_text_can_change_until_it_is_sent_and_never_after(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    changed = acts.change_telling(
        telling=telling, words=make.words(advice="Verander uw wachtwoord."), by=cast.ibp, at=NOW
    )
    assert changed.advice == "Verander uw wachtwoord."

    acts.send_telling(telling=telling, by=cast.ibp, at=NOW)
    words = make.words(advice="Toch niet.")
    told = refusal(lambda: acts.change_telling(telling=telling, words=words, by=cast.ibp, at=NOW))

    assert told[""].startswith("Dit bericht is al verstuurd op 02-03-2026 om 10:00 door Ilse")
    telling.refresh_from_db()
    assert telling.advice == "Verander uw wachtwoord."


def test_of_two_who_change_the_text_the_second_is_told(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, at=NOW, by=cast.ibp)
    seen = edition_of(telling)
    acts.change_telling(telling=telling, words=make.words(), seen=seen, by=cast.ibp, at=NOW)
    words = make.words(title="Anders")
    told = refusal(
        lambda: acts.change_telling(telling=telling, words=words, seen=seen, by=cast.ibp, at=NOW)
    )
    assert told[""].startswith("Iemand anders was u voor.")


# --- who gets it ------------------------------------------------------------------------------


@pytest.mark.requirement("OPO-048")
def test_parents_are_on_the_list_and_their_child_under_16_is_not(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, at=NOW, by=cast.ibp)
    child = make.candidate("Kind van Mila Moeder", role="pupil", about="")
    added = acts.add_people(
        telling=telling,
        people=[(make.candidate("Mila Moeder"), "op regel 2"), (child, "op regel 3")],
        by=cast.ibp,
        at=NOW,
    )

    assert (added.count, added.left_out) == (1, 1)
    assert added.fates[1].note.startswith("Deze leerling is nog geen 16")
    person = ToldPerson.objects.get()
    assert (person.name, person.way, person.rule) == (
        "Mila Moeder",
        "email",
        "jonger dan 16: de ouders of verzorgers",
    )


def test_the_same_person_is_added_once(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    again = [(make.candidate("Mila Moeder"), "op regel 2")]
    told = refusal(lambda: acts.add_people(telling=telling, people=again, by=cast.ibp, at=NOW))
    assert told[""] == "Er is niemand toegevoegd. Dubbel: staat al op de lijst."
    assert telling.people.count() == 1


def test_a_list_never_grows_beyond_its_limit(
    cast: Cast, case: Breach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MOST_PEOPLE", 2)
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    more = [(make.candidate(name), "op regel 2") for name in ("Vera Vader", "Otto Oma")]
    told = refusal(lambda: acts.add_people(telling=telling, people=more, by=cast.ibp, at=NOW))
    assert told[""].startswith("Op een lijst passen 10.000 mensen.")
    assert telling.people.count() == 1


def test_one_person_who_may_not_be_told_is_refused_at_the_field(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, at=NOW, by=cast.ibp)
    grown = make.candidate("Mila Moeder", born_on=date(2009, 1, 1))
    told = refusal(lambda: acts.add_person(telling=telling, who=grown, by=cast.ibp, at=NOW))
    assert list(told) == ["born_on"]
    wrong = make.candidate("Mila Moeder", email="mila@")
    told = refusal(lambda: acts.add_person(telling=telling, who=wrong, by=cast.ibp, at=NOW))
    assert told == {"email": "Dit e-mailadres klopt niet. Controleer het."}


def test_staff_of_chosen_schools_are_added_by_their_accounts(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, at=NOW, by=cast.ibp)
    added = acts.add_staff(telling=telling, schools=[cast.linde], by=cast.ibp, at=NOW)
    assert added.count == 3
    names = set(telling.people.values_list("name", "role", "school__name"))
    assert names == {
        ("Dirk Linde", "staff", "De Linde"),
        ("Carla Zorg", "staff", "De Linde"),
        ("Tess Leraar", "staff", "De Linde"),
    }
    acts.add_staff(telling=telling, schools=[], with_board=True, by=cast.ibp, at=NOW)
    assert telling.people.filter(name="Fenna Graaf", school=None).count() == 1
    assert not telling.people.filter(name="Eva Vreemd").exists()


def test_somebody_is_taken_off_before_sending_only(cast: Cast, case: Breach) -> None:
    people = [make.candidate("Mila Moeder"), make.candidate("Vera Vader")]
    telling = make.telling(case, people, at=NOW, by=cast.ibp)
    mila, vera = telling.people.all()
    acts.remove_person(person=mila, by=cast.ibp, at=NOW)
    assert list(telling.people.all()) == [vera]
    acts.send_telling(telling=telling, by=cast.ibp, at=NOW)
    told = refusal(lambda: acts.remove_person(person=vera, by=cast.ibp, at=NOW))
    assert "al verstuurd" in told[""]
    told = refusal(
        lambda: acts.add_people(
            telling=telling, people=[(make.candidate("Otto Oma"), "")], by=cast.ibp, at=NOW
        )
    )
    assert "Schrijf een nieuw bericht" in told[""]


def test_no_name_of_who_is_told_stands_in_the_history(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp, sent=True)
    reasons = list(telling.history.order_by("pk").values_list("history_change_reason", flat=True))
    assert len(reasons) == 3
    assert not any("Mila" in reason for reason in reasons)


# --- sending ----------------------------------------------------------------------------------


@pytest.mark.requirement("OPO-048")
def test_sending_says_when_and_by_whom_and_that_people_are_told(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    sent = acts.send_telling(telling=telling, by=cast.ibp, at=NOW)
    case.refresh_from_db()
    assert (sent.sent_at, sent.sent_by, case.told_at) == (NOW, cast.ibp, NOW)
    # The birthday has done its work.
    assert telling.people.get().born_on is None

    later = NOW + timedelta(days=1)
    second = make.telling(case, [make.candidate("Vera Vader")], at=later, by=cast.ibp)
    acts.send_telling(telling=second, by=cast.ibp, at=later)
    case.refresh_from_db()
    assert case.told_at == NOW


def test_a_second_press_sends_nothing_twice(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp, sent=True)
    told = refusal(lambda: acts.send_telling(telling=telling, by=cast.ibp, at=NOW))
    assert "al verstuurd" in told[""]
    make_told_letters(at=NOW)
    make_told_letters(at=NOW)
    assert OutboundLetter.objects.filter(letter="datalekken/told").count() == 1


def test_nobody_on_the_list_is_nothing_to_send(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, at=NOW, by=cast.ibp)
    told = refusal(lambda: acts.send_telling(telling=telling, by=cast.ibp, at=NOW))
    assert told[""].startswith("Er staat nog niemand op de lijst.")


@pytest.mark.parametrize("state", ["reported", "in_progress", "closed"])
def test_before_the_decision_only_who_says_so_tells(cast: Cast, state: str) -> None:
    case = leak.breach(cast.linde, at=NOW)
    leak.certain(case, at=NOW, by=cast.ibp)
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    if state == "closed":
        leak.decided_not(case, at=NOW, by=cast.ibp)
    Breach.objects.filter(pk=case.pk).update(state=state)

    told = refusal(lambda: acts.send_telling(telling=telling, by=cast.ibp, at=NOW))
    if state == "in_progress":
        assert told["voluntarily"].startswith("Er is nog niet besloten")
        acts.send_telling(telling=telling, voluntarily=True, by=cast.ibp, at=NOW)
        return
    assert "dit kan nu niet" in told[""]
    told = refusal(
        lambda: acts.send_telling(telling=telling, voluntarily=True, by=cast.ibp, at=NOW)
    )
    assert "dit kan nu niet" in told[""]


def test_against_a_decision_not_to_tell_somebody_says_so(cast: Cast) -> None:
    case = leak.breach(cast.linde, at=NOW)
    leak.certain(case, at=NOW, by=cast.ibp)
    leak.decided_not(case, at=NOW, by=cast.ibp)
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    told = refusal(lambda: acts.send_telling(telling=telling, by=cast.ibp, at=NOW))
    assert told["voluntarily"].startswith("Er is besloten om het de mensen niet te vertellen.")
    acts.send_telling(telling=telling, voluntarily=True, by=cast.ibp, at=NOW)


def test_who_turned_16_since_the_list_was_made_stops_the_sending(cast: Cast, case: Breach) -> None:
    almost = make.candidate("Mila Moeder", about="Jip", born_on=date(2010, 3, 3))
    telling = make.telling(case, [almost], at=NOW, by=cast.ibp)
    tomorrow = NOW + timedelta(days=1)
    told = refusal(lambda: acts.send_telling(telling=telling, by=cast.ibp, at=tomorrow))
    assert "werd iemand 16 of 18: Jip" in told[""]
    acts.send_telling(telling=telling, by=cast.ibp, at=NOW)


def test_who_looked_at_another_list_is_told_before_sending(cast: Cast, case: Breach) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    seen = edition_of(telling)
    acts.add_people(
        telling=telling, people=[(make.candidate("Vera Vader"), "")], by=cast.ibp, at=NOW
    )
    told = refusal(lambda: acts.send_telling(telling=telling, seen=seen, by=cast.ibp, at=NOW))
    assert told[""].startswith("Iemand anders was u voor.")


# --- on paper ---------------------------------------------------------------------------------


def test_letters_on_paper_are_posted_one_by_one_or_all_at_once(cast: Cast, case: Breach) -> None:
    people = [make.on_paper(name) for name in ("Mila Moeder", "Vera Vader", "Otto Oma")]
    telling = make.telling(case, people, at=NOW, by=cast.ibp, sent=True)
    mila = telling.people.first()
    assert mila is not None
    today = date(2026, 3, 2)

    told = refusal(lambda: acts.note_posted(person=mila, posted_on=today, by=cast.ibp, at=NOW))
    assert told[""].startswith("De brief wordt nog gemaakt.")
    told = refusal(
        lambda: acts.note_all_posted(telling=telling, posted_on=today, by=cast.ibp, at=NOW)
    )
    assert told[""].startswith("Er worden nog brieven gemaakt.")

    make_told_letters(at=NOW)
    for day in (date(2026, 3, 1), date(2026, 3, 3)):
        told = refusal(
            lambda day=day: acts.note_posted(  # type: ignore[misc]
                person=mila, posted_on=day, by=cast.ibp, at=NOW
            )
        )
        assert list(told) == ["posted_on"]
    acts.note_posted(person=mila, posted_on=today, by=cast.ibp, at=NOW)
    assert acts.note_all_posted(telling=telling, posted_on=today, by=cast.ibp, at=NOW) == 2
    assert telling.people.to_post().count() == 0
    told = refusal(
        lambda: acts.note_all_posted(telling=telling, posted_on=today, by=cast.ibp, at=NOW)
    )
    assert told[""] == "Er liggen geen brieven meer die op de post moeten."


def test_whom_the_mail_did_not_reach_counts_as_not_told_until_a_letter_is_posted(
    cast: Cast, case: Breach
) -> None:
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp, sent=True)
    make_told_letters(at=NOW)
    person = telling.people.get()
    told = refusal(lambda: acts.put_on_paper(person=person, address="", by=cast.ibp, at=NOW))
    assert told[""].startswith("Alleen als een e-mail niet is aangekomen")
    assert case.told_people.to_send().count() == 0

    OutboundLetter.objects.filter(to=person.email).update(state="failed")
    assert case.told_people.to_send().count() == 1
    acts.put_on_paper(person=person, address="Dorpsstraat 1", by=cast.ibp, at=NOW)
    make_told_letters(at=NOW)
    person.refresh_from_db()
    assert person.way == "paper"
    assert person.document is not None
    acts.note_posted(person=person, posted_on=date(2026, 3, 2), by=cast.ibp, at=NOW)
    assert case.told_people.to_send().count() == 0


# --- pages ------------------------------------------------------------------------------------


def on_the_web(cast: Cast, *people: object) -> tuple[Breach, Telling, datetime]:
    now = timezone.now()
    case = leak.decided(leak.breach(cast.linde, at=now), at=now, by=cast.ibp)
    return case, make.telling(case, list(people), at=now, by=cast.ibp), now  # type: ignore[arg-type]


def test_the_whole_way_by_the_pages(cast: Cast, as_user: AsUser) -> None:
    case, _telling, _now = on_the_web(cast)
    web = as_user(cast.ibp)
    at = f"/datalekken/{case.number}"
    typed = vars(make.words(title="Uw gegevens"))
    page = web.post(f"{at}/bericht/", {**typed, "advice": ""})
    assert "Schrijf op wat mensen zelf kunnen doen." in page.content.decode()
    assert "Uw gegevens" in page.content.decode()
    assert web.post(f"{at}/bericht/", typed).status_code == 302
    telling = Telling.objects.get(title="Uw gegevens")

    typed_person = {
        "role": "parent",
        "name": "Mila Moeder",
        "about": "Jip",
        "born_on": "2018-01-01",
        "email": "Mila@ouders.example",
    }
    page = web.post(f"{at}/ontvanger/{telling.pk}/", typed_person, follow=True)
    assert page.redirect_chain[-1][0] == f"{at}/ontvangers/{telling.pk}/"
    assert "Er staat 1 persoon meer op de lijst." in page.content.decode()
    assert telling.people.get().email == "mila@ouders.example"

    page = web.post(
        f"{at}/ontvangers-medewerkers/{telling.pk}/", {"schools": [cast.linde.pk]}, follow=True
    )
    assert "Er staan 3 mensen meer op de lijst." in page.content.decode()
    bas = telling.people.filter(name="Carla Zorg").get()
    web.post(f"{at}/ontvanger-weg/{bas.pk}/", {})
    assert telling.people.count() == 3

    page = web.get(f"{at}/bericht-versturen/{telling.pk}/")
    assert "3 per e-mail" in page.content.decode()
    page = web.post(f"{at}/bericht-versturen/{telling.pk}/", {}, follow=True)
    assert page.status_code == 200
    telling.refresh_from_db()
    assert telling.sent_by == cast.ibp


def test_names_are_for_who_handles_the_file_and_numbers_for_who_reads_it(
    cast: Cast, as_user: AsUser
) -> None:
    people = [make.candidate("Mila Moeder"), make.on_paper("Vera Vader")]
    case, telling, now = on_the_web(cast, *people)
    acts.send_telling(telling=telling, by=cast.ibp, at=now)
    make_told_letters(at=now)
    letter = telling.people.get(way="paper").document_id
    at = f"/datalekken/{case.number}"
    for person in (cast.fg, cast.director, cast.board_member):
        web = as_user(person)
        page = web.get(f"{at}/").content.decode()
        assert "0 van 1 verzonden" in page
        assert "0 van 1 op de post" in page
        assert "Mila Moeder" not in page
        assert web.get(f"{at}/ontvangers/{telling.pk}/").status_code == 404
        assert web.get(f"{at}/ontvangers-lijst/{telling.pk}/").status_code == 404
        assert web.get(f"/document/{letter}/").status_code == 404
        shown = web.get(f"{at}/bericht/{telling.pk}/voorbeeld/").content.decode()
        assert "Iemand kan de cijfers lezen." in shown
        assert "Mila" not in shown
    for person in (cast.eik_director, cast.teacher, cast.auditor, cast.administrator):
        web = as_user(person)
        assert web.get(f"{at}/ontvangers/{telling.pk}/").status_code == 404
        assert web.get(f"{at}/bericht/{telling.pk}/voorbeeld/").status_code == 404
        assert web.get(f"/document/{letter}/").status_code == 404
    web = as_user(cast.ibp)
    assert "Mila Moeder" in web.get(f"{at}/ontvangers/{telling.pk}/").content.decode()
    assert web.get(f"/document/{letter}/").status_code == 200


def test_letters_of_a_confidential_breach_carry_no_school(cast: Cast, case: Breach) -> None:
    telling = make.telling(
        case,
        [make.candidate("Mila Moeder"), make.on_paper("Vera Vader"), make.on_paper("Otto Oma")],
        at=NOW,
        by=cast.ibp,
        sent=True,
    )
    make_confidential(breach=case, reason="gevoelig", by=cast.ibp, at=NOW)
    make_told_letters(at=NOW)
    for person in telling.people.all():
        if person.mail is not None:
            assert person.mail.school is None
        for document in (person.document, person.bundle):
            assert document is None or document.school is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_few_queries(
    cast: Cast,
    as_user: AsUser,
    count: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    stranger, _other, _now = on_the_web(cast, make.candidate("Vreemde Vader"))
    people = [make.candidate(f"P{number} Ouder") for number in range(count)]
    case, telling, now = on_the_web(cast, *people)
    acts.send_telling(telling=telling, by=cast.ibp, at=now)
    web = as_user(cast.ibp)
    address = f"/datalekken/{case.number}/ontvangers/{telling.pk}/"
    web.get(address)
    with django_assert_num_queries(10):  # type: ignore[attr-defined]
        page = web.get(address)
    assert page.content.decode().count("<tr>") == count + 1
    assert "Vreemde Vader" not in page.content.decode()
    assert stranger.number not in page.content.decode()


def test_a_round_of_another_breach_is_not_found_under_this_one(cast: Cast, as_user: AsUser) -> None:
    case, _telling, _now = on_the_web(cast)
    _other, foreign, _now = on_the_web(cast, make.candidate("Mila Moeder"))
    web = as_user(cast.ibp)
    for act in ("ontvangers", "ontvangers-lijst", "ontvanger", "bericht-versturen", "op-de-post"):
        assert web.get(f"/datalekken/{case.number}/{act}/{foreign.pk}/").status_code == 404
    person = foreign.people.get()
    for act in ("ontvanger-weg", "op-papier", "brief-op-de-post"):
        assert web.get(f"/datalekken/{case.number}/{act}/{person.pk}/").status_code == 404

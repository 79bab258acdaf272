"""What is asked: made, changed, reworded, switched; only while the register says consent."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from consent.actions import questions as acts
from consent.actions.asking_again import AskedAgain, ask_now, write_to_asked_again
from consent.actions.paper import print_invitations
from consent.choices import Means, Outcome, Renewal
from consent.exchange.record import consent_record
from consent.forms.questions import NewQuestionForm
from consent.models import ConsentPolicy, Invitation, LanguageRelease, Question, Wording
from consent.models.holding import rulings_on
from consent.models.pupil_file import read_pupil_file
from consent.models.touched import count_touched
from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import consent as make
from tests.factories import people
from tests.factories import registers as register
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
NL = acts.Words(language="nl", title="Mag de foto op de site?", body="Iedereen ziet hem.")


def plan(at: datetime, **values: Any) -> acts.Plan:
    return acts.Plan(
        **{
            "name": "nieuwsbrief",
            "activity": make.activity(at=at),
            "schools": [],
            "renewal": Renewal.EXPIRES,
            "published_at": "",
            "place": 5,
            **values,
        }
    )


def typed(at: datetime, **values: Any) -> dict[str, Any]:
    return {
        "means": "newsletter",
        "name": "Nieuwsbrief",
        "activity": make.activity(at=at).pk,
        "renewal": "expires",
        "published_at": "",
        "place": "3",
        "title_nl": "Mag een foto in de nieuwsbrief?",
        "body_nl": "Alle ouders lezen hem.",
        **values,
    }


def test_a_question_is_made_with_its_text_in_each_language(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    given = typed(
        now,
        title_ar="هل يجوز؟",
        body_ar="شرح",
        schools=[cast.linde.pk],
    )

    answer = as_user(cast.ibp).post("/toestemmingen/vragen/nieuw/", given)

    made = Question.objects.get(code="nieuwsbrief")
    assert answer["Location"] == f"/toestemmingen/vragen/{made.pk}/"
    assert (made.means, made.all_schools, made.place) == ("newsletter", False, 3)
    assert [each.name for each in made.schools.all()] == ["De Linde"]
    rows = Wording.objects.filter(text__question=made).order_by("language")
    assert [(each.language, each.title) for each in rows] == [
        ("ar", "هل يجوز؟"),
        ("nl", "Mag een foto in de nieuwsbrief?"),
    ]
    last = made.history.latest()
    assert (last.history_user, last.history_change_reason) == (cast.ibp, "vraag gemaakt: scholen")


def test_what_is_missing_is_told_at_its_place_and_nothing_typed_is_lost(
    cast: Cast, as_user: AsUser, now: datetime
) -> None:
    given = typed(now, means="", title_nl="", title_tr="Olur mu?")

    answer = as_user(cast.ibp).post("/toestemmingen/vragen/nieuw/", given)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kies waarvoor u toestemming vraagt." in page
    assert "Schrijf de vraag op." in page
    assert "Vul de vraag en de uitleg allebei in, of geen van beide." in page
    assert "Olur mu?" in page
    assert "Alle ouders lezen hem." in page
    assert not Question.objects.exists()


@pytest.mark.requirement("KPO-021")
def test_only_an_activity_whose_version_in_force_rests_on_consent_can_be_asked(
    cast: Cast, now: datetime
) -> None:
    other = register.activity("T09")
    register.establish(other, at=now)
    with pytest.raises(ActRefused, match="rust niet op toestemming"):
        acts.make_question(
            means=Means.NEWSLETTER, plan=plan(now, activity=other), words=[NL], by=None, at=now
        )
    draft = register.activity("T10")
    draft.purposelines.all().delete()
    register.purpose_line(draft, basis="consent")
    with pytest.raises(ActRefused, match="rust niet op toestemming"):
        acts.make_question(
            means=Means.NEWSLETTER, plan=plan(now, activity=draft), words=[NL], by=None, at=now
        )
    assert not Question.objects.exists()

    made = acts.make_question(
        means=Means.NEWSLETTER, plan=plan(now), words=[NL], by=cast.ibp, at=now
    )

    assert list(Question.objects.askable()) == [made]


@pytest.mark.requirement("VOG-015", "VOG-016", "VOG-017", "VOG-018", "OPO-056")
def test_what_a_party_outside_gets_by_consent_can_be_asked(cast: Cast, now: datetime) -> None:
    """Helping a pupil rests on the public task; sharing that with somebody outside does not."""
    care = register.activity("V09")
    register.recipient_line(
        care,
        party=register.party("helper", "Begeleider"),
        basis="consent",
        purpose="begeleiding van een leerling",
    )
    with pytest.raises(ActRefused, match="rust niet op toestemming"):
        acts.make_question(
            means=Means.EXTERNAL_HELPER,
            plan=plan(now, activity=care),
            words=[NL],
            by=None,
            at=now,
        )
    version = register.establish(care, at=now)

    made = acts.make_question(
        means=Means.EXTERNAL_HELPER, plan=plan(now, activity=care), words=[NL], by=None, at=now
    )

    assert list(Question.objects.askable()) == [made]
    assert not Question.objects.without_basis().exists()
    assert care in NewQuestionForm().fields["activity"].queryset  # type: ignore[attr-defined]
    pupil = people.pupil(cast.linde)
    record = consent_record(read_pupil_file(pupil, on=date(2026, 3, 2)), at=now)
    titles = [each["dct:title"] for each in record["dpv:hasProcess"][0]["dpv:hasPurpose"]]
    assert titles == ["delen met een begeleider van buiten", "begeleiding van een leerling"]
    version.ended_at = now
    version.save()
    assert list(Question.objects.without_basis()) == [made]


def test_a_question_is_not_asked_any_more_when_the_register_changes(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    version = families.website.activity.versions.get()
    version.ended_at = now
    version.save()

    assert list(Question.objects.askable()) == []
    assert {each.code for each in Question.objects.without_basis()} == {"website", "class-photo"}
    page = as_user(cast.ibp).get("/toestemmingen/vragen/").content.decode()
    assert page.count("niet gevraagd: geen grondslag") == 2
    page = as_user(cast.ibp).get(f"/toestemmingen/vragen/{families.website.pk}/").content.decode()
    assert "rust in het register niet meer op toestemming" in page
    acts.switch_question(question=families.website, is_active=False, by=None, at=now)
    with pytest.raises(ActRefused, match="rust niet op toestemming"):
        acts.switch_question(question=families.website, is_active=True, by=None, at=now)


def test_each_means_stands_by_itself(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)

    found = rulings_on(
        [families.noor], [families.website, families.class_photo], on=date(2026, 3, 2)
    )[families.noor.pk]

    assert found[families.website.pk].is_yes
    assert found[families.class_photo.pk].outcome == Outcome.SILENT


def test_a_new_text_asks_again_only_those_whom_it_touches(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    # A yes without an end: the page is of today, whenever that is.
    for question in (families.website, families.class_photo):
        question.renewal = Renewal.ON_CHANGE
        question.record(by=None, why="proef")
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.daan, families.website, True, at=now)
    say(None, families.mila, families.website, True, at=now)
    say(families.saar_mother, families.saar, families.website, False, at=now)
    say(families.father, families.noor, families.class_photo, True, at=now)
    page = f"/toestemmingen/vragen/{families.website.pk}/tekst/"
    client = as_user(cast.ibp)
    assert "Nu geldt het ja van 2 mensen." in client.get(page).content.decode()

    client.post(
        page,
        {
            "seen": "1",
            "why": "Ook op sociale media.",
            "asks_again": "ja",
            "title_nl": "Mag het ook op sociale media?",
            "body_nl": "Iedereen ziet het.",
        },
    )

    text = families.website.texts.get(number=2)
    assert (text.asks_again, text.why, text.made_by) == (True, "Ook op sociale media.", cast.ibp)
    day = timezone.localdate(text.made_at)
    pupils = [families.noor, families.mila, families.saar]
    rulings = rulings_on(pupils, [families.website, families.class_photo], on=day)
    of_website = [rulings[each.pk][families.website.pk].outcome for each in pupils]
    assert of_website == [Outcome.CHANGED, Outcome.CHANGED, Outcome.NO]
    assert rulings[families.noor.pk][families.class_photo.pk].is_yes

    client.post(f"/toestemmingen/vragen/{families.website.pk}/vragen/")
    client.post(f"/toestemmingen/vragen/{families.website.pk}/vragen/")

    rows = Invitation.objects.filter(because="changed").order_by("id")
    assert [(each.guardian, each.pupil, each.school) for each in rows] == [
        (families.mother, None, cast.linde),
        (None, families.mila, cast.linde),
    ]
    assert write_to_asked_again(at=text.made_at) == 2
    assert write_to_asked_again(at=text.made_at) == 0
    letters = OutboundLetter.objects.order_by("to")
    assert [(each.to, each.subject) for each in letters] == [
        ("mila@leerling.example", "Een vraag over toestemming is veranderd"),
        ("sanne@gezin.example", "Een vraag over toestemming is veranderd"),
    ]
    assert "Noor" not in letters[1].text


def test_who_has_no_address_gets_the_changed_question_on_paper(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    for who in (families.mother, families.mila):
        who.email = ""
        who.record(by=None, why="geen adres")
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.noor, families.class_photo, True, at=now)
    say(families.mother, families.daan, families.website, False, at=now)
    say(families.father, families.noor, families.website, True, at=now)
    say(None, families.mila, families.website, True, at=now)
    make.text(families.website, at=now + timedelta(hours=1), asks_again=True)
    at = now + timedelta(days=1)

    made = ask_now(question=families.website, by=cast.ibp, at=at)
    assert (made.mailed, made.on_paper) == (1, 2)
    assert ask_now(question=families.website, by=cast.ibp, at=at) == AskedAgain(0, 0)
    # While letters are still to be written the pile is not complete.
    assert print_invitations(at=at) == 0
    assert write_to_asked_again(at=at) == 3
    # Who answered meanwhile needs no letter.
    say(None, families.mila, families.website, True, at=at)
    print_invitations(at=at)

    [letter] = Invitation.objects.filter(document__isnull=False)
    assert (letter.guardian, letter.school) == (families.mother, cast.linde)
    assert letter.document is not None
    assert letter.document.title == "Veranderde vraag: brieven op papier, De Linde"
    with letter.document.file.open("rb") as kept:
        text = " ".join(
            word
            for page in PdfReader(io.BytesIO(kept.read())).pages
            for word in page.extract_text().split()
        )
    for words in (
        "Een vraag over toestemming is veranderd",
        "Beste Sanne Visser,",
        "De Linde vraagt nu iets anders dan waar u eerder ja op zei.",
        "Geef deze brief terug aan de school.",
        "website van de school: Mag dit?",
        "Het gaat over Noor.",
    ):
        assert words in text, words
    # Only what has to be answered anew, of who said yes to it.
    assert "klassenfoto" not in text
    assert "Daan" not in text
    assert Invitation.objects.to_print().count() == 0
    page = as_user(cast.director).get("/toestemmingen/taken/").content.decode()
    assert "de tekst is veranderd" in page


def test_better_words_ask_nobody_again(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    acts.new_text(
        question=families.website,
        words=[NL],
        asks_again=False,
        why="Korter.",
        seen_number=1,
        by=None,
        at=now + timedelta(days=1),
    )

    found = rulings_on([families.noor], [families.website], on=date(2026, 3, 4))
    assert found[families.noor.pk][families.website.pk].is_yes
    with pytest.raises(ActRefused, match="geen tekst die opnieuw vraagt"):
        ask_now(question=families.website, by=None, at=now + timedelta(days=1))


def test_who_left_or_has_no_authority_or_expired_is_not_counted(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, True, at=now)
    say(families.saar_mother, families.saar, families.website, True, at=now)
    assert count_touched(families.website, before=2, at=now) == 3
    tie = families.father.guardianships.get(pupil=families.noor)
    tie.has_authority = False
    tie.record(by=None, why="gezag beëindigd")
    families.saar.left_on = date(2026, 3, 2)
    families.saar.record(by=None, why="vertrokken")

    assert count_touched(families.website, before=2, at=now) == 1
    assert count_touched(families.website, before=2, at=now + timedelta(days=400)) == 0
    assert count_touched(families.website, before=1, at=now) == 0


def test_the_second_of_two_writers_reads_the_first(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    page = f"/toestemmingen/vragen/{families.website.pk}/tekst/"
    given = {
        "seen": "1",
        "why": "Duidelijker.",
        "asks_again": "nee",
        "title_nl": "Mag het?",
        "body_nl": "Uitleg van de tweede.",
    }
    client = as_user(cast.ibp)
    assert client.post(page, given).status_code == 302

    answer = client.post(page, given)

    assert answer.status_code == 422
    assert "Iemand anders maakte intussen versie 2." in answer.content.decode()
    assert "Uitleg van de tweede." in answer.content.decode()
    assert families.website.texts.count() == 2


def test_a_translation_is_added_and_what_stands_is_never_altered(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    page = f"/toestemmingen/vragen/{families.website.pk}/vertaling/"
    client = as_user(cast.ibp)

    client.post(page, {"language": "tr", "title": "Olur mu?", "body": "Açıklama."})

    text = families.website.texts.get()
    assert [each.language for each in text.wordings.order_by("language")] == ["en", "nl", "tr"]
    answer = client.post(page, {"language": "nl", "title": "Anders", "body": "Anders."})
    assert answer.status_code == 422
    with pytest.raises(ActRefused, match="heeft al een tekst in deze taal"):
        acts.add_wording(text=text, words=NL, by=None, at=now)


def test_a_question_is_changed_and_switched_off_and_on(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    client = as_user(cast.ibp)
    start = f"/toestemmingen/vragen/{families.website.pk}/"
    given = {
        "name": "site",
        "activity": families.website.activity_id,
        "renewal": "on_change",
        "published_at": "de site",
        "place": "",
    }
    assert client.post(f"{start}wijzigen/", given).status_code == 302
    families.website.refresh_from_db()
    assert (families.website.name, families.website.renewal) == ("site", "on_change")
    assert families.website.all_schools

    client.post(f"{start}stand/")
    assert list(Question.objects.askable()) == [families.class_photo]
    client.post(f"{start}stand/")
    assert list(Question.objects.askable()) == [families.website, families.class_photo]


def test_who_may_read_and_who_may_change(families: Families, cast: Cast, as_user: AsUser) -> None:
    start = f"/toestemmingen/vragen/{families.website.pk}/"
    acts_on = ["wijzigen/", "tekst/", "vertaling/", "stand/"]
    for user in (cast.ibp, cast.fg, cast.director, cast.care, cast.eik_director):
        assert as_user(user).get("/toestemmingen/vragen/").status_code == 200
        assert as_user(user).get(start).status_code == 200
    for user in (cast.teacher, cast.auditor, cast.administrator, cast.board_member):
        assert as_user(user).get("/toestemmingen/vragen/").status_code == 404
        assert as_user(user).get(start).status_code == 404
    for user in (cast.fg, cast.director, cast.teacher, cast.auditor, cast.administrator):
        for each in [f"{start}{name}" for name in acts_on] + [
            "/toestemmingen/vragen/nieuw/",
            "/toestemmingen/keuzes/wijzigen/",
            "/toestemmingen/talen/tr/",
        ]:
            assert as_user(user).get(each).status_code == 404, (user.email, each)
            assert as_user(user).post(each).status_code == 404, (user.email, each)
    assert as_user(cast.ibp).get(f"/toestemmingen/vragen/{2**64}/").status_code == 404


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_with_more_questions(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    client = as_user(cast.director)
    before = cost(client, "/toestemmingen/vragen/")
    for means in (Means.PRESS, Means.REUNION, Means.PCL):
        make.question(means, at=now, schools=[cast.linde])

    assert (before, cost(client, "/toestemmingen/vragen/")) == (8, 8)
    assert cost(as_user(cast.ibp), f"/toestemmingen/vragen/{families.website.pk}/") == 11


def test_the_board_chooses_and_a_day_that_is_not_there_is_refused(
    cast: Cast, as_user: AsUser
) -> None:
    client = as_user(cast.ibp)
    given = {
        "seen": "0",
        "both_must_agree": "beide",
        "period_ends_day": "31",
        "period_ends_month": "9",
        "reconfirm_days": "30",
        "clean_up_days": "7",
    }

    answer = client.post("/toestemmingen/keuzes/wijzigen/", given)
    assert answer.status_code == 422
    assert "Deze maand heeft 30 dagen." in answer.content.decode()

    assert (
        client.post(
            "/toestemmingen/keuzes/wijzigen/", {**given, "period_ends_day": "30"}
        ).status_code
        == 302
    )
    policy = ConsentPolicy.current()
    assert (policy.both_must_agree, policy.period_ends_day, policy.reconfirm_days) == (True, 30, 30)
    answer = client.post("/toestemmingen/keuzes/wijzigen/", {**given, "period_ends_day": "29"})
    assert answer.status_code == 422
    assert "Iemand anders was u voor." in answer.content.decode()
    assert "Beide ouders moeten ja zeggen." in client.get("/toestemmingen/keuzes/").content.decode()


def test_a_language_is_on_once_somebody_checked_its_texts(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.ibp)
    answer = client.post("/toestemmingen/talen/tr/", {"checked_by": "", "checked_on": ""})
    assert answer.status_code == 422
    answer = client.post(
        "/toestemmingen/talen/tr/", {"checked_by": "Ayşe Demir", "checked_on": "2999-01-01"}
    )
    assert "Deze dag is nog niet geweest." in answer.content.decode()
    assert not LanguageRelease.objects.exists()

    client.post(
        "/toestemmingen/talen/tr/", {"checked_by": "Ayşe Demir", "checked_on": "2026-02-27"}
    )

    release = LanguageRelease.objects.get()
    assert (release.language, release.is_on, release.checked_by) == ("tr", True, "Ayşe Demir")
    assert release.history.latest().history_user == cast.ibp
    client.post("/toestemmingen/talen/tr/")
    release.refresh_from_db()
    assert (release.is_on, release.checked_by) == (False, "Ayşe Demir")
    assert client.get("/toestemmingen/talen/nl/").status_code == 404
    assert client.get("/toestemmingen/talen/xx/").status_code == 404

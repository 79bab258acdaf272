"""Two who decide at the same moment: one does, the other is told who was first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.audit.acts import edition_of
from privacyboard.organisation.models import User
from requests_ar.actions.answering import fill_items
from requests_ar.actions.deciding import decide, judge_part
from requests_ar.choices import RequestState
from requests_ar.models import AnswerItem, SubjectRequest
from requests_ar.rules.answer_items import Item
from requests_ar.rules.decisions import Decided
from tests.conftest import NOW, Cast
from tests.factories import requests as ask
from tests.together import together_or_refused

AsUser = Callable[[User], Client]
at_once = pytest.mark.django_db(transaction=True)


def in_progress(cast: Cast, *, at: object = NOW) -> SubjectRequest:
    return ask.subject_request(
        cast.linde,
        at=NOW if at is NOW else timezone.now(),
        kinds=("consent",),
        authority="yes",
        state=RequestState.IN_PROGRESS,
    )


@at_once
def test_of_two_who_decide_at_once_one_decides(append_only_lifted: None, cast: Cast) -> None:
    case = in_progress(cast)
    part = case.parts.get()
    judge_part(part=part, decided=Decided("consent", "granted"), by=cast.ibp, at=NOW)
    seen = edition_of(case, part)

    def deciding(user: User) -> Callable[[], object]:
        return lambda: decide(
            request=case, deviates=False, deviation_reason="", seen=seen, by=user, at=NOW
        )

    told = together_or_refused(deciding(cast.director), deciding(cast.ibp))

    case.refresh_from_db()
    first = case.decided_by
    assert first in {cast.director, cast.ibp}
    assert sorted(map(bool, told)) == [False, True]
    assert max(told).startswith(
        "Dit kan alleen bij “in behandeling”. Het verzoek is nu “besloten, nog niet verstuurd”. "
        f"Laatste wijziging: {first}"
    )
    assert case.history.filter(history_change_reason="besloten").count() == 1


@at_once
def test_of_two_who_judge_at_once_one_is_kept(append_only_lifted: None, cast: Cast) -> None:
    case = in_progress(cast)
    part = case.parts.get()
    seen = edition_of(part)
    refusal = Decided("consent", "refused", grounds={"no_authority": "Geen gezag."})

    told = together_or_refused(
        lambda: judge_part(
            part=part, decided=Decided("consent", "granted"), seen=seen, by=cast.director, at=NOW
        ),
        lambda: judge_part(part=part, decided=refusal, seen=seen, by=cast.ibp, at=NOW),
    )

    part.refresh_from_db()
    first = cast.director if part.verdict == "granted" else cast.ibp
    assert sorted(map(bool, told)) == [False, True]
    assert max(told).startswith(f"Iemand anders was u voor. Laatste wijziging: {first}")
    assert part.history.filter(history_change_reason="onderdeel beoordeeld").count() == 1


@at_once
def test_of_two_who_write_the_answer_at_once_one_is_kept(
    append_only_lifted: None, cast: Cast
) -> None:
    case = in_progress(cast)
    fill_items(request=case, items=[Item(1, "Eerst.")], by=cast.ibp, at=NOW)
    seen = edition_of(*case.items.all())

    told = together_or_refused(
        *[
            lambda words=words: fill_items(
                request=case, items=[Item(1, words)], seen=seen, by=cast.director, at=NOW
            )
            for words in ("Van de een.", "Van de ander.")
        ]
    )

    assert sorted(map(bool, told)) == [False, True]
    assert AnswerItem.objects.get().history.count() == 2


@pytest.mark.django_db
def test_who_decides_on_a_verdict_that_changed_meanwhile_is_told(
    cast: Cast, as_user: AsUser
) -> None:
    case = in_progress(cast, at="today")
    part = case.parts.get()
    now = timezone.now()
    judge_part(part=part, decided=Decided("consent", "granted"), by=cast.director, at=now)
    director = as_user(cast.director)
    path = f"/verzoeken/{case.number}/besluiten/"
    page = director.get(path).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    refusal = Decided("consent", "refused", grounds={"no_authority": "Geen gezag."})
    judge_part(part=part, decided=refusal, by=cast.ibp, at=now)

    page = director.post(path, {"seen": seen.group(1)}).content.decode()

    assert f"Iemand anders was u voor. Laatste wijziging: {cast.ibp}" in page
    assert "toestemming intrekken: afgewezen" in page
    case.refresh_from_db()
    assert case.state == "in_progress"


@pytest.mark.django_db
def test_who_writes_the_ten_items_second_keeps_the_text(cast: Cast, as_user: AsUser) -> None:
    case = in_progress(cast, at="today")
    director = as_user(cast.director)
    path = f"/verzoeken/{case.number}/antwoord/"
    page = director.get(path).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    fill_items(request=case, items=[Item(1, "Van Inge.")], by=cast.ibp, at=timezone.now())

    page = director.post(path, {"seen": seen.group(1), "text_1": "Van Dirk."}).content.decode()

    assert "Iemand anders was u voor." in page
    assert "Van Dirk." in page
    assert AnswerItem.objects.get().text == "Van Inge."

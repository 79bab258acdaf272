"""Two who decide at the same moment, on two connections: one does, the other is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions.closing import finish_measure
from datalekken.actions.deciding import assess_breach, decide
from datalekken.choices import BreachState
from datalekken.models import Breach, Measure
from privacyboard.audit.acts import edition_of
from privacyboard.organisation.models import User
from tests.conftest import NOW, PASSWORD, TODAY, Cast
from tests.factories import breaches as make
from tests.together import together, together_or_refused

at_once = pytest.mark.django_db(transaction=True)


def weighed(cast: Cast) -> Breach:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=NOW)
    return made


@at_once
@pytest.mark.parametrize("has_seen", [True, False])
def test_of_two_who_decide_at_once_one_decides(
    has_seen: bool, append_only_lifted: None, cast: Cast
) -> None:
    made = weighed(cast)
    seen = edition_of(made) if has_seen else None

    def deciding(user: User, reasons: str) -> Callable[[], object]:
        chosen = make.decision(notify_reasons=reasons)
        return lambda: decide(breach=made, decision=chosen, seen=seen, by=user, at=NOW)

    told = together_or_refused(
        deciding(cast.ibp, "Van Ilse."), deciding(cast.board_member, "Van Bram.")
    )

    made.refresh_from_db()
    first = made.decided_by
    assert first in {cast.ibp, cast.board_member}
    assert made.notify_reasons == ("Van Ilse." if first == cast.ibp else "Van Bram.")
    assert sorted(map(bool, told)) == [False, True]
    assert max(told).startswith(
        f"Het dossier is “besloten”: dit kan nu niet. Laatste wijziging: {first}"
    )
    assert made.history.filter(history_change_reason__startswith="besloten").count() == 1


@at_once
def test_a_measure_is_done_once(append_only_lifted: None, cast: Cast) -> None:
    made = weighed(cast)
    measure = Measure(
        breach=made, kind="prevent", text="Sticks kopen", owner=cast.director, due_on=TODAY
    )
    measure.record(by=cast.ibp, why="proef")

    def finishing(user: User) -> Callable[[], object]:
        return lambda: finish_measure(
            measure=measure, done_on=TODAY, result=f"Door {user}.", by=user, at=NOW
        )

    told = together_or_refused(finishing(cast.director), finishing(cast.ibp))
    assert sorted(told) == ["", "Deze maatregel is al klaar sinds 02-03-2026."]
    assert measure.history.filter(history_change_reason="maatregel klaar").count() == 1


@at_once
def test_by_the_page_the_second_is_told_who_was_first_and_keeps_the_text(
    append_only_lifted: None, cast: Cast
) -> None:
    at = timezone.now()
    made = make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=at)
    path = f"/datalekken/{made.number}/besluiten/"

    def posting(user: User, reasons: str) -> Callable[[], tuple[int, str]]:
        client = Client()
        assert client.login(username=user.email, password=PASSWORD)
        given = {
            "seen": str(client.get(path).context["seen"]),
            "nature": "breach",
            "notifies": "yes",
            "notify_reasons": reasons,
            "tells": "yes",
            "tell_reasons": "Dan letten zij op.",
        }

        def post() -> tuple[int, str]:
            answer = client.post(path, given)
            return answer.status_code, answer.content.decode()

        return post

    answers = together(
        posting(cast.ibp, "Woorden van Ilse."),
        posting(cast.board_member, "Woorden van Bram."),
    )

    made.refresh_from_db()
    assert made.state == BreachState.DECIDED
    assert sorted(status for status, _page in answers) == [200, 302]
    [second] = [page for status, page in answers if status == 200]
    assert f"Laatste wijziging: {made.decided_by}" in second
    lost = "Woorden van Bram." if made.decided_by == cast.ibp else "Woorden van Ilse."
    assert lost in second

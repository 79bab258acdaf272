"""What the technisch beheerder does about a letter that did not arrive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privacyboard.audit.acts import ActRefused
from privacyboard.mail import outbox
from privacyboard.mail.actions import retry_letter, settle_letter
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW, Cast
from tests.mail.conftest import queue

LATER = NOW + timedelta(hours=1)


def failed(name: str = "piet", state: str = "failed") -> OutboundLetter:
    letter = queue(name)
    values = {"state": state, "attempts": 34, "last_error": "SMTPDataError 550"}
    OutboundLetter.objects.filter(pk=letter.pk).update(**values)
    letter.refresh_from_db()
    return letter


@pytest.mark.django_db
class TestRetry:
    @pytest.mark.parametrize("state", ["failed", "bounced"])
    def test_it_waits_again_as_if_new_and_says_who_did_it(self, cast: Cast, state: str) -> None:
        letter = failed(state=state)
        retry_letter(letter=letter, by=cast.administrator, at=LATER)
        letter.refresh_from_db()
        assert (letter.state, letter.attempts, letter.due_at) == ("queued", 0, LATER)
        assert (letter.retried_at, letter.handled_by) == (LATER, cast.administrator)
        assert letter.last_error == "SMTPDataError 550"

    def test_the_worker_takes_it_up(self, cast: Cast) -> None:
        letter = failed()
        retry_letter(letter=letter, by=cast.administrator, at=LATER)
        assert outbox.deliver_due(LATER) == 1
        letter.refresh_from_db()
        assert letter.state == "sent"

    @pytest.mark.parametrize("state", ["queued", "sending", "sent"])
    def test_what_is_on_its_way_is_refused(self, cast: Cast, state: str) -> None:
        letter = failed(state=state)
        with pytest.raises(ActRefused, match="al opnieuw geprobeerd of afgehandeld"):
            retry_letter(letter=letter, by=cast.administrator, at=LATER)

    def test_twice_is_refused(self, cast: Cast) -> None:
        letter = failed()
        retry_letter(letter=letter, by=cast.administrator, at=LATER)
        with pytest.raises(ActRefused):
            retry_letter(letter=letter, by=cast.administrator, at=LATER)


@pytest.mark.django_db
class TestSettle:
    def test_it_leaves_the_list_and_stays_undelivered(self, cast: Cast) -> None:
        letter, other = failed(), failed("kees")
        settle_letter(letter=letter, by=cast.administrator, at=LATER)
        letter.refresh_from_db()
        assert (letter.settled_at, letter.handled_by) == (LATER, cast.administrator)
        assert letter.is_undelivered
        assert list(OutboundLetter.objects.to_look_at()) == [other]

    def test_what_is_settled_is_not_tried_again(self, cast: Cast) -> None:
        letter = failed()
        settle_letter(letter=letter, by=cast.administrator, at=LATER)
        with pytest.raises(ActRefused):
            retry_letter(letter=letter, by=cast.administrator, at=LATER)


@pytest.mark.django_db
def test_a_letter_that_was_emptied_leaves_the_list(cast: Cast) -> None:
    letter = failed()
    OutboundLetter.objects.update(to="", subject="", text="", html="")
    assert not OutboundLetter.objects.to_look_at().exists()
    with pytest.raises(ActRefused):
        retry_letter(letter=letter, by=cast.administrator, at=LATER)


@pytest.mark.django_db
def test_only_who_keeps_the_post_running_sees_letters(cast: Cast) -> None:
    failed()
    found = {
        user.first_name: OutboundLetter.objects.visible_to(user).count()
        for user in cast.everybody()
    }
    assert {name for name, number in found.items() if number} == {"Tom"}

"""What the outbox forgets: after a year what a letter said, with its record the whole letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datalekken.retention.cases import forget_breaches
from privacyboard.audit.collectors import Sought
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork import runs
from privacyboard.clockwork.erasing import Gone
from privacyboard.mail import retention
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Pupil, User
from requests_ar.retention.cases import forget_requests
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories.breaches import breach
from tests.factories.requests import subject_request
from tests.personal_fields import fields_that_can_hold_people
from tests.retention_runs import gone

State = OutboundLetter.State
pytestmark = pytest.mark.django_db


def letter(number: int = 1, **values: Any) -> OutboundLetter:
    """A letter that was sent on 2 March 2026."""
    fields: dict[str, Any] = {
        "key": f"proef:{number}",
        "digest": f"{number:040}",
        "letter": "registers/statement_changed",
        "to": "sanne@gezin.example",
        "subject": "Over Noor",
        "text": "Beste Sanne",
        "html": "<p>Beste Sanne</p>",
        "state": State.SENT,
        "queued_at": NOW,
        "due_at": NOW,
        "sent_at": NOW,
        **values,
    }
    made: OutboundLetter = OutboundLetter.objects.create(**fields)
    return made


def run(at: datetime) -> int:
    return gone(at, "letters")


@pytest.mark.requirement("OPO-053")
def test_after_a_year_only_kind_and_moments_stay() -> None:
    made = letter(last_error="550 sanne@gezin.example")
    assert run(datetime(2027, 3, 2, 12, tzinfo=UTC)) == 0
    assert run(datetime(2027, 3, 3, 12, tzinfo=UTC)) == 1
    assert run(datetime(2027, 3, 4, 12, tzinfo=UTC)) == 0
    made.refresh_from_db()
    assert (made.to, made.subject, made.text, made.html, made.last_error) == ("",) * 5
    assert (made.key, made.letter, made.state, made.sent_at) == (
        "proef:1",
        "registers/statement_changed",
        State.SENT,
        NOW,
    )


def test_the_year_counts_from_sending() -> None:
    letter(sent_at=NOW + timedelta(days=4))
    assert run(datetime(2027, 3, 6, 12, tzinfo=UTC)) == 0
    assert run(datetime(2027, 3, 7, 12, tzinfo=UTC)) == 1


@pytest.mark.parametrize("state", [State.FAILED, State.BOUNCED])
def test_what_did_not_arrive_goes_too(state: str) -> None:
    letter(state=state, sent_at=None)
    assert run(datetime(2027, 3, 3, 12, tzinfo=UTC)) == 1


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING])
def test_what_has_to_arrive_stays(state: str) -> None:
    letter(state=state, sent_at=None)
    assert run(datetime(2040, 1, 1, 12, tzinfo=UTC)) == 0


def test_an_address_in_a_key_goes_and_the_letter_keeps_a_key_of_its_own() -> None:
    made = letter(key="datalekken/alert:7:tess@deproef.example")
    run(datetime(2027, 3, 3, 12, tzinfo=UTC))
    made.refresh_from_db()
    assert made.key == f"registers/statement_changed:{1:040}"


def test_a_letter_goes_with_the_record_that_it_is_about(cast: Cast) -> None:
    child, other = people.pupil(cast.linde), people.pupil(cast.linde)
    for number, each in enumerate((child, other)):
        letter(number, about_type="organisation.pupil", about_id=str(each.pk))
    with forgetting(reason="proef"):
        gone = Gone("proef")
        gone.erase(Pupil, [child.pk])
    assert gone.counts["mail_outboundletter"] == 1
    assert OutboundLetter.objects.get().about_id == str(other.pk)


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    about_nobody = {"outboundletter": {"letter", "about_type"}}
    found = fields_that_can_hold_people("mail", (), about_nobody)
    assert found == set(retention.PERSONAL)


# --- one person, who asks to be forgotten -----------------------------------------------------


@pytest.mark.requirement("KPO-022")
def test_on_request_goes_what_was_sent_to_the_person_whatever_it_is_about(cast: Cast) -> None:
    child = people.pupil(cast.linde)
    letter(1)
    letter(2, about_type="organisation.pupil", about_id=str(child.pk), to="Sanne@Gezin.EXAMPLE")
    letter(3, about_type="consent.invitation", about_id="7", state=State.BOUNCED)
    waits = letter(4, state=State.QUEUED, sent_at=None)
    other = letter(5, to="bram@gezin.example")
    erase(cast)
    kept = OutboundLetter.objects.exclude(to="")
    assert set(kept) == {waits, other}
    assert not OutboundLetter.objects.filter(pk__in=[1, 2, 3]).exclude(text="").exists()


@pytest.mark.requirement("KPO-022")
def test_on_request_a_letter_in_a_file_stays_with_its_file(cast: Cast) -> None:
    """A file proves how the school dealt with it, its letters too: they go when the file goes."""
    case = subject_request(cast.linde, at=NOW)
    found = breach(cast.linde, at=NOW)
    for number, about in enumerate((case, found)):
        letter(number, about_type=about._meta.label_lower, about_id=str(about.pk))
    before = OutboundLetter.objects.filter(to="sanne@gezin.example").count()
    erase(cast)
    assert OutboundLetter.objects.filter(to="sanne@gezin.example").count() == before == 2
    with forgetting(reason="proef"):
        gone = Gone("proef")
        forget_requests(gone, [case.pk], NOW)
        forget_breaches(gone, [found.pk], NOW)
    assert not OutboundLetter.objects.filter(to="sanne@gezin.example").exists()


@pytest.mark.parametrize(("who", "left"), [("director", 1), ("ibp", 0)])
def test_a_director_erases_no_letters_of_another_school(cast: Cast, who: str, left: int) -> None:
    letter(1, school=cast.linde)
    letter(2, about_type="consent.invitation", about_id="7", school=cast.eik)
    letter(3)
    erase(cast, getattr(cast, who))
    assert OutboundLetter.objects.exclude(to="").count() == left


def erase(cast: Cast, by: User | None = None) -> None:
    sought = Sought.of(by or cast.ibp, emails=["sanne@gezin.EXAMPLE"], keys=())
    runs.run_erasure(by=by, at=NOW, sought=sought, because="gewist op verzoek (AVG 17)")

"""What the outbox must forget: who was written to, and what the letter said."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Lower

from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import choices as clockwork_choices
from privacyboard.clockwork import erasing, holds, runs
from privacyboard.clockwork.erasing import Counts, Gone
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School

# Of a letter that waits or is on its way nothing is forgotten: it still has to arrive.
_OVER = (
    OutboundLetter.State.SENT,
    OutboundLetter.State.FAILED,
    OutboundLetter.State.BOUNCED,
)
# The apps whose records are the files of cases.
_cases: set[str] = set()


def register_cases(label: str) -> None:
    """Say that letters about records of this app are part of the file of a case."""
    _cases.add(label)


class Fate(StrEnum):
    """What becomes of data of a person in the outbox."""

    EMPTIED = "emptied a year after it was sent or failed; kind, moments and state stay as figures"
    NUMBER = "stays: a number that tells nothing once its record is gone"
    PROOF = "stays: who dealt with a letter that did not arrive (AVG 5(2))"


# Each as `model.field`. A letter about a record that is forgotten goes with it, as a whole.
PERSONAL: dict[str, Fate] = {
    "outboundletter.about_id": Fate.NUMBER,
    "outboundletter.digest": Fate.NUMBER,
    "outboundletter.handled_by": Fate.PROOF,
    "outboundletter.html": Fate.EMPTIED,
    "outboundletter.key": Fate.EMPTIED,
    "outboundletter.last_error": Fate.EMPTIED,
    "outboundletter.subject": Fate.EMPTIED,
    "outboundletter.text": Fate.EMPTIED,
    "outboundletter.to": Fate.EMPTIED,
}


def register_all() -> None:
    """Tell the retention run what the outbox forgets, and that letters go with what they tell."""
    erasing.register_trace("outbox", _forget_letters_about)
    holds.register_about(OutboundLetter, kind="about_type", number="about_id")
    runs.register(
        runs.Rule(
            name="letters",
            title="E-mails die zijn verzonden of niet aankwamen",
            model=OutboundLetter,
            term_of="logs",
            default=Term(months=12),
            starts="het verzenden",
            fate=clockwork_choices.Fate.ANONYMISE,
            due=_due_letters,
            forget=_empty_letters,
            of_person=_letters_to,
        )
    )


def _due_letters(cut: Cut) -> QuerySet[OutboundLetter]:
    """Counted from sending, else from queuing. The index holds only letters that still tell."""
    found: QuerySet[OutboundLetter] = OutboundLetter.objects.alias(
        ended=Coalesce("sent_at", "queued_at")
    ).filter(~Q(to=""), queued_at__lt=cut.before, ended__lt=cut.before, state__in=_OVER)
    return found


def _letters_to(sought: Sought) -> QuerySet[OutboundLetter]:
    """What was sent to the person; of other schools than the reader's nothing.

    A letter in the file of a case proves how the case was dealt with: it goes when the file goes.
    Nothing else needs the text of a letter that arrived, whatever it is about.
    """
    in_a_file = Q(pk__in=[])
    for label in _cases:
        in_a_file |= Q(about_type__startswith=f"{label}.")
    schools = School.objects.where(sought.reader, Right.VIEW_REQUESTS)
    # Addresses of the outbox stand as they were typed.
    found: QuerySet[OutboundLetter] = OutboundLetter.objects.alias(lower_to=Lower("to")).filter(
        ~in_a_file,
        Q(school__isnull=True) | Q(school__in=schools.values("pk")),
        lower_to__in=sorted(sought.emails),
        state__in=_OVER,
    )
    return found


def _empty_letters(gone: Gone, keys: list[int], at: datetime) -> None:
    gone.blank(OutboundLetter, keys, to="", subject="", text="", html="", last_error="")
    # The key stays: it is why a letter is made once. A few name the address they went to.
    named = OutboundLetter.objects.filter(pk__in=keys, key__contains="@")
    named.update(key=Concat(F("letter"), Value(":"), F("digest")))


def _forget_letters_about(label: str, keys: list[str]) -> Counts:
    gone = OutboundLetter.objects.filter(about_type=label, about_id__in=keys)
    count = gone._raw_delete(gone.db)
    return {OutboundLetter._meta.db_table: count} if count else {}

"""What consent must forget, and every field of it that holds data of a person.

An answer is proof for as long as somebody can ask for it, and no longer. What holds today never
changes by forgetting: of one person's words about one question the oldest go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.functions import Coalesce

from consent.choices import AnswerKind
from consent.models import Answer, CleanUp, Dispute, Invitation, LinkRequest, PhotoCheck
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.querysets import one_of
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardian, Pupil

# Advice, no law (domain 6 #22): as long as the AP can fine for use without consent (Awb 5:45).
PROOF_IS_KEPT = Term(years=5)
# Rules of the board, no terms of a law. A round can be laid beside the one before it.
INVITATIONS_ARE_KEPT = Term(years=2)
PICTURES_ARE_KEPT = Term(years=2)
LINK_REQUESTS_ARE_KEPT = Term(days=30)
# Why it cannot go before its term on request: told to whoever asks.
_PROOF = (
    "Wie ja of nee zei, is bewijs: de school moet kunnen laten zien dat zij toestemming had, en "
    "zich kunnen verweren als iemand daarover klaagt (AVG 7 lid 1 en 17 lid 3 e)."
)
_CODE = "consent_proof"


class Fate(StrEnum):
    """What becomes of data of a person in consent."""

    ANSWER = "the row goes five years after the answer ended"
    TASK = "the row goes with its history five years after it was done, or the pupil left"
    PICTURE = "the row goes with its list of pupils two years after it was asked"
    INVITATION = "the row goes with its letter two years after its round closed"
    REQUEST = "the row goes when the sweep has seen it, within seconds; after a month in any case"
    PROOF = "stays with what was decided: who did it is part of the account (AVG 5(2))"


# Each as `model.field`; the history of a model holds the same, and shares the fate.
PERSONAL: dict[str, Fate] = {
    "answer.entered_by": Fate.ANSWER,
    "answer.guardian": Fate.ANSWER,
    "answer.pupil": Fate.ANSWER,
    "cleanup.done_by": Fate.TASK,
    "cleanup.note": Fate.TASK,
    "cleanup.pupil": Fate.TASK,
    "dispute.note": Fate.TASK,
    "dispute.pupil": Fate.TASK,
    "dispute.settled_by": Fate.TASK,
    "invitation.document": Fate.INVITATION,
    "invitation.guardian": Fate.INVITATION,
    "invitation.pupil": Fate.INVITATION,
    "languagerelease.checked_by": Fate.PROOF,
    "linkrequest.email": Fate.REQUEST,
    "photocheck.asked_by": Fate.PICTURE,
    "photocheck.note": Fate.PICTURE,
    "questiontext.made_by": Fate.PROOF,
    "schooltoken.made_by": Fate.PROOF,
    "schooltoken.revoked_by": Fate.PROOF,
}


def register_all() -> None:
    """Tell the retention run what consent forgets, and what a hold on a pupil holds of it."""
    holds.register("consent", _held)
    runs.register(*_of_answers(), *_of_asking())


def _of_answers() -> tuple[runs.Rule, ...]:
    """Answers, and what followed from them."""
    proof: dict[str, Any] = {"default": PROOF_IS_KEPT, "term_of": _CODE, "ground": _PROOF}
    return (
        runs.Rule(
            name="consent_answers",
            title="Antwoorden over toestemming",
            model=Answer,
            starts="het einde van de toestemming",
            due=_due_answers,
            still=_still_due,
            forget=_forget_answers,
            of_person=_about_or_by(Answer),
            **proof,
        ),
        runs.Rule(
            name="consent_disputes",
            title="Verschillen tussen ouders",
            model=Dispute,
            starts="de afronding of het vertrek",
            due=_due_disputes,
            forget=runs.erasing(Dispute),
            of_person=_about_pupil(Dispute),
            **proof,
        ),
        runs.Rule(
            name="consent_clean_ups",
            title="Opruimtaken na een antwoord",
            model=CleanUp,
            starts="het opruimen of het vertrek",
            due=_due_clean_ups,
            forget=runs.erasing(CleanUp),
            of_person=_about_pupil(CleanUp),
            **proof,
        ),
    )


def _of_asking() -> tuple[runs.Rule, ...]:
    """Who was asked, and who asked something."""
    return (
        runs.Rule(
            name="photo_checks",
            title="Foto-checks",
            model=PhotoCheck,
            default=PICTURES_ARE_KEPT,
            starts="de vraag",
            due=runs.counted_from(PhotoCheck, "asked_at"),
            forget=runs.erasing(PhotoCheck),
        ),
        runs.Rule(
            name="consent_invitations",
            title="Uitnodigingen om te antwoorden",
            model=Invitation,
            default=INVITATIONS_ARE_KEPT,
            starts="het sluiten van de ronde",
            due=_due_invitations,
            forget=runs.erasing(Invitation),
            of_person=_about_or_by(Invitation),
            ground=_PROOF,
        ),
        runs.Rule(
            name="link_requests",
            title="Vragen om een nieuwe link",
            model=LinkRequest,
            default=LINK_REQUESTS_ARE_KEPT,
            starts="de vraag",
            due=runs.counted_from(LinkRequest, "asked_at"),
            forget=runs.erasing(LinkRequest),
            of_person=_requests_of,
        ),
    )


# --- answers ----------------------------------------------------------------------------------


def _due_answers(cut: Cut) -> QuerySet[Answer]:
    """An answer ended on its last day, when the pupil left, or when its person said otherwise.

    A yes with a last day that was only said again, ends on that last day: until then it is what a
    publication rests on. A yes that expired goes also where nobody said anything since: it holds
    no more. Each way an answer can end is looked up by an index of its own, which holds what ended
    and the few words without a last day that still stand; never by all answers.
    """
    said = Answer.objects.filter(at__lt=cut.before).order_by()
    # Refusals, and what holds until something else is said: they end by what came after them, and
    # end what came before them.
    unbounded = said.filter(valid_until__isnull=True)
    both = _by_the_same_person().exclude(pk=OuterRef("pk")).filter(at__lt=cut.before)
    ended = Case(When(_later(), then=OuterRef("pk")), default=F("pk"))
    by_words = _each(ArraySubquery(both.values(ended=ended)))
    found: QuerySet[Answer] = Answer.objects.filter(
        pk__in=said.filter(valid_until__lte=cut.day)
        .values("pk")
        .union(
            said.filter(pupil__left_on__lte=cut.day).values("pk"),
            unbounded.filter(kind=AnswerKind.EXPIRED).values("pk"),
            unbounded.values(ended=by_words),
        )
    )
    return found


def _still_due(cut: Cut) -> QuerySet[Answer]:
    """The same answers, told row by row."""
    later = _by_the_same_person().filter(_later(), at__lt=cut.before)
    ended = Q(valid_until__lte=cut.day) | Q(pupil__left_on__lte=cut.day)
    ended |= Q(valid_until__isnull=True) & (Q(kind=AnswerKind.EXPIRED) | Q(Exists(later)))
    ended |= Q(Exists(later.filter(valid_until__isnull=True)))
    found: QuerySet[Answer] = Answer.objects.filter(ended, at__lt=cut.before)
    return found


def _by_the_same_person() -> QuerySet[Answer]:
    """What the person of an answer said about the same pupil and question: a few rows of an index,
    for each answer that is asked about."""
    # Without a guardian the pupil said it.
    found: QuerySet[Answer] = Answer.objects.alias(who=Coalesce("guardian_id", 0)).filter(
        who=Coalesce(OuterRef("guardian_id"), 0),
        pupil=OuterRef("pupil"),
        question=OuterRef("question"),
    )
    return found.order_by()


def _later() -> Q:
    return Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))


def _each(array: ArraySubquery) -> Func:
    return Func(array, function="unnest", output_field=BigIntegerField())


def _forget_answers(gone: Gone, keys: list[int], at: datetime) -> None:
    """With what the same person said before: else an older yes would be the last word again.

    That ended sooner, and is due too; a paper answer can be entered after a later one.
    """
    before = _by_the_same_person().filter(
        Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))
    )
    older = Answer.objects.filter(one_of(keys)).order_by()
    found = older.values_list(_each(ArraySubquery(before.values("pk"))), flat=True)
    gone.erase(Answer, {*keys, *found}, traced=False)


# --- what followed from answers, and who was asked --------------------------------------------


def _due_disputes(cut: Cut) -> QuerySet[Dispute]:
    """Settled, or of a pupil who left before anybody settled it."""
    open_still = Q(settled_at__isnull=True, pupil__left_on__lte=cut.day)
    found: QuerySet[Dispute] = Dispute.objects.filter(Q(settled_at__lt=cut.before) | open_still)
    return found


def _due_clean_ups(cut: Cut) -> QuerySet[CleanUp]:
    """Done, or of a pupil who left so long ago that nobody will."""
    open_still = Q(done_on__isnull=True, due_on__lte=cut.day, pupil__left_on__lte=cut.day)
    found: QuerySet[CleanUp] = CleanUp.objects.filter(Q(done_on__lte=cut.day) | open_still)
    return found


def _due_invitations(cut: Cut) -> QuerySet[Invitation]:
    """Of a round that closed, else made so long ago. Who turned sixteen is not asked anew: that
    looks back a year."""
    alone = Q(round__isnull=True, made_at__lt=cut.before)
    found: QuerySet[Invitation] = Invitation.objects.filter(
        Q(round__closes_on__lte=cut.day) | alone
    )
    return found


# --- holds, and one person --------------------------------------------------------------------


def _held(model: type[Model], keys: Sequence[int]) -> holds.Reasons:
    """What is held of a pupil holds the pictures too: they name more than one."""
    if model is not PhotoCheck:
        return {}
    shown = PhotoCheck.pupils.through._base_manager.filter(photocheck__in=keys)
    return holds.each_held_by(shown.values_list("photocheck", "pupil__school", "pupil__key"))


def _pupils(sought: Sought) -> QuerySet[Pupil]:
    """The person as a pupil, by address or number; a name is no proof."""
    found: QuerySet[Pupil] = Pupil.objects.at(sought.reader, Right.VIEW_CONSENT).known_by(
        emails=sought.emails, keys=sought.keys, schools=sought.schools
    )
    return found


def _about_or_by(model: type[Answer | Invitation]) -> runs.OfPerson:
    """About the person as a pupil, and what the person said or was asked as a parent."""

    def of_person(sought: Sought) -> QuerySet[Any]:
        guardians = Guardian.objects.at_addresses(sought.emails)
        about = Q(pupil__in=_pupils(sought).values("pk"))
        found: QuerySet[Any] = model.objects.visible_to(sought.reader).filter(
            about | Q(guardian__in=guardians.values("pk"))
        )
        return found

    return of_person


def _about_pupil(model: type[Model]) -> runs.OfPerson:
    def of_person(sought: Sought) -> QuerySet[Model]:
        return model._default_manager.filter(pupil__in=_pupils(sought).values("pk"))

    return of_person


def _requests_of(sought: Sought) -> QuerySet[LinkRequest]:
    return LinkRequest.objects.filter(email__in=sorted(sought.emails))

"""What goes of the register's own records: once they ended, or were replaced, long ago.

What was established and published stays: it is the account of the board (AVG 5(2), 24).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from privacyboard.clockwork import choices as clockwork_choices
from privacyboard.clockwork import runs
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut, Term
from registers.choices import ReviewOutcome
from registers.models import (
    AccessReview,
    Agreement,
    AgreementCoverage,
    NationalOverview,
    ProcessingActivity,
    Processor,
    SchoolDeviation,
    SchoolProduct,
    SharingAgreement,
    SubProcessor,
    VersionAnswer,
)

# Advice, no law (domain 6 #21, #22): as long as somebody can claim, and the AP can fine (Awb 5:45).
ACCOUNT_IS_KEPT = Term(years=5)
# A rule of the board: an overview of before serves to look back at what changed, and no longer.
OVERVIEWS_ARE_KEPT = Term(years=2)
ANONYMISE = clockwork_choices.Fate.ANONYMISE
_CODE = "processing_agreements"


def rules() -> tuple[runs.Rule, ...]:
    """What the retention run carries out about these records."""
    return (*_of_agreements(), *_of_schools(), *_of_history())


def _of_agreements() -> tuple[runs.Rule, ...]:
    ended: dict[str, Any] = {
        "starts": "het einde van de overeenkomst",
        "term_of": _CODE,
        "default": ACCOUNT_IS_KEPT,
    }
    return (
        runs.Rule(
            name="agreements",
            title="Verwerkersovereenkomsten",
            model=Agreement,
            due=_due_agreements,
            forget=_forget_agreements,
            began="ends_on",
            **ended,
        ),
        runs.Rule(
            name="sharing_agreements",
            title="Afspraken met andere verantwoordelijken",
            model=SharingAgreement,
            due=_due_sharing,
            forget=runs.erasing(SharingAgreement),
            began="ends_on",
            **ended,
        ),
        runs.Rule(
            name="national_overviews",
            title="Landelijke overzichten die zijn vervangen",
            model=NationalOverview,
            default=OVERVIEWS_ARE_KEPT,
            starts="het inlezen van een nieuwer overzicht",
            due=_due_overviews,
            forget=runs.erasing(NationalOverview),
        ),
    )


def _of_schools() -> tuple[runs.Rule, ...]:
    return (
        runs.Rule(
            name="access_reviews",
            title="Controles van de toegang",
            model=AccessReview,
            default=ACCOUNT_IS_KEPT,
            starts="de afronding van de controle",
            due=_due_reviews,
            forget=runs.erasing(AccessReview),
        ),
        runs.Rule(
            name="school_deviations",
            title="Afwijkingen van een school die zijn geëindigd",
            model=SchoolDeviation,
            default=ACCOUNT_IS_KEPT,
            starts="het einde van de afwijking",
            due=_due_deviations,
            forget=runs.erasing(SchoolDeviation),
        ),
        runs.Rule(
            name="version_remarks",
            title="Toelichtingen van scholen bij een nieuwe versie",
            model=VersionAnswer,
            default=ACCOUNT_IS_KEPT,
            starts="het antwoord",
            fate=ANONYMISE,
            due=_due_remarks,
            forget=_forget_remarks,
        ),
    )


def _of_history() -> tuple[runs.Rule, ...]:
    """Whose name and address stood there before: of the past only, what holds now stays."""
    return (
        runs.replaced(
            name="processor_contacts_replaced",
            title="Vroegere contactgegevens van verwerkers",
            model=Processor,
            fields=("contact_email",),
            default=ACCOUNT_IS_KEPT,
        ),
        runs.replaced(
            name="activity_contacts_replaced",
            title="Vroegere namen en opmerkingen bij verwerkingen",
            model=ProcessingActivity,
            fields=("owner", "on_behalf_contact", "fg_remark"),
            default=ACCOUNT_IS_KEPT,
        ),
    )


# --- which ------------------------------------------------------------------------------------


def _due_agreements(cut: Cut) -> QuerySet[Model]:
    """Ended, also one that nobody ever signed; nothing but what is its own points to it."""
    ended = Agreement.objects.filter(ends_on__lte=cut.day)
    return runs.unneeded(ended, "registers.AgreementCoverage", "registers.SubProcessor")


def _forget_agreements(gone: Gone, keys: list[int], at: datetime) -> None:
    """With the address of a processor with whom nothing is left, and whom no school uses."""
    of = list(Agreement.objects.filter(pk__in=keys).values_list("processor", flat=True))
    gone.erase(AgreementCoverage, keys, by="agreement", traced=False)
    gone.erase(SubProcessor, keys, by="agreement")
    gone.erase(Agreement, keys)
    left = Agreement.objects.filter(processor=OuterRef("pk"))
    used = SchoolProduct.objects.filter(product__processor=OuterRef("pk"), until__isnull=True)
    parted = Processor.objects.filter(~Exists(left), ~Exists(used), pk__in=of)
    gone.blank(Processor, list(parted.values_list("pk", flat=True)), contact_email="")


def _due_sharing(cut: Cut) -> QuerySet[Model]:
    return runs.unneeded(SharingAgreement.objects.filter(ends_on__lte=cut.day))


def _due_overviews(cut: Cut) -> QuerySet[NationalOverview]:
    newer = NationalOverview.objects.filter(
        kind=OuterRef("kind"), read_at__gt=OuterRef("read_at"), read_at__lt=cut.before
    )
    return NationalOverview.objects.filter(Exists(newer), read_at__lt=cut.before)


def _due_reviews(cut: Cut) -> QuerySet[Model]:
    """Handled, or answered without anything to handle, or never answered: by its last day."""
    waits = Q(outcome=ReviewOutcome.CORRECTED, handled_at__isnull=True)
    done = Coalesce(TruncDate("handled_at"), TruncDate("answered_at"), F("due_on"))
    rows = AccessReview.objects.filter(~waits, due_on__lte=cut.day).alias(done=done)
    return runs.unneeded(rows.filter(done__lte=cut.day))


def _due_deviations(cut: Cut) -> QuerySet[Model]:
    return runs.unneeded(SchoolDeviation.objects.filter(ended_at__lt=cut.before))


def _due_remarks(cut: Cut) -> QuerySet[VersionAnswer]:
    return VersionAnswer.objects.filter(~Q(remark=""), answered_at__lt=cut.before)


def _forget_remarks(gone: Gone, keys: list[int], at: datetime) -> None:
    gone.blank(VersionAnswer, keys, remark="")

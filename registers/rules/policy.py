"""The board's own policy, beside the law: what its regulations ask and the register can show.

Each gap names the regulation and its article: KPO, OPOO, Veluwse or INNOVO. Nothing here blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from registers.choices import (
    Automation,
    CategoryKind,
    Identifiability,
    LegalBasis,
    ProcessGroup,
    RecipientKind,
    SpecialGround,
    TransferInstrument,
    YesNo,
)
from registers.content import ActivityContent
from registers.rules.completeness import Gap
from registers.rules.disclosures import basis_remark

DPIA_YEARS = 3
# Codes of the preloaded lists that these rules look for.
CAMERA, MEDICAL, CONFIDENTIALITY = "camera_images", "health_emergency", "confidentiality"
SHIELDED = frozenset({"locked_file", "separate_file", "role_access", "encryption"})
CHECKED_WITH = frozenset({"duo", "municipality"})
_EDUCATION = frozenset({ProcessGroup.GUIDANCE, ProcessGroup.DIGITAL_LEARNING})
_ABOUT_AI = re.compile(r"\bAI\b|(?i:kunstmatige intelligentie|algoritme)")


@dataclass(frozen=True)
class Policy:
    """What the policy is held against on a day.

    `signed` holds the codes of processors with a valid agreement, `shared` those of parties with
    a valid sharing agreement, `purposes` the letters of the board's list. `unreviewed` names the
    schools that did not check their access in the past year.
    """

    on: date
    signed: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    unreviewed: tuple[str, ...] = ()


def policy_gaps(content: ActivityContent, policy: Policy) -> list[Gap]:
    """What the board's own regulations ask of one activity, and it does not say."""
    found = [*_agreements(content, policy), *_care(content, policy)]
    if content.is_own:  # for another controller that one's policy holds
        found += [
            *_dpia(content, policy),
            *_camera(content),
            *_purposes(content, policy),
            *_special(content),
            *_disclosures(content, policy),
            *_automation(content),
        ]
    return found


def board_policy_gaps(contents: Iterable[ActivityContent], policy: Policy) -> list[Gap]:
    """What the regulations ask of the board as a whole."""
    own = [each for each in contents if each.is_own]
    found = [
        Gap(
            "Veluwse, Beveiliging",
            school,
            "Laat de directeur de toegang controleren: dat gebeurt elk jaar op elke school.",
        )
        for school in policy.unreviewed
    ]
    if own and not any(_is_checked_outside(each) for each in own):
        found.append(
            Gap(
                "OPOO 4.3.3",
                "leerlinggegevens",
                "Noem bij de inschrijving DUO of de gemeente: daarmee controleert de school "
                "of de gegevens kloppen.",
            )
        )
    special = [each for each in own if _has_special(each)]
    if special and not any(_dpia_is_fresh(each, policy.on) for each in special):
        found.append(
            Gap(
                "OPOO 3.5.2",
                "DPIA",
                "Voer een DPIA uit op de bijzondere gegevens van leerlingen: elke drie jaar een.",
            )
        )
    return found


def _is_checked_outside(content: ActivityContent) -> bool:
    return content.process_group == ProcessGroup.ENROLMENT and any(
        each.party.code in CHECKED_WITH for each in content.recipients
    )


def _has_special(content: ActivityContent) -> bool:
    return any(
        line.kind == CategoryKind.SPECIAL and line.identifiability != Identifiability.ANONYMOUS
        for line in content.data
    )


def _has_camera(content: ActivityContent) -> bool:
    return any(line.category.code == CAMERA for line in content.data)


def _dpia_is_fresh(content: ActivityContent, on: date) -> bool:
    if not content.dpia_adopted_on:
        return False
    adopted = date.fromisoformat(content.dpia_adopted_on)
    return adopted + relativedelta(years=DPIA_YEARS) >= on


def _agreements(content: ActivityContent, policy: Policy) -> Iterator[Gap]:
    for each in content.recipients:
        if each.kind == RecipientKind.PROCESSOR and each.party.code not in policy.signed:
            sentence = f"Sluit een verwerkersovereenkomst met {each.party.name}."
            yield Gap("OPOO 5.4.2", each.party.name, sentence)


def _care(content: ActivityContent, policy: Policy) -> Iterator[Gap]:
    if content.next_review_on and date.fromisoformat(content.next_review_on) < policy.on:
        yield Gap(
            "OPOO 3.4.3",
            "controle",
            "De dag van de controle is voorbij: kijk na of alles nog klopt en volledig is.",
        )
    if content.access and CONFIDENTIALITY not in {each.code for each in content.measures}:
        yield Gap(
            "OPOO 8.1.2",
            "maatregelen",
            "Laat wie toegang heeft een geheimhoudingsverklaring tekenen, en kies die maatregel.",
        )


def _dpia(content: ActivityContent, policy: Policy) -> Iterator[Gap]:
    if content.dpia_needed == YesNo.YES:
        if content.dpia_adopted_on and not _dpia_is_fresh(content, policy.on):
            sentence = "De DPIA is ouder dan drie jaar: voer haar opnieuw uit."
            yield Gap("OPOO 3.5.2", "DPIA", sentence)
        return
    text = f"{content.name} {content.description} {content.automation_logic}"
    asked = (
        (content.automation != Automation.NONE, "OPOO 3.5.1", "Profilering"),
        (bool(_ABOUT_AI.search(text)), "OPOO 3.5.1", "Inzet van AI"),
        (_has_camera(content), "OPOO 7.1", "Cameratoezicht"),
        (
            content.all_schools and _has_special(content),
            "OPOO 3.5.1",
            "Gebruik van bijzondere gegevens op alle scholen",
        ),
    )
    for holds, article, what in asked:
        if holds:
            yield Gap(article, "DPIA", f"{what} vraagt een DPIA: voer die uit en noem haar hier.")


def _camera(content: ActivityContent) -> Iterator[Gap]:
    for line in content.data:
        # Four weeks are less than a whole month.
        if line.category.code == CAMERA and line.retention and line.retention.months:
            yield Gap(
                "OPOO 7.2",
                line.category.name,
                "Camerabeelden blijven ten hoogste vier weken: kies een kortere bewaartermijn.",
            )


def _purposes(content: ActivityContent, policy: Policy) -> Iterator[Gap]:
    for letter in sorted({each.letter for each in content.purposes} - policy.purposes):
        yield Gap(
            "KPO 4.1",
            f"doel {letter}",
            "Dit doel staat niet in het reglement van het bestuur. Kies een ander doel, of noem "
            "in de lijst met doelen waar het wel staat.",
        )


def _special(content: ActivityContent) -> Iterator[Gap]:
    if _has_special(content) and not SHIELDED & {each.code for each in content.measures}:
        yield Gap(
            "OPOO 4.2.3",
            "maatregelen",
            "Bewaar bijzondere gegevens achter slot of in een afgeschermd systeem, en kies die "
            "maatregel.",
        )
    asks_consent = any(each.basis == LegalBasis.CONSENT for each in content.purposes)
    for line in content.data:
        consented = asks_consent or line.special_ground == SpecialGround.EXPLICIT_CONSENT
        if line.category.code == MEDICAL and not consented:
            yield Gap(
                "OPOO 4.2.2",
                line.category.name,
                "Vraag de ouders toestemming: medische gegevens gebruikt de school alleen daarmee.",
            )


def _disclosures(content: ActivityContent, policy: Policy) -> Iterator[Gap]:
    for each in content.recipients:
        if each.kind == RecipientKind.PROCESSOR:
            continue
        # Where a law asks the disclosure, that law says how.
        if each.basis != LegalBasis.LEGAL_DUTY and each.party.code not in policy.shared:
            yield Gap(
                "OPOO 5.4.1",
                each.party.name,
                f"Maak met {each.party.name} afspraken over veilig uitwisselen, en leg ze vast.",
            )
        remark = basis_remark(each.basis)
        if remark:
            yield Gap("OPOO 9.2.1", each.party.name, remark)
    for transfer in content.transfers:
        if transfer.instrument == TransferInstrument.DEROGATION:
            yield Gap(
                "OPOO 6.1.3",
                f"doorgifte {transfer.country}",
                "Een uitzondering geldt alleen in een bijzondere situatie: zoek een waarborg die "
                "blijft.",
            )


def _automation(content: ActivityContent) -> Iterator[Gap]:
    if content.automation == Automation.AUTOMATED_DECISION:
        yield Gap(
            "OPOO 10.8",
            "geautomatiseerd besluit",
            "Laat altijd een mens meebeslissen: een volledig automatisch besluit mag hier niet.",
        )
    if content.automation == Automation.PROFILING and content.process_group not in _EDUCATION:
        yield Gap(
            "OPOO 10.9.2",
            "profilering",
            "Profilering mag alleen voor het onderwijs: stop ermee, of zet dit bij het onderwijs.",
        )

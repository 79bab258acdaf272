"""A complete activity as plain content, for the pure rules: a test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from registers.choices import (
    CategoryKind,
    DataSource,
    LegalBasis,
    Medium,
    Obligation,
    ProcessGroup,
    RecipientKind,
    TransferInstrument,
    YesNo,
)
from registers.content import (
    AccessContent,
    ActivityContent,
    DataContent,
    MeasureContent,
    Named,
    PurposeContent,
    RecipientContent,
    RetentionContent,
    TransferContent,
)

PURPOSE = PurposeContent(
    letter="a",
    name="Onderwijs en begeleiding",
    explanation="Leerlingen volgen.",
    basis=LegalBasis.PUBLIC_TASK.value,
    statute="WPO 8",
    interest="",
    balancing="",
    child_interest="",
)
INTEREST = replace(
    PURPOSE,
    letter="c",
    name="Veiligheid",
    explanation="Het netwerk beveiligen.",
    basis=LegalBasis.LEGITIMATE_INTEREST.value,
    statute="",
    interest="Een veilig netwerk.",
    balancing="Lichter kan niet.",
    child_interest="Er wordt niet meegekeken.",
)
RETENTION = RetentionContent(
    code="pupil_file",
    name="Leerlingdossier",
    term="ten hoogste 2 jaar na vertrek van de leerling",
    fate="destroy",
    legal_ground="AVG 5",
    condition="",
)
DATA = DataContent(
    group=Named("pupils", "Leerlingen"),
    category=Named("identity", "Naam"),
    kind=CategoryKind.ORDINARY.value,
    source=DataSource.GUARDIAN.value,
    source_explanation="",
    identifiability="identifiable",
    obligation=Obligation.STATUTORY.value,
    consequence="Inschrijven lukt dan niet.",
    retention=RETENTION,
    special_ground="",
    criminal_ground="",
    national_number_ground="",
    necessity="",
)
ACCESS = AccessContent(role=Named("teacher", "Leraar"), category=None, level="view")
RECIPIENT = RecipientContent(
    kind=RecipientKind.PROCESSOR.value,
    party=Named("topicus", "Topicus"),
    service="Leerlingadministratie",
    basis="",
    statute="",
    data=(Named("identity", "Naam"),),
    purpose="De administratie bijhouden.",
)
CONTROLLER = replace(
    RECIPIENT,
    kind=RecipientKind.CONTROLLER.value,
    party=Named("duo", "DUO"),
    service="",
    basis=LegalBasis.LEGAL_DUTY.value,
    statute="WPO 178a",
    purpose="De bekostiging.",
)
TRANSFER = TransferContent(
    country="US",
    party=Named("topicus", "Topicus"),
    instrument=TransferInstrument.DPF.value,
    document="Inschrijving DPF",
    review_on="2026-09-01",
)
CONTENT = ActivityContent(
    code="V01",
    name="Leerlingdossier",
    description="De school volgt haar leerlingen.",
    process_group=ProcessGroup.GUIDANCE.value,
    owner="Directeur",
    all_schools=True,
    schools=(),
    medium=Medium.DIGITAL.value,
    place="Leerlingadministratie",
    minimisation="Met minder kan het niet.",
    proportionality="Het is in verhouding.",
    subsidiarity="Lichter kan het niet.",
    dpia_needed=YesNo.NO.value,
    dpia_reason="Geen hoog risico.",
    dpia_reference="",
    dpia_adopted_on="",
    automation="none",
    automation_logic="",
    automation_significance="",
    human_intervention="",
    next_review_on="2026-09-01",
    source="000 art. 4.1.a",
    acts_as="controller",
    on_behalf_of="",
    on_behalf_contact="",
    processing_kinds="",
    systems=(Named("sis", "Administratie"),),
    products=(Named("parnassys", "ParnasSys"),),
    measures=(MeasureContent("backup", "Reservekopieën", "technical"),),
    purposes=(PURPOSE,),
    data=(DATA,),
    access=(ACCESS,),
    recipients=(RECIPIENT,),
    transfers=(),
    texts=(),
)


def content(**changes: Any) -> ActivityContent:
    """A complete activity's content, but for what is given."""
    return replace(CONTENT, **changes)

"""Rows of the register. Whatever is not given is in order: a test names only what it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import models

from privacyboard.documents import storage
from privacyboard.documents.rules import PDF
from privacyboard.organisation.models import Recorded, School, User
from privacyboard.vocabulary import Language
from registers import actions, letters
from registers.choices import (
    AccessLevel,
    AgreementModel,
    Audience,
    Automation,
    Bound,
    CategoryKind,
    DataSource,
    DocumentKind,
    LegalBasis,
    MeasureKind,
    Medium,
    Obligation,
    ProcessGroup,
    RecipientKind,
    RetentionTrigger,
    TransferInstrument,
    YesNo,
)
from registers.models import (
    AccessLine,
    ActivityText,
    ActivityVersion,
    Agreement,
    CatalogueEntry,
    DataCategory,
    DataLine,
    DataSubjectGroup,
    ExternalParty,
    InternalRole,
    Measure,
    ParentNotice,
    ProcessingActivity,
    Processor,
    Product,
    PublishedStatement,
    Purpose,
    PurposeLine,
    RecipientLine,
    RetentionRule,
    SchoolProduct,
    System,
    TransferLine,
)
from registers.rules.statement import PARENTS, Edition, seal_of

WHY = "proef"


def _entry(model: type[CatalogueEntry], code: str, **values: Any) -> Any:
    """The entry with this code; entered when it is not there yet."""
    found = model._default_manager.filter(code=code).first()
    if found is not None:
        return found
    entry = model(code=code, source="000 art. 1", **values)
    return _keep(entry)


def _keep(record: Recorded) -> Any:
    record.full_clean()
    record.record(by=None, why=WHY)
    return record


def purpose(letter: str = "a", **values: Any) -> Purpose:
    filled = {"name": f"Doel {letter}", "description": "Waarvoor.", **values}
    entry: Purpose = _entry(Purpose, f"doel-{letter}", letter=letter, **filled)
    return entry


def group(code: str = "pupils", name: str = "Leerlingen") -> DataSubjectGroup:
    entry: DataSubjectGroup = _entry(DataSubjectGroup, code, name=name)
    return entry


def category(
    code: str = "identity", name: str = "Naam", kind: str = CategoryKind.ORDINARY
) -> DataCategory:
    entry: DataCategory = _entry(DataCategory, code, name=name, kind=kind)
    return entry


def role(code: str = "teacher", name: str = "Leraar") -> InternalRole:
    entry: InternalRole = _entry(InternalRole, code, name=name)
    return entry


def measure(code: str = "backup", name: str = "Reservekopieën") -> Measure:
    entry: Measure = _entry(Measure, code, name=name, kind=MeasureKind.TECHNICAL)
    return entry


def party(code: str = "duo", name: str = "DUO") -> ExternalParty:
    entry: ExternalParty = _entry(ExternalParty, code, name=name, kind=RecipientKind.CONTROLLER)
    return entry


def retention_rule(code: str = "pupil_file", **values: Any) -> RetentionRule:
    filled = {
        "name": "Leerlingdossier",
        "data": "Onderwijs en begeleiding",
        "years": 2,
        "bound": Bound.MAXIMUM,
        "trigger": RetentionTrigger.LEAVING,
        **values,
    }
    entry: RetentionRule = _entry(RetentionRule, code, **filled)
    return entry


def processor(code: str = "topicus", name: str = "Topicus", **values: Any) -> Processor:
    entry: Processor = _entry(Processor, code, name=name, service="Administratie", **values)
    return entry


def product(code: str = "parnassys", name: str = "ParnasSys", of: str = "topicus") -> Product:
    entry: Product = _entry(Product, code, name=name, processor=processor(of))
    return entry


def system(code: str = "sis", name: str = "Administratie") -> System:
    entry: System = _entry(System, code, name=name, product=product())
    return entry


def agreement(of: Processor, *, schools: Iterable[School] = (), **values: Any) -> Agreement:
    """A signed agreement that runs from 2025 through 2027, at all schools unless some are given."""
    chosen = list(schools)
    signed_on = values.pop("signed_on", date(2025, 1, 1))
    made: Agreement = _keep(
        Agreement(
            **{
                "processor": of,
                "reference": "VO-2025-1",
                "model": AgreementModel.CONVENANT_40,
                "signed_by_board_on": signed_on,
                "signed_by_processor_on": signed_on,
                "starts_on": date(2025, 1, 1),
                "ends_on": date(2027, 12, 31),
                "all_schools": not chosen,
                **values,
            }
        )
    )
    made.schools.set(chosen)
    return made


def covering(
    of: Product, *, schools: Iterable[School] = (), at: datetime, **values: Any
) -> Agreement:
    """A signed agreement for one product, with what it covers written by the act."""
    made = agreement(of.processor, schools=schools, **values)
    made.products.set([of])
    actions.refresh_coverage(agreement=made, by=None, at=at)
    return made


def use(of: Product, school: School, **values: Any) -> SchoolProduct:
    """A school uses a product since 2025."""
    filled = {"since": date(2025, 8, 1), **values}
    made: SchoolProduct = _keep(SchoolProduct(school=school, product=of, **filled))
    return made


def purpose_line(of: ProcessingActivity, **values: Any) -> PurposeLine:
    filled = {"purpose": purpose(), "basis": LegalBasis.PUBLIC_TASK, "statute": "WPO 8", **values}
    line: PurposeLine = _keep(PurposeLine(activity=of, **filled))
    return line


def data_line(of: ProcessingActivity, **values: Any) -> DataLine:
    filled = {
        "group": group(),
        "category": category(),
        "source": DataSource.GUARDIAN,
        "obligation": Obligation.STATUTORY,
        "consequence": "Inschrijven lukt dan niet.",
        "retention_rule": retention_rule(),
        **values,
    }
    line: DataLine = _keep(DataLine(activity=of, **filled))
    return line


def access_line(of: ProcessingActivity, **values: Any) -> AccessLine:
    filled = {"role": role(), "level": AccessLevel.VIEW, **values}
    line: AccessLine = _keep(AccessLine(activity=of, **filled))
    return line


def recipient_line(
    of: ProcessingActivity, *, data: Iterable[DataCategory] = (), **values: Any
) -> RecipientLine:
    """Topicus as processor, unless a party is given: that one by legal duty."""
    to_party = "party" in values
    filled = {
        "kind": RecipientKind.CONTROLLER if to_party else RecipientKind.PROCESSOR,
        "processor": None if to_party else processor(),
        "basis": LegalBasis.LEGAL_DUTY if to_party else "",
        "purpose": "De administratie bijhouden.",
        **values,
    }
    line: RecipientLine = _keep(RecipientLine(activity=of, **filled))
    line.data.set(list(data) or [category()])
    return line


def transfer_line(of: ProcessingActivity, **values: Any) -> TransferLine:
    filled = {
        "country": "US",
        "processor": processor(),
        "instrument": TransferInstrument.DPF,
        "document": "Inschrijving DPF",
        "review_on": date(2026, 9, 1),
        **values,
    }
    line: TransferLine = _keep(TransferLine(activity=of, **filled))
    return line


def bare_activity(
    code: str = "V01", *, schools: Iterable[School] = (), by: User | None = None, **values: Any
) -> ProcessingActivity:
    """A concept with every field filled and no line at all."""
    chosen = list(schools)
    filled = {
        "name": f"Verwerking {code}",
        "description": "De school volgt haar leerlingen.",
        "process_group": ProcessGroup.GUIDANCE,
        "owner": "Directeur",
        "all_schools": not chosen,
        "medium": Medium.DIGITAL,
        "minimisation": "Met minder kan het niet.",
        "proportionality": "Het is in verhouding.",
        "subsidiarity": "Lichter kan het niet.",
        "dpia_needed": YesNo.NO,
        "dpia_reason": "Geen hoog risico.",
        "next_review_on": date(2026, 9, 1),
        "source": "000 art. 4.1.a",
        **values,
    }
    made = ProcessingActivity(code=code, **filled)
    made.full_clean()
    made.record(by=by, why=WHY)
    made.schools.set(chosen)
    return made


def activity(
    code: str = "V01", *, schools: Iterable[School] = (), by: User | None = None, **values: Any
) -> ProcessingActivity:
    """A concept in which nothing is missing; it gives data to DUO and to no processor."""
    made = bare_activity(code, schools=schools, by=by, **values)
    purpose_line(made)
    data_line(made)
    access_line(made)
    recipient_line(made, party=party(), statute="WPO 178a", purpose="De bekostiging.")
    made.measures.set([measure()])
    return made


def establish(of: ProcessingActivity, *, at: datetime, by: User | None = None) -> ActivityVersion:
    """Propose and establish, by the acts that people use."""
    actions.propose(activity=of, by=by, at=at)
    return actions.establish(activity=of, by=by, at=at)


def established(
    code: str = "V01", *, at: datetime, schools: Iterable[School] = (), **values: Any
) -> ProcessingActivity:
    """An activity with its first version in force."""
    made = activity(code, schools=schools, **values)
    establish(made, at=at)
    made.refresh_from_db()
    return made


def full_activity(code: str = "V01", *, schools: Iterable[School] = ()) -> ProcessingActivity:
    """A concept that says something about each item of AVG 13 and 14; Topicus has signed."""
    made = activity(
        code,
        schools=schools,
        automation=Automation.AUTOMATED_DECISION,
        automation_logic="Een score kiest de groep.",
        automation_significance="De groep bepaalt de lesstof.",
        human_intervention="De leraar kan het omzetten.",
    )
    purpose_line(made, purpose=purpose("e"), basis=LegalBasis.CONSENT, statute="")
    purpose_line(
        made,
        purpose=purpose("c"),
        basis=LegalBasis.LEGITIMATE_INTEREST,
        statute="",
        interest="Een veilig netwerk.",
        balancing="Lichter kan niet.",
        child_interest="Er wordt niet meegekeken.",
    )
    recipient_line(made)
    if not processor().agreements.exists():
        agreement(processor(), ends_on=None)
    transfer_line(made)
    return made


def published(
    at: datetime,
    *,
    school: School | None = None,
    edition: Edition = PARENTS,
    number: int = 1,
    material_change: str = "",
) -> PublishedStatement:
    """The statement that could be published now, as if it was: its PDF is only a stand-in."""
    draft = letters.draft_statement(school=school, on=at.date(), edition=edition)
    plain = json.loads(json.dumps(asdict(draft.statement)))
    pdf = storage.store(
        content=b"%PDF-1.7 stand-in",
        title="Privacyverklaring",
        file_name=f"privacyverklaring-{number}.pdf",
        media_type=PDF,
        kind=DocumentKind.STATEMENT,
        by=None,
        at=at,
        school=school,
    )
    found = PublishedStatement.objects.in_force()
    found.of(school, audience=edition.audience, language=edition.language).update(ended_at=at)
    made: PublishedStatement = PublishedStatement.objects.create(
        school=school,
        audience=edition.audience,
        language=edition.language,
        number=number,
        material_change=material_change,
        content=plain,
        sha256=seal_of(plain),
        pdf=pdf,
        published_at=at,
    )
    return made


def text(of: ProcessingActivity, **values: Any) -> ActivityText:
    """The activity in the words of pupils, unless other readers are given."""
    filled = {
        "audience": Audience.PUPILS,
        "language": Language.DUTCH,
        "name": "Hoe het met je gaat",
        "text": "Wij kijken hoe het met je gaat.",
        **values,
    }
    made: ActivityText = _keep(ActivityText(activity=of, **filled))
    return made


def history_of(record: models.Model) -> list[tuple[str, str]]:
    """Who did what to a record and why, oldest first: (name or "systeem", reason)."""
    rows = type(record).history.filter(id=record.pk).order_by("history_id")  # type: ignore[attr-defined]
    return [(str(row.history_user or "systeem"), row.history_change_reason or "") for row in rows]


def notice(of: PublishedStatement, school: School, *, at: datetime) -> ParentNotice:
    """The letter to parents of a school, made: its PDF is only a stand-in."""
    letter = storage.store(
        content=b"%PDF-1.7 stand-in",
        title="Brief aan ouders",
        file_name="brief-aan-ouders.pdf",
        media_type=PDF,
        kind=DocumentKind.PARENT_LETTER,
        by=None,
        at=at,
        school=school,
    )
    made: ParentNotice = ParentNotice.objects.create(
        statement=of, school=school, letter=letter, made_at=at
    )
    return made

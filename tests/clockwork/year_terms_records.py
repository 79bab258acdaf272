"""Records of the register, of logs and of files for the year test, with the day a term begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import DigestLine
from privacyboard.organisation.models import Board, School
from privacyboard.people.choices import FileFormat, FileState
from privacyboard.people.models import PeopleFile
from privacyboard.publicforms.models import FormCount
from registers.choices import (
    DeviatingField,
    ImportKind,
    ImportState,
    JobState,
    OverviewKind,
    ReviewOutcome,
    SharingKind,
    VersionReply,
)
from registers.models import (
    AccessReview,
    ActivityVersion,
    ImportRun,
    NationalOverview,
    ProcessingActivity,
    Processor,
    RegisterFile,
    RenderedPart,
    SchoolDeviation,
    SharingAgreement,
    VersionAnswer,
)
from tests.clockwork.year_terms_cases import document
from tests.clockwork.year_world import moment
from tests.conftest import Cast
from tests.factories import disclosures
from tests.factories import registers as make
from tests.factories.forgetting import changed_on

_DAY = timedelta(days=1)

# --- logs, sessions, lines, counts ------------------------------------------------------------


def access_entry(cast: Cast, day: date) -> Any:
    entry = note_access(subject=cast.linde, act="opened", by=cast.fg)
    with forgetting(reason="proef"):
        AccessEntry.objects.filter(pk=entry.pk).update(at=moment(day))
    return entry


def admin_entry(cast: Cast, day: date) -> Any:
    return LogEntry.objects.create(
        user=cast.administrator,
        action_time=moment(day),
        content_type=ContentType.objects.get_for_model(School),
        object_id="1",
        object_repr="De Linde",
        action_flag=2,
    )


def session(cast: Cast, day: date) -> Any:
    return Session.objects.create(
        session_key=f"proef{day:%Y%m%d}", session_data="", expire_date=moment(day, 7)
    )


def line(cast: Cast, day: date) -> Any:
    """Sent on the day."""
    return DigestLine.objects.create(
        user=cast.auditor,
        subject_type="registers.agreement",
        subject_id="1",
        kind="proef",
        stage=f"{day:%Y%m%d}",
        sentence="Een overeenkomst loopt af.",
        path="/overeenkomsten/",
        due_on=day,
        made_at=moment(day - _DAY),
        sent_at=moment(day, 7),
    )


def count(cast: Cast, day: date) -> Any:
    return FormCount.objects.create(sender=f"{day:%Y%m%d}".zfill(64), hour=moment(day, 7))


def lifted_hold(cast: Cast, day: date) -> Any:
    """Lifted on the day."""
    hold = put_hold(
        kind=HoldKind.OTHER,
        reason="De zaak loopt.",
        owner=cast.ibp,
        review_on=day + 90 * _DAY,
        school=cast.linde,
        person_key=f"L-{day.year}",
        by=cast.ibp,
        at=moment(day - 30 * _DAY),
    )
    return lift_hold(hold=hold, because="De zaak is klaar.", by=cast.ibp, at=moment(day))


# --- files ------------------------------------------------------------------------------------


def people_row(cast: Cast, day: date) -> Any:
    """Handed in on the day; the file itself is long gone."""
    return PeopleFile.objects.create(
        school=cast.linde,
        format=FileFormat.TABLE,
        state=FileState.DROPPED,
        file_name="bestand.csv",
        school_year=2025,
        asked_at=moment(day, 7),
    )


def people_file(cast: Cast, day: date) -> Any:
    """Handed in on the day, and applied."""
    made = people_row(cast, day)
    made.state, made.document = FileState.APPLIED, document(day, "people.file")
    made.save()
    return made


def import_run(cast: Cast, day: date) -> Any:
    """Applied on the day."""
    return ImportRun.objects.create(
        kind=ImportKind.REGISTER,
        state=ImportState.APPLIED,
        document=document(day, "registers.import"),
        counts={},
        fates={"problems": [], "rows": []},
        read_at=moment(day - _DAY),
        read_by=cast.ibp,
        applied_at=moment(day, 7),
        applied_by=cast.ibp,
    )


def export(cast: Cast, day: date) -> Any:
    """Asked on the day, and made."""
    return RegisterFile.objects.create(
        state=JobState.DONE,
        asked_at=moment(day, 7),
        asked_by=cast.ibp,
        document=document(day, "register.file"),
        finished_at=moment(day, 7),
    )


def part(cast: Cast, day: date) -> Any:
    """Used for the last time on the day."""
    return RenderedPart.objects.create(
        sha256=f"{day:%Y%m%d}".zfill(64), pdf=b"%PDF", pages=1, used_at=moment(day, 7)
    )


# --- the register -----------------------------------------------------------------------------


def note(cast: Cast, day: date) -> Any:
    """An agreement about a pupil whom nobody here knows, which ended on the day."""
    return disclosures.note(
        cast.linde,
        pupil_key=f"L-{day:%Y%m%d}",
        agreed_on=day - 90 * _DAY,
        ended_on=day,
    )


def agreement(cast: Cast, day: date) -> Any:
    return make.agreement(
        make.processor("voorbij", "Voorbij"),
        reference=f"VO-{day:%Y%m%d}",
        signed_on=date(2019, 1, 1),
        starts_on=date(2019, 1, 1),
        ends_on=day,
    )


def sharing(cast: Cast, day: date) -> Any:
    made = SharingAgreement(
        kind=SharingKind.SHARING,
        party=make.party("ggd", "GGD"),
        reference=f"S-{day:%Y%m%d}",
        starts_on=date(2019, 1, 1),
        ends_on=day,
        purpose="De schoolarts.",
    )
    made.record(by=None, why="overeengekomen")
    return made


def overview(cast: Cast, day: date) -> Any:
    """The older one of a kind, of which a newer one was read in on the day."""
    kind = list(OverviewKind)[NationalOverview.objects.count() // 2]
    older, _newer = (
        NationalOverview.objects.create(kind=kind, file_name="a.csv", rows=[], read_at=moment(each))
        for each in (date(2024, 3, 1), day)
    )
    return older


def review(cast: Cast, day: date) -> Any:
    """Confirmed on the day."""
    made = AccessReview(
        school=cast.linde,
        year=day.year,
        matrix={},
        sha256="b" * 64,
        opened_at=moment(day - 40 * _DAY),
        due_on=day - 5 * _DAY,
        outcome=ReviewOutcome.CONFIRMED,
        answered_at=moment(day),
    )
    made.record(by=cast.director, why="klopt")
    return made


def deviation(cast: Cast, day: date) -> Any:
    """Ended on the day."""
    made = SchoolDeviation(
        activity=ProcessingActivity.objects.get(code="V01"),
        school=cast.linde,
        field=DeviatingField.OWNER,
        text="Een ander",
        reason="Klein.",
        decided_at=moment(date(2021, 1, 4)),
        ended_at=moment(day),
    )
    made.record(by=None, why="geëindigd")
    return made


def remark(cast: Cast, day: date) -> Any:
    """Said by a school on the day."""
    version = ActivityVersion.objects.get(activity__code="V01")
    there = VersionAnswer.objects.filter(version=version)
    return VersionAnswer.objects.create(
        version=version,
        school=cast.eik if there.exists() else cast.linde,
        reply=VersionReply.ACCEPTED,
        remark="Dat zegt de directeur.",
        answered_at=moment(day),
        answered_by=cast.director,
    )


# --- who stood there before -------------------------------------------------------------------


@dataclass(frozen=True)
class Former:
    """What stood in a field of a record that itself stays."""

    model: Any
    field: str
    word: str


def is_forgotten(former: Former) -> bool:
    return not former.model.history.filter(**{former.field: former.word}).exists()


def _replaced(record: Any, field: str, word: str, day: date) -> Former:
    """A hundred days it was this word; on the day it became again what it is."""
    stands = getattr(record, field)
    for value, since in ((word, day - 100 * _DAY), (stands, day)):
        setattr(record, field, value)
        record.record(by=None, why="gewijzigd")
        changed_on(record, moment(since))
    return Former(type(record), field, word)


def former_fg(cast: Cast, day: date) -> Any:
    return _replaced(Board.objects.get(), "fg_name", f"Zwaluw {day}", day)


def former_address_of_a_school(cast: Cast, day: date) -> Any:
    school = School.objects.get(pk=cast.eik.pk)
    return _replaced(school, "email", f"zwaluw{day:%Y%m%d}@deeik.example", day)


def former_address_of_a_processor(cast: Cast, day: date) -> Any:
    processor: Processor = make.processor("adres", "Adres", contact_email="nu@adres.example")
    return _replaced(processor, "contact_email", f"zwaluw{day:%Y%m%d}@adres.example", day)


def former_owner(cast: Cast, day: date) -> Any:
    found = ProcessingActivity.objects.filter(code="V08").first()
    activity = found or make.bare_activity("V08", next_review_on=date(2030, 9, 1))
    return _replaced(activity, "owner", f"Zwaluw {day}", day)

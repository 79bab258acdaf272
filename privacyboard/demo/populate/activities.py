"""Processing activities, most of them established, and where schools deviate.

Each is a variation on a complete activity of the demo board: what it says hangs together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from privacyboard.demo.people import CONTENT
from privacyboard.demo.populate.lines import Draft, write_lines
from privacyboard.demo.populate.making import Making, in_turn
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, User
from privacyboard.organisation.rules import sort_key
from registers.choices import ActivityStatus, DeviatingField
from registers.content import ActivityContent, digest, to_json
from registers.exchange import read_toml
from registers.models import (
    ActivityVersion,
    Agreement,
    Measure,
    ProcessingActivity,
    Processor,
    SchoolDeviation,
    System,
    read_contents,
)

# Of every twenty activities the last three are a concept, proposed, and expired.
STATUSES = (
    *(ActivityStatus.ESTABLISHED,) * 17,
    *(ActivityStatus.CONCEPT, ActivityStatus.IN_REVIEW, ActivityStatus.EXPIRED),
)
PLAIN = (
    *("description", "process_group", "owner", "medium", "place", "source"),
    *("minimisation", "proportionality", "subsidiarity"),
    *("dpia_needed", "dpia_reason", "dpia_reference"),
    *("automation", "automation_logic", "automation_significance", "human_intervention"),
)
IF_GIVEN = ("acts_as", "on_behalf_of", "on_behalf_contact", "processing_kinds")
SCHOOLS_AT_MOST = 5
DEVIATIONS_PER_SCHOOL = 4
FORMER_OWNER = "Hoofd van het bestuursbureau"
FORMER_DAYS = 400
WITHOUT_AGREEMENT = "De overeenkomst ligt klaar om te tekenen (fictief)."


def make_activities(making: Making, count: int) -> None:
    """Activities, three in four for all schools; lines, versions, and deviations of schools."""
    drafts = _drafts(making, count)
    making.keep(ProcessingActivity, [each.activity for each in drafts])
    _write_lists(making, drafts)
    write_lines(making, drafts)
    _establish(making)
    _deviate(making)


def _drafts(making: Making, count: int) -> list[Draft]:
    files = sorted((CONTENT / "activities").glob("*.toml"))
    rows = [row for row in map(read_toml, files) if row["status"] == ActivityStatus.ESTABLISHED]
    suppliers = making.made(Processor)
    valid = {
        each.processor_id for each in making.made(Agreement) if each.signed_by_both_on is not None
    }
    return [
        _draft(making, row, number, number // len(rows), suppliers, valid)
        for number, row in enumerate(in_turn(rows, count))
    ]


def _draft(
    making: Making,
    row: dict[str, Any],
    number: int,
    round_: int,
    suppliers: list[Processor],
    valid: set[int],
) -> Draft:
    asked = sum(1 for line in row.get("recipients", []) if line["processor"])
    processors = making.some(suppliers, asked, asked)
    status = STATUSES[number % len(STATUSES)]
    name = row["name"] + (f" {round_ + 1}" if round_ else "")
    days_ago = row["dpia_adopted_days_ago"]
    activity = ProcessingActivity(
        **{each: row[each] for each in PLAIN},
        **{each: row[each] for each in IF_GIVEN if each in row},
        code=f"P{number + 1:05}",
        name=name,
        sort_name=sort_key(name),
        all_schools=number % 4 != 3,
        status=status,
        dpia_adopted_on=making.today - timedelta(days=days_ago) if days_ago else None,
        next_review_on=making.today + timedelta(days=making.random.randint(-20, 700)),
        proposed_by=None if status == ActivityStatus.CONCEPT else making.by,
        proposed_at=None if status == ActivityStatus.CONCEPT else making.at,
    )
    if status == ActivityStatus.ESTABLISHED and not {each.pk for each in processors} <= valid:
        activity.exception_reason = WITHOUT_AGREEMENT
        activity.exception_on = making.today
    return Draft(activity=activity, row=row, processors=processors)


def _write_lists(making: Making, drafts: list[Draft]) -> None:
    schools, systems = making.made(School), making.made(System)
    chosen = {
        each.activity.pk: making.some(schools, SCHOOLS_AT_MOST)
        for each in drafts
        if not each.activity.all_schools
    }
    found = {each.activity.pk: making.some(systems, 3) for each in drafts}
    measures = {
        each.activity.pk: making.codes.find_all(Measure, each.row["measures"]) for each in drafts
    }
    making.choose(ProcessingActivity, "schools", chosen)
    making.choose(ProcessingActivity, "systems", found)
    making.choose(ProcessingActivity, "measures", measures)


def _establish(making: Making) -> None:
    """Freeze what each activity says, with the hash that establishing it would give.

    One in ten has a former version, from when it had another owner; what expired has ended.
    """
    held = [
        each
        for each in making.made(ProcessingActivity)
        if each.status in {ActivityStatus.ESTABLISHED, ActivityStatus.EXPIRED}
    ]
    contents = read_contents(held)
    decides = _holder(making, Role.BOARD_MEMBER)
    before = making.at - timedelta(days=FORMER_DAYS)
    versions: list[ActivityVersion] = []
    for number, activity in enumerate(held):
        content = contents[activity.pk]
        has_former = number % 10 == 0
        if has_former:
            former = _version(activity, replace(content, owner=FORMER_OWNER), decides)
            former.established_at, former.ended_at = before, making.at
            versions.append(former)
        version = _version(activity, content, decides)
        version.number = 2 if has_former else 1
        version.established_at = making.at
        version.ended_at = making.at if activity.status == ActivityStatus.EXPIRED else None
        versions.append(version)
    making.keep(ActivityVersion, versions)


def _version(
    activity: ProcessingActivity, content: ActivityContent, decides: User | None
) -> ActivityVersion:
    plain = to_json(content)
    return ActivityVersion(
        activity=activity,
        number=1,
        content=plain,
        sha256=digest(plain),
        proposed_by=activity.proposed_by,
        established_by=decides,
    )


def _holder(making: Making, role: Role) -> User | None:
    held = (each.user for each in making.made(Appointment) if each.role == role)
    return next(held, None)


def _deviate(making: Making) -> None:
    """Every school does a few things otherwise than the board's standard."""
    standard = [
        each
        for each in making.made(ProcessingActivity)
        if each.all_schools and each.status == ActivityStatus.ESTABLISHED
    ]
    deviations = [
        SchoolDeviation(
            activity=activity,
            school=school,
            field=making.random.choice(DeviatingField.values),
            text="Op deze school gaat het anders (fictief).",
            reason="De school heeft een ander gebouw (fictief).",
            decided_at=making.at,
        )
        for school in making.made(School)
        for activity in making.some(standard, DEVIATIONS_PER_SCHOOL)
    ]
    making.keep(SchoolDeviation, deviations)

"""What the activities of this board are held against, read in a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School, User
from registers.models.access import AccessReview
from registers.models.agreements import Agreement, SharingAgreement
from registers.models.catalogue import Purpose
from registers.models.publicity import FallenInstrument
from registers.models.versions import PublishedStatement
from registers.rules.policy import Policy
from registers.rules.situation import Situation

_A_YEAR = timedelta(days=366)
# The codes only: a statement is large, and there is one for each school.
_CODES = Func(
    F("content"),
    Value("$.chapters[*].processes[*].code"),
    template="(%(function)s(%(expressions)s::jsonpath) #>> '{}')",
    function="jsonb_path_query",
    output_field=TextField(),
)


def read_situation(board: Board | None = None) -> Situation:
    """The board's nature, the instruments that fell, and what the published statements cover."""
    board = board or Board.objects.first()
    statements = PublishedStatement.objects.in_force().order_by()
    rows = statements.values_list(Value("published"), _CODES, Value("")).union(
        FallenInstrument.objects.order_by().values_list(Value("fallen"), "instrument", "country")
    )
    found: dict[str, set[tuple[str, str]]] = {"published": set(), "fallen": set()}
    for kind, what, country in rows:
        found[kind].add((what, country))
    covered = frozenset(code for code, _country in found["published"])
    return Situation(
        is_public_authority=bool(board and board.is_public_authority),
        fallen=frozenset(found["fallen"]),
        published=covered or None,
    )


def read_policy(*, on: date, user: User | None = None) -> Policy:
    """What the board's own policy is held against; with a user also the schools of that person."""
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    sharing = SharingAgreement.objects.filter(running, starts_on__lte=on, signed_on__lte=on)
    # A purpose stands in a regulation when it names which.
    purposes = Purpose.objects.exclude(source="")
    rows = _coded(Agreement.objects.valid_on(on), "signed", "processor__code").union(
        _coded(sharing, "shared", "party__code"),
        _coded(purposes, "purposes", "letter"),
    )
    found: dict[str, set[str]] = {"signed": set(), "shared": set(), "purposes": set()}
    for kind, code in rows:
        found[kind].add(code)
    return Policy(
        on=on,
        unreviewed=_unreviewed(user, on) if user else (),
        **{kind: frozenset(codes) for kind, codes in found.items()},
    )


def _coded(records: QuerySet[Any], kind: str, code: str) -> QuerySet[Any]:
    return records.order_by().annotate(kind_of_row=Value(kind)).values_list("kind_of_row", code)


def _unreviewed(user: User, on: date) -> tuple[str, ...]:
    """Schools of this person where no director answered a review of the access in a year."""
    answered = AccessReview.objects.filter(
        school=OuterRef("pk"), answered_at__date__gt=on - _A_YEAR
    )
    schools = School.objects.where(user, Right.VIEW_REGISTER).exclude(Exists(answered))
    return tuple(schools.values_list("name", flat=True))

"""The certificate of destruction, and the letter that asks a processor to destroy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.documents.rendering import render
from privacyboard.links import Link
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Board
from privacyboard.vocabulary import Language
from registers.choices import Fate
from registers.choices.destruction import DestructionState, LineVerdict, TaskKind
from registers.letters.facts import board_facts
from registers.models import DestructionLine, DestructionList, DestructionTask
from registers.rules.destruction.languages import language_in
from registers.rules.destruction.terms import sentence

# Longer than any task of a list runs.
TASK = Link(purpose="destruction-task", max_age=timedelta(days=120))


@dataclass(frozen=True)
class DestroyedRule:
    """What went under one rule: the term and its ground, the kinds of data, of how many."""

    rule: str
    term: str
    legal_ground: str
    data: tuple[str, ...]
    number: int
    fate: str
    # How the term was before somebody made it shorter, and why this could go by then.
    former_term: str
    because: str

    @property
    def term_said(self) -> str:
        """The term as a sentence."""
        return sentence(self.term)


@dataclass(frozen=True)
class DestroyedAt:
    """One place where it was destroyed, by whom and when, and what proves it."""

    place: str
    kind: str
    number: int
    done_on: date
    done_by: str
    result: str
    proof: str


@dataclass(frozen=True)
class CertificateDocument:
    """What a certificate of destruction may say: counts, and no number or name of a pupil."""

    title: str
    board_name: str
    checked_on: date
    approved_on: date
    handed_on: date
    date: date
    number: str
    place: str
    year: int
    people: int
    periods: int
    held: int
    later: int
    rules: tuple[DestroyedRule, ...]
    places: tuple[DestroyedAt, ...]
    checked_by: str
    approved_by: str
    closed_by: str


def certificate_facts(found: DestructionList) -> CertificateDocument:
    """What the certificate of a list says, of which every task is done."""
    lines = found.lines.filter(verdict=LineVerdict.DESTROY)
    numbers = dict(lines.order_by().values_list("rule__code").annotate(most=Max("number")))
    return CertificateDocument(
        title=_("Verklaring van vernietiging %(number)s") % {"number": found.number},
        board_name=board_facts(Board.objects.first()).name,
        date=_day(found.closed_at),
        number=found.number,
        place=found.place,
        year=found.year,
        people=found.counts.get("people", 0),
        periods=found.counts.get("periods", 0),
        held=found.counts.get("held", 0),
        later=found.counts.get("later", 0),
        rules=_rules(found),
        places=tuple(_place(task, numbers) for task in found.tasks.select_related("proof")),
        checked_by=str(found.checked_by),
        checked_on=_day(found.checked_at),
        approved_by=str(found.approved_by),
        approved_on=_day(found.approved_at),
        handed_on=_day(found.handed_at),
        closed_by=str(found.closed_by),
    )


def certificate_pdf(found: DestructionList) -> tuple[str, bytes]:
    """The certificate as (html, tagged PDF)."""
    return render("registers/destruction_certificate", certificate_facts(found))


def _rules(found: DestructionList) -> tuple[DestroyedRule, ...]:
    """Per rule; of each kind of data under it there was as much."""
    lines = found.lines.filter(verdict=LineVerdict.DESTROY, number__gt=0)
    by_rule: dict[int, list[DestructionLine]] = {}
    for line in lines:
        by_rule.setdefault(line.rule_id, []).append(line)
    return tuple(
        DestroyedRule(
            each[0].rule_name,
            each[0].term,
            each[0].legal_ground,
            tuple(line.data for line in each),
            each[0].number,
            _("geanonimiseerd") if each[0].fate == Fate.ANONYMISE else _("vernietigd"),
            each[0].former_term,
            each[0].shortened_because,
        )
        for each in by_rule.values()
    )


def _day(moment: datetime | None) -> date:
    if moment is None:
        raise ValueError("a certificate is of a list that went through every step")
    return timezone.localdate(moment)


def _place(task: DestructionTask, numbers: Mapping[str, int]) -> DestroyedAt:
    proof = task.proof
    if task.done_on is None:
        raise ValueError(f"nothing proves what happened in {task.name}")
    rules = {pair.split("/")[0] for pair in task.pairs}
    return DestroyedAt(
        task.name,
        str(TaskKind(task.kind).label),
        sum(numbers.get(rule, 0) for rule in rules),
        task.done_on,
        task.done_by,
        task.result,
        f"SHA-256 {proof.sha256}" if proof else "",
    )


@dataclass(frozen=True)
class DestructionAsked:
    """What a letter to a processor may say. The list itself is behind the link: mail lies open."""

    board_name: str
    number: str
    name: str
    due_on: date
    link: str


def task_state(pk: str) -> str | None:
    """What the link of a task hangs on; nothing when it is done, or its list is not out."""
    if not pk.isascii() or not pk.isdigit():
        return None
    found = DestructionTask.objects.filter(
        pk=int(pk), done_on__isnull=True, list__state=DestructionState.HANDED
    )
    number = found.values_list("link_number", flat=True).first()
    return None if number is None else str(number)


def task_address(task: DestructionTask, *, at: datetime) -> str:
    """Where the processor fetches the list of this task alone, and says that it is done."""
    token = TASK.make(str(task.pk), at=at, state=str(task.link_number))
    return f"{settings.BASE_URL}{reverse('destruction_by_link', args=[token])}"


def language_of(task: DestructionTask) -> Language:
    """In which language the processor of a task is written to."""
    return language_in(task.processor.country if task.processor else "")


def destruction_asked(task: DestructionTask, *, at: datetime) -> OutboundLetter | None:
    """Ask a processor to destroy (AVG 28(3)(g)); nothing where no address is known."""
    address = task.processor.contact_email if task.processor else ""
    if not address:
        return None
    facts = DestructionAsked(
        board_name=board_name(),
        number=task.list.number,
        name=task.name,
        due_on=task.due_on,
        link=task_address(task, at=at),
    )
    return outbox.queue(
        compose("registers/destruction_asked", facts, language=language_of(task)),
        to=address,
        key=f"registers/destruction_asked:{task.pk}:{task.link_number}",
        at=at,
        about=task,
        school=task.list.school,
    )

"""What in the register needs somebody, for this person, on this day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacyboard.clockwork.choices import HoldKind
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import School, User
from privacyboard.vocabulary import Tone, WorkItem
from registers.models import (
    AccessReview,
    ActivityVersion,
    Disclosure,
    ParentNotice,
    ProcessingActivity,
    dated,
)
from registers.models.remembered import Remembered
from registers.models.remembered_flags import Flagged, gravest
from registers.models.website_flags import flagged_for
from registers.rules.disclosures import COPY_DAYS
from registers.worklist import destruction
from registers.worklist.row import MOST, NO_DAY, Row

__all__ = ["MOST", "items_for"]


def items_for(user: User, on: date, remembered: Remembered | None = None) -> list[WorkItem]:
    """Every register task of this person on this day; at most 20 of each kind."""
    standing = user.standing
    found = [_item(row, on) for row in _waiting(user, on)]
    if standing.holds(Right.DEVIATE_REGISTER):
        found += _to_answer(user)
    if standing.holds(Right.CHANGE_REGISTER):
        memory = remembered or Remembered(on=on, user=user)
        found += _agreements(user, on, memory)
        found += _websites(user, memory)
    return found


def _waiting(user: User, on: date) -> list[Row]:
    """Whatever waits for this person, of every kind, in one query."""
    asked: dict[Right, tuple[Callable[[User, date], Any], ...]] = {
        Right.ESTABLISH_REGISTER: (_to_decide,),
        Right.ADVISE_REGISTER: (_to_advise,),
        Right.DEVIATE_REGISTER: (_letters_to_parents,),
        Right.CHANGE_REGISTER: (_reviews, _corrections, _dpias, _transfers, *_UNLED),
        Right.REVIEW_ACCESS: (_access_reviews,),
        Right.CHANGE_DISCLOSURES: (_copies_to_parents,),
        Right.CHANGE_CONFIDENTIALITY: (_notes,),
        Right.CHECK_DESTRUCTION: (
            destruction.lists_to_check,
            destruction.lists_to_hand,
            destruction.lists_to_close,
            destruction.doubts,
        ),
        Right.DESTROY_RECORDS: (destruction.lists_to_approve,),
    }
    parts = [
        part(user, on) for right, of in asked.items() if user.standing.holds(right) for part in of
    ]
    parts.append(destruction.holds(user, on))  # of whoever owns one, whatever the role
    first, *others = parts
    rows = [Row(*row) for row in (first.union(*others, all=True) if others else first)]
    return sorted(rows, key=lambda row: (_KINDS.index(row.kind), row.day or on, row.first, row.key))


_DESTRUCTION = ("check list", "approve list", "hand list", "close list", "doubt", "hold")
_KINDS = (
    *("decide", "advise", "letter", "review", "dpia", "transfer", "to handle", "access", "copy"),
    "note",
    *_DESTRUCTION,
)


def _item(row: Row, on: date) -> WorkItem:
    second = HoldKind(row.second).label if row.kind == "hold" else row.second
    said = {"first": row.first, "second": second, "number": row.key}
    sentence, act, page = {
        "decide": (_("%(first)s %(second)s wacht op een besluit."), _("Beoordelen"), _activity_url),
        "advise": (
            _("%(first)s %(second)s is voorgesteld; u kunt een opmerking geven."),
            _("Lezen"),
            _activity_url,
        ),
        "review": (
            _("Controleer of %(first)s %(second)s nog klopt."),
            _("Controleren"),
            _activity_url,
        ),
        "dpia": (_("%(first)s %(second)s: doe de DPIA opnieuw."), _("Bekijken"), _activity_url),
        "transfer": (
            _("%(first)s: kijk of de doorgifte (%(second)s) nog mag."),
            _("Bekijken"),
            _activity_url,
        ),
        "note": (
            _("%(first)s: bespreek een afspraak over zeer vertrouwelijke gegevens opnieuw."),
            _("Bekijken"),
            lambda row: reverse("admin:registers_confidentialitynote_change", args=[row.key]),
        ),
        "letter": (
            _("Stuur de brief aan ouders over de nieuwe privacyverklaring (%(first)s)."),
            _("Naar de brief"),
            lambda row: reverse("parent_notice", args=[row.key]),
        ),
        "to handle": (
            _("%(first)s: de toegang klopt niet helemaal (%(number)s). Verwerk dat."),
            _("Afhandelen"),
            _matrix_url,
        ),
        "access": (
            _("Controleer wie op %(first)s welke gegevens mag zien (%(number)s)."),
            _("Controleren"),
            _matrix_url,
        ),
        "copy": (
            _("Kopie aan ouders: onderwijskundig rapport naar %(first)s (%(second)s)."),
            _("Vastleggen"),
            lambda row: reverse("admin:registers_disclosure_change", args=[row.key]),
        ),
        "check list": (
            _("Controleer wat op %(first)s vernietigd mag worden (%(second)s)."),
            _("Controleren"),
            _list_url,
        ),
        "approve list": (
            _("%(first)s: keur de vernietigingslijst goed (%(second)s)."),
            _("Bekijken"),
            _list_url,
        ),
        "hand list": (
            _("%(first)s: zet de goedgekeurde vernietigingslijst uit (%(second)s)."),
            _("Uitzetten"),
            _list_url,
        ),
        "close list": (
            _("%(first)s: laat vernietigen en sluit de lijst af (%(second)s)."),
            _("Bekijken"),
            _list_url,
        ),
        "doubt": (
            _("%(first)s: zoek nummers uit van wat vernietigd moet worden (%(second)s)."),
            _("Oplossen"),
            lambda _row: reverse("destruction_doubts"),
        ),
        "hold": (
            _("%(first)s: kijk of er nog reden is om te bewaren (%(second)s)."),
            _("Bekijken"),
            lambda _row: reverse("destruction_holds"),
        ),
    }[row.kind]
    waits = Tone.CALM if row.kind == "advise" else Tone.ATTENTION
    return WorkItem(
        sentence=sentence % said,
        url=page(row),
        act_label=act,
        tone=Tone.LATE if row.day and row.day < on else waits,
        due=row.day,
        subject=_("Vernietigen en bewaren") if row.kind in _DESTRUCTION else "",
    )


def _activity_url(row: Row) -> str:
    return reverse("admin:registers_processingactivity_change", args=[row.key])


def _matrix_url(row: Row) -> str:
    return reverse("access_matrix", args=[row.second])


def _list_url(row: Row) -> str:
    return reverse("destruction_list", args=[row.second])


def _to_decide(user: User, on: date) -> Any:
    waiting = ProcessingActivity.objects.visible_to(user).awaiting_decision().order_by("code")
    return waiting.values_list(Value("decide"), "pk", "code", "name", NO_DAY)[:MOST]


def _to_advise(user: User, on: date) -> Any:
    waiting = ProcessingActivity.objects.visible_to(user).awaiting_decision().filter(fg_remark="")
    rows = waiting.order_by("code")
    return rows.values_list(Value("advise"), "pk", "code", "name", NO_DAY)[:MOST]


def _reviews(user: User, on: date) -> Any:
    due = ProcessingActivity.objects.visible_to(user).review_due_by(on)
    rows = due.order_by("next_review_on", "code")
    return rows.values_list(Value("review"), "pk", "code", "name", "next_review_on")[:MOST]


def _dpias(user: User, on: date) -> Any:
    """Done more than three years ago (OPOO 3.5.2)."""
    visible = ProcessingActivity.objects.visible_to(user).values("pk")
    due = dated.with_dpia(on).filter(dpia_due_on__lte=on, pk__in=visible)
    rows = due.order_by("dpia_due_on", "code")
    return rows.values_list(Value("dpia"), "pk", "code", "name", "dpia_due_on")[:MOST]


def _transfers(user: User, on: date) -> Any:
    visible = ProcessingActivity.objects.visible_to(user).values("pk")
    due = dated.transfers(on).filter(review_on__lte=on, activity__in=visible)
    shown = ("activity__pk", "activity__code", "country", "review_on")
    return due.order_by("review_on", "pk").values_list(Value("transfer"), *shown)[:MOST]


def _notes(user: User, on: date) -> Any:
    schools = School.objects.where(user, Right.CHANGE_CONFIDENTIALITY)
    return _noted(dated.notes(on).filter(school__in=schools.values("pk")), on)


def _unled_notes(user: User, on: date) -> Any:
    """Of schools where nobody is there to discuss it: of the IBP manager, who finds somebody."""
    there = dated.led(on, Role.CARE_COORDINATOR, Role.DIRECTOR)
    return _noted(dated.notes(on).filter(~Exists(there)), on)


def _noted(notes: Any, on: date) -> Any:
    shown = ("pk", "school__name", Value(""), "review_on")
    due = notes.filter(review_on__lte=on).order_by("review_on", "pk")
    return due.values_list(Value("note"), *shown)[:MOST]


def _unled_access(user: User, on: date) -> Any:
    """Reviews that are late, at schools without a director."""
    due = dated.access_reviews(on).filter(~Exists(dated.led(on, Role.DIRECTOR)), due_on__lt=on)
    shown = ("year", "school__name", "school__slug", "due_on")
    return due.order_by("due_on", "id").values_list(Value("access"), *shown)[:MOST]


# What the role below should do, where nobody holds it.
_UNLED = (_unled_notes, _unled_access)


def _letters_to_parents(user: User, on: date) -> Any:
    """Letters about a changed privacy statement that a school of this person did not send yet."""
    waiting = ParentNotice.objects.waiting().order_by("made_at", "id")
    if Right.DEVIATE_REGISTER in user.standing.everywhere:
        waiting = waiting.none()  # the school sends its own letters
    schools = School.objects.where(user, Right.DEVIATE_REGISTER)
    rows = waiting.filter(school__in=schools.values("pk"))
    return rows.values_list(Value("letter"), "pk", "school__name", Value(""), NO_DAY)[:MOST]


def _corrections(user: User, on: date) -> Any:
    """What a director found wrong in a review of the access, until somebody handled it."""
    waiting = AccessReview.objects.visible_to(user).to_handle().order_by("answered_at", "id")
    shown = ("year", "school__name", "school__slug")
    return waiting.values_list(Value("to handle"), *shown, NO_DAY)[:MOST]


def _access_reviews(user: User, on: date) -> Any:
    schools = School.objects.where(user, Right.REVIEW_ACCESS)
    waiting = AccessReview.objects.waiting().filter(school__in=schools.values("pk"))
    shown = ("year", "school__name", "school__slug", "due_on")
    return waiting.order_by("due_on", "id").values_list(Value("access"), *shown)[:MOST]


def _copies_to_parents(user: User, on: date) -> Any:
    """From the day of the disclosure: the term is as long as the look ahead."""
    schools = School.objects.where(user, Right.CHANGE_DISCLOSURES)
    due = Disclosure.objects.copies_due_by(on + timedelta(days=COPY_DAYS)).filter(
        school__in=schools.values("pk")
    )
    shown = ("pk", "party__name", "school__name", "copy_due_on")
    return due.order_by("copy_due_on", "id").values_list(Value("copy"), *shown)[:MOST]


def _to_answer(user: User) -> Iterator[WorkItem]:
    """New versions of the standard that a school of this person did not answer yet."""
    if Right.DEVIATE_REGISTER in user.standing.everywhere:
        return  # the board's own people answer for no school
    for school in School.objects.where(user, Right.DEVIATE_REGISTER):
        unanswered = ActivityVersion.objects.unanswered_by(school).select_related("activity")
        for version in unanswered[:MOST]:
            yield WorkItem(
                sentence=_("%(activity)s is veranderd: wat doet %(school)s?")
                % {"activity": version.activity, "school": school},
                url=reverse("school_standard", args=[version.activity_id, school.slug]),
                act_label=_("Antwoorden"),
                tone=Tone.ATTENTION,
            )


def _agreements(user: User, on: date, memory: Remembered) -> list[WorkItem]:
    """One line per processor: the gravest of what is wrong around its agreements."""
    return [
        _agreement_item(each) for each in gravest(user=user, on=on, most=MOST, remembered=memory)
    ]


def _agreement_item(processor: Flagged) -> WorkItem:
    flags = processor.flags
    more = len(flags) - 1
    sentence = flags[0].sentence
    if processor.name not in sentence:
        sentence = f"{processor.name}: {sentence}"
    if more:
        sentence += (
            " " + ngettext("Er is nog %d ander punt.", "Er zijn nog %d andere punten.", more) % more
        )
    return WorkItem(
        sentence=sentence,
        url=reverse("admin:registers_processor_change", args=[processor.key]),
        act_label=_("Bekijken"),
        tone=flags[0].tone,
        due=flags[0].due,
        subject=_("Overeenkomsten"),
    )


def _websites(user: User, memory: Remembered) -> Iterator[WorkItem]:
    """One line per website: the gravest of what its cookies ask (AVG 44, Telecommunicatiewet)."""
    found = memory.recall(
        f"websites {MOST}",
        lambda: [(each.pk, str(each), flags) for each, flags in flagged_for(user)[:MOST]],
    )
    for key, website, flags in found:
        sentence = f"{website}: {flags[0].sentence}"
        more = len(flags) - 1
        if more:
            words = ngettext("Er is nog %d ander punt.", "Er zijn nog %d andere punten.", more)
            sentence += " " + words % more
        yield WorkItem(
            sentence=sentence,
            url=reverse("admin:registers_website_change", args=[key]),
            act_label=_("Bekijken"),
            tone=flags[0].tone,
            subject=_("Websites"),
        )

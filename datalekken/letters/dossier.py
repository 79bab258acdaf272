"""The dossier for the AP: what the file tells, in the order of both forms; and on paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from datalekken.choices import MeasureKind, NotificationKind
from datalekken.models import Breach, Notification
from datalekken.rules.assessment import Facts
from datalekken.rules.assessment.facts import UnreadableFacts
from datalekken.rules.notification import (
    ApPart,
    BreachFacts,
    Decided,
    Notice,
    Party,
    Taken,
    Told,
    ap_sections,
    edpb_document,
    missing_fields,
)
from datalekken.rules.notification.ap import ApLine
from privacyboard.documents.rendering import html_of, pdf_of
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Board, User

_TOLD_PARTS = ("title", "what_happened", "consequences", "measures", "advice", "contact")


class Sender(NamedTuple):
    """Who sends a notification."""

    party: Party
    is_: Literal["fg", "board", "other"]


@dataclass(frozen=True)
class DossierDocument:
    """What the dossier on paper may say. `notes`: above the sections, each a sentence."""

    title: str
    board_name: str
    notes: tuple[str, ...]
    sections: tuple[ApPart, ...]
    digest: str
    date: date  # last: its name hides the type


def breach_facts(breach: Breach) -> BreachFacts:
    """What a notification can tell of the file now."""
    board = Board.objects.first() or Board()
    last = breach.assessments.last()
    supplier = breach.processor
    return BreachFacts(
        number=breach.number,
        board=Party(name=board.name, email=board.email, phone=board.phone, address=_address(board)),
        kvk=board.kvk,
        is_public_authority=board.is_public_authority,
        legal_form=str(board.get_legal_form_display()),
        fg=Party(name=board.fg_name, function="FG", email=board.fg_email, phone=board.fg_phone),
        fg_number=board.fg_ap_number,
        contact=_contact(board),
        schools=tuple(each.name for each in breach.schools.all()),
        kind=breach.kind,
        what_happened=breach.what_happened,
        whose_data=breach.whose_data,
        which_data=breach.which_data,
        times=breach.times,
        is_estimated=breach.is_estimated,
        discovery=breach.discovery,
        discovery_text=breach.discovery_text,
        notify_by=breach.notify_by,
        cause=breach.cause,
        root_cause=breach.root_cause,
        supplier=Party(name=supplier.name, email=supplier.contact_email) if supplier else None,
        product=breach.product.name if breach.product else "",
        assessed=_assessed(last.facts) if last else None,
        risk=last.risk if last else "",
        risk_reasons=_reasons(last.outcome) if last else (),
        risk_text=last.explanation if last else "",
        decided=_decided(breach),
        told=_told(breach),
        measures=_measures(breach),
        answers=breach.form_answers,
    )


def _address(board: Board) -> str:
    place = f"{board.postcode} {board.city}".strip()
    return ", ".join(filter(None, (board.street, place)))


def _contact(board: Board) -> Party:
    """The IBP manager, or else the meldpunt."""
    return Party(
        name=board.ibp_name or "Meldpunt datalekken",
        function="IBP-manager" if board.ibp_name else "meldpunt voor datalekken",
        email=board.ibp_email or board.breach_email or board.email,
        phone=board.breach_phone or board.phone,
    )


def _assessed(kept: dict[str, Any]) -> Facts | None:
    try:
        return Facts.read(kept)
    except UnreadableFacts:  # kept by another edition of the rules: its risk and reasons stand
        return None


def _reasons(outcome: dict[str, Any]) -> tuple[str, ...]:
    """Why the risk is what it is; what the rules advise the board is not for the AP."""
    return tuple(each for each in outcome.get("reasons", ()) if not each.startswith("Advies:"))


def _decided(breach: Breach) -> Decided:
    return Decided(
        notifies=breach.notifies,
        tells=breach.tells,
        tell_reasons=breach.tell_reasons,
        tell_ground=breach.tell_ground,
        public_notice=breach.public_notice,
        public_notice_where=breach.public_notice_where,
        public_notice_on=breach.public_notice_on,
    )


def _told(breach: Breach) -> Told:
    """Over all rounds that were sent; the text is that of the last."""
    rounds = list(breach.tellings.filter(sent_at__isnull=False).counted().order_by("sent_at", "pk"))
    everybody = sum(each.people_count for each in rounds)
    waiting = sum(each.waiting for each in rounds)
    on_paper = sum(each.posted for each in rounds)
    return Told(
        at=breach.told_at,
        people=everybody - waiting,
        waiting=waiting,
        by_email=everybody - waiting - on_paper,
        on_paper=on_paper,
        text="\n\n".join(getattr(rounds[-1], name) for name in _TOLD_PARTS) if rounds else "",
    )


def _measures(breach: Breach) -> tuple[Taken, ...]:
    return tuple(
        Taken(
            text=each.text,
            is_to_prevent=each.kind != MeasureKind.AT_ONCE,
            due_on=each.due_on,
            done_on=each.done_on,
            result=each.result,
        )
        for each in breach.measures.all()
    )


def sender_party(sender: User | None, facts: BreachFacts, *, at: datetime) -> Sender:
    """Who sends it, to be called at the meldpunt, and which of the template's three that is."""
    if sender is None:
        return Sender(Party(name=""), "other")
    day = timezone.localdate(at)
    standing = sender.standing if sender.standing.on == day else sender.standing_on(day)
    roles = (Role.FG, Role.BOARD_MEMBER, Role.IBP_MANAGER)
    role = next((each for each in roles if standing.has_role(each)), None)
    party = Party(
        name=sender.name,
        function=str(role.label) if role else "",
        email=sender.email,
        phone=facts.contact.phone,
    )
    if role == Role.FG:
        return Sender(party, "fg")
    return Sender(party, "board" if role == Role.BOARD_MEMBER else "other")


def draft_notice(breach: Breach, facts: BreachFacts, *, by: User | None, at: datetime) -> Notice:
    """The notification as it would be sent now: the kind follows from what was sent before."""
    before = breach.notifications.numbered().values_list("kind", "known_number")
    kinds, numbers = zip(*before, strict=True) if before else ((), ())
    stands = bool(kinds) and kinds[-1] != NotificationKind.WITHDRAWAL
    sender = sender_party(by, facts, at=at)
    notice = Notice(
        kind=NotificationKind.FOLLOW_UP if stands else NotificationKind.COMPLETE,
        sent_at=at,
        sender=sender.party,
        sender_is=sender.is_,
        # The last that the AP gave: a version can have been recorded without.
        earlier_number=next(filter(None, reversed(numbers)), "") if stands else "",
    )
    if notice.is_new and missing_fields(facts, notice):
        return replace(notice, kind=NotificationKind.PRELIMINARY)
    return notice


def frozen_content(facts: BreachFacts, notice: Notice) -> dict[str, Any]:
    """Both forms as plain JSON, to be kept with a notification."""
    return {
        "ap": [
            {**asdict(part), "lines": [asdict(each) for each in part.lines]}
            for part in ap_sections(facts, notice)
        ],
        "edpb": edpb_document(facts, notice),
    }


def frozen_sections(notification: Notification) -> tuple[ApPart, ...]:
    """The AP's form as it was when a notification was recorded."""
    return tuple(
        ApPart(part["number"], part["title"], tuple(ApLine(**each) for each in part["lines"]))
        for part in notification.content["ap"]
    )


def dossier_pdf(breach: Breach, *, by: User, at: datetime) -> bytes:
    """The dossier as it stands now, as a tagged PDF."""
    facts = breach_facts(breach)
    notice = draft_notice(breach, facts, by=by, at=at)
    document = DossierDocument(
        title=_("Dossier voor de AP: %(number)s") % {"number": breach.number},
        board_name=facts.board.name,
        notes=(_("Dit is het dossier zoals het nu is. Er is nog niets verstuurd met dit stuk."),),
        sections=ap_sections(facts, notice),
        digest="",
        date=timezone.localdate(at),
    )
    return pdf_of(html_of("datalekken/dossier", document))


def notification_html(notification: Notification) -> str:
    """A recorded notification as a page, for the worker that prints it."""
    return html_of("datalekken/dossier", _frozen_document(notification))


def _frozen_document(notification: Notification) -> DossierDocument:
    board = Board.objects.first() or Board()
    sent_at = timezone.localtime(notification.sent_at)
    notes = [
        _("%(kind)s, verstuurd op %(when)s door %(who)s.")
        % {
            "kind": str(notification.get_kind_display()).capitalize(),
            "when": f"{sent_at:%d-%m-%Y %H:%M}",
            "who": notification.sender or _("onbekend"),
        }
    ]
    if notification.ap_number:
        notes.append(_("Nummer bij de AP: %(number)s.") % {"number": notification.ap_number})
    return DossierDocument(
        title=_("Melding %(number)s bij de AP: %(breach)s")
        % {"number": notification.number, "breach": notification.breach.number},
        board_name=board.name,
        notes=tuple(notes),
        sections=frozen_sections(notification),
        digest=notification.sha256,
        date=timezone.localdate(notification.sent_at),
    )

"""Writing to the requester: the text is frozen at once, a worker makes its PDF."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from privacyboard.audit.acts import day_problem, refused
from privacyboard.documents import rendering, storage
from privacyboard.documents.press import Press
from privacyboard.documents.rules import PDF
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar import letters
from requests_ar.choices import DeliveryWay, DocumentKind, LetterKind, LetterWay
from requests_ar.models import RequestLetter, RequestPerson, SubjectRequest

# So many letters at a time are held by one worker; others take the next.
BATCH = 50


class LettersNotMade(RuntimeError):
    """Letters of which no PDF could be made wait on; the others were made."""


@transaction.atomic
def send_letter(
    *,
    request: SubjectRequest,
    written: letters.Written,
    by: User | None,
    at: datetime,
    to: RequestPerson | None = None,
    with_mail: bool = True,
) -> RequestLetter:
    """Keep a letter as it is written, and tell the requester by e-mail that it waits.

    On paper where there is no address, or post was asked. `with_mail=False` for a letter that
    goes along with something else, as the decision does with the answer.
    """
    person = to or letters.requester_of(request)
    way = _way(request, person)
    letter = RequestLetter.objects.create(
        request=request,
        kind=written.kind,
        way=way,
        to_name=person.name,
        title=written.title,
        html=written.html,
        made_at=at,
        made_by=by,
    )
    if with_mail and way == LetterWay.EMAIL:
        letter.mail = _mail(request, person, letter, at)
        letter.save(update_fields=["mail"])
    return letter


def _way(request: SubjectRequest, person: RequestPerson) -> LetterWay:
    on_paper = not person.email or request.wants == DeliveryWay.POST
    return LetterWay.PAPER if on_paper else LetterWay.EMAIL


def _mail(
    request: SubjectRequest, person: RequestPerson, letter: RequestLetter, at: datetime
) -> OutboundLetter:
    # Who filled in a form gets one e-mail: it asks to confirm, and the receipt waits behind it.
    others = request.letters.exclude(pk=letter.pk)
    is_first = letter.kind == LetterKind.RECEIPT and not others.exists()
    if is_first and request.confirmed_at is None:
        return letters.confirm_mail(request, to=person.email, at=at)
    return letters.letter_mail(request, to=person.email, letter_pk=letter.pk, at=at)


@transaction.atomic
def note_posted(
    *, letter: RequestLetter, posted_on: date, by: User | None, at: datetime
) -> RequestLetter:
    """A letter on paper, or whose e-mail failed, was posted or handed over. Raises ActRefused."""
    held = RequestLetter.objects.select_for_update().get(pk=letter.pk)
    has_failed = held.mail is not None and held.mail.is_undelivered
    if held.way != LetterWay.PAPER and not has_failed:
        raise refused("Deze brief gaat per e-mail.")
    if held.posted_on is not None:
        raise refused(f"Deze brief is al verstuurd op {held.posted_on:%d-%m-%Y}.")
    written_on = timezone.localdate(held.made_at)
    problem = day_problem(posted_on, at=at, not_before=written_on)
    if problem:
        raise refused(problem, "posted_on")
    held.posted_on = posted_on
    held.save(update_fields=["posted_on"])
    return held


def make_waiting_letters(*, at: datetime) -> int:
    """Make the PDF of every letter that has none; returns how many were made.

    Fonts and style are read once for all of them. Other workers skip what is held here. Raises
    LettersNotMade, when the others are made.
    """
    taken = 0
    failed: set[int] = set()
    with rendering.letter_press() as press:
        while batch := _make_batch(press, failed, at):
            taken += batch
    if failed:
        raise LettersNotMade(f"{len(failed)} of {taken}")
    return taken


@transaction.atomic
def _make_batch(press: Press, failed: set[int], at: datetime) -> int:
    """Make the next letters but for those that failed, and note who fails; how many were taken."""
    waiting = (
        RequestLetter.objects.filter(document=None)
        .exclude(pk__in=failed)
        .select_related("request__school", "made_by")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("made_at", "id")[:BATCH]
    )
    held = {letter.pk: letter for letter in waiting}
    for key, letter in held.items():
        press.take(str(key), letter.html)
    for key, pdf in press.made("letter", failed):
        _keep(held[key], pdf, at)
    return len(held)


def _keep(letter: RequestLetter, pdf: bytes, at: datetime) -> None:
    request = letter.request
    letter.document = storage.store(
        content=pdf,
        title=f"{letter.title} ({request.number})",
        file_name=f"{request.number}-{slugify(letter.title)}.pdf",
        media_type=PDF,
        kind=DocumentKind.LETTER,
        by=letter.made_by,
        at=at,
        # The log of a school does not tell of a confidential request.
        school=None if request.is_confidential else request.school,
    )
    letter.save(update_fields=["document"])

"""The letters of a round that was sent: made by the worker, batch by batch.

A batch is one transaction and holds its rows: other workers skip them, and what a killed worker
held waits again. An e-mail stands in the outbox once (its key), a letter on paper is one document.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from datalekken.choices import DocumentKind, ToldWay
from datalekken.letters.told import Writer
from datalekken.models import Telling, ToldPerson
from privacyboard.documents import rendering, storage
from privacyboard.documents.binding import bind_letters
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.press import Press
from privacyboard.documents.rules import PDF
from privacyboard.mail.outbox import NoAddress

logger = logging.getLogger(__name__)

BATCH = 200
# So many letters in one file: who prints can hold them in a hand.
BUNDLE = 250


class LettersNotMade(RuntimeError):
    """Letters that could not be made wait on; the others were made."""


def make_told_letters(*, at: datetime) -> int:
    """Make every letter that waits, then bind those on paper; returns how many were made.

    Fonts and style are read once for all of them. Raises LettersNotMade, when the others are made.
    """
    taken = 0
    failed: set[int] = set()
    with rendering.letter_press() as press:
        while batch := _make_batch(press, failed, at):
            taken += batch
    _bind_all(at)
    if failed:
        raise LettersNotMade(f"{len(failed)} of {taken}")
    return taken


@transaction.atomic
def _make_batch(press: Press, failed: set[int], at: datetime) -> int:
    """Make the next letters but for those that failed, and note who fails; how many were taken."""
    waiting = (
        ToldPerson.objects.to_make()
        .exclude(pk__in=failed)
        .select_related("telling__breach", "telling__sent_by")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("telling_id", "pk")[:BATCH]
    )
    people = list(waiting)
    writer = Writer(at=at)
    on_paper = [each for each in people if each.way == ToldWay.PAPER]
    for person in on_paper:
        press.take(str(person.pk), writer.page(person.telling, person))
    for person in people:
        if person.way == ToldWay.EMAIL:
            _mail(writer, person, failed, at)
    held = {person.pk: person for person in on_paper}
    for key, pdf in press.made("letter of a breach", failed):
        _keep(held[key], pdf, at)
    return len(people)


def _mail(writer: Writer, person: ToldPerson, failed: set[int], at: datetime) -> None:
    try:
        person.mail = writer.mail(person.telling, person)
    except NoAddress:
        logger.error("mail of a breach %s has no address", person.pk)
        failed.add(person.pk)
        return
    person.made_at = at
    person.save(update_fields=["mail", "made_at"])


def _keep(person: ToldPerson, pdf: bytes, at: datetime) -> None:
    telling = person.telling
    person.document = _store(telling, pdf, f"brief-{person.pk}", telling.title, at)
    person.made_at = at
    person.save(update_fields=["document", "made_at"])


def _store(telling: Telling, pdf: bytes, name: str, title: str, at: datetime) -> StoredDocument:
    """The name of a file and of a document tells no person: logs repeat them."""
    number = telling.breach.number
    return storage.store(
        content=pdf,
        title=f"{title} ({number})",
        file_name=f"{number}-{name}.pdf",
        media_type=PDF,
        kind=DocumentKind.LETTER,
        by=telling.sent_by,
        at=at,
    )


def _bind_all(at: datetime) -> None:
    """Bind the letters on paper of each round of which none waits to be made any more."""
    loose = ToldPerson.objects.to_bind().order_by().values("telling").distinct()
    unmade = ToldPerson.objects.to_make().filter(way=ToldWay.PAPER).values("telling")
    rounds = Telling.objects.filter(pk__in=loose).exclude(pk__in=unmade)
    for pk in list(rounds.values_list("pk", flat=True)):
        while _bind_next(pk, at):
            pass


@transaction.atomic
def _bind_next(pk: int, at: datetime) -> bool:
    """Bind the next letters of a round into one file; False when there is nothing to bind.

    The round is held: two workers never bind the same letters. One letter is a file by itself.
    """
    rounds = Telling.objects.select_related("breach", "sent_by")
    telling = rounds.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if telling is None:
        return False
    loose = telling.people.to_bind().select_related("document").order_by("pk")
    people = list(loose[:BUNDLE])
    if len(people) < 2:
        return False
    bundle = _store(
        telling, _bound(people), "brieven", f"{len(people)} brieven: {telling.title}"[:150], at
    )
    telling.people.filter(pk__in=[each.pk for each in people]).update(bundle=bundle)
    return True


def _bound(people: Sequence[ToldPerson]) -> bytes:
    return bind_letters(("", _read(person)) for person in people)


def _read(person: ToldPerson) -> bytes:
    assert person.document is not None  # noqa: S101 - `to_bind` asks it
    with person.document.file.open("rb") as stored:
        content: bytes = stored.read()
    return content

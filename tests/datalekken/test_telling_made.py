"""The letters of a round: made by the worker in batches, once, whatever happens to a worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import weasyprint
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from datalekken.actions import telling_letters
from datalekken.actions.telling import send_telling
from datalekken.actions.telling_letters import LettersNotMade, make_told_letters
from datalekken.letters.told import Writer
from datalekken.models import Breach, Telling, ToldPerson
from privacyboard.clockwork import sweeps
from privacyboard.documents import rendering
from privacyboard.documents.models import StoredDocument
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import NOW, Cast
from tests.factories import breaches as leak
from tests.factories import tellings as make
from tests.together import together, together_or_refused

AsUser = Callable[[User], Client]
at_once = pytest.mark.django_db(transaction=True)
NAMES = ["Mila Moeder", "Vera Vader", "Otto Oma", "Tine Tante"]


def sent(cast: Cast, *people: Any, at: Any = NOW, **words: str) -> Telling:
    case: Breach = leak.decided(leak.breach(cast.linde, at=at), at=at, by=cast.ibp)
    return make.telling(case, list(people), at=at, by=cast.ibp, sent=True, **words)


def words_of(document: StoredDocument | None) -> str:
    assert document is not None
    with document.file.open("rb") as stored:
        return " ".join(page.extract_text() for page in PdfReader(stored).pages)


@pytest.mark.requirement("OPO-048")
def test_an_email_says_all_that_the_law_asks_and_names_nobody_else(cast: Cast) -> None:
    telling = sent(cast, *(make.candidate(name) for name in NAMES[:2]))
    assert make_told_letters(at=NOW) == 2

    mail = OutboundLetter.objects.get(to="mila@ouders.example")
    assert mail.subject == "Een USB-stick met rapporten is kwijt"
    for text in (mail.text, mail.html):
        assert "Beste Mila Moeder," in text
        assert "gegevens van Kind van Mila Moeder" in text
        assert "Een leraar verloor een USB-stick." in text
        assert "Iemand kan de cijfers lezen." in text
        assert "Wij zoeken de stick" in text
        assert "U hoeft niets te doen." in text
        assert "Bel de directeur: 012-3456789." in text
        assert "datalek@deproef.example" in text
        assert "fg@deproef.example" in text
        assert "autoriteitpersoonsgegevens.nl" in text
        assert telling.breach.number in text
        assert "Vera" not in text
        assert "ouders.example" not in text
    assert mail.school is None
    outbox.deliver_due(NOW)
    assert OutboundLetter.objects.filter(letter="datalekken/told", state="sent").count() == 2


def test_a_letter_on_paper_is_tagged_and_says_the_same(cast: Cast) -> None:
    telling = sent(cast, *(make.on_paper(name) for name in NAMES))
    assert sweeps.run(name="breach_letters", at=NOW) == 4
    assert sweeps.run(name="breach_letters", at=NOW) == 0

    for person in telling.people.all():
        said = words_of(person.document)
        assert [name for name in NAMES if f"Beste {name}," in said] == [person.name]
        assert "Dorpsstraat 1" in said
        assert "Iemand kan de cijfers lezen." in said
        assert person.document is not None
        # Logs repeat titles and file names: they name nobody.
        assert person.name.split()[0] not in person.document.title + person.document.file_name
        assert person.document.school is None
        with person.document.file.open("rb") as stored:
            assert "/StructTreeRoot" in PdfReader(stored).root_object


def test_the_address_stands_in_the_window_whatever_the_title(cast: Cast) -> None:
    long = "Een lange titel over een USB-stick met de rapporten van alle groepen die kwijt is " * 2
    heights = []
    for title in ("Kort", long[:150].strip()):
        [person] = sent(cast, make.on_paper("Mila Moeder"), title=title).people.all()
        make_told_letters(at=NOW)
        person.refresh_from_db()
        assert person.document is not None
        with person.document.file.open("rb") as stored:
            heights.append(_height_of("Dorpsstraat 1", PdfReader(stored).pages[0]))
    # In millimetres from the top: the window of an envelope is at 45 to 85.
    assert heights[0] == heights[1]
    assert 50 < heights[0] < 70


def _height_of(words: str, page: Any) -> int:
    found: list[float] = []

    def note(text: str, matrix: Any, placed: Any, *_rest: Any) -> None:
        if words in text:
            found.append(placed[5] * matrix[3] + matrix[5])

    page.extract_text(visitor_text=note)
    return round((float(page.mediabox.height) - found[0]) / 72 * 25.4)


def test_without_a_meldpunt_and_an_fg_no_empty_list_is_promised(cast: Cast) -> None:
    for name in ("breach_email", "breach_phone", "fg_name", "fg_email", "fg_phone"):
        setattr(cast.board, name, "")
    cast.board.record(by=None, why="proef")
    telling = sent(cast, make.candidate("Mila Moeder"))
    writer, person = Writer(at=NOW), telling.people.get()
    writer.mail(telling, person)
    mail = OutboundLetter.objects.get(letter="datalekken/told")
    for text in (mail.text, mail.html, writer.page(telling, person)):
        assert telling.breach.number in text
        assert "U kunt ook terecht bij:" not in text
        assert "<ul>" not in text


def test_all_letters_on_paper_stand_in_one_file_to_print(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_letters, "BUNDLE", 3)
    telling = sent(cast, *(make.on_paper(name) for name in [*NAMES, "Bob Broer"]))
    make_told_letters(at=NOW)
    make_told_letters(at=NOW)

    bundles = StoredDocument.objects.filter(pk__in=telling.people.values("bundle"))
    # Each letter begins on a sheet of its own, also where both sides are printed.
    assert [len(PdfReader(each.file).pages) for each in bundles.order_by("pk")] == [6, 4]
    pages = PdfReader(bundles.order_by("pk")[0].file).pages
    assert [bool(page.extract_text().strip()) for page in pages] == [True, False] * 3
    first = bundles.order_by("pk")[0]
    said = words_of(first)
    assert [name for name in NAMES if f"Beste {name}," in said] == NAMES[:3]


def test_one_letter_needs_no_file_of_letters(cast: Cast) -> None:
    telling = sent(cast, make.on_paper("Mila Moeder"), make.candidate("Vera Vader"))
    make_told_letters(at=NOW)
    assert not telling.people.filter(bundle__isnull=False).exists()


def test_nothing_is_made_before_it_is_sent(cast: Cast) -> None:
    case = leak.decided(leak.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    assert make_told_letters(at=NOW) == 0
    assert not OutboundLetter.objects.filter(letter="datalekken/told").exists()


def test_no_pdf_is_made_in_a_web_request(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    case = leak.decided(leak.breach(cast.linde, at=now), at=now, by=cast.ibp)
    telling = make.telling(case, [make.on_paper("Mila Moeder")], at=now, by=cast.ibp)
    web = as_user(cast.ibp)

    def refuse(*given: Any, **options: Any) -> None:
        pytest.fail("a PDF was made in a web request")

    with monkeypatch.context() as patched:
        patched.setattr(weasyprint.HTML, "__init__", refuse)
        page = web.post(
            f"/datalekken/{case.number}/bericht-versturen/{telling.pk}/", {}, follow=True
        )
    assert page["Refresh"] == "5"
    assert "0 van 1 klaar" in page.content.decode()

    make_told_letters(at=now)
    page = web.get(f"/datalekken/{case.number}/ontvangers/{telling.pk}/")
    assert "Refresh" not in page
    assert "Brief (PDF)" in page.content.decode()


def test_batches_follow_one_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_letters, "BATCH", 2)
    telling = sent(cast, *(make.candidate(name) for name in [*NAMES, "Bob Broer"]))
    assert make_told_letters(at=NOW) == 5
    assert telling.people.filter(made_at=NOW).count() == 5


def test_a_letter_that_cannot_be_made_does_not_hold_up_the_others(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    telling = sent(cast, *(make.candidate(name) for name in NAMES))
    telling.people.filter(name="Mila Moeder").update(email="kapot")
    with caplog.at_level(logging.ERROR), pytest.raises(LettersNotMade, match=r"^1 of 4$"):
        make_told_letters(at=NOW)
    assert telling.people.filter(made_at=None).get().name == "Mila Moeder"
    assert "Mila" not in caplog.text


def test_what_a_killed_worker_held_waits_again_and_nobody_is_mailed_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling = sent(cast, *(make.candidate(name) for name in NAMES))
    made: list[str] = []
    mail = Writer.mail

    def die(self: Any, round_: Telling, to: ToldPerson) -> OutboundLetter:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(to.name)
        return mail(self, round_, to)

    with monkeypatch.context() as killed:
        killed.setattr(Writer, "mail", die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            make_told_letters(at=NOW)
    assert telling.people.filter(made_at=None).count() == 4
    assert make_told_letters(at=NOW) == 4
    assert OutboundLetter.objects.filter(letter="datalekken/told").count() == 4


@at_once
def test_two_workers_share_the_letters_and_make_each_once(
    append_only_lifted: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_letters, "BATCH", 3)
    telling = sent(cast, *(make.candidate(f"P{number} Ouder") for number in range(12)))
    mail = Writer.mail
    seen: list[int] = []

    def counted(self: Any, round_: Telling, to: ToldPerson) -> OutboundLetter:
        seen.append(to.pk)
        return mail(self, round_, to)

    monkeypatch.setattr(Writer, "mail", counted)

    assert sum(together(*[lambda: make_told_letters(at=NOW)] * 2)) == 12
    assert sorted(seen) == sorted(telling.people.values_list("pk", flat=True))
    assert OutboundLetter.objects.filter(letter="datalekken/told").count() == 12


@at_once
def test_of_two_who_send_at_once_one_sends(append_only_lifted: None, cast: Cast) -> None:
    case = leak.decided(leak.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    telling = make.telling(case, [make.candidate("Mila Moeder")], at=NOW, by=cast.ibp)
    sending = [lambda: send_telling(telling=telling, by=cast.ibp, at=NOW)] * 2
    told = sorted(together_or_refused(*sending))
    assert told[0] == ""
    assert "al verstuurd" in told[1]
    assert (
        telling.history.filter(history_change_reason__startswith="bericht verstuurd").count() == 1
    )


def test_batch_after_batch_uses_the_same_two_processes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    from privacyboard.documents import press

    process = press._Process

    class Counted(process):  # type: ignore[misc, valid-type]
        def __init__(self, style: Any) -> None:
            started.append(1)
            super().__init__(style)

    monkeypatch.setattr(press, "_Process", Counted)
    monkeypatch.setattr(telling_letters, "BATCH", 12)
    monkeypatch.setattr(rendering, "FEW", 10)
    telling = sent(cast, *(make.on_paper(f"P{number} Ouder") for number in range(36)))
    assert make_told_letters(at=NOW) == 36
    assert len(started) == 2
    assert telling.people.filter(document__isnull=False, bundle__isnull=False).count() == 36

"""A teacher tells on her phone that a stick is lost; the board sees it through to the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from datalekken.actions.telling_letters import make_told_letters
from datalekken.choices import BreachState
from datalekken.models import Breach
from privacyboard.mail import outbox
from tests.browser.pages import Visitor
from tests.conftest import Cast
from tests.factories import tellings
from tests.mail.sink import Sink, running

Visit = Callable[..., Visitor]
PHONE = {"width": 390, "height": 844}
TOLD = "Mijn USB-stick met rapporten van groep 5 is weg."
LIST = (
    "naam\trol\tover wie\tgeboortedatum\te-mail\n"
    "Mila Moeder\touder\tJip\t1-2-2018\tmila@ouders.example\n"
    "Vera Vader\touder\tSam\t1-3-2018\tvera@ouders.example\n"
)


@pytest.fixture
def postman(settings: Any) -> Iterator[Sink]:
    """The mail server that takes what the board sends."""
    with running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "Privacy <privacy@deproef.example>"
        yield server


def mail_to(postman: Sink, to: str) -> str:
    """The worker does its round; the words of the last e-mail that this person got."""
    outbox.deliver_due(timezone.now())
    *_older, mail = [each for each in postman.messages if each["To"] == to]
    body = mail.get_body(("plain",))
    assert body is not None
    return f"{mail['Subject']}\n{body.get_content()}"


def link_in(words: str) -> str:
    found = re.search(r"https?://\S+", words)
    assert found is not None
    return found.group()


def moment(**ago: int) -> str:
    return f"{timezone.localtime() - timedelta(**ago):%Y-%m-%dT%H:%M}"


def picks(visitor: Visitor, **chosen: str) -> None:
    """Choices by the name of their question."""
    for name, value in chosen.items():
        visitor.page.locator(f"input[name={name}][value={value}]").check()


def writes(visitor: Visitor, **texts: str) -> None:
    """Words by the name of their field."""
    for name, text in texts.items():
        visitor.page.locator(f"main [name={name}]").fill(text)


def reports(teacher: Visitor) -> Breach:
    """Without login, in a minute: what happened, where, and what she can do now."""
    teacher.go("/datalek-melden/")
    teacher.follows("Een laptop, telefoon of USB-stick is kwijt of gestolen")
    teacher.sees("Vraag om het apparaat op afstand te wissen of op slot.")
    picks(teacher, reporter_kind="staff")
    writes(teacher, what_happened=TOLD, reporter_email="tess@deproef.example")
    teacher.page.locator("#id_school").select_option("de-linde")
    teacher.presses("Verstuur de melding")
    made = Breach.objects.get()
    teacher.sees("Uw melding is binnen", made.number)
    assert not teacher.needs_to_scroll_sideways()
    return made


def investigates(manager: Visitor) -> None:
    """From the mail to the file: taken up, the times, the risk with its reasons."""
    manager.sees(TOLD, "Pak de melding op")
    manager.follows("Melding oppakken")
    manager.presses("Vastleggen")
    manager.follows("Tijden invullen")
    writes(manager, first_signal_at=moment(hours=2), certain_at=moment(hours=1))
    manager.presses("Tijden opslaan")
    manager.sees("Beoordeel het risico", "nog 70 uur")
    manager.follows("Risico beoordelen")
    picks(manager, aspects="confidentiality", data_kinds="school_results")
    picks(manager, identification="maximum", recipient="unknown", exfiltration="possible")
    picks(manager, unintelligible="no", has_children="yes", has_vulnerable="no", is_malicious="no")
    writes(manager, people="25")
    manager.presses("Risico beoordelen")
    manager.sees("Er is waarschijnlijk een hoog risico voor de mensen.", "Vraag de FG om advies")


def advises(fg: Visitor, postman: Sink, cast: Cast) -> None:
    fg.signs_in(cast.fg)
    fg.go(link_in(mail_to(postman, cast.fg.email)))
    fg.follows("Advies geven")
    picks(fg, advises_notifying="yes", advises_telling="yes")
    writes(fg, advice="Meld het vandaag: het zijn kinderen.")
    fg.presses("Advies vastleggen")
    fg.sees("Meld het vandaag: het zijn kinderen.")


def decides(member: Visitor, made: Breach) -> None:
    member.go("/")
    member.follows("Lezen")
    member.sees("Meld het vandaag: het zijn kinderen.")
    member.follows("Naar het besluit")
    picks(member, nature="breach", notifies="yes", tells="yes")
    writes(member, notify_reasons="Een hoog risico.", tell_reasons="Ouders kunnen dan opletten.")
    member.presses("Besluiten")
    member.sees("Het besluit is genomen.")
    made.refresh_from_db()
    assert (made.state, made.notifies, made.tells) == (BreachState.DECIDED, True, True)
    assert not member.needs_to_scroll_sideways()


def notifies_and_tells(manager: Visitor, made: Breach, postman: Sink) -> None:
    """The AP first; then the parents, each by a letter in plain words."""
    manager.go(f"/datalekken/{made.number}/")
    manager.follows("Melding vastleggen")
    picks(manager, kind="complete")
    writes(manager, sent_at=moment(minutes=0), ap_number="AP-2026-77")
    manager.presses("Vastleggen")
    manager.sees("De melding is vastgelegd.", "Nummer bij de AP: AP-2026-77.", "binnen de termijn")
    manager.follows("Bericht schrijven")
    writes(manager, **vars(tellings.words()))
    manager.presses("Bericht bewaren")
    manager.follows("Wie de brief krijgt")
    manager.follows("Een lijst toevoegen")
    writes(manager, lines=LIST)
    manager.presses("Bekijken")
    manager.presses("2 mensen toevoegen")
    manager.follows("Bericht versturen")
    manager.presses("Nu versturen")
    manager.sees("Het bericht is verstuurd.")
    assert make_told_letters(at=timezone.now()) == 2
    letter = mail_to(postman, "mila@ouders.example")
    assert "Een USB-stick met rapporten is kwijt" in letter
    assert "Vera Vader" not in letter


def learns_and_closes(manager: Visitor, made: Breach, cast: Cast) -> None:
    manager.go(f"/datalekken/{made.number}/")
    manager.follows("Maatregel vastleggen")
    picks(manager, kind="prevent")
    writes(manager, text="Versleutelde sticks kopen", due_on=timezone.localdate().isoformat())
    manager.page.locator("[name=owner]").select_option(str(cast.director.pk))
    manager.presses("Maatregel vastleggen")
    manager.follows("Lessen opschrijven")
    manager.page.locator("[name=cause]").select_option("internal_accident")
    writes(manager, root_cause="Er was geen andere stick.", lessons="Geen losse sticks meer.")
    picks(manager, register_must_change="no", dpia_must_change="no")
    manager.presses("Vastleggen")
    manager.follows("Afsluiten")
    manager.sees("Maatregelen die nog niet klaar zijn, blijven staan")
    manager.presses("Afsluiten")
    manager.sees("Het datalek is afgesloten.", "Nog 1 maatregel is niet klaar.")
    assert not manager.needs_to_scroll_sideways()


def sees_none_of_it(stranger: Visitor, made: Breach, *, has_list: bool) -> None:
    """Somebody of another school: home, list, register, and every address."""
    seen = (made.number, "USB-stick met rapporten", "De Linde")
    stranger.go("/")
    stranger.does_not_see(*seen)
    for path in ("/datalekken/?toon=all", "/datalekken/register/"):
        if has_list:
            stranger.go(path)
            stranger.does_not_see(*seen)
        else:
            stranger.finds_nothing_at(path)
    telling, measure, sent = made.tellings.get(), made.measures.get(), made.notifications.get()
    one = f"/datalekken/{made.number}"
    for path in (
        *(f"{one}/{part}" for part in ("", "verloop/", "dossier/", "dossier.json", "oppakken/")),
        *(f"{one}/melding/{sent.number}/", f"{one}/ontvangers/{telling.pk}/"),
        *(f"{one}/bericht/{telling.pk}/voorbeeld/", f"/maatregel/{measure.pk}/"),
    ):
        stranger.finds_nothing_at(path)


def test_a_lost_stick_from_the_report_to_the_closed_file(
    visit: Visit, cast: Cast, postman: Sink
) -> None:
    teacher = visit(**PHONE)
    made = reports(teacher)
    status = link_in(mail_to(postman, "tess@deproef.example"))
    manager = visit(**PHONE)
    manager.signs_in(cast.ibp)
    alert = mail_to(postman, cast.ibp.email)
    assert made.number in alert
    assert "rapporten" not in alert
    manager.go(link_in(alert))
    investigates(manager)
    advises(visit(**PHONE), postman, cast)
    member = visit(**PHONE)
    member.signs_in(cast.board_member)
    decides(member, made)
    notifies_and_tells(manager, made, postman)
    learns_and_closes(manager, made, cast)
    teacher.go(status)
    teacher.sees(made.number)
    teacher.does_not_see("rapporten", "De Linde")

    for person, has_list in ((cast.eik_teacher, False), (cast.eik_director, True)):
        stranger = visit(**PHONE)
        stranger.signs_in(person)
        sees_none_of_it(stranger, made, has_list=has_list)

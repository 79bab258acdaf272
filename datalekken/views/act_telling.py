"""The acts of telling people: the letter, who gets it, sending it, and post on paper."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from datalekken.actions import telling as acts
from datalekken.actions.discarding import discard_telling
from datalekken.choices import ToldWay
from datalekken.forms import telling as typed
from datalekken.models import Breach, Telling, ToldPerson
from privacyboard.backoffice.casework import ActPage, Doing, Note

_NAMED = 10


def people_url(case: Breach, telling_pk: int) -> str:
    """The page of who gets the letters of one round."""
    return reverse("breach_told", args=[case.number, telling_pk])


def _to_people(case: Breach, telling: Telling) -> str:
    return people_url(case, telling.pk)


def _from_person(case: Breach, person: ToldPerson) -> str:
    return people_url(case, person.telling_id)


def _tellings(case: Breach) -> Any:
    return case.tellings.all()


def _people(case: Breach) -> Any:
    return case.told_people.select_related("telling__breach")


def _write(doing: Doing) -> Telling:
    return acts.write_telling(breach=doing.case, words=doing.form.as_words(), **doing.who)


def _change(doing: Doing) -> Telling:
    words = doing.form.as_words()
    return acts.change_telling(telling=doing.target, words=words, seen=doing.seen, **doing.who)


def _discard(doing: Doing) -> None:
    discard_telling(telling=doing.target, seen=doing.seen, **doing.who)


def _drafts(case: Breach) -> Any:
    return case.tellings.filter(sent_at__isnull=True)


def _discard_notes(_case: Breach, telling: Telling) -> tuple[Note, ...]:
    count = telling.people.count()
    if not count:
        return (Note(telling.title),)
    words = ngettext(
        "Er staat %(count)d persoon op de lijst. Ook de lijst gaat weg.",
        "Er staan %(count)d mensen op de lijst. Ook de lijst gaat weg.",
        count,
    ) % {"count": count}
    return (Note(telling.title), Note(words, tone="attention"))


def _add_one(doing: Doing) -> acts.Added:
    return acts.add_person(telling=doing.target, who=doing.form.candidate(), **doing.who)


def _add_staff(doing: Doing) -> acts.Added:
    return acts.add_staff(telling=doing.target, **doing.typed, **doing.who)


def _remove(doing: Doing) -> None:
    acts.remove_person(person=doing.target, **doing.who)


def _send(doing: Doing) -> Telling:
    return acts.send_telling(telling=doing.target, seen=doing.seen, **doing.typed, **doing.who)


def _put_on_paper(doing: Doing) -> ToldPerson:
    return acts.put_on_paper(person=doing.target, **doing.typed, **doing.who)


def _note_posted(doing: Doing) -> ToldPerson:
    return acts.note_posted(person=doing.target, **doing.typed, **doing.who)


def _note_all_posted(doing: Doing) -> int:
    return acts.note_all_posted(telling=doing.target, **doing.typed, **doing.who)


def added_words(_case: Any, added: acts.Added) -> str:
    """How many came on the list, and how many did not."""
    words = ngettext(
        "Er staat %(count)d persoon meer op de lijst.",
        "Er staan %(count)d mensen meer op de lijst.",
        added.count,
    ) % {"count": added.count}
    if not added.left_out:
        return words
    rest = ngettext(
        "%(count)d niet: die stond er al, of krijgt de brief niet.",
        "%(count)d niet: die stonden er al, of krijgen de brief niet.",
        added.left_out,
    )
    return f"{words} {rest % {'count': added.left_out}}"


def _send_notes(case: Breach, telling: Telling) -> tuple[Note, ...]:
    rows = list(telling.people.order_by("pk").values_list("way", "name", "rule"))
    if not rows:
        return (Note(_("Er staat nog niemand op de lijst."), tone="attention"),)
    papers = sum(way == ToldWay.PAPER for way, _name, _rule in rows)
    counts = (
        _now("%(count)d per e-mail") % {"count": len(rows) - papers},
        _now("%(count)d op papier") % {"count": papers},
    )
    notes = [
        Note(_("Zo gaan de brieven weg:"), counts),
        Note(_("Na het versturen kan de tekst niet meer veranderen.")),
    ]
    unsure = [name for _way, name, rule in rows if rule.startswith("geboortedatum niet bekend")]
    if unsure:
        more = len(unsure) - _NAMED
        lines = [
            *unsure[:_NAMED],
            *([_now("en nog %(count)d") % {"count": more}] if more > 0 else []),
        ]
        notes.append(
            Note(
                _("Van deze mensen is de leeftijd niet bekend. Krijgt de goede persoon de brief?"),
                tuple(lines),
                "attention",
            )
        )
    return tuple(notes)


def _letters_to_post(_case: Breach, telling: Telling) -> tuple[Note, ...]:
    count = telling.people.to_post().count()
    words = ngettext("Er ligt nog %(count)d brief.", "Er liggen nog %(count)d brieven.", count)
    return (Note(words % {"count": count}),)


TELLING: dict[str, ActPage] = {
    "bericht": ActPage(
        title=_("Een bericht schrijven aan de mensen om wie het gaat"),
        button=_("Bericht bewaren"),
        done=_("Het bericht is bewaard. Voeg nu toe wie het krijgt."),
        form=typed.LetterForm,
        perform=_write,
        explanation=_(
            "Schrijf zo dat iedereen het begrijpt. Noem geen namen van anderen. Niemand krijgt "
            "het bericht nu al: eerst kiest u wie, en dan verstuurt u het."
        ),
        part="mensen",
    ),
    "bericht-wijzigen": ActPage(
        title=_("Het bericht wijzigen"),
        button=_("Wijziging bewaren"),
        done=_("Het bericht is gewijzigd."),
        form=typed.LetterForm,
        perform=_change,
        target=_tellings,
        part="mensen",
    ),
    "bericht-weg": ActPage(
        title=_("Het concept weggooien"),
        button=_("Concept weggooien"),
        done=_("Het concept is weggegooid. Niemand heeft het bericht gekregen."),
        form=typed.NothingForm,
        perform=_discard,
        explanation=_(
            "Niemand heeft dit bericht gekregen. De tekst blijft te zien in het verloop."
        ),
        target=_drafts,
        part="mensen",
        notes=_discard_notes,
        is_danger=True,
    ),
    "ontvanger": ActPage(
        title=_("Iemand toevoegen"),
        button=_("Toevoegen"),
        done="",
        form=typed.PersonForm,
        perform=_add_one,
        target=_tellings,
        back=_to_people,
        tells=added_words,
    ),
    "ontvangers-medewerkers": ActPage(
        title=_("Medewerkers toevoegen"),
        button=_("Toevoegen"),
        done="",
        form=typed.StaffForm,
        perform=_add_staff,
        explanation=_(
            "Iedereen met een account die nu bij deze scholen werkt. Wie er al op staat, blijft "
            "er één keer op staan."
        ),
        target=_tellings,
        back=_to_people,
        tells=added_words,
    ),
    "ontvanger-weg": ActPage(
        title=_("Van de lijst halen"),
        button=_("Van de lijst halen"),
        done=_("Deze persoon staat niet meer op de lijst."),
        form=typed.NothingForm,
        perform=_remove,
        target=_people,
        back=_from_person,
        is_danger=True,
    ),
    "bericht-versturen": ActPage(
        title=_("Het bericht versturen"),
        button=_("Nu versturen"),
        done=_(
            "Het bericht is verstuurd. De e-mails gaan nu weg; brieven op papier worden gemaakt."
        ),
        form=typed.SendForm,
        perform=_send,
        target=_tellings,
        back=_to_people,
        notes=_send_notes,
    ),
    "op-papier": ActPage(
        title=_("Een brief op papier maken"),
        button=_("Brief maken"),
        done=_("De brief wordt gemaakt. Print hem en doe hem op de post."),
        form=typed.OnPaperForm,
        perform=_put_on_paper,
        explanation=_("De e-mail is niet aangekomen. Deze persoon krijgt een brief op papier."),
        target=_people,
        back=_from_person,
    ),
    "op-de-post": ActPage(
        title=_("Alle brieven op de post"),
        button=_("Vastleggen"),
        done=_("Vastgelegd dat de brieven op de post zijn."),
        form=typed.PostedForm,
        perform=_note_all_posted,
        target=_tellings,
        back=_to_people,
        notes=_letters_to_post,
    ),
    "brief-op-de-post": ActPage(
        title=_("Deze brief op de post"),
        button=_("Vastleggen"),
        done=_("Vastgelegd dat de brief op de post is."),
        form=typed.PostedForm,
        perform=_note_posted,
        target=_people,
        back=_from_person,
    ),
}

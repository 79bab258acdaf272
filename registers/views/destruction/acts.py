"""The acts on a destruction list: each a page of its own (see `backoffice.casework`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.backoffice.casework import ActPage, CaseDesk, Doing, Note
from privacyboard.organisation.models import User
from registers.actions.destroying import deciding, handing, linking, listing, stepping
from registers.choices import DocumentKind
from registers.choices.destruction import TaskKind
from registers.forms import destruction as typed
from registers.forms.destruction_proof import ProofForm
from registers.models import DestructionItem, DestructionLine, DestructionList, DestructionTask
from registers.models.destruction_changes import former_term, shortened_on
from registers.models.destruction_places import places_of
from registers.models.destruction_steps import edition_of_list
from registers.views.destruction import desk


def _add(doing: Doing) -> int:
    _held, number = listing.add_items(found=doing.case, added=doing.form.added(), **doing.who)
    return number


def _told(_case: DestructionList, number: int) -> str:
    if not number:
        return str(_("Dit staat al op een lijst of op de planning: er is niets toegevoegd."))
    return ngettext("%d regel toegevoegd.", "%d regels toegevoegd.", number) % number


def _prove(doing: Doing) -> DestructionTask:
    field: Any = doing.form.fields["document"]
    upload = doing.form.cleaned_data["document"]
    with transaction.atomic():
        document = None
        if upload:
            document = field.keep(
                upload,
                title=f"Bewijs van vernietiging {doing.case.number}",
                kind=DocumentKind.DESTRUCTION_PROOF,
                **doing.who,
            )
        proof = doing.form.proof(document)
        return handing.prove(task=doing.target, proof=proof, **doing.who)


def _places(case: DestructionList) -> Mapping[str, Any]:
    return {"places": places_of(case)}


def _numbers_of(case: DestructionList, _target: Any) -> str:
    return reverse("destruction_numbers", args=[case.number])


def _item_notes(_case: DestructionList, item: DestructionItem) -> tuple[Note, ...]:
    return (Note(f"{item.rule.name}: {item.rule.term}"),)


def _decide(doing: Doing) -> DestructionLine:
    line: DestructionLine = doing.target
    act = deciding.decide_without_term if line.lacks_term else deciding.decide_conflict
    return act(line=line, **doing.typed, **doing.who)


def _no_term_notes(line: DestructionLine) -> tuple[Note, ...]:
    told = [_("Eerst: %(term)s") % {"term": former_term(line)}]
    if line.rule.condition:
        told.append(_("Nu: %(term)s") % {"term": line.rule.condition})
    return (
        Note(
            _("Deze gegevens stonden op de planning. Daarna is hun termijn vervallen."),
            tuple(told),
            "attention",
        ),
        Note(_("Uw keuze geldt voor alles onder “%(rule)s” op deze lijst.") % {"rule": line.rule}),
    )


def _conflict_notes(_case: DestructionList, line: DestructionLine) -> tuple[Note, ...]:
    if line.lacks_term:
        return _no_term_notes(line)
    return (
        Note(
            _("Voor deze gegevens gelden twee termijnen:"),
            (f"{line.rule_name}: {line.term}", *line.against.split("; ")),
            "attention",
        ),
        Note(
            _(
                "Bewaar wat een wet voorschrijft. Kies “nu vernietigen” alleen voor gegevens die "
                "voor de lange termijn niet nodig zijn."
            )
        ),
    )


def _check_notes(case: DestructionList, _target: Any) -> tuple[Note, ...]:
    number = case.items.to_destroy().count()
    return (
        Note(
            ngettext(
                "Er staat %d regel op de lijst die weg mag.",
                "Er staan %d regels op de lijst die weg mogen.",
                number,
            )
            % number
        ),
    )


def _look_notes(case: DestructionList, target: Any) -> tuple[Note, ...]:
    notes = [*_check_notes(case, target)]
    for each in shortened_on(case, timezone.localdate()).values():
        words = _("%(name)s: deze termijn is korter gemaakt, op %(day)s door %(names)s.") % {
            "name": each.now.name,
            "day": date_format(each.changed_on, "j F Y"),
            "names": ", ".join(each.names),
        }
        told = (
            _("Eerst: %(term)s") % {"term": each.former.words},
            _("Nu: %(term)s") % {"term": each.now.words},
        )
        notes.append(Note(words, told, "attention"))
    return tuple(notes)


def _close_notes(case: DestructionList, _target: Any) -> tuple[Note, ...]:
    waiting = tuple(task.name for task in case.tasks.filter(done_on__isnull=True))
    if waiting:
        return (Note(_("Hier is nog geen bewijs van:"), waiting, "attention", shuts=True),)
    return (Note(_("Van elke plaats is er bewijs."), tone="ok"),)


def _task_notes(_case: DestructionList, task: DestructionTask) -> tuple[Note, ...]:
    day = date_format(task.due_on, "j F Y")
    return (Note(_("Het moet uiterlijk %(day)s weg zijn.") % {"day": day}),)


def _mailed(case: DestructionList) -> Any:
    """The tasks of processors: they alone get a link."""
    return case.tasks.filter(kind=TaskKind.PROCESSOR).select_related("list", "processor")


def _link_notes(_case: DestructionList, task: DestructionTask) -> tuple[Note, ...]:
    address = task.processor.contact_email if task.processor else ""
    if not address:
        words = _("Van %(name)s is geen e-mailadres bekend. Vul het in bij de verwerker.")
        return (Note(words % {"name": task.name}, tone="attention", shuts=True),)
    return (
        Note(_("De link gaat naar %(to)s.") % {"to": address}),
        Note(_("Elke link die u eerder stuurde, werkt daarna niet meer.")),
    )


def _edition(case: DestructionList, _target: Any) -> int:
    return edition_of_list(case)


def _who(case: DestructionList, user: User) -> dict[str, Any]:
    return {"done_by": user.name}


_LATER = _("Wat u kiest en waarom, staat in de geschiedenis.")

PAGES: dict[str, ActPage] = {
    "toevoegen": ActPage(
        title=_("Regels toevoegen"),
        button=_("Toevoegen"),
        done="",
        form=typed.AddForm,
        perform=_add,
        tells=_told,
        explanation=_(
            "Voor wat de computer niet kan weten: sollicitaties, camerabeelden, examenwerk, "
            "kinderen die niet zijn toegelaten. Wat nog moet blijven, wordt geweigerd."
        ),
        part="inhoud",
    ),
    "langer-bewaren": ActPage(
        title=_("Langer bewaren"),
        button=_("Langer bewaren"),
        done=_("Dit blijft. Op de dag die u koos, komt het weer op een lijst."),
        form=typed.KeepForm,
        perform=lambda doing: deciding.keep_longer(item=doing.target, **doing.typed, **doing.who),
        explanation=_LATER,
        target=lambda case: case.items.to_destroy().select_related("rule", "list"),
        notes=_item_notes,
        back=_numbers_of,
    ),
    "toch-vernietigen": ActPage(
        title=_("Toch vernietigen"),
        button=_("Toch vernietigen"),
        done=_("Dit staat weer op de lijst."),
        form=typed.ConfirmForm,
        perform=lambda doing: deciding.destroy_after_all(item=doing.target, **doing.who),
        target=lambda case: case.items.select_related("rule", "list"),
        notes=_item_notes,
        back=_numbers_of,
    ),
    "beslissen": ActPage(
        title=_("Kiezen wat er met deze gegevens gebeurt"),
        button=_("Vastleggen"),
        done=_("Uw keuze is vastgelegd."),
        form=typed.ConflictForm,
        perform=_decide,
        explanation=_LATER,
        target=lambda case: case.lines.exclude(against="").select_related("list", "rule"),
        notes=_conflict_notes,
        part="inhoud",
    ),
    "controleren": ActPage(
        title=_("De controle vastleggen"),
        button=_("Ik heb de lijst gecontroleerd"),
        done=_("De controle is vastgelegd. Een ander keurt de lijst nu goed."),
        form=typed.ConfirmForm,
        perform=lambda doing: stepping.check(found=doing.case, seen=doing.seen, **doing.who),
        explanation=_("U zegt hiermee: dit mag allemaal weg. Er gaat nog niets weg."),
        notes=_look_notes,
        edition=_edition,
    ),
    "terugsturen": ActPage(
        title=_("De lijst terugsturen"),
        button=_("Terugsturen"),
        done=_("De lijst is terug. De school ziet uw reden."),
        form=typed.WhyForm,
        perform=lambda doing: stepping.send_back(found=doing.case, **doing.typed, **doing.who),
    ),
    "goedkeuren": ActPage(
        title=_("De lijst goedkeuren"),
        button=_("Goedkeuren"),
        done=_("De lijst is goedgekeurd. De school zet hem uit."),
        form=typed.ApproveForm,
        perform=lambda doing: stepping.approve(
            found=doing.case, seen=doing.seen, **doing.typed, **doing.who
        ),
        explanation=_(
            "U bent de tweede die kijkt. Wat wordt vastgehouden of langer blijft, gaat nu van de "
            "lijst; het komt later op een andere."
        ),
        notes=_look_notes,
        edition=_edition,
    ),
    "uitzetten": ActPage(
        title=_("De lijst uitzetten"),
        button=_("Uitzetten"),
        done=_("De taken staan klaar. Geef de lijst aan wie vernietigt."),
        form=typed.HandForm,
        perform=lambda doing: handing.hand_over(found=doing.case, **doing.typed, **doing.who),
        more=_places,
        part="taken",
    ),
    "taak": ActPage(
        title=_("Een plaats toevoegen"),
        button=_("Toevoegen"),
        done=_("De plaats is toegevoegd."),
        form=typed.TaskForm,
        perform=lambda doing: handing.add_task(found=doing.case, **doing.typed, **doing.who),
        explanation=_("Een systeem of kast die het register niet noemt."),
        part="taken",
    ),
    "bewijs": ActPage(
        title=_("Het is vernietigd"),
        button=_("Vastleggen"),
        done=_("Vastgelegd."),
        form=ProofForm,
        perform=_prove,
        explanation=_("Staan deze gegevens hier niet? Schrijf dat dan op als wat er is gedaan."),
        target=lambda case: case.tasks.select_related("list"),
        notes=_task_notes,
        initial=_who,
        part="taken",
    ),
    "nieuwe-link": ActPage(
        title=_("Een nieuwe link sturen"),
        button=_("Nieuwe link sturen"),
        done=_("De nieuwe link is verstuurd. De oude werkt niet meer."),
        form=typed.ConfirmForm,
        perform=lambda doing: linking.send_link(task=doing.target, **doing.who),
        explanation=_("Met de link haalt de verwerker de nummers op en meldt hij dat het weg is."),
        target=_mailed,
        notes=_link_notes,
        part="taken",
    ),
    "link-intrekken": ActPage(
        title=_("De link intrekken"),
        button=_("Link intrekken"),
        done=_("De link is ingetrokken. Hij opent niets meer."),
        form=typed.ConfirmForm,
        perform=lambda doing: linking.withdraw_link(task=doing.target, **doing.who),
        explanation=_(
            "Kwam de link bij de verkeerde terecht? Trek hem in: dan opent hij niets meer. Wat al "
            "is opgehaald, komt niet terug: meld dat als datalek. Een nieuwe link sturen kan "
            "altijd."
        ),
        target=_mailed,
        part="taken",
        is_danger=True,
    ),
    "afsluiten": ActPage(
        title=_("De lijst afsluiten"),
        button=_("Afsluiten"),
        done=_("Klaar. De verklaring van vernietiging staat bij de lijst."),
        form=typed.ConfirmForm,
        perform=lambda doing: handing.close(found=doing.case, **doing.who),
        explanation=_(
            "De verklaring wordt gemaakt en de nummers gaan voorgoed van de lijst. De aantallen "
            "blijven."
        ),
        notes=_close_notes,
    ),
    "intrekken": ActPage(
        title=_("De lijst intrekken"),
        button=_("Intrekken"),
        done=_("De lijst is ingetrokken. Wat erop stond, komt later op een nieuwe."),
        form=typed.WithdrawForm,
        perform=lambda doing: stepping.withdraw(found=doing.case, **doing.typed, **doing.who),
        is_danger=True,
    ),
}


def _still_reads(user: User, found: DestructionList) -> bool:
    return DestructionList.objects.visible_to(user).filter(pk=found.pk).exists()


_DESK = CaseDesk(
    pages=PAGES,
    visible=desk.visible,
    holds=desk.holds_for,
    is_open=desk.is_open,
    case_url=desk.list_url,
    list_url=lambda: reverse("destruction_lists"),
    still_reads=_still_reads,
    called=_("de lijst"),
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str, pk: int | None = None) -> HttpResponse:
    """One act on one list, or on one of its rows."""
    return _DESK.act(request, number, act, pk)

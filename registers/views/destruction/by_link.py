"""A processor without an account: fetches the list of one task, and says that it is destroyed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.casework import tell
from privacyboard.links import LinkError, LinkExpired, LinkSpent
from privacyboard.vocabulary import Language
from registers.actions.destroying.handing import prove
from registers.choices import DocumentKind
from registers.choices.destruction import DestructionState
from registers.exchange.destruction import rule_name, task_items
from registers.forms.destruction_proof import LinkProofForm
from registers.letters.destruction import TASK, task_state
from registers.models import DestructionTask
from registers.rules.destruction.languages import chosen, language_in
from registers.views.destruction.lists import csv_response


def _task(token: str) -> DestructionTask:
    """Raises LinkError once the task is done, or the link too old or withdrawn."""
    pk = TASK.read(token, at=timezone.now(), state=task_state)
    rows = DestructionTask.objects.select_related("list__school", "processor")
    found: DestructionTask = get_object_or_404(rows, pk=pk)
    # The number of the row is that of this link, also where another was sent since the line above.
    TASK.read(token, at=timezone.now(), state=str(found.link_number))
    return found


def _language(request: HttpRequest, task: DestructionTask | None) -> Language:
    """What the reader chose, or what is spoken where this processor is."""
    country = task.processor.country if task and task.processor else ""
    return chosen(request.GET.get("taal", ""), language_in(country))


def _tongues(language: Language) -> dict[str, str]:
    other = Language.DUTCH if language == Language.ENGLISH else Language.ENGLISH
    return {"language": language.value, "other": other.value}


def _shut(request: HttpRequest, problem: LinkError) -> HttpResponse:
    task = None
    if problem.subject:  # its signature was good: who had the link may know what became of it
        rows = DestructionTask.objects.select_related("list", "processor")
        task = rows.filter(pk=int(problem.subject)).first()
    language = _language(request, task)
    with translation.override(language):
        if isinstance(problem, LinkExpired):
            why = _("Deze link is verlopen. Vraag de school om een nieuwe.")
        elif isinstance(problem, LinkSpent):
            why = _spent(task)
        else:
            why = _("Deze link klopt niet. Open de link uit de e-mail nog eens, helemaal.")
        context = {"why": why, **_tongues(language)}
        return render(request, "registers/destruction/link_shut.html", context, status=410)


def _spent(task: DestructionTask | None) -> str:
    if task is None or task.done_on or task.list.state != DestructionState.HANDED:
        return _("Deze opdracht is klaar. U hoeft niets meer te doen.")
    if task.asked_at:
        return _(
            "Deze link geldt niet meer. Er is een nieuwe gestuurd: gebruik de link uit de laatste "
            "e-mail."
        )
    return _(
        "Deze link geldt niet meer. De school heeft hem ingetrokken. Heeft u hem nog nodig? Vraag "
        "de school om een nieuwe."
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, the file, and the form to say that it is done; in Dutch or in English."""
    try:
        task = _task(token)
        language = _language(request, task)
        with translation.override(language):
            return _page(request, task, token, language)
    except LinkError as problem:
        return _shut(request, problem)


def _page(
    request: HttpRequest, task: DestructionTask, token: str, language: Language
) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = LinkProofForm(posted, request.FILES or None)
    if form.is_bound and form.is_valid():
        if _proven(form, task):
            return render(request, "registers/destruction/link_done.html", {"task": task})
        _task(token)  # withdrawn meanwhile: said as of every link that is shut
    context = {
        "task": task,
        "form": form,
        "token": token,
        "kinds": _kinds(task),
        **_tongues(language),
    }
    return render(request, "registers/destruction/link.html", context)


@dataclass
class Kind:
    """What goes under one rule: of how many people, of which periods, and which data."""

    rule: str
    data: str
    people: int = 0
    periods: list[str] = field(default_factory=list)


def _kinds(task: DestructionTask) -> list[Kind]:
    found: dict[int, Kind] = {}
    for item, data in task_items(task):
        kind = found.setdefault(item.rule_id, Kind(rule_name(item), ", ".join(data)))
        if item.period:
            kind.periods.append(item.period)
        else:
            kind.people += 1
    return list(found.values())


def _proven(form: LinkProofForm, task: DestructionTask) -> bool:
    at, given = timezone.now(), cast(Any, form.fields["document"])
    try:
        with transaction.atomic():
            document = None
            if upload := form.cleaned_data["document"]:
                document = given.keep(
                    upload,
                    title=f"Bewijs van vernietiging {task.list.number}",
                    kind=DocumentKind.DESTRUCTION_PROOF,
                    by=None,
                    at=at,
                )
            prove(
                task=task,
                proof=form.proof(document),
                by=None,
                at=at,
                link_number=task.link_number,
            )
    except ActRefused as refusal:
        tell(form, refusal)
        return False
    return True


@never_cache
@require_POST
def link_file(request: HttpRequest, token: str) -> HttpResponse:
    """The numbers that this processor destroys; every fetch is logged."""
    try:
        task = _task(token)
    except LinkError as problem:
        return _shut(request, problem)
    note_access(subject=task.list, act=AccessEntry.Act.EXPORTED, by=None, school=task.list.school)
    with translation.override(_language(request, task)):
        return csv_response(task.list, task)

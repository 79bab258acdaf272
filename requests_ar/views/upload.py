"""Who searches, with or without account: reads what is asked, brings files, says what was found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in
from privacyboard.links import LinkError, LinkExpired, LinkSpent
from privacyboard.organisation.models import User
from requests_ar.actions.searching import add_files, finish_task
from requests_ar.forms.cases import FoundForm
from requests_ar.letters.tasks import UPLOAD, upload_state
from requests_ar.models import SearchTask

_TASKS = SearchTask.objects.select_related("request__school", "system", "processor")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The task of a colleague, who need not be allowed to read the request itself."""
    user = signed_in(request)
    task: SearchTask = get_object_or_404(_TASKS.asked_of(user), pk=pk)
    return _work(request, task, by=user, after=reverse("home"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search_upload(request: HttpRequest, token: str) -> HttpResponse:
    """The same by a link of this task alone, until the task is done."""
    try:
        pk = UPLOAD.read(token, at=timezone.now(), state=upload_state)
    except LinkError as problem:
        return _shut(request, problem)
    return _work(request, get_object_or_404(_TASKS, pk=pk), by=None, after="")


def _shut(request: HttpRequest, problem: LinkError) -> HttpResponse:
    if isinstance(problem, LinkExpired):
        why = _("Deze link is verlopen. Vraag de school om een nieuwe.")
    elif isinstance(problem, LinkSpent):
        why = _("Deze taak is klaar of vervallen. U hoeft niets meer te doen.")
    else:
        why = _("Deze link klopt niet. Open de link uit de e-mail nog eens, helemaal.")
    return render(request, "requests_ar/link_shut.html", {"why": why}, status=410)


def _work(request: HttpRequest, task: SearchTask, *, by: User | None, after: str) -> HttpResponse:
    given: dict[str, Any] = {"case": task.request, "target": task}
    form = FoundForm(**given)
    if request.method == "POST":
        form = FoundForm(request.POST, request.FILES, **given)
        if form.is_valid() and _finished(form, task, by):
            if not after:
                return render(request, "requests_ar/task_done.html")
            messages.success(request, _("Dank u wel. Wat u vond, staat in het dossier."))
            return HttpResponseRedirect(after)
    context = {"form": form, "task": task, "by_link": by is None}
    return render(request, "requests_ar/task.html", context)


def _finished(form: FoundForm, task: SearchTask, by: User | None) -> bool:
    at = timezone.now()
    try:
        with transaction.atomic():
            add_files(
                request=task.request, uploads=form.cleaned_data["uploads"], task=task, by=by, at=at
            )
            finish_task(task=task, found=form.cleaned_data["found"], by=by, at=at)
    except ActRefused as refusal:
        tell(form, refusal)
        return False
    return True

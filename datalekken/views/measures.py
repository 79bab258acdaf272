"""The page of whoever takes care of a measure: what to do, and nothing else of the breach."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from datalekken.actions.closing import finish_measure
from datalekken.forms.following import OwnMeasureForm
from datalekken.models import Measure
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure, for its owner alone: who reads the file finds it there."""
    user = signed_in(request)
    found = get_object_or_404(Measure.objects.owned_by(user), pk=pk)
    now = timezone.now()
    form = OwnMeasureForm(
        request.POST if request.method == "POST" else None,
        initial={"done_on": timezone.localdate(now)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            finish_measure(measure=found, **form.cleaned_data, by=user, at=now)
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Vastgelegd dat dit klaar is. Dank u wel."))
            return HttpResponseRedirect(request.path)
    is_late = found.done_on is None and found.due_on < timezone.localdate(now)
    context = {"measure": found, "form": form, "is_late": is_late}
    return render(request, "datalekken/measure.html", context)

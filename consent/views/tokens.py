"""Keys of schools: made, shown once, and ended."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions.tokens import Made, make_token, revoke_token
from consent.forms.tokens import TokenForm
from consent.models import SchoolToken
from consent.views.office import act_page, holding, key_of, posted
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User

_POST = ["GET", "HEAD", "POST"]
MOST = 200


def _tokens(user: User) -> Any:
    schools = School.objects.where(user, Right.MANAGE_CONSENT)
    return SchoolToken.objects.filter(school__in=schools.values("pk"))


@login_required
@never_cache
@require_http_methods(_POST)
def tokens(request: HttpRequest) -> HttpResponse:
    """Every key with its last use; a new one is shown once, in the answer to its form."""
    user = holding(request, Right.MANAGE_CONSENT)
    form = TokenForm(posted(request), user=user)
    made: Made | None = None
    if form.is_valid():
        made = make_token(**form.cleaned_data, by=user, at=timezone.now())
        form = TokenForm(user=user)
    rows = _tokens(user).select_related("school", "made_by")
    context = {
        "form": form,
        "made": made,
        "tokens": rows.order_by("revoked_at", "-made_at", "-id")[:MOST],
        "address": request.build_absolute_uri(reverse("consent_api")),
    }
    status = 422 if form.errors else 200
    return render(request, "consent/tokens.html", context, status=status)


@login_required
@never_cache
@require_http_methods(_POST)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key: what reads with it reads nothing from now on."""
    user = holding(request, Right.MANAGE_CONSENT)
    found: SchoolToken = get_object_or_404(_tokens(user).select_related("school"), pk=key_of(pk))
    return act_page(
        request,
        form=None,
        perform=lambda: revoke_token(token=found, by=user, at=timezone.now()),
        done=lambda _made: _("De sleutel is ingetrokken."),
        back=reverse("consent_tokens"),
        context={
            "title": _("Sleutel intrekken"),
            "explanation": _("%(name)s van %(school)s kan hierna niets meer lezen.")
            % {"name": found.name, "school": found.school.name},
            "submit_label": _("Intrekken"),
        },
        template="consent/form.html",
    )

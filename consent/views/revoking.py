"""A link that came into the wrong hands no longer serves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions.links import revoke_links
from consent.views.office import act_page, holding, key_of, pupil_of
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardian, Pupil


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int, guardian: int | None = None) -> HttpResponse:
    """Revoke the links of a guardian of this pupil, or of the pupil; a new one can be asked."""
    user = holding(request, Right.RECORD_CONSENT)
    pupil = pupil_of(user, pk, Right.RECORD_CONSENT)
    who: Guardian | Pupil = pupil
    if guardian is not None:
        ties = pupil.guardianships.select_related("guardian")
        who = get_object_or_404(ties, guardian=key_of(guardian)).guardian
    return act_page(
        request,
        form=None,
        perform=lambda: revoke_links(who=who, by=user, at=timezone.now()),
        done=lambda _who: _("De link is ingetrokken."),
        back=reverse("consent_pupil", args=[pupil.pk]),
        context={
            "title": _("Link intrekken"),
            "explanation": _(
                "Elke link die %(name)s kreeg, werkt daarna niet meer, ook niet voor andere "
                "kinderen. Wat is geantwoord, blijft staan. Een nieuwe link vragen kan altijd."
            )
            % {"name": who},
            "submit_label": _("Link intrekken"),
        },
        template="consent/form.html",
    )

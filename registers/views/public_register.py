"""The register as everyone may read it, and the page on which the board chooses what shows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from registers import actions, letters
from registers.choices import PublicPart
from registers.forms.desk import PublicPartsForm
from registers.models import PublicField
from registers.models.remembered import Remembered
from registers.views.recipients import pdf_response

LATEST = 10


@require_safe
def public_register(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """What the board, or a school, does with personal data, in the parts that the board chose."""
    school = get_object_or_404(School, slug=slug) if slug else None
    today = timezone.localdate()

    def body() -> str:
        facts = letters.public_register(school=school, on=today)
        listed = {"chapters": facts.chapters}
        return render_to_string("registers/public_register_listed.html", listed)

    place = school.pk if school else "board"
    context = {
        "body": Remembered(on=today).page(f"public register {place}", body),
        "date": today,
        "school": school,
        "schools": [] if school else School.objects.all(),
    }
    return render(request, "registers/public_register.html", context)


@require_safe
def public_register_pdf(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The same page as a PDF."""
    school = get_object_or_404(School, slug=slug) if slug else None
    facts = letters.public_register(school=school, on=timezone.localdate())
    return pdf_response("registers/public_register", facts, "openbaar-register.pdf")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def public_parts(request: HttpRequest) -> HttpResponse:
    """Choose part by part what the public pages show; for who publishes the statement."""
    user = signed_in(request)
    if not user.standing.holds(Right.PUBLISH_STATEMENT):
        raise Http404
    form = PublicPartsForm(
        request.POST if request.method == "POST" else None,
        initial={"parts": sorted(PublicField.objects.shown())},
    )
    if request.method == "POST" and form.is_valid():
        actions.set_public_parts(chosen=form.cleaned_data["parts"], by=user, at=timezone.now())
        messages.success(request, _("Bewaard. Zo staat het nu op de openbare pagina's."))
        return HttpResponseRedirect(reverse("public_parts"))
    return render(
        request, "registers/public_register_parts.html", {"form": form, "events": _changes()}
    )


def _changes() -> list[dict[str, Any]]:
    """The latest choices, newest first."""
    rows = PublicField.history.select_related("history_user").order_by("-history_date", "-pk")
    return [
        {
            "when": row.history_date,
            "who": row.history_user,
            "what": PublicPart(row.key).label if row.key in PublicPart.values else row.key,
            "why": row.history_change_reason,
        }
        for row in rows[:LATEST]
    ]

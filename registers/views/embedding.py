"""The privacy statement as a bare page that the board's registered sites may show in a frame."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from privacyboard.organisation.models import School
from privacyboard.organisation.rules import BOARD_SLUG
from privacyboard.vocabulary import Language
from registers.choices import Audience
from registers.models import PublishedStatement, Website
from registers.rules.embedding import frame_ancestors


@require_safe
@xframe_options_exempt
def statement(request: HttpRequest, place: str) -> HttpResponseBase:
    """The published statement for parents, framed by registered sites only; it sets no cookie."""
    school = None if place == BOARD_SLUG else get_object_or_404(School, slug=place)
    published = (
        PublishedStatement.objects.in_force()
        .filter(school=school, audience=Audience.PARENTS, language=Language.DUTCH)
        .first()
    )
    context = {"published": published, "statement": published.content if published else None}
    origins = Website.objects.framing(school).values_list("origin", flat=True)
    # Who may frame it depends on the place: the policy is laid on this one response. The older
    # header cannot name origins, and would forbid every frame.
    framed = csp_replace({"frame-ancestors": frame_ancestors(origins)})

    def page(asked: HttpRequest) -> HttpResponse:
        status = 200 if published else 404
        return render(asked, "registers/embedded_statement.html", context, status=status)

    return framed(page)(request)

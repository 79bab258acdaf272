"""The cookie statement: for everyone, without login, made from the inventory."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from privacyboard.organisation.models import School
from registers.models import Website
from registers.models.website_flags import site_of
from registers.rules.cookies import cookie_statement


@require_safe
def cookies(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Which cookies the websites place (Telecommunicatiewet 11.7a): of all, or of one school."""
    school = get_object_or_404(School, slug=slug) if slug else None
    websites = Website.objects.filter(school=school) if school else Website.objects.all()
    context = {
        "school": school,
        "statement": cookie_statement(
            site_of(each) for each in websites.with_cookies().board_first()
        ),
        "schools": [] if school else School.objects.filter(websites__isnull=False).distinct(),
    }
    return render(request, "registers/cookies.html", context)

"""The privacy statement: for everyone without login, and the desk where it is published."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.documents.views import attachment
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from privacyboard.organisation.rules import BOARD_SLUG
from registers import actions, letters
from registers.models import PublishedStatement


def _published(slug: str | None) -> PublishedStatement | None:
    school = get_object_or_404(School, slug=slug) if slug else None
    statement: PublishedStatement | None = (
        PublishedStatement.objects.in_force().filter(school=school).select_related("pdf").first()
    )
    return statement


@require_safe
def statement(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The published statement of the board, or of a school, as a page."""
    published = _published(slug)
    if published is None:
        return render(request, "registers/statement_missing.html", status=404)
    schools = School.objects.filter(statements__ended_at=None, statements__isnull=False)
    context = {
        "statement": published.content,
        "published": published,
        "slug": slug,
        "schools": schools.distinct(),
    }
    return render(request, "registers/statement.html", context)


@require_safe
def statement_pdf(request: HttpRequest, slug: str | None = None) -> FileResponse:
    """The same statement as a PDF."""
    published = _published(slug)
    if published is None:
        raise Http404
    return attachment(published.pdf)


def _may_publish(request: HttpRequest) -> None:
    if not request.user.has_perm(Right.PUBLISH_STATEMENT):
        raise Http404


def _place(name: str) -> School | None:
    return None if name == BOARD_SLUG else get_object_or_404(School, slug=name)


@login_required
@require_safe
def statement_desk(request: HttpRequest) -> HttpResponse:
    """What is published for the board and each school, and what stands in the way of the next."""
    _may_publish(request)
    today = timezone.localdate()
    published = {
        each.school_id: each for each in PublishedStatement.objects.in_force().select_related("pdf")
    }
    places = [(BOARD_SLUG, None), *((school.slug, school) for school in School.objects.all())]
    drafts = letters.draft_statements([school for _name, school in places], on=today)
    rows = [
        {
            "name": name,
            "title": school.name if school else _("Het hele bestuur"),
            "gaps": draft.gaps,
            "published": published.get(school.pk if school else None),
        }
        for (name, school), draft in zip(places, drafts, strict=True)
    ]
    return render(request, "registers/statement_desk.html", {"rows": rows})


@login_required
@require_safe
def statement_preview(request: HttpRequest, place: str) -> HttpResponse:
    """The statement as it would be published now, with its gaps on top."""
    _may_publish(request)
    draft = letters.draft_statement(school=_place(place), on=timezone.localdate())
    context = {"statement": asdict(draft.statement), "gaps": draft.gaps, "place": place}
    return render(request, "registers/statement_preview.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def statement_publish(request: HttpRequest, place: str) -> HttpResponse:
    """Ask, and publish on POST; refused while AVG 13 or 14 asks something that is missing."""
    _may_publish(request)
    school = _place(place)
    if request.method == "POST":
        try:
            actions.publish_statement(school=school, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except actions.NotComplete as refusal:
            for gap in refusal.gaps:
                messages.error(request, f"{gap.place}: {gap.sentence} ({gap.article})")
        else:
            messages.success(request, _("De privacyverklaring staat nu op de openbare pagina."))
        return HttpResponseRedirect(reverse("statement_desk"))
    name = school.name if school else _("het hele bestuur")
    context = {
        "title": _("Privacyverklaring publiceren"),
        "explanation": _(
            "U publiceert de privacyverklaring voor %(name)s. Iedereen kan haar daarna lezen, "
            "zonder in te loggen. De vorige versie blijft bewaard."
        )
        % {"name": name},
        "submit_label": _("Publiceren"),
        "cancel_url": reverse("statement_desk"),
    }
    return render(request, "pieces/confirm.html", context)

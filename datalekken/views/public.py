"""What everyone reaches without login: the report form, the number, and the status by link."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from datalekken import letters
from datalekken.actions.reporting import Reported, TooManyReports, report_by_form
from datalekken.choices import BreachState, IncidentKind
from datalekken.forms.reporting import SHORT_LIST, ReportForm, known_of
from datalekken.models import Breach
from datalekken.rules.first_aid import first_aid
from datalekken.rules.reporter import STATE_WORDS
from datalekken.views.contact import contact_point
from datalekken.views.kept import FORM, dropped, remember, tongues
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.links import Link, LinkAltered, LinkError
from privacyboard.organisation.context_processors import board_on
from privacyboard.organisation.models import School, User
from privacyboard.publicforms.network import network_of
from privacyboard.publicforms.rules import Bound
from privacyboard.vocabulary import Language

# The page after sending shows the number and the link for as long as somebody sits before it.
SENT = Link(purpose="breach-sent", max_age=timedelta(hours=1))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, language: str = Language.DUTCH) -> HttpResponse:
    """First what happened, in a short list; then the form, with first aid above it."""
    with translation.override(language):
        kind = request.GET.get("soort", "")
        if request.method != "POST" and kind not in IncidentKind.values:
            return render(request, "datalekken/public_start.html", _start(request, language))
        return _form(request, language, kind)


def _start(request: HttpRequest, language: str) -> dict[str, Any]:
    return {
        "kinds": SHORT_LIST,
        "school": request.GET.get("school", ""),
        "contact": contact_point(board_on(request)),
        **tongues(language),
    }


def _form(request: HttpRequest, language: str, kind: str) -> HttpResponse:
    now, user = timezone.now(), _signed_in(request)
    schools = {each.slug: each for each in School.objects.all()}
    places = [(slug, each.name) for slug, each in schools.items()]
    initial = {"token": secrets.token_urlsafe(24), "kind": kind}
    if user is not None:
        initial |= known_of(user, {each.pk: slug for slug, each in schools.items()})
    if asked := request.GET.get("school"):
        initial["school"] = asked
    # Read before the names of what was too large: reading is what finds them.
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    filled = ReportForm(
        *sent, at=now, places=places, too_large=dropped(request) if sent else (), initial=initial
    )
    status = 200
    pause: dict[str, Any] | None = None
    if sent and filled.is_valid():
        reported = filled.reported(schools=schools, reporter=user, language=language)
        try:
            return _take(request, reported, user=user, at=now)
        except TooManyReports as many:
            status, pause = 429, {"bound": many.bound.value, "until": _until(many.bound, at=now)}
        except ActRefused as refusal:
            tell(filled, refusal)
    contact = contact_point(board_on(request))
    shown = request.POST.get("kind", kind)
    context = {
        "form": filled,
        "pause": pause,
        "contact": contact,
        "steps": first_aid(shown if shown in IncidentKind.values else IncidentKind.UNKNOWN),
        "kept": remember(contact, places),
        **tongues(language),
    }
    page = render(request, FORM, context, status=status)
    if pause is not None:
        page["Retry-After"] = str(int((pause["until"] - now).total_seconds()) + 1)
    return page


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _take(
    request: HttpRequest, reported: Reported, *, user: User | None, at: datetime
) -> HttpResponse:
    # A school behind one address: who is signed in does not wait for who is not.
    network = network_of(request) if user is None else f"account {user.pk}"
    made = report_by_form(reported=reported, network=network, by=user, at=at)
    token = SENT.make(str(made.pk), at=at, state=str(made.link_number))
    return HttpResponseRedirect(reverse("breach_sent", args=[token]))


def _until(bound: Bound, *, at: datetime) -> datetime:
    """Until when this sender waits: the next hour, or tomorrow."""
    here = timezone.localtime(at)
    if bound == Bound.HOUR:
        return here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return timezone.make_aware(datetime.combine(here.date() + timedelta(days=1), time.min))


@never_cache
@require_safe
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """The number, the link to follow it, and what to do now; nothing of what was reported."""
    found = _behind(request, token, SENT)
    if isinstance(found, HttpResponse):
        return found
    more = {"link": letters.status_address(found, at=timezone.now())}
    return _shown(request, found, "datalekken/public_sent.html", more)


@never_cache
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """How far the report is: number and state, nothing of what was reported."""
    found = _behind(request, token, letters.STATUS)
    if isinstance(found, HttpResponse):
        return found
    return _shown(request, found, "datalekken/public_status.html", {})


def _shown(
    request: HttpRequest, found: Breach, template: str, more: dict[str, Any]
) -> HttpResponse:
    with translation.override(found.language):
        context = {
            "number": found.number,
            "state": STATE_WORDS[BreachState(found.state)],
            "steps": first_aid(found.kind),
            "has_mail": bool(found.reporter_email),
            "contact": contact_point(board_on(request)),
            **tongues(found.language),
            **more,
        }
        return _private(render(request, template, context))


def _behind(request: HttpRequest, token: str, link: Link) -> Breach | HttpResponse:
    """The report that a link opens, or the page that says why it opens nothing."""
    try:
        pk = link.read(token, at=timezone.now(), state=letters.present_status)
        found: Breach = Breach.objects.get(pk=pk)
    except LinkError as problem:
        return _shut(request, problem)
    return found


def _shut(request: HttpRequest, problem: LinkError) -> HttpResponse:
    language = Language.DUTCH.value
    if problem.subject:
        rows = Breach.objects.filter(pk=problem.subject)
        language = rows.values_list("language", flat=True).first() or language
    is_altered = isinstance(problem, LinkAltered)
    with translation.override(language):
        contact = contact_point(board_on(request))
        context = {"is_altered": is_altered, "contact": contact, **tongues(language)}
        code = 404 if is_altered else 410
        return _private(render(request, "datalekken/public_shut.html", context, status=code))


def _private(response: HttpResponse) -> HttpResponse:
    """A page behind a link of one person is for no search engine."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

"""Pages that exist in the demo only: where to begin, and the letters that were sent."""

from datetime import date

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from consent.letters.links import family_link
from consent.rules.sixteen import born_by
from privacyboard.demo import people
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Guardian, Pupil

PUPILS = 2


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where a newcomer begins: who can sign in, and families whose page can be opened."""
    now = timezone.now()
    context = {
        "password": people.PASSWORD,
        "logins": people.rows(),
        "roles": Role.choices,
        "families": [(who, family_link(who, now)) for who in _families(localdate(now))],
    }
    return render(request, "demo/start.html", context)


def _families(today: date) -> list[Guardian | Pupil]:
    """Of each language the guardian with most children, and pupils who decide for themselves."""
    ties = Count("guardianships", filter=Q(guardianships__has_authority=True))
    largest: dict[str, Guardian] = {}
    for guardian in Guardian.objects.annotate(children=ties).order_by("-children", "pk"):
        if guardian.children:
            largest.setdefault(guardian.language, guardian)
    alone = Pupil.objects.enrolled_on(today).filter(born_on__lte=born_by(today), has_curator=False)
    return [*largest.values(), *alone.order_by("-born_on", "pk")[:PUPILS]]


@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """The letters that were sent, newest first, so that a newcomer can click their links."""
    letters = OutboundLetter.objects.filter(state=OutboundLetter.State.SENT)
    return render(request, "demo/post.html", {"letters": letters.order_by("-sent_at")[:100]})


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as its receiver sees it."""
    found = get_object_or_404(OutboundLetter, pk=pk, state=OutboundLetter.State.SENT)
    return render(request, "demo/letter.html", {"letter": found})

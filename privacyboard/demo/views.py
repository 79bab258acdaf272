"""Pages that exist in the demo only: the letters that were sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from privacyboard.mail.models import OutboundLetter


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

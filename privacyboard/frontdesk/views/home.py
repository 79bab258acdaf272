"""The front desk: home, signing in and out, choosing a password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacyboard.backoffice import letters
from privacyboard.backoffice.records import signed_in
from privacyboard.frontdesk import desk
from privacyboard.frontdesk.actions import make_calendar_address, revoke_calendar_address
from privacyboard.frontdesk.content import calendar_text
from privacyboard.frontdesk.forms import AddressForm, NewPasswordForm, SignInForm
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.frontdesk.places import places
from privacyboard.organisation.context_processors import board_on
from privacyboard.organisation.models import Board, School, User
from privacyboard.vocabulary import Language, Tone
from registers.choices import Audience
from registers.models.remembered import Remembered


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs this person today; for strangers, the doors that are open to them."""
    if not request.user.is_authenticated:
        return render(request, "frontdesk/welcome.html", {"schools": _schools_with_statement()})
    user = request.user
    at = timezone.now()
    context = {
        "greeting": desk.greeting(user.first_name, timezone.localtime(at).hour),
        "role": desk.roles_in_words(user),
        "today": timezone.localdate(at),
        **_home_of(user, at, board_on(request)),
    }
    return render(request, "frontdesk/home.html", context)


def _home_of(user: User, at: datetime, board: Board | None) -> dict[str, Any]:
    today = timezone.localdate(at)
    remembered = Remembered(on=today, user=user)
    items = desk.worklist(user, at, remembered)
    return {
        "items": items,
        "subjects": desk.by_subject(items),
        "late": sum(each.tone == Tone.LATE for each in items),
        "figures": desk.figures(user, today, remembered, board),
        "places": places(user),
    }


def _schools_with_statement() -> list[dict[str, str]]:
    schools = School.objects.filter(
        statements__ended_at=None,
        statements__audience=Audience.PARENTS,
        statements__language=Language.DUTCH,
    ).distinct()
    return [
        {"name": each.name, "statement_url": reverse("statement_school", args=[each.slug])}
        for each in schools
    ]


class SignIn(auth_views.LoginView):
    """Sign in with one's own account."""

    form_class = SignInForm
    template_name = "frontdesk/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            ended="afgelopen" in self.request.GET, next=self.request.GET.get("next", ""), **kwargs
        )


@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link to choose a password; the answer never tells whether an address is known."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _send_link(form.cleaned_data["email"])
        return HttpResponseRedirect(reverse("password_sent"))
    return render(request, "frontdesk/password_forgotten.html", {"form": form})


def _send_link(address: str) -> None:
    user = User.objects.filter(email=address.strip().lower(), is_active=True).first()
    if user is not None and user.standing.may_sign_in:
        letters.password_link(user, at=timezone.now())


@require_safe
def password_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, the same for every address."""
    return render(request, "frontdesk/password_sent.html")


class PasswordNew(auth_views.PasswordResetConfirmView):
    """Choose a password by link; the link works once."""

    form_class = NewPasswordForm
    template_name = "frontdesk/password_new.html"
    success_url = reverse_lazy("password_chosen")
    token_generator = default_token_generator

    def get_user(self, uidb64: str) -> Any:
        """Nobody without a running appointment: a link outlives no role."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.standing.may_sign_in else None


@require_safe
def password_chosen(request: HttpRequest) -> HttpResponse:
    """The password is set; the way to sign in."""
    return render(
        request, "frontdesk/password_chosen.html", {"title": _("Uw wachtwoord is gekozen")}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """One's own calendar address; POST makes a new one and shows it, this once."""
    user = signed_in(request)
    address = ""
    if request.method == "POST":
        token = make_calendar_address(by=user, at=timezone.now())
        address = f"{settings.BASE_URL}{reverse('calendar_feed', args=[token])}"
    context = {"address": address, "made_at": CalendarAddress.objects.made_at(user)}
    return render(request, "frontdesk/calendar.html", context)


@login_required
@require_POST
def calendar_revoked(request: HttpRequest) -> HttpResponse:
    """The address works no longer."""
    revoke_calendar_address(by=signed_in(request), at=timezone.now())
    messages.success(request, _("Het adres is ingetrokken. Uw agenda leest niet meer mee."))
    return HttpResponseRedirect(reverse("calendar"))


@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads: numbers and days of what its owner may see today."""
    owner = CalendarAddress.objects.owner_of(token)
    if owner is None:
        raise Http404
    text = calendar_text(
        desk.calendar_days(owner), name="privacyboard", site=settings.BASE_URL, at=timezone.now()
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="privacyboard.ics"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

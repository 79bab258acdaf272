"""The yearly rounds: the list, one round with its letters and its response, and its acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions import rounds as acts
from consent.choices import RoundState
from consent.forms.rounds import CancelForm, RoundForm, as_typed
from consent.models import ConsentPolicy, Round
from consent.models.response import ClassFigures, LetterFigures, class_figures, letter_figures
from consent.models.rounds import default_reminders
from consent.rules.answering import period_end
from consent.views.office import act_page, holding, holding_everywhere, key_of, number_of, posted
from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User

PER_PAGE = 25
REFRESH_SECONDS = 5
_POST = ["GET", "HEAD", "POST"]
# A round that starts today ends so many days later, unless somebody says otherwise.
_USUAL_DAYS = 42


@dataclass(frozen=True)
class SchoolLine:
    """The response of a round at one school."""

    school: School
    classes: Sequence[ClassFigures]

    @property
    def asked(self) -> int:
        return sum(each.asked for each in self.classes)

    @property
    def answered(self) -> int:
        return sum(each.answered for each in self.classes)

    @property
    def unanswered(self) -> int:
        return sum(each.unanswered for each in self.classes)

    @property
    def unreached(self) -> int:
        return sum(each.unreached for each in self.classes)


@login_required
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round of this person's schools, the newest first."""
    user = holding(request, Right.VIEW_CONSENT)
    rows = Round.objects.visible_to(user).with_numbers()
    context = {
        "page": CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_manage": Right.MANAGE_CONSENT in user.standing.everywhere,
    }
    return render(request, "consent/rounds.html", context)


def _visible(user: User, pk: int) -> Round:
    found: Round = get_object_or_404(Round.objects.visible_to(user), pk=key_of(pk))
    return found


@login_required
@never_cache
@require_safe
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: what is asked, its letters, its response; while busy it looks again."""
    user = holding(request, Right.VIEW_CONSENT)
    asked = _visible(user, pk)
    today = timezone.localdate()
    here = School.objects.where(user, Right.VIEW_CONSENT)
    schools = list(asked.schools.filter(pk__in=here.values("pk")).order_by("sort_name"))
    began = asked.invited_at is not None
    keys = [each.pk for each in schools]
    letters = letter_figures(asked, keys) if began else None
    lines = _lines(class_figures(asked, keys, on=today), schools) if began else []
    chosen = next((one for one in lines if one.school.slug == request.GET.get("school")), None)
    is_busy = _is_busy(asked, letters, today)
    context = {
        "asked": asked,
        "schools": schools,
        "questions": list(asked.questions.all()),
        "letters": letters,
        "lines": lines,
        "total": SchoolLine(School(), [each for line in lines for each in line.classes]),
        "chosen": lines[0] if len(lines) == 1 else chosen,
        "is_busy": is_busy,
        "is_waiting": asked.state == RoundState.OPEN and asked.opens_on > today,
        "may_manage": Right.MANAGE_CONSENT in user.standing.everywhere,
    }
    response = render(request, "consent/round.html", context)
    if is_busy:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _is_busy(asked: Round, letters: LetterFigures | None, today: date) -> bool:
    """Whether letters of a round that runs are still being made or sent."""
    if asked.state != RoundState.OPEN or not asked.opens_on <= today <= asked.closes_on:
        return False
    return letters is None or letters.is_busy


def _lines(found: Sequence[ClassFigures], schools: Sequence[School]) -> list[SchoolLine]:
    classes: dict[int, list[ClassFigures]] = {}
    for each in found:
        classes.setdefault(each.school_id, []).append(each)
    return [SchoolLine(school, classes.get(school.pk, [])) for school in schools]


@login_required
@never_cache
@require_http_methods(_POST)
def new(request: HttpRequest) -> HttpResponse:
    """A new round; nobody is asked before it is opened."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    at = timezone.now()
    form = RoundForm(posted(request), initial=_usual(timezone.localdate(at)))
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.make_round(plan=form.plan(), by=user, at=at)
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("De ronde staat klaar. Kijk alles na en open hem daarna."))
            return HttpResponseRedirect(_page(made))
    context = {
        "form": form,
        "title": _("Nieuwe ronde"),
        "submit_label": _("Ronde bewaren"),
        "cancel_url": reverse("consent_rounds"),
    }
    return render(request, "consent/form.html", context, status=422 if form.errors else 200)


def _usual(today: date) -> dict[str, Any]:
    """What a round usually is, to begin with."""
    policy = ConsentPolicy.current()
    closes_on = today + timedelta(days=_USUAL_DAYS)
    ends_on = period_end(policy.period_ends_month, policy.period_ends_day, on=closes_on)
    return {
        "opens_on": today,
        "closes_on": closes_on,
        "valid_until": ends_on,
        "reminder_days": ", ".join(map(str, default_reminders())),
    }


def _page(asked: Round) -> str:
    return reverse("consent_round", args=[asked.pk])


@login_required
@never_cache
@require_http_methods(_POST)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another plan, while nobody was asked."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    asked = _in_state(user, pk, RoundState.DRAFT)
    form = RoundForm(posted(request), initial=as_typed(asked))
    return act_page(
        request,
        form=form,
        perform=lambda: acts.change_round(
            asked=asked,
            plan=form.plan(),
            seen=number_of(request, "seen"),
            by=user,
            at=timezone.now(),
        ),
        done=lambda _made: _("De ronde is gewijzigd."),
        back=_page(asked),
        context={
            "title": _("%(name)s wijzigen") % {"name": asked.name},
            "submit_label": _("Bewaren"),
            "seen": edition_of(asked),
        },
        template="consent/form.html",
    )


def _in_state(user: User, pk: int, *states: RoundState) -> Round:
    """A round in one of these states; 404 for another: there is nothing to do there."""
    asked = _visible(user, pk)
    if asked.state not in states:
        raise Http404
    return asked


@login_required
@never_cache
@require_http_methods(_POST)
def open_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a round, after a look at what will happen."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    asked = _visible(user, pk)
    return act_page(
        request,
        form=None,
        perform=lambda: acts.open_round(asked=asked, by=user, at=timezone.now()),
        done=lambda _made: _("De ronde is geopend."),
        back=_page(asked),
        context={
            "title": _("%(name)s openen") % {"name": asked.name},
            "explanation": _(
                "Op de eerste dag krijgt iedereen die mag beslissen één e-mail, voor alle kinderen "
                "van het gezin. Wie geen e-mailadres heeft, krijgt een brief via de school. Daarna "
                "verandert niet meer wat er gevraagd wordt."
            ),
            "facts": _facts(asked),
            "submit_label": _("Ronde openen"),
        },
    )


def _facts(asked: Round) -> list[tuple[str, str]]:
    return [
        (_("Scholen"), ", ".join(each.name for each in asked.schools.order_by("sort_name"))),
        (_("Vragen"), ", ".join(each.name for each in asked.questions.all())),
        (_("Opent op"), f"{asked.opens_on:%d-%m-%Y}"),
        (_("Sluit op"), f"{asked.closes_on:%d-%m-%Y}"),
        (_("Een ja geldt tot en met"), f"{asked.valid_until:%d-%m-%Y}"),
    ]


@login_required
@never_cache
@require_http_methods(_POST)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the asking before the last day."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    asked = _visible(user, pk)
    return act_page(
        request,
        form=None,
        perform=lambda: acts.close_round(asked=asked, by=user, at=timezone.now()),
        done=lambda _made: _("De ronde is gesloten."),
        back=_page(asked),
        context={
            "title": _("%(name)s sluiten") % {"name": asked.name},
            "explanation": _(
                "Er gaan geen brieven en herinneringen meer weg. Wie de link heeft, kan nog "
                "antwoorden."
            ),
            "submit_label": _("Ronde sluiten"),
        },
    )


@login_required
@never_cache
@require_http_methods(_POST)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Break a round off, with the reason."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    asked = _in_state(user, pk, RoundState.DRAFT, RoundState.OPEN)
    form: Any = CancelForm(posted(request))
    return act_page(
        request,
        form=form,
        perform=lambda: acts.cancel_round(
            asked=asked, **form.cleaned_data, by=user, at=timezone.now()
        ),
        done=lambda _made: _("De ronde is afgebroken."),
        back=_page(asked),
        context={
            "title": _("%(name)s afbreken") % {"name": asked.name},
            "explanation": _(
                "Brieven die nog klaarstaan, gaan niet weg. Antwoorden die er al zijn, blijven "
                "gelden."
            ),
            "submit_label": _("Ronde afbreken"),
            "tone": "danger",
        },
    )

"""What follows from answers: differences between parents, clean-ups, addresses, letters."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions.addressing import put_address_right
from consent.actions.following import finish_clean_up, settle_dispute
from consent.actions.paper import hand_over_all
from consent.choices import InvitedBecause
from consent.forms.tasks import AddressForm, CleanUpForm, DisputeForm, HandedForm
from consent.models import Answer, CleanUp, Dispute, Invitation
from consent.models.holding import rulings_on
from consent.rules.explaining import explain
from consent.views.office import act_page, holding, key_of, posted, schools_with_answers
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import (
    Guardian,
    Guardianship,
    Pupil,
    School,
    User,
)

# More than this of one kind nobody does in a day; the rest comes when these are done.
MOST = 50
_POST = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Everything that waits, at one school or at all of this person."""
    user = holding(request, Right.RECORD_CONSENT, Right.EXPORT_CONSENT)
    schools = list(schools_with_answers(user).order_by("sort_name"))
    slug = request.GET.get("school", "")
    chosen = next((each for each in schools if each.slug == slug), None)
    here = [chosen] if chosen else schools
    disputes = Dispute.objects.visible_to(user).filter(settled_at=None, pupil__school__in=here)
    clean_ups = CleanUp.objects.visible_to(user).filter(done_on=None, pupil__school__in=here)
    letters = Invitation.objects.visible_to(user).to_hand_over().filter(school__in=here)
    about = ("pupil__school", "question")
    context = {
        "disputes": disputes.select_related(*about).order_by("opened_at", "id")[:MOST],
        "clean_ups": clean_ups.select_related(*about).order_by("due_on", "id")[:MOST],
        "guardians": _out_of_reach(user, here)[:MOST],
        "letters": _piles(letters)[:MOST],
        "schools": schools if len(schools) > 1 else [],
        "school": chosen.slug if chosen else "",
        "today": timezone.localdate(),
        "may_act": user.standing.holds(Right.RECORD_CONSENT),
        "may_address": user.standing.holds(Right.CHANGE_PEOPLE),
        "most": MOST,
        "reasons": InvitedBecause.choices,
    }
    return render(request, "consent/tasks.html", context)


def _out_of_reach(user: User, schools: list[School]) -> Any:
    """Guardians whom mail does not reach, with their children that this person may know."""
    today = timezone.localdate()
    pupils = Pupil.objects.at(user, Right.VIEW_CONSENT).enrolled_on(today)
    pupils = pupils.filter(school__in=schools)
    ties = Guardianship.objects.filter(pupil__in=pupils.values("pk"))
    shown = ties.select_related("pupil__school").order_by("pupil__sort_name")
    return (
        Guardian.objects.out_of_reach()
        .filter(pk__in=ties.values("guardian"))
        .prefetch_related(Prefetch("guardianships", shown, to_attr="here"))
        .order_by("unreachable_since", "pk")
    )


def _piles(letters: Any) -> Any:
    """Files of letters that wait, each with how many letters are in it."""
    kept = ("document", "document__title", "school__name", "because")
    return letters.order_by().values(*kept).annotate(n=Count("*")).order_by("document")


def _task(rows: Any, user: User, pk: int) -> Any:
    """A task about a pupil, for who may record answers at that school; 404 to anyone else."""
    pupils = Pupil.objects.at(user, Right.RECORD_CONSENT).values("pk")
    seen = rows.visible_to(user).filter(pupil__in=pupils)
    return get_object_or_404(seen.select_related("pupil__school", "question"), pk=key_of(pk))


def _back(part: str) -> str:
    return f"{reverse('consent_tasks')}#{part}"


@login_required
@never_cache
@require_http_methods(_POST)
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """A difference between parents: who says what, and what was agreed."""
    user = holding(request, Right.RECORD_CONSENT)
    found: Dispute = _task(Dispute.objects, user, pk)
    at = timezone.now()
    if request.method != "POST":
        note_access(
            subject=found.pupil,
            act=AccessEntry.Act.OPENED,
            by=user,
            school=found.pupil.school,
        )
    form: Any = DisputeForm(posted(request))
    return act_page(
        request,
        form=form,
        perform=lambda: settle_dispute(dispute=found, **form.cleaned_data, by=user, at=at),
        done=lambda _made: _("Vastgelegd. Wat geldt, hangt af van wat de ouders antwoorden."),
        back=_back("verschillen"),
        context={"dispute": found, "voters": _voters(found, at), "is_open": not found.settled_at},
        template="consent/dispute.html",
    )


def _voters(found: Dispute, at: Any) -> list[tuple[Guardianship, Answer | None]]:
    """Who decides, with the last answer of each."""
    today = timezone.localdate(at)
    ties = Guardianship.objects.running_on(today).filter(pupil=found.pupil, has_authority=True)
    last = Answer.objects.last_of_each([found.pupil_id], at).filter(question=found.question)
    said = {each.guardian_id: each for each in last}
    people = ties.select_related("guardian").order_by("guardian__sort_name")
    return [(tie, said.get(tie.guardian_id)) for tie in people]


@login_required
@never_cache
@require_http_methods(_POST)
def clean_up(request: HttpRequest, pk: int) -> HttpResponse:
    """What has to be taken away, where and why; done with a day and a note."""
    user = holding(request, Right.RECORD_CONSENT)
    found: CleanUp = _task(CleanUp.objects, user, pk)
    at = timezone.now()
    today = timezone.localdate(at)
    ruling = rulings_on([found.pupil], [found.question], on=today)[found.pupil_id][
        found.question_id
    ]
    form: Any = CleanUpForm(posted(request), initial={"done_on": today})
    return act_page(
        request,
        form=form,
        perform=lambda: finish_clean_up(task=found, **form.cleaned_data, by=user, at=at),
        done=lambda _made: _("Vastgelegd dat dit is weggehaald."),
        back=_back("opruimen"),
        context={
            "task": found,
            "explanation_now": explain(ruling),
            "is_yes": ruling.is_yes,
            "is_open": found.done_on is None,
            "is_late": found.due_on < today,
        },
        template="consent/clean_up.html",
    )


@login_required
@never_cache
@require_http_methods(_POST)
def unreachable(request: HttpRequest, pk: int) -> HttpResponse:
    """The right address of somebody whom mail did not reach."""
    user = holding(request, Right.CHANGE_PEOPLE)
    pupils = Pupil.objects.at(user, Right.CHANGE_PEOPLE).values("pk")
    ties = Guardianship.objects.filter(pupil__in=pupils)
    rows = Guardian.objects.filter(pk__in=ties.values("guardian"))
    found: Guardian = get_object_or_404(rows, pk=key_of(pk))
    if found.unreachable_since is None and request.method != "POST":
        raise Http404
    form = AddressForm(posted(request))
    since = found.unreachable_since
    facts = [
        (_("Adres dat niet werkt"), found.email),
        (_("Waarom"), found.get_unreachable_why_display()),
        (_("Sinds"), date_format(timezone.localtime(since), "j F Y") if since else ""),
    ]
    return act_page(
        request,
        form=form,
        perform=lambda: put_address_right(
            guardian=found, email=form.cleaned_data["email"], by=user, at=timezone.now()
        ),
        done=lambda made: (
            (
                _("Het adres van %(name)s is rechtgezet.")
                if made.email
                else _("%(name)s antwoordt op papier.")
            )
            % {"name": made}
        ),
        back=_back("adressen"),
        context={
            "title": _("Adres van %(name)s") % {"name": found},
            "explanation": _("Onze mail kwam niet aan. Vraag het goede adres, en vul het hier in."),
            "facts": facts,
            "submit_label": _("Bewaren"),
        },
        template="consent/form.html",
    )


@login_required
@never_cache
@require_http_methods(_POST)
def handed(request: HttpRequest, pk: int) -> HttpResponse:
    """Note on which day the letters of a file were given to the children."""
    user = holding(request, Right.RECORD_CONSENT)
    schools = School.objects.where(user, Right.RECORD_CONSENT).values("pk")
    letters = Invitation.objects.visible_to(user).filter(school__in=schools)
    files = StoredDocument.objects.filter(pk__in=letters.values("document"))
    found: StoredDocument = get_object_or_404(files, pk=key_of(pk))
    at = timezone.now()
    form: Any = HandedForm(posted(request), initial={"handed_on": timezone.localdate(at)})
    words = _("Vastgelegd dat de brieven zijn meegegeven: %(many)s.")
    return act_page(
        request,
        form=form,
        perform=lambda: hand_over_all(document=found, **form.cleaned_data, by=user, at=at),
        done=lambda many: words % {"many": many},
        back=_back("brieven"),
        context={
            "title": _("Brieven meegegeven"),
            "explanation": found.title,
            "submit_label": _("Vastleggen"),
        },
        template="consent/form.html",
    )

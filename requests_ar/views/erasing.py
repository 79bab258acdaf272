"""What this application can erase of the person of a request, what must stay and why (AVG 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.collectors import Sought
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.records import signed_in
from privacyboard.clockwork.models import RetentionRun
from privacyboard.clockwork.runs import kept_of
from privacyboard.organisation.choices import Right
from requests_ar.actions.erasing import erase_here
from requests_ar.choices import RequestKind, RequestState
from requests_ar.letters.answers import contents_of
from requests_ar.models import RequestPart, RequestPerson, SubjectRequest
from requests_ar.retention import case_key
from requests_ar.retention.whose import doubt_words, means_of, narrowed
from requests_ar.rules.identity import Means
from requests_ar.rules.recipients import blocking_terms
from requests_ar.views.desk import holds, log_school
from requests_ar.views.held import sought_of, subject_of

# As long as a number can be in a request.
MOST_SIGNS = 40
_WRONG = gettext_lazy("Dit kan geen nummer zijn. Vul het nummer opnieuw in.")
_NUMBER = forms.CharField(
    required=False,
    max_length=MOST_SIGNS,
    error_messages={"max_length": _WRONG, "null_characters_not_allowed": _WRONG},
)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """Whose the number is; per rule of keeping what goes, what stays and why; and the button.

    Another number can be typed, and somebody can say to have made sure of one that stands here
    with another name: both are looked by first ("find"), and then erased by as they were shown.
    """
    user = signed_in(request)
    person, _sees_all = subject_of(user, number)
    case, parts = person.request, _erasures(person.request)
    if not parts:
        raise Http404
    may_erase = holds(user, Right.HANDLE_REQUESTS, case.school_id)
    looked = _looked_by(request, person)
    problem = looked.problem
    if request.method == "POST" and not problem and "find" not in request.POST:
        if not may_erase:
            raise Http404
        try:
            run = erase_here(
                request=case, sought=looked.sought, sure=looked.sure, by=user, at=timezone.now()
            )
        except ActRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _told(run))
            return HttpResponseRedirect(reverse("request_erase", args=[number]))
    note_access(subject=case, act=AccessEntry.Act.OPENED, by=user, school=log_school(case))
    context = _context(person, parts, looked) | {"problem": problem, "may_erase": may_erase}
    return render(request, "requests_ar/erase.html", context, status=422 if problem else 200)


@dataclass(frozen=True)
class _Looked:
    """By what is looked: the number as it was typed, each means with its doubt in words and whether
    it is looked by, what was made sure of.

    `problem`: why it can be no number; then nothing is looked by it.
    """

    number: str
    means: tuple[tuple[Means, str, bool], ...]
    sure: frozenset[str]
    sought: Sought
    problem: str


def _looked_by(request: HttpRequest, person: RequestPerson) -> _Looked:
    number, problem = request.POST.get("number", person.key), ""
    try:
        by_number = number = _NUMBER.clean(number)
    except ValidationError as wrong:
        by_number, problem = "", " ".join(wrong.messages)
    sure = frozenset(request.POST.getlist("sure"))
    whole = sought_of(signed_in(request), person, number=by_number)
    means = means_of(whole, person)
    told = tuple(
        (each, doubt_words(each) if each.doubt else "", each.is_usable(sure)) for each in means
    )
    return _Looked(number, told, sure, narrowed(whole, means, person, sure), problem)


def _erasures(case: SubjectRequest) -> list[RequestPart]:
    kinds = {RequestKind.ERASURE.value}
    return [part for part in case.parts.all() if {part.kind, part.handled_as} & kinds]


def _context(person: RequestPerson, parts: list[RequestPart], looked: _Looked) -> dict[str, Any]:
    case, today = person.request, timezone.localdate()
    sought = looked.sought
    by_name_alone = not (sought.emails or sought.keys)
    kept = [] if by_name_alone else kept_of(sought, today=today, case=case_key(case))
    is_granted = any(part.granted == RequestKind.ERASURE for part in parts)
    undone = next((part for part in parts if part.waits_for_doing), None)
    return {
        "case": case,
        "person": person,
        "looked": looked,
        "in_doubt": any(each.doubt for each, *_told in looked.means),
        "can_make_sure": any(each.doubt and not each.is_beyond for each, *_told in looked.means),
        "free": [each for each in kept if each.free],
        "staying": [each for each in kept if each.grounded],
        "held": [each for each in kept if each.held],
        "free_count": sum(len(each.free) for each in kept),
        "stay_count": sum(each.grounded for each in kept),
        "by_name_alone": by_name_alone,
        "is_granted": is_granted,
        "is_answered": case.state == RequestState.ANSWERED,
        "undone": undone,
        "terms": blocking_terms(contents_of(case)),
    }


def _told(run: RetentionRun) -> str:
    gone = sum(run.lines.values_list("gone", flat=True))
    if not gone:
        return _("Er was niets dat weg mocht.")
    words = ngettext(
        "%(gone)s record is gewist. Leg nog vast dat het verzoek is uitgevoerd.",
        "%(gone)s records zijn gewist. Leg nog vast dat het verzoek is uitgevoerd.",
        gone,
    )
    return words % {"gone": gone}

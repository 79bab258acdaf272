"""Answers on paper, per class in a grid; and what one person said at the desk or by telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions.class_papers import Filled, record_papers
from consent.choices import Way
from consent.forms.office import NO, YES, HeardForm, PaperForm
from consent.models import Question, Wording
from consent.models.class_sheet import Voter, pupils_in, questions_at, texts_on, voters_of
from consent.views.office import holding, key_of, posted, pupil_of
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, School
from privacyboard.organisation.querysets import running_on
from privacyboard.organisation.rules import school_year_of


@dataclass
class Cell:
    """One answer to fill in. `now` is what the person said last: True, False or nothing."""

    question: Question
    name: str
    value: str
    now: bool | None

    @property
    def is_wrong(self) -> bool:
        """Something else than yes, no or nothing."""
        return self.value not in ("", YES, NO)


@dataclass
class Row:
    """One person who answers for one pupil."""

    voter: Voter
    cells: list[Cell]
    first: bool
    errors: list[str] = field(default_factory=list)

    def filled(self) -> Filled | None:
        """What was filled in; nothing where it stayed empty."""
        answers = {each.question.pk: each.value == YES for each in self.cells if each.value}
        return Filled(voter=self.voter, answers=answers) if answers else None


@login_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Choose a class of this school year, at the schools where this person enters papers."""
    user = holding(request, Right.RECORD_CONSENT)
    today = timezone.localdate()
    schools = School.objects.where(user, Right.RECORD_CONSENT)
    here = Q(running_on(today, "placements__"))
    rows = Group.objects.filter(school__in=schools.values("pk"), school_year=school_year_of(today))
    context = {
        "groups": rows.annotate(pupils=Count("placements", filter=here))
        .select_related("school")
        .order_by("school__sort_name", "sort_name", "id")
    }
    return render(request, "consent/papers.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of one class: a row for each person who answers, a column for each question."""
    user = holding(request, Right.RECORD_CONSENT)
    schools = School.objects.where(user, Right.RECORD_CONSENT)
    group = get_object_or_404(
        Group.objects.select_related("school").filter(school__in=schools.values("pk")),
        pk=key_of(pk),
    )
    at = timezone.now()
    pupils = pupils_in(group, on=timezone.localdate(at))
    questions = questions_at(group)
    voters = voters_of(pupils, at=at)
    rows = _rows(voters, questions, posted(request) or {})
    form = PaperForm(posted(request), initial={"said_on": timezone.localdate(at)})
    if request.method == "POST":
        filled = _checked(form, rows)
        if form.is_valid() and filled and not any(row.errors for row in rows):
            try:
                made = record_papers(
                    filled=filled,
                    questions=questions,
                    said_on=form.cleaned_data["said_on"],
                    by=user,
                    at=at,
                )
            except ActRefused as refusal:
                _tell(refusal, form, rows)
            else:
                messages.success(request, _kept(len(made), sum(len(x.answers) for x in filled)))
                return HttpResponseRedirect(request.path)
    deciding = {each.pupil.pk for each in voters}
    context = {
        "group": group,
        "questions": questions,
        "rows": rows,
        "wrong": [row for row in rows if row.errors],
        "form": form,
        "nobody": [each for each in pupils if each.pk not in deciding],
    }
    is_wrong = form.errors or any(row.errors for row in rows)
    return render(request, "consent/paper.html", context, status=422 if is_wrong else 200)


def _rows(voters: Sequence[Voter], questions: Sequence[Question], given: Any) -> list[Row]:
    rows, last = [], 0
    for voter in voters:
        cells = [
            Cell(
                question=each,
                name=f"a-{voter.key}-{each.pk}",
                value=str(given.get(f"a-{voter.key}-{each.pk}", ""))[:10].strip().lower(),
                now=voter.said.get(each.pk),
            )
            for each in questions
        ]
        rows.append(Row(voter, cells, first=voter.pupil.pk != last))
        last = voter.pupil.pk
    return rows


def _checked(form: PaperForm, rows: Sequence[Row]) -> list[Filled]:
    """What was filled in; what is wrong with it stands at its row or at the form."""
    for row in rows:
        wrong = [each.question.name for each in row.cells if each.is_wrong]
        if wrong:
            row.errors.append(_("Kies ja of nee bij: %(names)s.") % {"names": ", ".join(wrong)})
    filled = [found for row in rows if (found := row.filled())]
    if not filled:
        form.add_error(None, _("Er is niets ingevuld. Kies bij iemand ja of nee."))
    return filled


def _tell(refusal: ActRefused, form: PaperForm, rows: Sequence[Row]) -> None:
    """A refusal stands at the row that it is about."""
    named = {row.voter.key: row for row in rows}
    for key, sentence in refusal.errors.items():
        if key in named:
            named[key].errors.append(sentence)
        else:
            form.add_error(key if key in form.fields else None, sentence)


def _kept(made: int, filled: int) -> str:
    words = ngettext(
        "%(many)s antwoord is vastgelegd.", "%(many)s antwoorden zijn vastgelegd.", made
    )
    said = words % {"many": made}
    if made < filled:
        same = ngettext("%(many)s stond er al zo.", "%(many)s stonden er al zo.", filled - made) % {
            "many": filled - made
        }
        return f"{said} {same}"
    return said


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person says for one pupil, heard at the desk or by telephone, or read on paper."""
    user = holding(request, Right.RECORD_CONSENT)
    pupil = pupil_of(user, pk, Right.RECORD_CONSENT)
    at = timezone.now()
    today = timezone.localdate(at)
    questions = questions_at(pupil)
    voters = voters_of([pupil], at=at)
    form = HeardForm(
        posted(request),
        voters=voters,
        questions=questions,
        texts=_asked(questions),
        initial={"said_on": today},
    )
    back = reverse("consent_pupil", args=[pupil.pk])
    if request.method == "POST" and form.is_valid():
        voter, answers = form.voter(), form.answers()
        try:
            made = record_papers(
                filled=[Filled(voter=voter, answers=answers)],
                questions=questions,
                said_on=form.cleaned_data["said_on"],
                way=Way(form.cleaned_data["way"]),
                by=user,
                at=at,
            )
        except ActRefused as refusal:
            at_who = {"who" if key == voter.key else key: s for key, s in refusal.errors.items()}
            tell(form, ActRefused(at_who))
        else:
            messages.success(request, _kept(len(made), len(answers)))
            return HttpResponseRedirect(back)
    context = {
        "pupil": pupil,
        "form": form,
        "cancel_url": back,
        "is_possible": bool(voters and questions and pupil.is_enrolled_on(today)),
    }
    return render(request, "consent/desk.html", context, status=422 if form.errors else 200)


def _asked(questions: Sequence[Question]) -> dict[int, str]:
    """The text of each question in Dutch, to read aloud."""
    texts = texts_on([each.pk for each in questions], timezone.localdate())
    words = Wording.objects.filter(text__in=texts.values(), language="nl")
    found = {each.text_id: f"{each.title} {each.body}" for each in words}
    return {key: found.get(text.pk, "") for key, text in texts.items()}

"""The acts on a case (a request, a breach): GET shows a small form, POST acts.

An app declares its acts in a table of `ActPage`s and its desk in one `CaseDesk`. Each act is then a
page of its own: it works without JavaScript, loses nothing that was typed, and tells whoever comes
second what the first did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.audit.acts import ActRefused, edition_of, last_act
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.models import User


class CaseForm(WatchForBsn, WatchDays, forms.Form):
    """A form on the page of one case; `target` is the row of it that the act is about."""

    def __init__(self, *given: Any, case: Any, target: Any = None, **named: Any) -> None:
        self.case, self.target = case, target
        super().__init__(*given, **named)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""


@dataclass(frozen=True)
class Doing:
    """An act about to be done: on what, with which words, by whom, when."""

    case: Any
    target: Any
    form: Any
    by: User
    at: datetime
    seen: int | None

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed."""
        return dict(self.form.cleaned_data)

    @property
    def who(self) -> dict[str, Any]:
        """Who, and when."""
        return {"by": self.by, "at": self.at}


@dataclass(frozen=True)
class Note:
    """Something to know before acting; with lines where it lists something.

    `shuts`: it says why the act is impossible here, so that there is nothing to fill in.
    """

    text: Any
    lines: tuple[Any, ...] = ()
    tone: str = "info"
    shuts: bool = False


def _nothing(_case: Any) -> Mapping[str, Any]:
    return {}


def _edition(case: Any, target: Any) -> int:
    return edition_of(target if target is not None and hasattr(target, "history") else case)


def _no_initial(_case: Any, _user: User) -> dict[str, Any]:
    return {}


def _no_notes(_case: Any, _target: Any) -> tuple[Note, ...]:
    return ()


@dataclass(frozen=True)
class ActPage:
    """One act. `target` gives the rows of the case that it can be about; None: the case itself."""

    title: Any
    button: Any
    done: Any
    form: type[CaseForm]
    perform: Callable[[Doing], Any]
    explanation: Any = ""
    target: Callable[[Any], Any] | None = None
    # The part of the case's page that the person comes back to.
    part: str = ""
    # Another page to come back to, by the case and its row.
    back: Callable[[Any, Any], str] | None = None
    is_danger: bool = False
    template: str = ""
    # A page of its own for the answer: shown once.
    template_done: str = ""
    more: Callable[[Any], Mapping[str, Any]] = _nothing
    initial: Callable[[Any, User], dict[str, Any]] = _no_initial
    notes: Callable[[Any, Any], tuple[Note, ...]] = _no_notes
    # Rows of the case that form and notes look at over and over: read once for the page.
    reads: tuple[Any, ...] = ()
    # What is said after the act where that hangs on how it went; else `done`.
    tells: Callable[[Any, Any], Any] | None = None
    # The edition that is on the screen: who comes second is told what the first did.
    edition: Callable[[Any, Any], int] = _edition


@dataclass(frozen=True)
class CaseDesk:
    """What the pages of one kind of case share.

    `visible` raises Http404 for who may not read; `holds` says whether the act's right is held
    where the case lies; `is_open` whether its state allows the act now. `called` stands before the
    state where an act is closed ("het verzoek"); without it the case is called by its number.
    """

    pages: Mapping[str, ActPage]
    visible: Callable[[HttpRequest, str], Any]
    holds: Callable[[User, str, Any], bool]
    is_open: Callable[[User, str, Any], bool]
    case_url: Callable[[Any, str], str]
    list_url: Callable[[], str]
    still_reads: Callable[[User, Any], bool]
    template: str = "pieces/act_page.html"
    called: Any = ""

    def act(
        self, request: HttpRequest, number: str, name: str, pk: int | None = None
    ) -> HttpResponse:
        """The page of one act on one case, or on one of its rows; 404 to who may not."""
        user = signed_in(request)
        case = self.visible(request, number)
        page = self.pages.get(name)
        if page is None or not self.holds(user, name, case):
            raise Http404
        target = _target(page, case, pk)
        # Before the act: the row can be gone after it.
        back = page.back(case, target) if page.back else self.case_url(case, page.part)
        given: dict[str, Any] = {"case": case, "target": target, **page.more(case)}
        if request.method == "POST":
            form = page.form(request.POST, request.FILES, **given)
            if form.is_valid():
                doing = Doing(case, target, form, user, timezone.now(), _seen(request))
                try:
                    result = page.perform(doing)
                except ActRefused as refusal:
                    tell(form, refusal)
                else:
                    return self._done(request, user, case, page, (result, back))
        else:
            prefetch_related_objects([case], *page.reads)
            form = page.form(initial=page.initial(case, user), **given)
        closed = "" if self.is_open(user, name, case) else closed_words(case, called=self.called)
        # What is closed needs no advice: why it is closed is all there is to say.
        notes = () if closed else page.notes(case, target)
        context = {
            "case": case,
            "act": name,
            "page": page,
            "form": form,
            "target": target,
            "seen": page.edition(case, target),
            "closed": closed,
            "notes": notes,
            # What was typed is never hidden.
            "is_shut": not form.is_bound and any(note.shuts for note in notes),
            "back": back,
        }
        return render(request, page.template or self.template, context)

    def _done(
        self, request: HttpRequest, user: User, case: Any, page: ActPage, outcome: tuple[Any, str]
    ) -> HttpResponse:
        result, back = outcome
        if page.template_done:
            # Shown once, on this page alone: it is kept nowhere in words.
            context = {"case": case, "page": page, "result": result, "back": back}
            return render(request, page.template_done, context)
        messages.success(request, page.tells(case, result) if page.tells else page.done)
        return HttpResponseRedirect(back if self.still_reads(user, case) else self.list_url())


def tell(form: forms.BaseForm, refusal: ActRefused) -> None:
    """A refusal stands at the field that it is about, where the form has it."""
    for name, sentence in refusal.errors.items():
        form.add_error(name if name in form.fields else None, sentence)


def closed_words(case: Any, *, called: Any = "") -> str:
    """Why an act is not open now, and who did the last thing."""
    return _("Dit kan nu niet: %(case)s is “%(state)s”. %(last)s") % {
        "case": called or case,
        "state": case.get_state_display(),
        "last": last_act(case),
    }


def _target(page: ActPage, case: Any, pk: int | None) -> Any:
    if (page.target is None) != (pk is None):
        raise Http404
    if page.target is None or pk is None:
        return None
    found = page.target(case).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _seen(request: HttpRequest) -> int | None:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None

"""What a page of an act is made of: its form, what it calls, what it says before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.models import User
from requests_ar.actions.steps import last_act
from requests_ar.choices import RequestState
from requests_ar.forms import cases as typed
from requests_ar.models import SubjectRequest


@dataclass(frozen=True)
class Doing:
    """An act about to be done: on what, with which words, by whom, when."""

    case: SubjectRequest
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
    """Something to know before acting; with lines where it lists something."""

    text: Any
    lines: tuple[Any, ...] = ()
    tone: str = "info"


def _nothing(_case: SubjectRequest) -> Mapping[str, Any]:
    return {}


def _no_initial(_case: SubjectRequest, _user: User) -> dict[str, Any]:
    return {}


def _no_notes(_case: SubjectRequest, _target: Any) -> tuple[Note, ...]:
    return ()


@dataclass(frozen=True)
class ActPage:
    """One act. `target` gives the rows of the request that it can be about; None: itself."""

    title: Any
    button: Any
    done: Any
    form: type[typed.CaseForm]
    perform: Callable[[Doing], Any]
    explanation: Any = ""
    target: Callable[[SubjectRequest], Any] | None = None
    part: str = ""
    is_danger: bool = False
    template: str = "requests_ar/case_act.html"
    template_done: str = ""
    more: Callable[[SubjectRequest], Mapping[str, Any]] = _nothing
    initial: Callable[[SubjectRequest, User], dict[str, Any]] = _no_initial
    notes: Callable[[SubjectRequest, Any], tuple[Note, ...]] = _no_notes

    @property
    def shows_result(self) -> bool:
        """Whether the answer is a page of its own, and no way back to the request."""
        return bool(self.template_done)

    def closed_words(self, case: SubjectRequest) -> str:
        """Why the act is not open now, and who did the last thing."""
        state = RequestState(case.state).label
        return _("Dit kan nu niet: het verzoek is “%(state)s”. %(last)s") % {
            "state": state,
            "last": last_act(case),
        }

    def leaves_case(self, case: SubjectRequest, user: User) -> bool:
        """Whether the person can no longer open the request after the act."""
        return not SubjectRequest.objects.visible_to(user).filter(pk=case.pk).exists()


def on_request(perform: Callable[..., Any]) -> Callable[[Doing], Any]:
    """An act on the request, whose form has the names that the act takes."""
    return lambda doing: perform(request=doing.case, **doing.typed, **doing.who)


def on_target(perform: Callable[..., Any], name: str) -> Callable[[Doing], Any]:
    """The same for an act on one of its rows, which it calls `name`."""
    return lambda doing: perform(**{name: doing.target}, **doing.typed, **doing.who)

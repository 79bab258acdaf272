"""Who gets the letters of one round, how far they came, a list that is read in, and a preview.

Names and addresses are for who handles the file alone; others who read it see numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from datalekken.actions.telling import Added, add_people, look_at
from datalekken.choices import ToldRole, ToldWay
from datalekken.forms.telling import ListForm
from datalekken.forms.told_list import ListRow, PeopleList, read_list
from datalekken.letters.told import Writer
from datalekken.models import Breach, Telling, ToldPerson
from datalekken.rules.told import Candidate, Fate
from datalekken.views.act_telling import added_words, people_url
from datalekken.views.desk import case_url, holds_for, is_open, log_school, visible
from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.casework import closed_words, tell
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.mail.models import UNDELIVERED
from privacyboard.sheets.faults import FileUnreadable

PER_PAGE = 50
REFRESH_SECONDS = 5
SHOWN_LEFT_OUT = 200
SHOWN_ADDED = 50
SHOWN_FAILED = 100


def handled(request: HttpRequest, number: str, act: str, pk: int) -> tuple[Breach, Any]:
    """The round with its numbers, for who handles the file; 404 to anyone else."""
    user = signed_in(request)
    case = visible(request, number)
    if not holds_for(user, act, case):
        raise Http404
    rounds = case.tellings.counted().select_related("sent_by")
    return case, get_object_or_404(rounds, pk=pk)


@login_required
@never_cache
@require_safe
def people(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Who gets this letter and how far each letter came; it looks again while some are made."""
    user = signed_in(request)
    case, telling = handled(request, number, "ontvangers", pk)
    rows = telling.people.select_related("mail", "school").defer("mail__text", "mail__html")
    failed = rows.filter(way=ToldWay.EMAIL, mail__state__in=UNDELIVERED).order_by("pk")
    bundles = (
        telling.people.filter(bundle__isnull=False, posted_on=None)
        .order_by("bundle")
        .values("bundle", "bundle__size")
        .annotate(letters=Count("pk"))
    )
    note_access(subject=case, act=AccessEntry.Act.OPENED, by=user, school=log_school(case))
    context = {
        "case": case,
        "telling": telling,
        "page": CappedPaginator(rows.order_by("pk"), PER_PAGE).get_page(request.GET.get("page")),
        "failed": list(failed[:SHOWN_FAILED]) if telling.mails_failed else [],
        "bundles": list(bundles) if telling.papers else [],
        "may_change": telling.sent_at is None and is_open(user, "ontvanger", case),
        "may_send": telling.sent_at is None and is_open(user, "bericht-versturen", case),
        "is_busy": telling.sent_at is not None and telling.made < telling.people_count,
        "to_post": telling.papers - telling.posted,
        "back": case_url(case, "mensen"),
    }
    response = render(request, "datalekken/told.html", context)
    if context["is_busy"]:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@login_required
@never_cache
@require_safe
def preview(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The letter as its receiver reads it, to a person who is made up: nobody's name is shown."""
    case = visible(request, number)
    telling = get_object_or_404(case.tellings.select_related("breach"), pk=pk)
    reader = ToldPerson(role=ToldRole.OTHER, name=_("naam van de ontvanger"))
    if request.GET.get("over") == "kind":
        reader.role, reader.about = ToldRole.PARENT, _("naam van het kind")
    return HttpResponse(Writer(at=timezone.now()).page(telling, reader))


@dataclass(frozen=True)
class Look:
    """What would become of a list: its text as it was read, and the fate of each row."""

    given: PeopleList
    fates: tuple[tuple[ListRow, Fate], ...]

    @property
    def added(self) -> list[tuple[ListRow, Fate]]:
        """Who comes on the list."""
        return [pair for pair in self.fates if pair[1].is_added]

    @property
    def left_out(self) -> list[tuple[ListRow, Fate]]:
        """Who does not, with the reason."""
        return [pair for pair in self.fates if not pair[1].is_added]

    @property
    def certain(self) -> list[tuple[ListRow, Fate]]:
        """Who does, without a doubt."""
        return [pair for pair in self.added if not pair[1].note]

    @property
    def doubtful(self) -> list[tuple[ListRow, Fate]]:
        """Who does, but somebody should look."""
        return [pair for pair in self.added if pair[1].note]

    def digest(self, reason: str) -> str:
        """What was looked at: only that can be added."""
        said = [self.given.text, reason, *(f"{fate.is_added}" for _row, fate in self.fates)]
        return sha256("\0".join(said).encode()).hexdigest()


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people_list(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A file or pasted lines: first what would become of each row, then the same button adds it.

    Nothing is kept between the two: what was read stands as text in the form, to mend it there.
    """
    user = signed_in(request)
    case, telling = handled(request, number, "ontvangers-lijst", pk)
    form, look = ListForm(case=case, target=telling), None
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES, case=case, target=telling)
        look = _looked(form, telling) if form.is_valid() else None
        if look is not None and request.POST.get("looked") == look.digest(form.reason):
            try:
                added = add_people(
                    telling=telling, people=_named(look.fates), by=user, at=timezone.now()
                )
            except ActRefused as refusal:
                tell(form, refusal)
            else:
                return _done(request, case, telling, look, added)
    is_closed = telling.sent_at is not None or not is_open(user, "ontvangers-lijst", case)
    context = {
        "case": case,
        "telling": telling,
        "form": form,
        "look": look,
        "looked": look.digest(form.reason) if look else "",
        "closed": closed_words(case) if is_closed else "",
        "shown_left_out": SHOWN_LEFT_OUT,
        "shown_added": SHOWN_ADDED,
        "back": people_url(case, telling.pk),
    }
    return render(request, "datalekken/told_list.html", context)


def _done(
    request: HttpRequest, case: Breach, telling: Telling, look: Look, added: Added
) -> HttpResponse:
    left_out = len(look.fates) - added.count
    told = Added(tuple(fate for _row, fate in look.left_out)) if left_out else Added(())
    words = added_words(case, Added((*added.fates, *told.fates)))
    messages.success(request, words)
    return HttpResponseRedirect(people_url(case, telling.pk))


def _looked(form: ListForm, telling: Telling) -> Look | None:
    """Read what was given and look at each row; a problem with the whole stands in the form."""
    upload = form.cleaned_data.get("upload")
    try:
        if upload:
            found = read_list(upload.read(), file_name=upload.name)
            # Read again from its text: what is shown now is what the next step adds.
            again = read_list(found.text.encode())
            given = replace(again, unused=found.unused, odd=found.odd)
        else:
            given = read_list(form.cleaned_data["lines"].encode())
    except FileUnreadable as problem:
        form.add_error("upload" if upload else "lines", str(problem))
        return None
    if not given.rows:
        form.add_error("upload" if upload else "lines", _("In deze lijst staat nog niemand."))
        return None
    data: Any = form.data
    form.data = data = data.copy()
    data["lines"] = given.text
    return Look(given, _fates(form, telling, given))


def _fates(form: ListForm, telling: Telling, given: PeopleList) -> tuple[tuple[ListRow, Fate], ...]:
    people = _candidates(given.rows, form.reason)
    found = iter(look_at(telling, people, on=timezone.localdate()).fates)
    return tuple(
        (row, Fate(row.who, False, note=row.problem) if row.problem else next(found))
        for row in given.rows
    )


def _candidates(rows: Sequence[ListRow], reason: str) -> list[tuple[Candidate, str]]:
    return [
        (
            replace(row.who, parents_reason=reason),
            _("op regel %(row)s") % {"row": row.row},
        )
        for row in rows
        if not row.problem
    ]


def _named(fates: Sequence[tuple[ListRow, Fate]]) -> list[tuple[Candidate, str]]:
    return [
        (fate.who, _("op regel %(row)s") % {"row": row.row}) for row, fate in fates if fate.is_added
    ]

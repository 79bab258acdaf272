"""What national services say, beside the board's own agreements; and the sector's matrix."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Func, IntegerField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.documents.rules import XLSX
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.choices import OverviewKind
from registers.exchange import national
from registers.exchange.matrix_view import matrix_workbook
from registers.forms.files import OverviewForm
from registers.models import Agreement, NationalOverview
from registers.models.remembered import Remembered
from registers.rules import overviews as rules
from registers.views.remembered_pages import asking, page_number

_FIRST = 25
_PER_PAGE = 100
_MOST_PROBLEMS = 50
# The word in the address, and the name of the list.
GROUPS = {
    "ontbreekt-hier": "missing_here",
    "ontbreekt-daar": "missing_there",
    "verschilt": "different",
    "toets": "tested",
}


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_REGISTER):
        raise Http404
    return user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def national_overviews(request: HttpRequest) -> HttpResponse:
    """The last overviews beside the agreements; who keeps the register reads a new one in."""
    user = _reader(request)
    may_change = user.standing.holds(Right.CHANGE_REGISTER)
    form = OverviewForm()
    problems: list[str] = []
    if request.method == "POST":
        if not may_change:
            raise Http404
        form = OverviewForm(request.POST, request.FILES)
        if form.is_valid():
            problems = _take_in(request, form, user)
            if not problems and not form.errors:
                return HttpResponseRedirect(reverse("national_overviews"))
    latest = _latest(user)
    context = {
        "form": form if may_change else None,
        "problems": problems[:_MOST_PROBLEMS],
        "more_problems": max(0, len(problems) - _MOST_PROBLEMS),
        "signing": latest.get(OverviewKind.SIGNING_SERVICE),
        "test": latest.get(OverviewKind.NATIONAL_TEST),
        "groups": _remembered(user).page("national overviews", lambda: _groups(user, latest)),
    }
    return render(request, "registers/overviews.html", context, status=422 if problems else 200)


def _remembered(user: User) -> Remembered:
    return Remembered(on=timezone.localdate(), user=user)


def _groups(user: User, latest: dict[str, NationalOverview]) -> str:
    """Every list: how many there are, and the first of them."""
    lists = _lists(user)
    groups = [
        {
            "word": word,
            "count": len(lists[name]),
            "rows": lists[name][:_FIRST],
            "more": len(lists[name]) > _FIRST,
            "template": f"registers/overviews_{name}.html",
        }
        for word, name in GROUPS.items()
    ]
    context = {
        "groups": groups,
        "same": lists["same"],
        "signing": latest.get(OverviewKind.SIGNING_SERVICE),
        "test": latest.get(OverviewKind.NATIONAL_TEST),
    }
    return render_to_string("registers/overviews_groups.html", context)


def _take_in(request: HttpRequest, form: OverviewForm, user: User) -> list[str]:
    """Read a file and keep it; what is wrong with its rows comes back in words."""
    upload = form.cleaned_data["upload"]
    kind = form.cleaned_data["kind"]
    try:
        upload.seek(0)
        read = national.read_overview(upload.read(), file_name=upload.name, kind=kind)
        if read.problems:
            return list(national.problems_in_words(read.problems))
        made = actions.keep_overview(
            kind=kind, file_name=upload.name, rows=read.rows, by=user, at=timezone.now()
        )
    except (FileUnreadable, actions.OverviewRefused) as refusal:
        form.add_error("upload", str(refusal))
        return []
    told = {"file": made.file_name, "rows": len(made.rows)}
    messages.success(request, _("%(file)s is ingelezen: %(rows)s regels.") % told)
    if read.unknown:
        names = ", ".join(f"“{name}”" for name in islice(read.unknown, 10))
        messages.warning(
            request, _("Deze kolommen zijn niet gebruikt: %(names)s.") % {"names": names}
        )
    return []


def _latest(user: User) -> dict[str, NationalOverview]:
    """The last overview of each kind, with how many rows it has and without them."""
    found = NationalOverview.objects.visible_to(user).order_by("kind", "-read_at", "-id")
    counted = found.annotate(
        row_count=Func(F("rows"), function="jsonb_array_length", output_field=IntegerField())
    )
    last = counted.defer("rows").distinct("kind").select_related("read_by")
    return {each.kind: each for each in last}


def _lists(user: User) -> dict[str, Any]:
    """What comes of laying the last overviews beside the agreements."""
    found = NationalOverview.objects.visible_to(user).order_by("kind", "-read_at", "-id")
    latest = dict(found.distinct("kind").values_list("kind", "rows"))
    agreements = national.own_agreements(on=timezone.localdate())
    visible, schools = _scope(user, agreements)
    signing = [rules.NationalRow.of(each) for each in latest.get(OverviewKind.SIGNING_SERVICE, [])]
    tests = [rules.NationalRow.of(each) for each in latest.get(OverviewKind.NATIONAL_TEST, [])]
    comparison = rules.compare(signing, agreements) if signing else rules.Comparison()
    lists = vars(comparison)
    if schools is not None:
        # How many lines are the same is about the whole board.
        lists = vars(rules.for_reader(comparison, agreements=visible, schools=schools))
        lists["same"] = None
    own = [each for each in agreements if each.pk in visible]
    return {**lists, "tested": rules.beside_tests(tests, own)}


def _scope(
    user: User, agreements: list[rules.OwnAgreement]
) -> tuple[frozenset[int], frozenset[str] | None]:
    """The agreements that this person may read, and the schools; None: the whole board."""
    if Right.VIEW_REGISTER in user.standing.everywhere:
        return frozenset(each.pk for each in agreements), None
    visible = Agreement.objects.visible_to(user).values_list("pk", flat=True)
    schools = School.objects.where(user, Right.VIEW_REGISTER)
    return frozenset(visible), frozenset(national.school_keys(schools))


@login_required
@require_safe
def national_group(request: HttpRequest, group: str) -> HttpResponse:
    """One of the lists in full, page by page."""
    user = _reader(request)
    if group not in GROUPS:
        raise Http404
    number = page_number(request.GET.get("page", ""))
    body = _remembered(user).page(
        f"national group {group} {number}", lambda: _one_page(user, group, number)
    )
    return render(request, "registers/overviews_group.html", {"body": body, "word": group})


def _one_page(user: User, group: str, number: int) -> str:
    name = GROUPS[group]
    page = Paginator(_lists(user)[name], _PER_PAGE).get_page(number)
    context = {"page": page, "word": group, "template": f"registers/overviews_{name}.html"}
    return render_to_string("registers/overviews_page.html", context, asking())


@login_required
@require_safe
def matrix_file(request: HttpRequest) -> HttpResponse:
    """The data × party matrix of the sector's dataregister, from what is established."""
    user = signed_in(request)
    if not user.standing.holds(Right.EXPORT_REGISTER):
        raise Http404
    today = timezone.localdate()
    response = HttpResponse(matrix_workbook(on=today), content_type=XLSX)
    name = f"dataregister-{today.isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""How complete the register is: the whole board on one page."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from registers.choices import GapKind
from registers.letters import CheckedRegister
from registers.models.remembered import Remembered
from registers.rules.overview import overview
from registers.views.remembered_pages import asking, page_number

_PER_PAGE = 50


@login_required
@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """The figure, every gap by article, and how complete the chapters are.

    `soort` and `artikel` choose which gaps; `hoofdstuk` the chapter of which the activities show.
    """
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_REGISTER):
        raise Http404
    today = timezone.localdate()
    said = {name: request.GET.get(name, "") for name in ("soort", "artikel", "hoofdstuk")}
    number = page_number(request.GET.get("page", ""))
    main = Remembered(on=today, user=user).page(
        f"completeness {said} {number}", lambda: _main(user, today, said, number)
    )
    return render(request, "registers/completeness.html", {"main": main})


def _main(user: User, today: date, said: dict[str, str], number: int) -> str:
    register = CheckedRegister(user=user, on=today)
    found = overview(
        register.activities,
        board=register.board,
        board_policy=register.board_policy,
        kind=said["soort"],
        article=said["artikel"],
    )
    context: dict[str, Any] = {each.name: getattr(found, each.name) for each in fields(found)}
    chosen = next((each for each in found.chapters if each.key == said["hoofdstuk"]), None)
    context |= {
        "kinds": GapKind.choices,
        "kind": said["soort"],
        "article": said["artikel"],
        "chapter": chosen,
        "page": Paginator(chosen.activities if chosen else (), _PER_PAGE).get_page(number),
    }
    return render_to_string("registers/completeness_main.html", context, asking(**said))

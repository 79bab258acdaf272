"""The desk where privacy statements are looked at, published and compared."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from privacyboard.organisation.rules import BOARD_SLUG
from registers import actions, letters
from registers.forms.desk import MaterialChangeForm
from registers.models import ParentNotice, PublishedStatement
from registers.models.remembered import Remembered
from registers.rules.readability import Readability, readability
from registers.rules.statement import EDITIONS, PARENTS, Edition, Statement, seal_of
from registers.rules.statement_differences import statement_differences
from registers.views.statements import desk_path


def _may_publish(request: HttpRequest) -> None:
    if not request.user.has_perm(Right.PUBLISH_STATEMENT):
        raise Http404


def _place(name: str) -> School | None:
    return None if name == BOARD_SLUG else get_object_or_404(School, slug=name)


def edition_title(edition: Edition) -> str:
    """For whom an edition is, in the words of the desk."""
    return {
        "": _("Ouders"),
        "leerlingen": _("Leerlingen"),
        "medewerkers": _("Medewerkers"),
        "en": _("Ouders, in het Engels"),
    }[edition.word]


@login_required
@require_safe
def statement_desk(request: HttpRequest) -> HttpResponse:
    """What is published for whom, at the board and each school, and what asks to be published."""
    _may_publish(request)
    memory = Remembered(on=timezone.localdate(), user=signed_in(request))
    return render(
        request, "registers/statement_desk.html", {"table": memory.page("statement desk", _desk)}
    )


def _desk() -> str:
    places: list[School | None] = [None, *School.objects.all()]
    states = letters.desk_states(places)
    rows = [
        {
            "title": school.name if school else _("Het hele bestuur"),
            "cells": [_cell(school, state) for state in row],
        }
        for school, row in zip(places, states, strict=True)
    ]
    waiting = sum(state.is_ready for row in states for state in row)
    context = {
        "rows": rows,
        "columns": [edition_title(each) for each in EDITIONS],
        "waiting": waiting,
    }
    return render_to_string("registers/statement_desk_table.html", context)


def _cell(school: School | None, state: letters.EditionState) -> dict[str, Any]:
    place = school.slug if school else BOARD_SLUG
    return {
        "title": edition_title(state.edition),
        "published": state.published,
        "gaps": len(state.gaps),
        "has_changed": state.has_changed,
        "is_ready": state.is_ready,
        "preview_url": desk_path("statement_preview", place, state.edition),
        "publish_url": desk_path("statement_publish", place, state.edition),
    }


@login_required
@require_safe
def statement_preview(request: HttpRequest, place: str, edition: Edition = PARENTS) -> HttpResponse:
    """The statement as it would be published now, with its gaps and advice on top."""
    _may_publish(request)
    school = _place(place)
    today = timezone.localdate()
    main = Remembered(on=today, user=signed_in(request)).page(
        f"statement preview {school.pk if school else place} {edition.word}",
        lambda: _preview(place, school, edition, today),
    )
    return render(request, "registers/statement_preview.html", {"main": main})


def _preview(place: str, school: School | None, edition: Edition, today: date) -> str:
    draft = letters.draft_statement(school=school, on=today, edition=edition)
    plain = json.loads(json.dumps(asdict(draft.statement)))
    standing = _standing(school, edition)
    # The words of the statement are in its own language, the page around them in ours.
    with translation.override(edition.language):
        facts = {"statement": plain, "full_url": letters.statement_path(school, PARENTS)}
        body = render_to_string("registers/statement_body.html", facts)
        title = letters.statement_title(plain)
    context = {
        "body": body,
        "title": title,
        "language": edition.language,
        "readers": edition_title(edition),
        "gaps": draft.gaps,
        "advice": draft.advice,
        "readability": _readability(draft.statement) if edition.is_short else None,
        "published": standing,
        "is_same": standing is not None and standing.sha256 == seal_of(plain),
        "publish_url": desk_path("statement_publish", place, edition),
        "versions_url": desk_path("statement_versions", place, edition),
    }
    return render_to_string("registers/statement_preview_main.html", context)


def _readability(statement: Statement) -> Readability | None:
    """How easy the activities' own words read; the fixed words are ours."""
    texts = [each.description for chapter in statement.chapters for each in chapter.processes]
    return readability("\n".join(texts))


def _standing(school: School | None, edition: Edition) -> PublishedStatement | None:
    found = PublishedStatement.objects.in_force().defer("content")
    return found.of(school, audience=edition.audience, language=edition.language).first()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def statement_publish(request: HttpRequest, place: str, edition: Edition = PARENTS) -> HttpResponse:
    """Ask, and publish on POST; refused while the law asks something that is missing."""
    _may_publish(request)
    school = _place(place)
    asks_change = edition == PARENTS and _standing(school, edition) is not None
    posted = request.POST if request.method == "POST" else None
    form = MaterialChangeForm(posted) if asks_change else None
    if posted is not None and (form is None or form.is_valid()):
        change = form.cleaned_data["material_change"] if form else ""
        return _publish(request, school, edition, change)
    context = {
        "title": _("Privacyverklaring publiceren"),
        "explanation": _(
            "U publiceert de privacyverklaring voor %(name)s. Iedereen kan haar daarna lezen, "
            "zonder in te loggen. De vorige versie blijft bewaard."
        )
        % {"name": school.name if school else _("het hele bestuur")},
        "facts": [(_("Voor wie"), edition_title(edition))],
        "form": form,
        "submit_label": _("Publiceren"),
        "cancel_url": reverse("statement_desk"),
    }
    return render(request, "pieces/confirm.html", context)


def _publish(
    request: HttpRequest, school: School | None, edition: Edition, change: str
) -> HttpResponse:
    try:
        made = actions.publish_statement(
            school=school,
            by=signed_in(request),
            at=timezone.now(),
            audience=edition.audience,
            language=edition.language,
            material_change=change,
        )
    except actions.NotComplete as refusal:
        for gap in refusal.gaps[:10]:
            messages.error(request, f"{gap.place}: {gap.sentence} ({gap.article})")
    else:
        messages.success(request, _("De privacyverklaring staat nu op de openbare pagina."))
        if change and made.material_change == change.strip():
            messages.info(
                request,
                _("De brieven aan ouders worden gemaakt. De directeuren krijgen dan bericht."),
            )
        elif change:
            messages.warning(
                request,
                _("In de verklaring zelf veranderde niets, dus er gaat geen brief naar ouders."),
            )
    return HttpResponseRedirect(reverse("statement_desk"))


@login_required
@require_safe
def statement_versions(
    request: HttpRequest, place: str, edition: Edition = PARENTS
) -> HttpResponse:
    """The published versions of one statement, two of them side by side in words."""
    user = signed_in(request)
    school = _place(place)
    if not user.has_perm(Right.VIEW_REGISTER, school):
        raise Http404
    found = list(
        PublishedStatement.objects.of(school, audience=edition.audience, language=edition.language)
        .defer("content")
        .select_related("published_by")
        .order_by("-number")
    )
    context: dict[str, Any] = {
        "place": school.name if school else _("Het hele bestuur"),
        "readers": edition_title(edition),
        "versions": found,
        "notices": ParentNotice.objects.visible_to(user)
        .filter(statement__in=[each.pk for each in found])
        .select_related("school", "statement")
        .defer("statement__content")
        .order_by("-statement__number", "school__sort_name"),
    }
    if len(found) > 1:
        new = _chosen(found, request.GET.get("tot"), 0)
        old = _chosen(found, request.GET.get("van"), 1)
        contents = PublishedStatement.objects.in_bulk([old.pk, new.pk])
        changes = statement_differences(contents[old.pk].content, contents[new.pk].content)
        context |= {"old": old, "new": new, "changes": changes}
    return render(request, "registers/statement_versions.html", context)


def _chosen(
    found: list[PublishedStatement], number: str | None, otherwise: int
) -> PublishedStatement:
    return next((each for each in found if str(each.number) == number), found[otherwise])

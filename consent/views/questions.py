"""The questions: what is asked, its texts and languages; made and changed by who manages them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.actions import questions as acts
from consent.actions.asking_again import AskedAgain, ask_now
from consent.forms.questions import (
    ChangeQuestionForm,
    NewQuestionForm,
    NewTextForm,
    TranslationForm,
)
from consent.models import Question, QuestionText, Wording
from consent.models.touched import count_touched
from consent.views.office import act_page, holding, holding_everywhere, key_of, number_of, posted
from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.casework import tell
from privacyboard.organisation.choices import Right
from privacyboard.vocabulary import FamilyLanguage

_POST = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Every question, with what is wrong with it; for who reads consent somewhere."""
    user = holding(request, Right.VIEW_CONSENT)
    texts = QuestionText.objects.order_by("-number").prefetch_related("wordings")
    rows = (
        Question.objects.with_basis()
        .select_related("activity")
        .prefetch_related("schools", Prefetch("texts", texts))
        .order_by("-is_active", "place", "id")
    )
    context = {
        "questions": rows,
        "may_manage": Right.MANAGE_CONSENT in user.standing.everywhere,
    }
    return render(request, "consent/questions.html", context)


def _question(pk: int) -> Question:
    found: Question = get_object_or_404(
        Question.objects.with_basis().select_related("activity"), pk=key_of(pk)
    )
    return found


@login_required
@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: each version of its text in every language, and what happened to it."""
    user = holding(request, Right.VIEW_CONSENT)
    found = _question(pk)
    texts = list(
        found.texts.select_related("made_by").prefetch_related(
            Prefetch("wordings", Wording.objects.order_by("id"))
        )
    )
    context = {
        "question": found,
        "texts": texts,
        "last": texts[0] if texts else None,
        "schools": list(found.schools.order_by("sort_name")),
        "missing": _missing(texts[0]) if texts else [],
        "may_manage": Right.MANAGE_CONSENT in user.standing.everywhere,
        "asks_again": any(text.asks_again for text in texts),
        "events": timeline(found),
    }
    return render(request, "consent/question.html", context)


def _missing(text: QuestionText) -> list[str]:
    """The languages in which a version has no words yet."""
    there = {each.language for each in text.wordings.all()}
    return [each for each in FamilyLanguage.values if each not in there]


@login_required
@never_cache
@require_http_methods(_POST)
def new(request: HttpRequest) -> HttpResponse:
    """A new question with its first text."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    form = NewQuestionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.make_question(
                means=form.cleaned_data["means"],
                plan=form.plan(),
                words=form.words(),
                by=user,
                at=timezone.now(),
            )
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("De vraag is gemaakt."))
            return HttpResponseRedirect(reverse("consent_question", args=[made.pk]))
    context = {
        "form": form,
        "title": _("Nieuwe vraag"),
        "submit_label": _("Vraag maken"),
        "cancel_url": reverse("consent_questions"),
    }
    status = 422 if form.errors else 200
    return render(request, "consent/question_form.html", context, status=status)


@login_required
@never_cache
@require_http_methods(_POST)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What a question is, beside its text."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    found = _question(pk)
    initial = {
        name: getattr(found, name)
        for name in ("name", "activity", "renewal", "published_at", "place")
    }
    initial["schools"] = [each.pk for each in found.schools.all()]
    form = ChangeQuestionForm(posted(request), question=found, initial=initial)
    return act_page(
        request,
        form=form,
        perform=lambda: acts.change_question(
            question=found,
            plan=form.plan(),
            seen=number_of(request, "seen"),
            by=user,
            at=timezone.now(),
        ),
        done=lambda _made: _("De vraag is gewijzigd."),
        back=reverse("consent_question", args=[found.pk]),
        context={
            "title": _("%(name)s wijzigen") % {"name": found.name},
            "submit_label": _("Bewaren"),
            "seen": edition_of(found),
        },
        template="consent/question_form.html",
    )


@login_required
@never_cache
@require_http_methods(_POST)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of the text; tells beforehand how many people it would ask again."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    found, at = _question(pk), timezone.now()
    last = found.texts.prefetch_related("wordings").first()
    number = last.number if last else 0
    initial: dict[str, str] = {}
    for each in last.wordings.all() if last else ():
        initial |= {f"title_{each.language}": each.title, f"body_{each.language}": each.body}
    form = NewTextForm(posted(request), initial=initial)
    return act_page(
        request,
        form=form,
        perform=lambda: acts.new_text(
            question=found,
            words=form.words(),
            asks_again=form.cleaned_data["asks_again"],
            why=form.cleaned_data["why"],
            seen_number=number_of(request, "seen"),
            by=user,
            at=at,
        ),
        done=lambda made: _("Versie %(number)s is bewaard.") % {"number": made.number},
        back=reverse("consent_question", args=[found.pk]),
        context={
            "title": _("Nieuwe tekst voor: %(name)s") % {"name": found.name},
            "submit_label": _("Nieuwe versie bewaren"),
            "seen": number,
            "touched": count_touched(found, before=number + 1, at=at),
            "is_text": True,
        },
        template="consent/question_form.html",
    )


@login_required
@never_cache
@require_http_methods(_POST)
def translation(request: HttpRequest, pk: int) -> HttpResponse:
    """The version that is asked now, in one more language."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    found = _question(pk)
    last = found.texts.prefetch_related("wordings").first()
    missing = _missing(last) if last else []
    if last is None or not missing:
        raise Http404
    form = TranslationForm(posted(request), missing=missing)
    dutch = next((each for each in last.wordings.all() if each.language == "nl"), None)
    return act_page(
        request,
        form=form,
        perform=lambda: acts.add_wording(text=last, words=form.words(), by=user, at=timezone.now()),
        done=lambda made: (
            _("De tekst in het %(language)s is bewaard.")
            % {"language": made.get_language_display()}
        ),
        back=reverse("consent_question", args=[found.pk]),
        context={
            "title": _("Vertaling voor: %(name)s") % {"name": found.name},
            "submit_label": _("Vertaling bewaren"),
            "dutch": dutch,
        },
        template="consent/question_translation.html",
    )


@login_required
@never_cache
@require_http_methods(_POST)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the question from now on, or no longer."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    found = _question(pk)
    words = {"name": found.name}
    return act_page(
        request,
        form=None,
        perform=lambda: acts.switch_question(
            question=found,
            is_active=not found.is_active,
            by=user,
            at=timezone.now(),
        ),
        done=lambda made: _("De vraag staat aan.") if made.is_active else _("De vraag staat uit."),
        back=reverse("consent_question", args=[found.pk]),
        context={
            "title": (_("Niet meer vragen: %(name)s") if found.is_active else _("Vragen: %(name)s"))
            % words,
            "explanation": _(
                "Niemand krijgt deze vraag nog te zien. Wat mensen eerder antwoordden, blijft "
                "bewaard. U kunt de vraag later weer aanzetten."
            )
            if found.is_active
            else _("Ouders en leerlingen krijgen deze vraag weer te zien."),
            "submit_label": _("Uitzetten") if found.is_active else _("Aanzetten"),
            "tone": "danger" if found.is_active else "",
        },
    )


@login_required
@never_cache
@require_http_methods(_POST)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Write now to everybody whose yes no longer holds because the text changed."""
    user = holding_everywhere(request, Right.MANAGE_CONSENT)
    found, at = _question(pk), timezone.now()
    changed = found.texts.filter(asks_again=True).first()
    if changed is None:
        raise Http404
    many = count_touched(found, before=changed.number, at=at)
    words = ngettext(
        "%(many)s persoon zei ja op een eerdere tekst en moet opnieuw antwoorden. Die krijgt een "
        "e-mail met de eigen link, of zonder e-mailadres een brief via de school. Wie al gevraagd "
        "is, krijgt geen tweede.",
        "%(many)s mensen zeiden ja op een eerdere tekst en moeten opnieuw antwoorden. Zij krijgen "
        "een e-mail met hun eigen link, of zonder e-mailadres een brief via de school. Wie al "
        "gevraagd is, krijgt geen tweede.",
        many,
    )
    return act_page(
        request,
        form=None,
        perform=lambda: ask_now(question=found, by=user, at=at),
        done=_told_asked,
        back=reverse("consent_question", args=[found.pk]),
        context={
            "title": _("Nu opnieuw vragen: %(name)s") % {"name": found.name},
            "explanation": words % {"many": many},
            "submit_label": _("Vraag hen nu"),
        },
    )


def _told_asked(made: AskedAgain) -> str:
    words = ngettext(
        "%(many)s persoon krijgt een e-mail.", "%(many)s mensen krijgen een e-mail.", made.mailed
    )
    paper = ngettext(
        "%(many)s persoon heeft geen e-mailadres dat werkt en krijgt een brief via de school.",
        "%(many)s mensen hebben geen e-mailadres dat werkt en krijgen een brief via de school.",
        made.on_paper,
    )
    said = [words % {"many": made.mailed}] if made.mailed else []
    said += [paper % {"many": made.on_paper}] if made.on_paper else []
    return " ".join(said) or str(_("Iedereen was al gevraagd."))

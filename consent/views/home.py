"""Where consent begins: what there is to do at each school, and where to go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consent.models import CleanUp, Dispute, Invitation, Round
from consent.views.office import holding, schools_with_answers
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardian, Pupil, School, User


@dataclass(frozen=True)
class Line:
    """What there is to do at one school."""

    school: School
    rounds: int
    disputes: int
    clean_ups: int
    late: int
    unreachable: int
    letters: int

    @property
    def is_quiet(self) -> bool:
        """Nothing waits here."""
        return not (self.disputes or self.clean_ups or self.unreachable or self.letters)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For who reads consent what waits at each school; for a teacher the ways to the own lists."""
    user = holding(request, Right.VIEW_CONSENT, Right.USE_CLASS_LISTS)
    today = timezone.localdate()
    context = {
        "lines": _lines(user, today),
        "places": places(user),
        "may_record": user.standing.holds(Right.RECORD_CONSENT),
    }
    return render(request, "consent/home.html", context)


def _lines(user: User, today: date) -> list[Line]:
    schools = list(schools_with_answers(user).order_by("sort_name"))
    if not schools:
        return []
    keys = [each.pk for each in schools]
    running = Round.objects.running(today).filter(schools__in=keys)
    rounds = _counted(running, "schools")
    disputes = _counted(Dispute.objects.visible_to(user).filter(settled_at=None), "pupil__school")
    open_tasks = CleanUp.objects.visible_to(user).filter(done_on=None)
    tasks = open_tasks.order_by().values("pupil__school")
    found = tasks.annotate(n=Count("*"), late=Count("pk", filter=Q(due_on__lt=today)))
    clean_ups = {each["pupil__school"]: each for each in found}
    reach = Guardian.objects.out_of_reach().filter(
        guardianships__pupil__in=Pupil.objects.at(user, Right.VIEW_CONSENT).enrolled_on(today)
    )
    away = _counted(reach, "guardianships__pupil__school", "pk")
    waiting = Invitation.objects.visible_to(user).to_hand_over()
    letters = _counted(waiting, "school")
    nothing = {"n": 0, "late": 0}
    return [
        Line(
            school=each,
            rounds=rounds[each.pk],
            disputes=disputes[each.pk],
            clean_ups=clean_ups.get(each.pk, nothing)["n"],
            late=clean_ups.get(each.pk, nothing)["late"],
            unreachable=away[each.pk],
            letters=letters[each.pk],
        )
        for each in schools
    ]


def _counted(rows: Any, school: str, what: str = "*") -> Counter[int]:
    """How many rows each school has; with `what` each value of that once."""
    count = Count("*") if what == "*" else Count(what, distinct=True)
    found = rows.order_by().values(school).annotate(n=count).values_list(school, "n")
    return Counter(dict(found))


# Where one can go, with the rights of which one is enough.
_LISTS = (Right.VIEW_CONSENT, Right.USE_CLASS_LISTS)
_PLACES = (
    (
        _LISTS,
        _("Klassenlijst"),
        _("Wie er vandaag op de foto mag, per klas en per doel."),
        "consent_class_list",
    ),
    (
        (Right.USE_CLASS_LISTS,),
        _("Foto-check"),
        _("Kies wie er op de foto staat: u leest of hij geplaatst mag worden."),
        "consent_photo_check",
    ),
    (
        (Right.VIEW_CONSENT,),
        _("Leerling zoeken"),
        _("Wat er geldt, wie wat zei en op welke tekst."),
        "consent_pupils",
    ),
    (
        # Who differs from whom is for who may know which parent said what.
        (Right.RECORD_CONSENT, Right.EXPORT_CONSENT),
        _("Taken"),
        _("Verschillen tussen ouders, opruimen, adressen en brieven."),
        "consent_tasks",
    ),
    (
        (Right.VIEW_CONSENT,),
        _("Rondes"),
        _("Elk jaar opnieuw vragen, en zien wie nog niet antwoordde."),
        "consent_rounds",
    ),
    (
        (Right.RECORD_CONSENT,),
        _("Papier invoeren"),
        _("Antwoorden op papier, per klas, met het toetsenbord."),
        "consent_papers",
    ),
    (
        (Right.VIEW_PEOPLE,),
        _("Leerlingen en ouders"),
        _("Wie er op school zit, wie beslist, en lijsten inlezen."),
        "people",
    ),
    (
        (Right.VIEW_CONSENT,),
        _("Vragen"),
        _("Waarvoor wij toestemming vragen, in welke woorden."),
        "consent_questions",
    ),
    (
        (Right.VIEW_CONSENT,),
        _("Keuzes en talen"),
        _("Wat het bestuur koos, en in welke talen gezinnen lezen."),
        "consent_policy",
    ),
    (
        (Right.MANAGE_CONSENT,),
        _("Sleutels voor systemen"),
        _("Waarmee een website of leerlingsysteem leest wat mag."),
        "consent_tokens",
    ),
)


def places(user: User) -> list[tuple[str, str, str]]:
    """Where this person can go from here."""
    return [
        (str(label), str(text), reverse(name))
        for rights, label, text, name in _PLACES
        if any(user.standing.holds(right) for right in rights)
    ]

"""Weighing, advising, deciding and following up a breach: in a browser, and in the eyes of axe."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from datalekken.actions.closing import Task, add_measure, learn
from datalekken.actions.deciding import advise, assess_breach, decide, reopen
from datalekken.choices import BreachState, DataKind, Recipient, TellGround
from datalekken.models import Breach, Measure
from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.datalekken.test_closing import LEARNED
from tests.factories import breaches as make

Visit = Callable[..., Visitor]


def in_progress(cast: Cast) -> Breach:
    at = timezone.now() - timedelta(hours=2)
    return make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)


def full(cast: Cast) -> Breach:
    """Weighed and decided twice, with advice, a public notice, a measure of each sort, lessons."""
    at, by = timezone.now(), cast.ibp
    today = timezone.localdate(at)
    made = in_progress(cast)
    harmless = make.facts(recipient=Recipient.TRUSTED_DELETED, data=frozenset({DataKind.NAME}))
    assess_breach(breach=made, facts=harmless, explanation="Volgens de vinder.", by=by, at=at)
    decide(breach=made, decision=make.decision(notifies=False, tells=False), by=by, at=at)
    reopen(breach=made, reason="De vinder had het mis.", by=by, at=at)
    assess_breach(breach=made, facts=make.facts(people=None), by=by, at=at)
    advise(
        breach=made,
        advice="Meld het. Vertel het de ouders.",
        advises_notifying=True,
        advises_telling=True,
        by=cast.fg,
        at=at,
    )
    chosen = make.decision(
        tells=False,
        tell_ground=TellGround.DISPROPORTIONATE,
        public_notice="Er is een stick kwijt. Bel de school.",
        deviation_reason="Van de oud-leerlingen zijn geen adressen meer.",
    )
    decide(breach=made, decision=chosen, by=cast.board_member, at=at)
    for owner, done_on in ((cast.director, None), (cast.teacher, today)):
        task = Task(
            kind="prevent", text="Sticks vervangen", owner=owner, due_on=today, done_on=done_on
        )
        add_measure(breach=made, task=task, by=by, at=at)
    learn(breach=made, lessons=LEARNED, by=by, at=at)
    return made


def look(visitor: Visitor, name: str) -> None:
    """Keep a picture where somebody wants to see one: LOOK names a folder."""
    if folder := os.environ.get("LOOK"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_pages_of_a_decision_are_in_order_by_axe(visit: Visit, cast: Cast) -> None:
    weighing, decided = in_progress(cast), full(cast)
    now, measure = timezone.now(), decided.measures.filter(done_on=None).get()
    assess_breach(breach=weighing, facts=make.facts(), by=cast.ibp, at=now)
    one, two = (f"/datalekken/{each.number}" for each in (weighing, decided))
    manager = visit()
    manager.signs_in(cast.ibp)
    acts = ("beoordelen", "besluiten", "maatregel", "lessen")
    found = trouble(
        manager,
        [
            f"{two}/",
            f"{two}/openbaar-bericht/",
            f"{two}/afsluiten/",
            f"{two}/heropenen/",
            f"{two}/maatregel-klaar/{measure.pk}/",
            *(f"{one}/{act}/" for act in acts),
        ],
    )
    fg = visit()
    fg.signs_in(cast.fg)
    found += trouble(fg, [f"{one}/advies/"])
    director = visit()
    director.signs_in(cast.director)
    found += trouble(director, [f"/maatregel/{measure.pk}/"])
    assert found == []
    for width, height, size in ((390, 844, "phone"), (1280, 900, "desktop")):
        manager.page.set_viewport_size({"width": width, "height": height})
        director.page.set_viewport_size({"width": width, "height": height})
        manager.go(f"{two}/")
        manager.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        look(manager, f"breach_{size}")
        for act in acts:
            manager.go(f"{one}/{act}/")
            look(manager, f"{act}_{size}")
        look(director, f"measure_{size}")


def test_the_manager_weighs_and_the_board_decides_on_a_phone(visit: Visit, cast: Cast) -> None:
    made = in_progress(cast)
    manager = visit(width=390, height=844)
    manager.signs_in(cast.ibp)
    manager.go(f"/datalekken/{made.number}/")
    manager.follows("Risico beoordelen")
    box = manager.page.locator("main").get_by_label
    for label in (
        "vertrouwelijkheid: iemand zag of kreeg gegevens",
        "naam, geslacht of geboortedatum",
        "schoolresultaten",
        "meteen",
        "iemand die wij niet kennen",
        "uitgesloten",
        "nee, de gegevens zijn leesbaar",
    ):
        box(label, exact=True).check()
    manager.page.locator("input[name=has_children][value=yes]").check()
    for name in ("has_vulnerable", "is_malicious"):
        manager.page.locator(f"input[name={name}][value=no]").check()
    manager.page.get_by_label("Over hoeveel mensen gaan de gegevens?").fill("vijfentwintig")
    manager.presses("Risico beoordelen")
    manager.sees("Schrijf het aantal in cijfers")
    assert box("schoolresultaten", exact=True).is_checked()
    manager.page.get_by_label("Over hoeveel mensen gaan de gegevens?").fill("25")
    manager.presses("Risico beoordelen")
    manager.sees("Er is waarschijnlijk een hoog risico voor de mensen.")
    manager.sees("Het gaat om kinderen of andere kwetsbare mensen.")

    member = visit(width=390, height=844)
    member.signs_in(cast.board_member)
    member.go(f"/datalekken/{made.number}/besluiten/")
    member.sees("Advies van de risicobeoordeling: melden.")
    member.page.get_by_label("datalek", exact=True).check()
    member.page.locator("input[name=notifies][value=yes]").check()
    member.page.locator("input[name=tells][value=no]").check()
    member.page.locator("[name=notify_reasons]").fill("Er is een hoog risico.")
    member.page.locator("[name=tell_reasons]").fill("Het kost te veel tijd.")
    member.presses("Besluiten")
    member.sees("Bij een hoog risico vertelt u het de mensen.")
    assert member.page.locator("[name=tell_reasons]").input_value() == "Het kost te veel tijd."
    member.page.locator("input[name=tells][value=yes]").check()
    member.page.locator("[name=tell_reasons]").fill("De ouders kunnen dan opletten.")
    member.presses("Besluiten")
    member.sees("Het besluit is genomen.", "De ouders kunnen dan opletten.")
    made.refresh_from_db()
    assert made.state == BreachState.DECIDED
    assert not member.needs_to_scroll_sideways()


def test_a_teacher_finishes_a_measure_without_seeing_the_breach(visit: Visit, cast: Cast) -> None:
    made, at = in_progress(cast), timezone.now()
    task = Task(
        kind="prevent",
        text="Lever uw stick in bij de conciërge",
        owner=cast.teacher,
        due_on=timezone.localdate(at),
    )
    measure = add_measure(breach=made, task=task, by=cast.ibp, at=at)
    teacher = visit(width=390, height=844)
    teacher.signs_in(cast.teacher)
    teacher.finds_nothing_at(f"/datalekken/{made.number}/")
    teacher.go(f"/maatregel/{measure.pk}/")
    teacher.sees("Lever uw stick in bij de conciërge")
    teacher.page.locator("[name=result]").fill("Ingeleverd.")
    teacher.presses("Dit is klaar")
    teacher.sees("Dank u wel", "Dit is klaar sinds")
    assert Measure.objects.get().done_on == timezone.localdate()

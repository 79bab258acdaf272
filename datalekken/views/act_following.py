"""The acts after the decision: measures, lessons, and the end of the file."""

from __future__ import annotations

from typing import Any

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from datalekken.actions import closing
from datalekken.forms import following as typed
from datalekken.models import Breach, Measure, closing_facts
from datalekken.rules.closing import closing_gaps
from privacyboard.backoffice.casework import ActPage, Doing, Note


def _add(doing: Doing) -> Measure:
    return closing.add_measure(breach=doing.case, task=doing.form.task(), **doing.who)


def _finish(doing: Doing) -> Measure:
    return closing.finish_measure(measure=doing.target, **doing.typed, **doing.who)


def _learn(doing: Doing) -> Breach:
    return closing.learn(
        breach=doing.case,
        lessons=doing.form.lessons_learned(),
        activities=doing.typed.get("activities"),
        seen=doing.seen,
        **doing.who,
    )


def _close(doing: Doing) -> Breach:
    return closing.close_breach(breach=doing.case, **doing.who)


def _measure_notes(_case: Breach, measure: Measure) -> tuple[Note, ...]:
    day = formats.date_format(measure.due_on, "j F Y")
    return (Note(_("Klaar uiterlijk %(day)s.") % {"day": day}),)


def _close_notes(case: Breach, _target: Any) -> tuple[Note, ...]:
    gaps = closing_gaps(closing_facts(case))
    if gaps:
        return (Note(_("Dit ontbreekt nog:"), gaps, "attention"),)
    waiting = case.measures.open().count()
    if not waiting:
        return (Note(_("Alles is er. U kunt het datalek afsluiten."), tone="ok"),)
    return (
        Note(
            _("Alles is er. Maatregelen die nog niet klaar zijn, blijven staan tot ze klaar zijn.")
        ),
    )


FOLLOWING: dict[str, ActPage] = {
    "maatregel": ActPage(
        title=_("Een maatregel vastleggen"),
        button=_("Maatregel vastleggen"),
        done=_("De maatregel is vastgelegd."),
        form=typed.MeasureForm,
        perform=_add,
        explanation=_("Een maatregel heeft altijd iemand die het doet, en een uiterste dag."),
        part="maatregelen",
    ),
    "maatregel-klaar": ActPage(
        title=_("De maatregel is klaar"),
        button=_("Vastleggen dat het klaar is"),
        done=_("De maatregel is klaar."),
        form=typed.FinishForm,
        perform=_finish,
        target=lambda case: case.measures.all(),
        notes=_measure_notes,
        part="maatregelen",
    ),
    "lessen": ActPage(
        title=_("Oorzaak en lessen"),
        button=_("Vastleggen"),
        done=_("De oorzaak en de lessen zijn vastgelegd."),
        form=typed.LessonsForm,
        perform=_learn,
        explanation=_("U kunt dit stap voor stap invullen. Bij het afsluiten moet het er zijn."),
        part="maatregelen",
    ),
    "afsluiten": ActPage(
        title=_("Het datalek afsluiten"),
        button=_("Afsluiten"),
        done=_("Het datalek is afgesloten. Het blijft in het register staan."),
        form=typed.ConfirmForm,
        perform=_close,
        notes=_close_notes,
    ),
}

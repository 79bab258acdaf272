"""The closed lists of destruction lists: data that are kept in other systems."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DestructionState(TextChoices):
    """Where a destruction list stands; the steps are in `rules.destruction.states`."""

    PROPOSED = "proposed", _("voorgesteld")
    CHECKED = "checked", _("gecontroleerd")
    APPROVED = "approved", _("goedgekeurd")
    HANDED = "handed", _("bij wie vernietigt")
    CLOSED = "closed", _("afgesloten")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class LineVerdict(TextChoices):
    """What happens with one kind of data under one rule."""

    DESTROY = "destroy", _("vernietigen")
    CONFLICT = "conflict", _("twee termijnen, nog te beslissen")
    KEPT = "kept", _("blijft onder de langere termijn")

    def said(self, *, lacks_term: bool) -> str:
        """The same of a rule that has no term any more: none of the two is longer."""
        return str(_WITHOUT_TERM.get(self, self.label) if lacks_term else self.label)


_WITHOUT_TERM = {
    LineVerdict.CONFLICT: _("geen vaste termijn, nog te beslissen"),
    LineVerdict.KEPT: _("blijft nu, later opnieuw bekijken"),
}


class ItemVerdict(TextChoices):
    """What happens with what is kept of one pupil, or of one period, under one rule."""

    DESTROY = "destroy", _("vernietigen")
    LATER = "later", _("langer bewaren")
    HELD = "held", _("vastgehouden")


class KeepGround(TextChoices):
    """Why data may stay longer than their term (OPOO 8.5.3); there is no other ground."""

    OTHERS = "others", _("belangrijk voor anderen")
    ADMINISTRATION = "administration", _("nodig voor de administratie")
    LITIGATION = "litigation", _("nodig voor een rechtszaak of een geschil")
    LAW = "law", _("een wet schrijft het voor")


class TaskKind(TextChoices):
    """Who destroys: the owner of a system, a processor, or who keeps the archive."""

    SYSTEM = "system", _("systeem")
    PROCESSOR = "processor", _("verwerker")
    ARCHIVE = "archive", _("papieren archief")
    SCHOOL = "school", _("de school zelf")

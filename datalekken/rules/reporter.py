"""What a reporter is told of the state of a report: a plain sentence, and nothing of what is in it.

Whether the AP was told, and what was decided, is not for the reporter.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from datalekken.choices import BreachState

STATE_WORDS: dict[BreachState, Any] = {
    BreachState.REPORTED: _("Wij hebben uw melding. Wij bekijken haar zo snel mogelijk."),
    BreachState.IN_PROGRESS: _("Wij zoeken uit wat er gebeurd is."),
    BreachState.DECIDED: _("Wij weten wat er moet gebeuren, en werken daaraan."),
    BreachState.CLOSED: _("Wij zijn klaar met uw melding."),
}

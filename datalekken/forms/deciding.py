"""What people type to advise, to decide, and to say where a public notice stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datalekken.actions.deciding import Decision
from datalekken.choices import Nature, TellGround
from datalekken.forms.fields import typed, yes_no
from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, only_when, words


class AdviceForm(CaseForm):
    """What the FG advises (AVG 39)."""

    advises_notifying = yes_no(
        _("Adviseert u dit te melden bij de AP?"),
        required=_("Kies of u adviseert te melden bij de AP."),
    )
    advises_telling = yes_no(
        _("Adviseert u het te vertellen aan de mensen om wie het gaat?"),
        required=_("Kies of u adviseert het de mensen te vertellen."),
    )
    advice = words(_("Uw advies, met uw redenen"), rows=6, required=_("Schrijf uw advies op."))

    def prepare(self) -> None:
        standing = self.case
        self.initial.setdefault("advice", standing.fg_advice)
        self.initial.setdefault("advises_notifying", typed(standing.fg_advises_notifying))
        self.initial.setdefault("advises_telling", typed(standing.fg_advises_telling))


class DecideForm(CaseForm):
    """The decision. Beside each choice stands what the rules and the FG advise."""

    nature = forms.ChoiceField(
        label=_("Wat is het?"),
        choices=[each for each in Nature.choices if each[0] != Nature.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Kies of het een datalek, een bijna-datalek of geen datalek is.")
        },
        help_text=_("Een bijna-datalek of geen datalek blijft ook in het register staan."),
    )
    notifies = yes_no(_("Meldt u dit bij de AP?"), required=_("Kies of u het meldt bij de AP."))
    notify_reasons = words(
        _("Waarom meldt u het wel of niet?"),
        required=_("Schrijf op waarom u wel of niet meldt bij de AP."),
        help_text=_("Niet melden is ook een besluit. De AP kan naar uw redenen vragen."),
    )
    tells = yes_no(
        _("Vertelt u het de mensen om wie het gaat?"),
        required=_("Kies of u het de mensen vertelt."),
    )
    tell_reasons = words(
        _("Waarom vertelt u het wel of niet?"),
        required=_("Schrijf op waarom u het de mensen wel of niet vertelt."),
    )
    tell_ground = only_when(
        _("alleen als u het bij een hoog risico niet vertelt"),
        forms.ChoiceField(
            label=_("Op welke grond vertelt u het niet?"),
            choices=[("", _("Geen, of niet nodig")), *TellGround.choices],
            required=False,
            help_text=_("AVG, artikel 34 lid 3."),
        ),
    )
    public_notice = only_when(
        _("alleen bij grond c"),
        words(
            _("Tekst van het openbare bericht"),
            rows=5,
            help_text=_(
                "Hiermee horen de mensen het toch. Schrijf in gewone taal wat er gebeurde, wat "
                "het kan betekenen en wie zij kunnen bellen."
            ),
        ),
    )
    deviation_reason = only_when(
        _("alleen als u iets anders besluit dan de FG adviseert"),
        words(_("Waarom wijkt u af van het advies van de FG?")),
    )

    def prepare(self) -> None:
        case = self.case
        if case.nature != Nature.UNKNOWN:
            self.initial.setdefault("nature", case.nature)
        for name in ("notifies", "tells"):
            self.initial.setdefault(name, typed(getattr(case, name)))
        for name in ("notify_reasons", "tell_reasons", "tell_ground", "public_notice"):
            self.initial.setdefault(name, getattr(case, name))
        if case.fg_advises_notifying is None and case.fg_advises_telling is None:
            del self.fields["deviation_reason"]
        else:
            self.initial.setdefault("deviation_reason", case.deviation_reason)
        self._put_advice_beside()

    def _put_advice_beside(self) -> None:
        last = self.case.assessments.last()
        outcome: dict[str, Any] = last.outcome if last else {}
        for field, key, by_fg, yes, no in (
            (
                "notifies",
                "advises_notifying",
                self.case.fg_advises_notifying,
                _("melden"),
                _("niet melden"),
            ),
            (
                "tells",
                "advises_telling",
                self.case.fg_advises_telling,
                _("vertellen"),
                _("vertellen hoeft niet"),
            ),
        ):
            said: dict[Any, Any] = {True: yes, False: no, None: _("nog geen advies")}
            self.fields[field].help_text = _(
                "Advies van de risicobeoordeling: %(rules)s. Advies van de FG: %(fg)s."
            ) % {
                "rules": said[outcome.get(key)],
                "fg": said[by_fg],
            }

    def decision(self) -> Decision:
        """What was decided."""
        given = {"deviation_reason": "", **self.cleaned_data}
        return Decision(**given)


class NoticeForm(CaseForm):
    """Where the public notice stands, and since when (AVG 34(3)(c))."""

    where = forms.CharField(
        label=_("Waar staat het bericht?"),
        max_length=300,
        help_text=_("Zoals het adres van de pagina, of de naam en de dag van de krant."),
        error_messages={"required": _("Schrijf op waar het bericht staat.")},
    )
    placed_on = Day(label=_("Sinds welke dag?"))

    def prepare(self) -> None:
        self.initial.setdefault("where", self.case.public_notice_where)
        self.initial.setdefault("placed_on", self.case.public_notice_on or timezone.localdate())

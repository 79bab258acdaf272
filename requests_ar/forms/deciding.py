"""What people type to judge, advise, decide, answer and round off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_ar.choices import (
    CodeWay,
    DeliveryWay,
    ErasureGround,
    RequestKind,
    RestrictionGround,
    Verdict,
)
from requests_ar.forms.cases import CaseForm
from requests_ar.forms.fields import Day, words
from requests_ar.rules.answer_items import LABELS, NUMBERS, Item
from requests_ar.rules.decisions import Decided, grounds_for

# What to look for before a copy leaves: the checklist of a partial grant.
REDACTIONS = (
    _("Namen en gegevens van andere leerlingen"),
    _("Namen en gegevens van andere ouders"),
    _("Namen van medewerkers die niets met het besluit te maken hebben"),
    _("Wat anderen in vertrouwen vertelden"),
    _("Gegevens van broers, zussen of de andere ouder"),
    _("Nummers van anderen, zoals een BSN of rekeningnummer"),
    _("Herkenbare anderen op beeld"),
)
_COPIES = frozenset({RequestKind.ACCESS, RequestKind.CAMERA_ACCESS, RequestKind.PORTABILITY})
_OBJECTIONS = frozenset({RequestKind.OBJECTION, RequestKind.CAMERA_OBJECTION})


class JudgeForm(CaseForm):
    """The verdict on one part; which fields there are follows from its kind."""

    verdict = forms.ChoiceField(
        label=_("Wat is uw oordeel?"),
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een besluit.")},
    )
    erasure_grounds = forms.MultipleChoiceField(
        label=_("Waarom wissen wij?"),
        choices=ErasureGround,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Nodig als u (deels) toewijst (AVG 17 lid 1)."),
    )
    restriction_ground = forms.ChoiceField(
        label=_("Waarom beperken wij het gebruik?"),
        choices=[("", _("Kies")), *RestrictionGround.choices],
        required=False,
        help_text=_("Nodig als u (deels) toewijst (AVG 18 lid 1)."),
    )
    grounds = forms.MultipleChoiceField(
        label=_("Op welke grond wijst u (deels) af?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Nodig als u afwijst of deels toewijst."),
    )
    balancing = words(
        _("Afweging van belangen"),
        help_text=_("Nodig bij “dwingende gerechtvaardigde gronden” (AVG 21 lid 1)."),
    )
    handled_as = forms.ChoiceField(
        label=_("Als welk ander soort verzoek behandelt u het?"),
        choices=[("", _("Niet van toepassing")), *RequestKind.choices],
        required=False,
    )
    redactions = forms.MultipleChoiceField(
        label=_("Wat laat u weg of maakt u onleesbaar?"),
        choices=[(str(each), each) for each in REDACTIONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Loop deze lijst na voordat een kopie de school verlaat."),
    )
    more_redactions = words(_("Wat laat u verder weg? Eén ding per regel."), rows=2)
    reasons = words(
        _("Redenen, in gewone taal"),
        rows=5,
        help_text=_("De vrager leest dit in de brief. Altijd nodig bij (deels) afwijzen."),
    )

    def prepare(self) -> None:
        part = self.target
        grounds: Any = self.fields["grounds"]
        grounds.choices = [(each.value, each.label) for each in grounds_for(part.kind)]
        self._leave_out(part.kind)
        typed = [each for each in part.redactions if each not in map(str, REDACTIONS)]
        standing = {
            "redactions": part.redactions,
            "more_redactions": "\n".join(typed),
        }
        for name in self.fields:
            value = standing[name] if name in standing else getattr(part, name)
            self.initial.setdefault(name, value)

    def _leave_out(self, kind: str) -> None:
        if kind != RequestKind.ERASURE:
            del self.fields["erasure_grounds"]
        if kind != RequestKind.RESTRICTION:
            del self.fields["restriction_ground"]
        if kind not in _OBJECTIONS:
            del self.fields["balancing"]
        if kind not in _COPIES:
            del self.fields["redactions"], self.fields["more_redactions"]

    def decided(self) -> Decided:
        """What was typed, as the rules read it."""
        given = self.cleaned_data
        more = [line.strip() for line in given.get("more_redactions", "").splitlines()]
        return Decided(
            kind=self.target.kind,
            verdict=given["verdict"],
            grounds=frozenset(given["grounds"]),
            reasons=given["reasons"],
            handled_as=given["handled_as"],
            erasure_grounds=frozenset(given.get("erasure_grounds", ())),
            restriction_ground=given.get("restriction_ground", ""),
            balancing=given.get("balancing", ""),
            redactions=(*given.get("redactions", ()), *(line for line in more if line)),
        )


class AdviceForm(CaseForm):
    """What the FG thinks of it."""

    advice = words(_("Advies van de FG"), rows=6, required=_("Schrijf uw advies op."))

    def prepare(self) -> None:
        self.initial.setdefault("advice", self.request.fg_advice)


class DecideForm(CaseForm):
    """The decision; with an advice of the FG: whether it is followed."""

    deviates = forms.TypedChoiceField(
        label=_("Volgt u het advies van de FG?"),
        choices=[("no", _("Ja, ik volg het advies")), ("yes", _("Nee, ik wijk ervan af"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of u het advies volgt.")},
    )
    deviation_reason = words(
        _("Waarom wijkt u af?"), help_text=_("Alleen nodig als u afwijkt."), max_length=5000
    )

    def prepare(self) -> None:
        if not self.request.fg_advice.strip():
            del self.fields["deviates"], self.fields["deviation_reason"]


class ItemsForm(CaseForm):
    """The ten items of an access answer, each with its text or the reason why it is empty."""

    def __init__(self, *given: Any, items: list[Item], **named: Any) -> None:
        self.items = items
        super().__init__(*given, **named)

    def prepare(self) -> None:
        for item in self.items:
            number = item.number
            self.fields[f"text_{number}"] = words(f"{number}. {LABELS[number]}", rows=4)
            self.initial.setdefault(f"text_{number}", item.text)
            self.fields[f"why_{number}"] = words(
                _("Waarom is %(number)s leeg?") % {"number": number}, rows=2, max_length=1000
            )
            self.initial.setdefault(f"why_{number}", item.why_empty)

    def read(self) -> list[Item]:
        """The ten items as they were typed."""
        given = self.cleaned_data
        return [Item(each, given[f"text_{each}"], given[f"why_{each}"]) for each in NUMBERS]

    def pairs(self) -> list[tuple[Any, Any, Item]]:
        """Per item: its text, the reason, and how it stands."""
        return [
            (self[f"text_{each.number}"], self[f"why_{each.number}"], each) for each in self.items
        ]


class SendForm(CaseForm):
    """How the answer reaches the person."""

    way = forms.ChoiceField(
        label=_("Hoe gaat het antwoord weg?"),
        choices=DeliveryWay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe het antwoord weggaat.")},
    )
    on = Day(
        label=_("Op welke dag?"),
        help_text=_("Bij post: de dag op de brievenbus. Een link gaat vandaag weg."),
    )

    def prepare(self) -> None:
        self.initial.setdefault("way", self.request.wants)
        self.initial.setdefault("on", timezone.localdate())


class CodeForm(CaseForm):
    """How the code reaches the person."""

    way = forms.ChoiceField(
        label=_("Hoe vertelt u de code?"),
        choices=CodeWay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe u de code vertelt.")},
    )
    reason = forms.CharField(
        label=_("Waarom in een tweede e-mail?"),
        max_length=300,
        required=False,
        help_text=_("Alleen nodig bij een tweede e-mail: dat is de minst veilige manier."),
    )


class RecipientForm(CaseForm):
    """That a recipient was told, or why not."""

    told_on = Day(label=_("Verteld op"), required=False)
    why_not = words(
        _("Of: waarom kan het niet?"),
        help_text=_("Alleen als het onmogelijk is, of veel te veel moeite kost (AVG 19)."),
        max_length=1000,
    )

    def prepare(self) -> None:
        self.initial.setdefault("told_on", self.target.told_on)
        self.initial.setdefault("why_not", self.target.why_not)


class RestrictForm(CaseForm):
    """Data that are kept and not used from now on."""

    ground = forms.ChoiceField(
        label=_("Waarom?"),
        choices=RestrictionGround,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waarom het gebruik beperkt wordt (AVG 18 lid 1).")},
    )
    what = words(_("Welke gegevens?"), required=_("Schrijf op om welke gegevens het gaat."))
    starts_on = Day(label=_("Vanaf"))

    def prepare(self) -> None:
        self.initial.setdefault("starts_on", timezone.localdate())


class LiftForm(CaseForm):
    """The end of a restriction, of which the person heard first."""

    told_on = Day(
        label=_("Wanneer hebt u dit de persoon verteld?"),
        help_text=_("Dat moet vóór het einde van de beperking (AVG 18 lid 3)."),
    )
    ends_on = Day(label=_("Tot en met"))

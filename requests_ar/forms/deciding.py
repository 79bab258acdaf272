"""What people type to judge, advise, decide, answer and round off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, only_when, words
from requests_ar.choices import (
    CodeWay,
    DeliveryWay,
    ErasureGround,
    Redaction,
    RefusalGround,
    RequestKind,
    RestrictionGround,
    Verdict,
)
from requests_ar.letters.answers import lacks_copy, wants_link
from requests_ar.rules.answer_items import LABELS, NUMBERS, Item
from requests_ar.rules.decisions import (
    COPIES,
    DOUBTFUL,
    OBJECTIONS,
    Decided,
    grounds_for,
    reasons_field,
)


class JudgeForm(CaseForm):
    """The verdict on one part; which fields there are follows from its kind."""

    verdict = forms.ChoiceField(
        label=_("Wat is uw oordeel?"),
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een besluit.")},
    )
    erasure_grounds = only_when(
        _("alleen als u (deels) toewijst"),
        forms.MultipleChoiceField(
            label=_("Waarom wissen wij?"),
            choices=ErasureGround,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("AVG 17 lid 1."),
        ),
    )
    restriction_ground = only_when(
        _("alleen als u (deels) toewijst"),
        forms.ChoiceField(
            label=_("Waarom beperken wij het gebruik?"),
            choices=[("", _("Kies")), *RestrictionGround.choices],
            required=False,
            help_text=_("AVG 18 lid 1."),
        ),
    )
    grounds = only_when(
        _("alleen als u afwijst of deels toewijst"),
        forms.MultipleChoiceField(
            label=_("Op welke grond wijst u (deels) af?"),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("Leg bij elke grond uit waarom."),
        ),
    )
    balancing = only_when(
        _("alleen bij “dwingende gerechtvaardigde gronden”"),
        words(
            _("Afweging van belangen"),
            help_text=_("AVG 21 lid 1."),
        ),
    )
    handled_as = only_when(
        _("alleen als u het anders behandelt"),
        forms.ChoiceField(
            label=_("Als welk ander soort verzoek behandelt u het?"),
            choices=[("", _("Niet van toepassing")), *RequestKind.choices],
            required=False,
        ),
    )
    redactions = forms.MultipleChoiceField(
        label=_("Wat laat u weg of maakt u onleesbaar?"),
        choices=Redaction,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Loop deze lijst na voordat een kopie de school verlaat."),
    )
    more_redactions = words(_("Wat laat u verder weg? Eén ding per regel."), rows=2)
    reasons = only_when(
        _("nodig als u het anders behandelt"),
        words(
            _("Toelichting, in gewone taal"),
            rows=5,
            help_text=_("De vrager leest dit in de brief."),
        ),
    )

    def prepare(self) -> None:
        part = self.target
        self.possible = grounds_for(part.kind)
        grounds: Any = self.fields["grounds"]
        grounds.choices = [(each.value, each.label) for each in self.possible]
        for ground in self.possible:
            self.fields[reasons_field(ground)] = _reasons_of(ground)
        self._leave_out(part.kind)
        typed = [each for each in part.redactions if each not in Redaction.values]
        standing = {
            "grounds": list(part.grounds),
            "redactions": part.redactions,
            "more_redactions": "\n".join(typed),
            **{reasons_field(each): part.grounds.get(each, "") for each in self.possible},
        }
        for name in self.fields:
            value = standing[name] if name in standing else getattr(part, name)
            self.initial.setdefault(name, value)

    def _leave_out(self, kind: str) -> None:
        if kind != RequestKind.ERASURE:
            del self.fields["erasure_grounds"]
        if kind != RequestKind.RESTRICTION:
            del self.fields["restriction_ground"]
        if kind not in OBJECTIONS:
            del self.fields["balancing"]
        if kind not in COPIES:
            del self.fields["redactions"], self.fields["more_redactions"]

    def shown(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """The questions in order; with that of the grounds: each ground, and its reasons."""
        beside = {reasons_field(each) for each in self.possible}
        return [
            (field, self._grounds() if field.name == "grounds" else [])
            for field in self.visible_fields()
            if field.name not in beside
        ]

    def _grounds(self) -> list[tuple[Any, Any]]:
        boxes = self["grounds"].subwidgets
        return [
            (box, self[reasons_field(each)]) for box, each in zip(boxes, self.possible, strict=True)
        ]

    def decided(self) -> Decided:
        """What was typed, as the rules read it."""
        given = self.cleaned_data
        more = [line.strip() for line in given.get("more_redactions", "").splitlines()]
        return Decided(
            kind=self.target.kind,
            verdict=given["verdict"],
            grounds={each: given[reasons_field(each)] for each in given["grounds"]},
            reasons=given["reasons"],
            handled_as=given["handled_as"],
            erasure_grounds=frozenset(given.get("erasure_grounds", ())),
            restriction_ground=given.get("restriction_ground", ""),
            balancing=given.get("balancing", ""),
            redactions=(*given.get("redactions", ()), *(line for line in more if line)),
        )


def _reasons_of(ground: RefusalGround) -> forms.CharField:
    weigh = _(
        "Weeg elke aantekening apart. Gaat zij over de persoon, dan hoort zij er meestal bij."
    )
    return words(
        _("Waarom geldt dit hier: %(ground)s?") % {"ground": ground.label},
        rows=2,
        help_text=weigh if ground in DOUBTFUL else "",
    )


class AdviceForm(CaseForm):
    """What the FG thinks of it."""

    advice = words(_("Advies van de FG"), rows=6, required=_("Schrijf uw advies op."))

    def prepare(self) -> None:
        self.initial.setdefault("advice", self.case.fg_advice)


class DecideForm(CaseForm):
    """The decision; with an advice of the FG: whether it is followed."""

    deviates = forms.TypedChoiceField(
        label=_("Volgt u het advies van de FG?"),
        choices=[("no", _("Ja, ik volg het advies")), ("yes", _("Nee, ik wijk ervan af"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of u het advies volgt.")},
    )
    deviation_reason = only_when(
        _("alleen als u afwijkt"), words(_("Waarom wijkt u af?"), max_length=5000)
    )

    def prepare(self) -> None:
        if not self.case.fg_advice.strip():
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
            why = _("Waarom is %(number)s leeg?") % {"number": number}
            field = words(why, rows=2, max_length=1000)
            self.fields[f"why_{number}"] = only_when(_("alleen als het leeg blijft"), field)
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
    why_this_way = only_when(
        _("alleen bij post of meegeven"),
        forms.CharField(
            label=_("Waarom niet met een link?"),
            max_length=300,
            required=False,
            help_text=_(
                "Dit verzoek kwam digitaal binnen, en dan gaat het antwoord ook digitaal (AVG 12 "
                "lid 3)."
            ),
        ),
    )
    why_no_copy = forms.CharField(
        label=_("Waarom gaat er geen kopie van de gegevens mee?"),
        max_length=300,
        required=False,
        error_messages={
            "required": _(
                "Bij inzage hoort een kopie. Kruis bestanden aan in het dossier, of schrijf op "
                "waarom er geen meegaan."
            )
        },
        help_text=_("In het dossier is geen bestand aangekruist dat bij het antwoord hoort."),
    )

    def prepare(self) -> None:
        self.initial.setdefault("way", self.case.wants)
        self.initial.setdefault("on", timezone.localdate())
        if not wants_link(self.case):
            del self.fields["why_this_way"]
        if lacks_copy(self.case):
            self.fields["why_no_copy"].required = True
        else:
            del self.fields["why_no_copy"]


class CodeForm(CaseForm):
    """How the code reaches the person."""

    way = forms.ChoiceField(
        label=_("Hoe vertelt u de code?"),
        choices=CodeWay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe u de code vertelt.")},
    )
    reason = only_when(
        _("alleen bij een tweede e-mail"),
        forms.CharField(
            label=_("Waarom in een tweede e-mail?"),
            max_length=300,
            required=False,
            help_text=_("Dat is de minst veilige manier."),
        ),
    )


class CarriedOutForm(CaseForm):
    """That what was granted is done."""

    done_on = Day(label=_("Op welke dag?"))
    what = words(
        _("Wat is er gedaan, en waar?"),
        required=_("Schrijf op wat er gedaan is, en waar."),
        help_text=_("Zoals: de achternaam verbeterd in de leerlingadministratie en op papier."),
    )

    def prepare(self) -> None:
        self.initial.setdefault("done_on", self.target.carried_out_on or timezone.localdate())
        self.initial.setdefault("what", self.target.carried_out)


class RecipientForm(CaseForm):
    """That a recipient was told, or why not."""

    told_on = only_when(
        _("niet nodig als het niet kan"), Day(label=_("Verteld op"), required=False)
    )
    why_not = only_when(
        _("alleen als het niet kan"),
        words(
            _("Of: waarom kan het niet?"),
            help_text=_("Het is onmogelijk, of kost veel te veel moeite (AVG 19)."),
            max_length=1000,
        ),
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

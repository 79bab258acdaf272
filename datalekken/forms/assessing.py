"""What people answer to have the risk of a breach weighed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from datalekken.choices import (
    Aspect,
    DataKind,
    Exfiltration,
    Identification,
    IncidentKind,
    Recipient,
    Restoring,
    Unintelligible,
)
from datalekken.forms.fields import PeopleCount, typed, yes_no
from datalekken.rules.assessment import Facts, UnreadableFacts
from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import words

_YES_NO = (
    "has_children",
    "has_vulnerable",
    "is_malicious",
    "disrupts_seriously",
    "was_public",
    "risk_taken_away",
)


def _one(label: Any, choices: Any, *, required: Any, **named: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": required},
        **named,
    )


def _several(label: Any, choices: Any, *, required: Any, **named: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        # On a wide screen in two columns.
        widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
        error_messages={"required": required},
        **named,
    )


@dataclass(frozen=True)
class Part:
    """Questions that belong together. `folded`: what stands in them, where they are folded away."""

    title: Any
    fields: list[forms.BoundField]
    folded: Any
    is_open: bool


class AssessForm(CaseForm):
    """The facts of a breach, as `rules.assessment.Facts` takes them."""

    kind = forms.ChoiceField(
        label=_("Wat voor incident is het?"),
        choices=IncidentKind,
        error_messages={"required": _("Kies wat voor incident het is.")},
    )
    aspects = _several(
        _("Wat ging er mis met de gegevens?"),
        Aspect,
        required=_("Kruis ten minste één ding aan."),
        help_text=_(
            "Er kan meer dan één ding mis zijn. Een gestolen laptop met de enige kopie: iemand kan "
            "de gegevens lezen, en ze zijn weg."
        ),
    )
    data_kinds = _several(
        _("Welke gegevens zijn het?"),
        DataKind,
        required=_("Kruis aan welke gegevens het zijn. Weet u het niet? Kies “nog niet bekend”."),
        help_text=_("Kruis alles aan wat erbij was. Het gevoeligste telt het zwaarst."),
    )
    people = PeopleCount(
        label=_("Over hoeveel mensen gaan de gegevens?"),
        help_text=_(
            "In cijfers, zoals 25 of 10.000. Een schatting mag: neem dan het hoogste aantal. Leeg: "
            "nog niet bekend. Dan telt het als veel."
        ),
    )
    identification = _one(
        _("Hoe makkelijk ziet een vreemde om wie het gaat?"),
        Identification,
        required=_("Kies hoe makkelijk de mensen te herkennen zijn."),
        help_text=_(
            "Met naam en geboortedatum of klas: meteen. Met alleen een nummer: met moeite."
        ),
    )
    has_children = yes_no(_("Gaat het om kinderen?"), required=_("Kies of het om kinderen gaat."))
    has_vulnerable = yes_no(
        _("Gaat het om andere kwetsbare mensen?"),
        required=_("Kies of het om andere kwetsbare mensen gaat."),
        help_text=_(
            "Zoals een gezin met een geheim adres, mensen met schulden, of mensen die hulp krijgen."
        ),
    )
    recipient = _one(
        _("Wie heeft de gegevens nu, of kan ze hebben?"),
        Recipient,
        required=_("Kies wie de gegevens heeft of kan hebben."),
        help_text=_(
            "“Vertrouwen”: iemand die moet zwijgen, of met wie u vast samenwerkt. Die liet ook "
            "weten dat alles gewist is. Alleen vragen om te wissen is niet genoeg."
        ),
    )
    exfiltration = _one(
        _("Zijn de gegevens gekopieerd of verder verspreid?"),
        Exfiltration,
        required=_("Kies of de gegevens gekopieerd of verder verspreid zijn."),
        help_text=_("“Uitgesloten” kiest u alleen als u het kunt nagaan, zoals in een logboek."),
    )
    unintelligible = _one(
        _("Zijn de gegevens onleesbaar voor een vreemde?"),
        Unintelligible,
        required=_("Kies of de gegevens onleesbaar zijn."),
        help_text=_("Een wachtwoord om in te loggen is geen versleuteling."),
    )
    restoring = _one(
        _("Is wat weg of veranderd is te herstellen?"),
        Restoring,
        required=_("Kies of de gegevens te herstellen zijn."),
        help_text=_(
            "Hersteld voordat iemand er last van had, bijvoorbeeld uit een reservekopie: zonder "
            "moeite."
        ),
    )
    is_malicious = yes_no(
        _("Deed iemand het met opzet?"),
        required=_("Kies of er opzet in het spel was."),
        help_text=_("Zoals diefstal, een hack, of een medewerker die gegevens meenam."),
    )
    disrupts_seriously = yes_no(
        _("Ligt het onderwijs of het werk er ernstig door stil?"),
        required=_("Kies of het werk er ernstig door stilligt."),
    )
    was_public = yes_no(
        _("Waren dezelfde gegevens al openbaar?"),
        required=_("Kies of de gegevens al openbaar waren."),
        help_text=_("Alleen als iedereen ze al kon vinden, met goede reden."),
    )
    risk_taken_away = yes_no(
        _("Namen maatregelen achteraf het hoge risico weg?"),
        required=_("Kies of maatregelen het hoge risico wegnamen."),
        help_text=_(
            "Zoals een wachtwoord dat vervangen is voordat iemand het gebruikte (AVG, artikel 34 "
            "lid 3 onder b)."
        ),
    )
    explanation = words(
        _("Toelichting"),
        help_text=_("Wat weet u zeker, en wat is een schatting? Ook bij uw antwoorden hierboven."),
    )

    def parts(self) -> Iterator[Part]:
        """The questions under their headings; those that were answered before fold to answers."""
        for title, names, why in _PARTS:
            fields = [self[name] for name in names]
            told = [each for each in fields if each.errors or each.value() != "no"]
            if self._standing and title and not why and not self.is_bound:
                yield Part(title, fields, _in_short(self._standing, names), is_open=False)
            else:
                yield Part(title, fields, why, is_open=bool(told))

    def prepare(self) -> None:
        for name, value in self._before().items():
            self.initial.setdefault(name, value)

    def _before(self) -> dict[str, Any]:
        """The answers of the last assessment; at the first one what the report says."""
        last = self.case.assessments.last()
        self._standing: Facts | None = None
        with contextlib.suppress(UnreadableFacts):
            self._standing = Facts.read(last.facts) if last else None
        if self._standing is None:
            return {
                "kind": self.case.kind,
                "restoring": Restoring.NOT_LOST,
                **dict.fromkeys(_YES_NO[3:], "no"),
            }
        kept = self._standing.plain()
        return {
            **kept,
            "data_kinds": kept["data"],
            **{name: typed(kept[name]) for name in _YES_NO},
        }

    def facts(self) -> Facts:
        """What was answered."""
        given = self.cleaned_data
        return Facts(
            aspects=frozenset(Aspect(each) for each in given["aspects"]),
            kind=IncidentKind(given["kind"]),
            data=frozenset(DataKind(each) for each in given["data_kinds"]),
            people=given["people"],
            identification=Identification(given["identification"]),
            unintelligible=Unintelligible(given["unintelligible"]),
            exfiltration=Exfiltration(given["exfiltration"]),
            recipient=Recipient(given["recipient"]),
            restoring=Restoring(given["restoring"]),
            **{name: given[name] for name in _YES_NO},
        )


# What is nearly always “no” is folded away, and opens by itself where it is not.
_PARTS: tuple[tuple[Any, tuple[str, ...], Any], ...] = (
    (_("Wat er misging"), ("kind", "is_malicious", "aspects", "restoring"), ""),
    (
        _("Welke gegevens, en van wie"),
        ("data_kinds", "people", "identification", "has_children", "has_vulnerable"),
        "",
    ),
    (_("Waar de gegevens nu zijn"), ("recipient", "exfiltration", "unintelligible"), ""),
    (
        _("Bijzondere omstandigheden"),
        ("disrupts_seriously", "was_public", "risk_taken_away"),
        _("Alles ligt stil, het was al openbaar, of het hoge risico is weg: nu overal “nee”."),
    ),
    ("", ("explanation",), ""),
)


# What an answer is about, where the question itself is folded away.
_SHORT = {
    "is_malicious": _("opzet"),
    "restoring": _("herstel"),
    "people": _("aantal mensen"),
    "identification": _("te herkennen"),
    "has_children": _("kinderen"),
    "has_vulnerable": _("andere kwetsbare mensen"),
    "recipient": _("wie heeft ze"),
    "exfiltration": _("verspreid"),
    "unintelligible": _("onleesbaar"),
}


def _in_short(facts: Facts, names: tuple[str, ...]) -> str:
    """The answers to these questions in one line."""
    found = []
    for name in names:
        value = facts.data if name == "data_kinds" else getattr(facts, name)
        said = _answer(value)
        said = said.lower() if isinstance(value, bool) else said
        found.append(f"{_SHORT[name]}: {said}" if name in _SHORT else said)
    return "; ".join(found)


def answers_in_words(facts: Facts) -> list[tuple[str, str]]:
    """Each question with its answer, as an assessment was made on."""
    found = []
    for name, field in AssessForm.base_fields.items():
        if name == "explanation":
            continue
        value = facts.data if name == "data_kinds" else getattr(facts, name)
        found.append((str(field.label), _answer(value)))
    return found


def _answer(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Ja") if value else _("Nee"))
    if isinstance(value, frozenset):
        kind = type(next(iter(value))) if value else None
        return ", ".join(str(each.label) for each in kind or () if each in value)
    if value is None:
        return str(_("nog niet bekend"))
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value.label)

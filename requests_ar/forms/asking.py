"""The public form: who you are, about whom, and what you ask. In Dutch and in English.

Nothing can be sent along: a copy of an identity document has no way in.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import only_when
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.organisation.models import School
from privacyboard.vocabulary import Language
from registers.models import DataSubjectGroup
from requests_ar.actions.receiving import Received, Someone
from requests_ar.choices import ADULT_GROUPS, Channel, DeliveryWay, Relation, RequestKind

# What each kind is, for who never read the law: a name, and one sentence.
KIND_WORDS: dict[RequestKind, tuple[Any, Any]] = {
    RequestKind.ACCESS: (
        _("Gegevens inzien"),
        _("U krijgt een kopie van de gegevens en leest wat wij ermee doen."),
    ),
    RequestKind.RECTIFICATION: (
        _("Gegevens verbeteren of aanvullen"),
        _("Er staat iets wat niet klopt, of er ontbreekt iets."),
    ),
    RequestKind.ERASURE: (
        _("Gegevens laten verwijderen"),
        _("Wij wissen wat wij niet (meer) mogen bewaren. Soms moeten wij iets bewaren van de wet."),
    ),
    RequestKind.RESTRICTION: (
        _("Gegevens even niet laten gebruiken"),
        _("Wij bewaren de gegevens, maar doen er een tijd niets mee."),
    ),
    RequestKind.OBJECTION: (
        _("Bezwaar maken tegen het gebruik"),
        _("Door uw eigen situatie wilt u dat wij met dit gebruik stoppen."),
    ),
    RequestKind.PORTABILITY: (
        _("Gegevens meenemen"),
        _("U krijgt wat u zelf aan ons gaf als bestand, of wij sturen het naar een ander."),
    ),
    RequestKind.CONSENT: (
        _("Toestemming intrekken"),
        _("U gaf toestemming, bijvoorbeeld voor foto’s, en wilt dat niet meer."),
    ),
    RequestKind.HUMAN_LOOK: (
        _("Een mens laten kijken"),
        _("Een computer gaf een oordeel. U wilt uitleg, en dat een mens ernaar kijkt."),
    ),
    RequestKind.CAMERA_OBJECTION: (
        _("Bezwaar maken tegen een camera"),
        _("U wilt niet dat een camera op school u of uw kind filmt."),
    ),
    RequestKind.CAMERA_ACCESS: (
        _("Camerabeelden bekijken"),
        _("Schrijf hieronder op welke dag, hoe laat en waar u of uw kind gefilmd is."),
    ),
}

RELATION_WORDS: tuple[tuple[Relation, Any], ...] = (
    (Relation.SELF, _("Het gaat over mijzelf")),
    (Relation.PARENT, _("Ik ben de vader of moeder")),
    (Relation.GUARDIAN, _("Ik ben de voogd")),
    (Relation.CURATOR, _("Ik ben de curator")),
    (Relation.MENTOR, _("Ik ben de mentor (door de rechter aangewezen)")),
    (Relation.AUTHORISED, _("Deze persoon heeft mij gemachtigd")),
)

WAY_WORDS: tuple[tuple[DeliveryWay, Any], ...] = (
    (DeliveryWay.LINK, _("Via een beveiligde link (u krijgt een e-mail)")),
    (DeliveryWay.POST, _("Per post")),
    (DeliveryWay.HANDED, _("Ik haal het op school op")),
)

_WHOLE_BOARD = _("Ik weet het niet, of het gaat over het hele bestuur")


def kind_choices() -> list[tuple[str, str]]:
    """Each kind with its sentence below it, in the language that is active."""
    line = "<span><b>{}</b><br><small>{}</small></span>"
    return [(kind.value, format_html(line, *words)) for kind, words in KIND_WORDS.items()]


def group_choices() -> list[tuple[str, str]]:
    """The groups of people in the register, in the language that is active."""
    in_english = get_language() == Language.ENGLISH
    rows = DataSubjectGroup.objects.order_by("sort_name").values_list("code", "name", "name_en")
    return [(code, name_en if in_english and name_en else name) for code, name, name_en in rows]


class NoFiles(forms.BaseForm):
    """A form that takes no file: who asks is seen or spoken to, and no copy of it is kept."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.files:
            told = _(
                "Stuur geen bestand mee, ook geen kopie van een paspoort of identiteitskaart. "
                "Het bestand is niet bewaard."
            )
            self.add_error(None, told)
        return cleaned


class AskingForm(NoFiles, WatchForBsn, WatchDays, forms.Form):
    """A request by the person, or by who speaks for that person."""

    relation = forms.ChoiceField(
        label=_("Over wie gaat uw verzoek, en wat bent u van die persoon?"),
        choices=RELATION_WORDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat u van die persoon bent.")},
    )
    name = forms.CharField(
        label=_("Uw naam"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Vul uw naam in.")},
    )
    email = forms.EmailField(
        max_length=254,
        label=_("Uw e-mailadres"),
        help_text=_("Wij sturen u een link. Daarmee bevestigt u dat dit uw adres is."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Vul uw e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Vul het zo in: naam@voorbeeld.nl."),
        },
    )
    phone = forms.CharField(
        label=_("Uw telefoonnummer"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    subject_name = only_when(
        _("alleen als het over iemand anders gaat"),
        forms.CharField(
            label=_("Naam van die persoon"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
    )
    born_on = only_when(
        _("nodig bij leerlingen"),
        forms.DateField(
            label=_("Geboortedatum van de persoon over wie het gaat"),
            help_text=_("Vanaf 16 jaar beslist de leerling zelf. Bijvoorbeeld 31-12-2012."),
            required=False,
            widget=forms.DateInput(
                attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"
            ),
            error_messages={"invalid": _("Vul een datum in, bijvoorbeeld 31-12-2012.")},
        ),
    )
    group = forms.ChoiceField(
        label=_("Bij welke groep hoort deze persoon?"),
        error_messages={"required": _("Kies een groep.")},
    )
    school = forms.ChoiceField(label=_("Over welke school gaat het?"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Wat wilt u?"),
        help_text=_("U mag meer dan één ding kiezen."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies ten minste één ding.")},
    )
    text = forms.CharField(
        label=_("Vertel het in uw eigen woorden"),
        help_text=_("Over welke gegevens of gebeurtenis gaat het? U hoeft niet te zeggen waarom."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Vertel kort wat u wilt.")},
    )
    send_to = forms.CharField(
        label=_("Naar welke organisatie mogen wij de gegevens sturen?"),
        help_text=_("Alleen bij “gegevens meenemen”, als u ze niet zelf wilt krijgen."),
        required=False,
        max_length=300,
    )
    wants = forms.ChoiceField(
        label=_("Hoe wilt u het antwoord krijgen?"),
        choices=WAY_WORDS,
        widget=forms.RadioSelect,
        initial=DeliveryWay.LINK,
        error_messages={"required": _("Kies hoe u het antwoord wilt krijgen.")},
    )
    address = only_when(
        _("alleen als u het antwoord per post wilt"),
        forms.CharField(
            label=_("Uw postadres"),
            required=False,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        ),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    # No person sees this field; a program that fills in everything does.
    homepage = forms.CharField(
        label=_("Laat dit veld leeg"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.schools = {each.slug: each for each in School.objects.all()}
        self._choices("group", [("", "—"), *group_choices()])
        places = [(slug, each.name) for slug, each in self.schools.items()]
        self._choices("school", [("", _WHOLE_BOARD), *places])
        self._choices("kinds", kind_choices())

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any] | None:
        """What depends on another answer."""
        cleaned = super().clean()
        given = self.cleaned_data
        if given.get("homepage"):
            # Emptied: who is a person after all gets through at the second try.
            again: Any = self.data
            again = again.copy()
            again["homepage"] = ""
            self.data = again
            self.add_error(None, _("Er ging iets mis bij het invullen. Verstuur het nog een keer."))
        relation = given.get("relation")
        if relation and relation != Relation.SELF and not given.get("subject_name"):
            self.add_error("subject_name", _("Vul in over wie uw verzoek gaat."))
        self._clean_birth(given)
        if given.get("wants") == DeliveryWay.POST and not given.get("address"):
            self.add_error("address", _("Vul uw postadres in. Dan kunnen wij het opsturen."))
        return cleaned

    def _clean_birth(self, given: dict[str, Any]) -> None:
        born_on, group = given.get("born_on"), given.get("group")
        if born_on and born_on > self.today:
            self.add_error("born_on", _("Deze geboortedatum is nog niet geweest."))
        elif group and group not in ADULT_GROUPS and not born_on and "born_on" not in self.errors:
            self.add_error("born_on", _("Vul de geboortedatum in."))

    def digest(self) -> str:
        """The same answers under the same token: sent twice, and still one request."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "homepage"}
        text = json.dumps(said, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def received(self, *, language: str) -> Received:
        """What came in, for the act."""
        given = self.cleaned_data
        return Received(
            school=self.schools.get(given["school"]),
            group=DataSubjectGroup.objects.get(code=given["group"]),
            kinds=given["kinds"],
            text=given["text"],
            channel=Channel.FORM,
            received_on=self.today,
            requester=Someone(given["name"], given["email"], given["phone"], given["address"]),
            subject=Someone(given["subject_name"], born_on=given["born_on"]),
            relation=given["relation"],
            language=language,
            wants=given["wants"],
            send_to=given["send_to"],
            form_digest=self.digest() if given["token"] else None,
        )

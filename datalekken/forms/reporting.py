"""What a reporter types on a phone, in Dutch or in English."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from datalekken.actions.reporting import MOST_FILES, Reported
from datalekken.choices import IncidentKind, Occurrence, ReporterKind
from datalekken.forms.fields import PeopleCount
from datalekken.rules.clocks import Times, time_problems
from privacyboard.backoffice.fields import FilesField, Moment, only_when, words
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.documents import storage
from privacyboard.documents.rules import FileProblem
from privacyboard.organisation.models import School, User

# What happens most, in the words of who finds it; the last is for everything else.
SHORT_LIST: tuple[tuple[IncidentKind, Any], ...] = (
    (IncidentKind.SENT_BY_MISTAKE, _("Een e-mail of brief ging naar de verkeerde")),
    (IncidentKind.OPEN_ADDRESSEES, _("In een e-mail ziet iedereen elkaars adres")),
    (IncidentKind.DEVICE_LOST, _("Een laptop, telefoon of USB-stick is kwijt of gestolen")),
    (IncidentKind.PAPER_LOST, _("Papier is kwijt, gestolen of blijven liggen")),
    (IncidentKind.SHOWN_TO_WRONG, _("Iemand zag gegevens die hij of zij niet mag zien")),
    (IncidentKind.PERMISSIONS, _("Een map of systeem stond open voor te veel mensen")),
    (IncidentKind.PHISHING, _("Iemand vulde een wachtwoord in op een valse pagina")),
    (IncidentKind.HACKING, _("Een hack of een virus, of bestanden zijn op slot")),
    (IncidentKind.DELETED, _("Gegevens zijn weg of kapot")),
    (IncidentKind.UNKNOWN, _("Iets anders, of ik weet het niet")),
)
REPORTERS: tuple[tuple[ReporterKind, Any], ...] = (
    (ReporterKind.STAFF, _("Ik werk op school of bij het bestuur")),
    (ReporterKind.PARENT, _("Ik ben ouder of verzorger")),
    (ReporterKind.PUPIL, _("Ik ben leerling")),
    (ReporterKind.SUPPLIER, _("Ik werk bij een leverancier van de school")),
    (ReporterKind.OTHER, _("Iemand anders")),
)
WHEN: tuple[tuple[Occurrence, Any], ...] = (
    (Occurrence.MOMENT, _("Op één moment")),
    (Occurrence.PERIOD, _("In een periode, en het is voorbij")),
    (Occurrence.ONGOING, _("Het begon, en het duurt nog")),
    (Occurrence.UNKNOWN, _("Dat weet ik niet")),
)
_WHOLE_BOARD = _("Ik weet het niet, of het gaat over het hele bestuur")
_NO_ADDRESS = _("Dit is geen e-mailadres. Vul het zo in: naam@voorbeeld.nl.")
_TYPES = ".pdf,.docx,.png,.jpg,.jpeg"
# Said where it belongs; no answer of the reporter.
_NO_ANSWERS = frozenset({"homepage", "files"})


class ReportFields(WatchForBsn, WatchDays, forms.Form):
    """What both forms ask. `places` are the schools to choose from: slug and name.

    `too_large` names the files that were not even read: each got its sentence here.
    """

    kind = forms.ChoiceField(
        label=_("Wat past het best?"),
        choices=IncidentKind.choices,
        required=False,
        initial=IncidentKind.UNKNOWN,
    )
    what_happened = words(
        _("Wat is er gebeurd?"),
        rows=5,
        required=_("Schrijf kort op wat er gebeurde."),
        help_text=_(
            "Schrijf ook wat u al deed. Noem geen BSN, wachtwoord of medische bijzonderheden."
        ),
    )
    occurrence = forms.ChoiceField(
        label=_("Wanneer gebeurde het?"), choices=WHEN, widget=forms.RadioSelect, required=False
    )
    occurred_from = only_when(
        _("alleen als u weet wanneer"),
        Moment(
            label=_("Dag en tijd, of het begin"),
            required=False,
            help_text=_("Weet u het niet precies? Kies wat er het dichtst bij ligt."),
        ),
    )
    occurred_until = only_when(
        _("alleen bij een periode"),
        Moment(label=_("Het einde"), required=False),
    )
    first_signal_at = Moment(label=_("Wanneer merkte u het?"), required=False)
    whose_data = words(
        _("Om wie gaat het?"),
        rows=2,
        max_length=2000,
        help_text=_("Bijvoorbeeld: de kinderen van groep 5 en hun ouders. Noem geen namen."),
    )
    people_count = PeopleCount(label=_("Om hoeveel mensen gaat het ongeveer?"))
    which_data = words(
        _("Om welke gegevens gaat het?"),
        rows=2,
        max_length=2000,
        help_text=_("Bijvoorbeeld: namen, cijfers, adressen, foto’s, iets over gezondheid."),
    )
    reporter_name = forms.CharField(
        label=_("Uw naam"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reporter_email = forms.EmailField(
        max_length=254,
        label=_("Uw e-mailadres"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _NO_ADDRESS},
    )
    reporter_phone = forms.CharField(
        label=_("Uw telefoonnummer"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    files = FilesField(  # type: ignore[assignment]
        label=_("Foto’s of bestanden"),
        required=False,
        help_text=_("Ten hoogste 5: PDF, Word of een foto, elk ten hoogste 25 MB. Geen film."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self,
        *given: Any,
        at: datetime,
        places: Sequence[tuple[str, Any]],
        too_large: Sequence[str] = (),
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.at, self.too_large = at, too_large
        self.fields["files"].widget.attrs["accept"] = _TYPES
        school: Any = self.fields["school"]
        school.choices = list(places)

    @property
    def had_files(self) -> bool:
        """Whether files came along, which a browser does not send a second time by itself."""
        return bool(self.files or self.too_large)

    def clean_kind(self) -> str:
        """Nothing chosen: not known yet."""
        return self.cleaned_data["kind"] or IncidentKind.UNKNOWN.value

    def clean_files(self) -> list[Any]:
        """Each file as it will be kept: its size, its content, and the number of them."""
        given: list[Any] = self.cleaned_data["files"]
        problems = [
            ValidationError(
                _("“%(name)s” is te groot: een bestand mag 25 MB zijn. Een film kan niet mee."),
                params={"name": name[-60:]},
            )
            for name in self.too_large
        ]
        for each in given:
            try:
                storage.check_upload(each)
            except FileProblem as problem:
                problems.append(ValidationError(f"“{(each.name or '')[-60:]}”: {problem}"))
        if len(given) + len(self.too_large) > MOST_FILES:
            problems.append(
                ValidationError(_("Kies ten hoogste %(most)s bestanden."), params=_most())
            )
        if problems:
            raise ValidationError(problems)
        return given

    def clean(self) -> dict[str, Any] | None:
        """When it happened, from what is filled in; times that cannot be are told at the field."""
        cleaned = super().clean()
        given = self.cleaned_data
        given["occurrence"] = self._occurrence()
        reported_at = given.get("reported_at") or self.at
        told = {name: given.get(name) for name in TIMES}
        times = Times(reported_at=reported_at, occurrence=given["occurrence"], **told)
        for name, sentence in time_problems(times, at=self.at).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        until = given.get("occurred_until")
        if until and given["occurrence"] != Occurrence.PERIOD:
            self.add_error(
                "occurred_until", _("Was het een periode? Kies dat hierboven. Haal dit anders weg.")
            )
        return cleaned

    def _occurrence(self) -> str:
        """Who fills in a time and forgets to choose, or chose “unknown”, still told it."""
        given = self.cleaned_data
        chosen: str = given.get("occurrence") or Occurrence.UNKNOWN.value
        if chosen != Occurrence.UNKNOWN or not given.get("occurred_from"):
            return chosen
        return Occurrence.PERIOD.value if given.get("occurred_until") else Occurrence.MOMENT.value

    def digest(self) -> str | None:
        """The same answers under the same token: sent twice, and still one report."""
        given = self.cleaned_data
        if not given["token"]:
            return None
        said = {name: value for name, value in given.items() if name not in _NO_ANSWERS}
        sent = [(each.name, each.size) for each in given["files"]]
        text = json.dumps([said, sent], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _whose(self) -> str:
        """The people in words, with their number where it was given."""
        given = self.cleaned_data
        count = given["people_count"]
        if count is None:
            return str(given["whose_data"])
        # In Dutch, whatever the language of the form: it is for who handles the report.
        about = f"Ongeveer {count:,} mensen.".replace(",", ".")
        return "\n".join(filter(None, (given["whose_data"], about)))

    def reported(self, *, schools: Mapping[str, School], **more: Any) -> Reported:
        """What came in, for the act."""
        given = self.cleaned_data
        school = schools.get(given["school"])
        plain = {name: given[name] for name in (*TIMES, *_PLAIN)}
        return Reported(
            **{
                "schools": (school,) if school else (),
                "reported_at": self.at,
                "whose_data": self._whose(),
                "form_digest": self.digest(),
                "files": given["files"],
                **plain,
                **more,
            }
        )


TIMES = ("occurred_from", "occurred_until", "first_signal_at")
_PLAIN = (
    "reporter_kind",
    "what_happened",
    "kind",
    "reporter_name",
    "reporter_email",
    "reporter_phone",
    "which_data",
    "occurrence",
)


def _most() -> dict[str, int]:
    return {"most": MOST_FILES}


class ReportForm(ReportFields):
    """The public form: only what happened, and who reports, must be filled in."""

    reporter_kind = forms.ChoiceField(
        label=_("Wie bent u?"),
        choices=REPORTERS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wie u bent.")},
    )
    school = forms.ChoiceField(label=_("Over welke school gaat het?"), required=False)
    # No person sees this field; a program that fills in everything does.
    homepage = forms.CharField(
        label=_("Laat dit veld leeg"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *given: Any, places: Sequence[tuple[str, Any]], **named: Any) -> None:
        super().__init__(*given, places=[("", _WHOLE_BOARD), *places], **named)
        self.fields["reporter_email"].help_text = _(
            "Dan sturen wij u het nummer en een link. U mag ook melden zonder naam."
        )
        self.fields["first_signal_at"].help_text = _(
            "Meld binnen 24 uur nadat u het merkte. Is het langer geleden? Meld het toch."
        )

    def clean(self) -> dict[str, Any] | None:
        """A field that only a program fills in is emptied: a person gets through a second time."""
        cleaned = super().clean()
        if self.cleaned_data.get("homepage"):
            again: Any = self.data
            again = again.copy()
            again["homepage"] = ""
            self.data = again
            self.add_error(None, _("Er ging iets mis bij het invullen. Verstuur het nog een keer."))
        return cleaned


def known_of(user: User, slugs: Mapping[int, str]) -> dict[str, Any]:
    """What the form need not ask of who is signed in; `slugs` by key of the school."""
    places = (slugs.get(key) for _role, key in user.standing.roles if key)
    return {
        "reporter_kind": ReporterKind.STAFF,
        "reporter_name": user.name,
        "reporter_email": user.email,
        "school": next(filter(None, places), ""),
    }

"""Forms of the back office: watch for BSNs, ask why something changes, and take files in."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from itertools import combinations
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.rules import FileProblem
from privacyboard.organisation.models import User
from privacyboard.organisation.rules import numbers_like_bsn, periods_overlap

CONFIRMED = "no_bsn"
_BOX = '{} <label class="confirm-no-bsn"><input type="checkbox" name="{}" value="{}"> {}</label>{}'
_REMEMBERED = '<input type="hidden" name="{}" value="{}">'


class WatchForBsn(forms.BaseForm):
    """Stops a save once when a text holds nine digits that pass the 11-check of the BSN.

    The error brings a box "dit is geen BSN"; ticking it lets that number through (UAVG 46). Only
    what was typed now is looked at: text that stood there already was asked about before.
    """

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        confirmed = self._confirmed()
        for name in self.changed_data:
            value = self.cleaned_data.get(name)
            for number in numbers_like_bsn(value) if isinstance(value, str) else []:
                if number not in confirmed:
                    self.add_error(name, self._question(number, confirmed))
        return cleaned

    def _confirmed(self) -> set[str]:
        given = self.data
        return set(given.getlist(CONFIRMED)) if hasattr(given, "getlist") else set()

    @staticmethod
    def _question(number: str, confirmed: set[str]) -> ValidationError:
        box = format_html(
            _BOX,
            _("Hier staat een nummer dat een BSN kan zijn. Haal het weg als het een BSN is."),
            CONFIRMED,
            number,
            _("dit is geen BSN"),
            # A box that was ticked before is not shown again: what it said goes along.
            format_html_join("", _REMEMBERED, [(CONFIRMED, each) for each in sorted(confirmed)]),
        )
        return ValidationError(box, code="looks_like_bsn")


# Before this a date is a slip of the keyboard: the year 202 or 0026.
FIRST_DAY = date(1900, 1, 1)


class WatchDays(forms.BaseForm):
    """Refuses a day before 1900 in every date and every moment of a form."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators = [*field.validators, _not_before_1900]


def _not_before_1900(day: date) -> None:
    if day.year < FIRST_DAY.year:  # also of a moment
        raise ValidationError(
            _("Dit jaar ligt voor 1900. Vul het jaar in met vier cijfers."), code="too_early"
        )


class StandField(forms.CharField):
    """What the record said when the page was made; it is no answer of anybody."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class WatchStand(forms.BaseModelForm):
    """Stops a save once when somebody else saved the same record after this page was made.

    Otherwise the second of two people writes over what the first one did, without having seen it.
    What was typed stays; saving again lets it hold. A page that does not say where it stood (it
    lay open during an update of the program) passes.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.instance.pk is not None:
            self.initial["stand"] = self._stand()

    def _stand(self) -> str:
        said = [(name, _plain(value)) for name, value in self.initial.items() if name != "stand"]
        return sha256(repr(sorted(said)).encode()).hexdigest()[:16]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        now, given = self.initial.get("stand"), self.cleaned_data.get("stand")
        if now and given and given != now and self.changed_data:
            data: Any = self.data
            data = data.copy()
            data[self.add_prefix("stand")] = now  # the next save is a choice
            self.data = data
            raise ValidationError(
                _(
                    "Iemand anders heeft dit intussen gewijzigd. Bij de geschiedenis staat wie en "
                    "wat. Hieronder staat wat u invulde: bewaart u nog een keer, dan geldt dat."
                ),
                code="overtaken",
            )
        return cleaned


def _plain(value: Any) -> str:
    """A value of a form in the same words every time; a list in any order is the same list."""
    if isinstance(value, list):
        return repr(sorted(str(getattr(each, "pk", each)) for each in value))
    return repr(value)


class LineForm(WatchForBsn, WatchDays, WatchStand, forms.ModelForm):
    """The form of a line under a record."""

    stand = StandField(required=False, widget=forms.HiddenInput)


class RecordForm(WatchForBsn, WatchDays, WatchStand, forms.ModelForm):
    """The form of every record in the back office: it also asks why, for the history."""

    stand = StandField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("reden van deze wijziging"),
        required=False,
        max_length=300,
        help_text=_("Staat straks in de geschiedenis."),
    )


class AppointmentFormSet(forms.BaseInlineFormSet):
    """The roles of one person: the database compares lines with rows, this with each other.

    `by` is who saves: nobody gives a role to oneself (the technisch beheerder reads no register).
    """

    by: User | None = None

    def clean(self) -> None:
        super().clean()
        if self.by is not None and self.instance.pk == self.by.pk and self.has_changed():
            raise ValidationError(
                _("U kunt uw eigen rollen niet wijzigen. Vraag het een andere beheerder.")
            )
        lines = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        for one, other in combinations(lines, 2):
            same_role = (one["role"], one["school"]) == (other["role"], other["school"])
            periods = [(line["starts_on"], line["ends_on"]) for line in (one, other)]
            if same_role and periods_overlap(*periods):
                raise ValidationError(_("Deze rol heeft deze persoon in die periode al."))


class ConfirmForm(forms.Form):
    """An act that asks nothing but to be confirmed."""


class ReasonForm(WatchForBsn, forms.Form):
    """An act that asks its reason."""

    reason = forms.CharField(
        label=_("Waarom"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Schrijf op waarom u dit doet.")},
    )


class DocumentField(forms.FileField):
    """An upload that is looked at before it is kept: size, content, and an honest name."""

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is not None:
            try:
                self.media_type = storage.check_upload(upload)
            except FileProblem as problem:
                raise ValidationError(str(problem), code="file") from problem
        return upload

    def keep(
        self, upload: Any, *, title: str, kind: str, by: User | None, at: datetime
    ) -> StoredDocument:
        """Store the checked upload; call it after the form is valid."""
        upload.seek(0)
        return storage.store(
            content=upload.read(),
            title=title[:200],
            file_name=upload.name,
            media_type=self.media_type,
            kind=kind,
            by=by,
            at=at,
        )


class FileToRead(forms.FileField):
    """One file that is read in; what is in it is looked at by its reader, not here."""

    def __init__(self, *, accept: str, **named: Any) -> None:
        super().__init__(
            widget=forms.FileInput(attrs={"accept": accept}),
            error_messages={
                "required": _("Kies een bestand."),
                "empty": _("Dit bestand is leeg. Kies een ander bestand."),
            },
            **named,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload.size > settings.UPLOAD_LIMIT_BYTES:
            raise ValidationError(
                _("Dit bestand is te groot. Ten hoogste 25 MB kan worden ingelezen.")
            )
        return upload

"""Signing in, a new password, how often letters come, and when the schools are closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import Day, words
from privacyboard.backoffice.forms import WatchDays
from privacyboard.clockwork.choices import Pace
from privacyboard.frontdesk.rules import LONGEST_NAME, Days, read_days
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, SchoolHoliday, User


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    username = forms.EmailField(
        max_length=254,
        label=_("E-mailadres"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    error_messages = {
        "invalid_login": _(
            "Dit e-mailadres en wachtwoord horen niet bij elkaar, of uw rol is afgelopen. "
            "Probeer het opnieuw, of vraag een nieuw wachtwoord aan."
        ),
        "inactive": _("Dit account is gesloten. Vraag het na bij de beheerder."),
    }


class AddressForm(forms.Form):
    """Where the letter with the link goes."""

    email = forms.EmailField(
        max_length=254,
        label=_("E-mailadres"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class NewPasswordForm(SetPasswordForm):
    """A password of one's own choice: long rather than strange."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].label = _("Nieuw wachtwoord")
        self.fields["new_password1"].help_text = _(
            "Ten minste 12 tekens. Een zin die alleen u kent werkt goed."
        )
        self.fields["new_password2"].label = _("Nog een keer")


class PaceForm(forms.Form):
    """How often one hears of what can wait."""

    pace = forms.ChoiceField(
        label=_("Hoe vaak wilt u een bericht over wat kan wachten?"),
        choices=Pace.choices,
        widget=forms.RadioSelect,
    )


class _PlaceChoice(forms.ModelChoiceField):
    """A school; where all schools at once are a choice, that is an answer too.

    Who has one school need not choose it.
    """

    def __init__(self, user: User, **named: Any) -> None:
        standing, right = user.standing, Right.KEEP_HOLIDAYS
        self._for_all = right in standing.everywhere
        is_one = sum(right in held for held in standing.at_school.values()) == 1
        empty = _("Alle scholen") if self._for_all else None if is_one else _("Kies")
        schools = School.objects.where(user, right).order_by("sort_name", "pk")
        super().__init__(schools, empty_label=empty, **named)

    def clean(self, value: Any) -> School | None:
        if self._for_all and value in self.empty_values:
            return None
        school: School = super().clean(value)
        return school


def _place_for(user: User) -> forms.ModelChoiceField:
    """The schools of which this person keeps the holidays; for the whole board also all at once."""
    return _PlaceChoice(
        user,
        label=_("Voor welke school?"),
        error_messages={
            "required": _("Kies een school."),
            "invalid_choice": _("Van deze school houdt u de vakanties niet bij. Kies een andere."),
        },
    )


class DaysForm(WatchDays, forms.Form):
    """A holiday: what it is called, and its days."""

    name = forms.CharField(
        label=_("Hoe heet het?"),
        max_length=LONGEST_NAME,
        help_text=_("Bijvoorbeeld: kerstvakantie, of studiedag."),
        error_messages={"required": _("Vul in hoe de vakantie heet.")},
    )
    first_day = Day(label=_("Eerste dag"))
    last_day = Day(
        label=_("Laatste dag"), help_text=_("De laatste vrije dag. Bij één dag: dezelfde dag.")
    )

    @classmethod
    def about(cls, holiday: SchoolHoliday, given: Any) -> DaysForm:
        """The same questions, with what stands there now."""
        names = ("name", "first_day", "last_day")
        return cls(given, initial={each: getattr(holiday, each) for each in names})

    def days(self) -> Days:
        """What was typed."""
        return Days(*(self.cleaned_data[each] for each in ("name", "first_day", "last_day")))


class HolidayForm(DaysForm):
    """A new one: also where."""

    field_order = ("school",)

    def __init__(self, *given: Any, user: User, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["school"] = _place_for(user)
        self.order_fields(self.field_order)


class YearForm(forms.Form):
    """All holidays of a year of one place, a line for each."""

    text = words(
        _("Plak hier de vakanties"),
        rows=10,
        required=_("Plak hier ten minste één vakantie."),
        help_text=_(
            "Op elke regel één: de naam, de eerste dag en de laatste dag. "
            "Bijvoorbeeld: Herfstvakantie 17-10-2026 25-10-2026."
        ),
    )
    field_order = ("school", "text")

    def __init__(self, *given: Any, user: User, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["school"] = _place_for(user)
        self.order_fields(self.field_order)

    def clean_text(self) -> str:
        """Every line that cannot be read is named; what can be read is in `lines`."""
        text: str = self.cleaned_data["text"]
        self.lines, problems = read_days(text)
        if problems:
            raise ValidationError(problems)
        return text

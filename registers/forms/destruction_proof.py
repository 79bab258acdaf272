"""What proves that one place is done: typed by a colleague, or by a processor behind its link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, words
from privacyboard.backoffice.forms import DocumentField, WatchDays, WatchForBsn
from registers.actions.destroying.handing import Proof


class _Proven(forms.Form):
    done_on = Day(label=_("Vernietigd op"))
    done_by = forms.CharField(
        label=_("Door wie"),
        max_length=200,
        error_messages={"required": _("Schrijf op wie het heeft vernietigd.")},
    )
    result = words(
        _("Wat is er gedaan?"),
        required=_("Schrijf op wat er is gedaan."),
        max_length=2000,
        help_text=_("Bijvoorbeeld: gewist, ook uit de reservekopieën. Geen namen of nummers."),
    )
    document = DocumentField(
        label=_("Bewijs"),
        required=False,
        help_text=_("Een verklaring of schermafdruk: PDF, Word, PNG of JPEG. Zonder nummers."),
    )

    def proof(self, document: Any) -> Proof:
        """What was typed, with the file as it is kept."""
        given = {name: self.cleaned_data[name] for name in ("done_on", "done_by", "result")}
        return Proof(**given, document=document)


class ProofForm(_Proven, CaseForm):
    """What proves that one place is done."""


class LinkProofForm(WatchForBsn, WatchDays, _Proven):
    """The same, by the link of a processor: in Dutch or in English."""

"""The acts between school and requester: receipt, checks, questions, time, a fee, withdrawal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import ActPage, Note
from requests_ar.actions import asking, receiving, writing
from requests_ar.forms import cases as typed
from requests_ar.forms import correspondence as asked
from requests_ar.views.act_notes import extend_notes, extension_told, receipt_notes
from requests_ar.views.doing import on_request, on_target

EXCHANGE: dict[str, ActPage] = {
    "ontvangst": ActPage(
        title=_("De dag van ontvangst verbeteren"),
        button=_("Vastleggen"),
        done=_("De dag van ontvangst is verbeterd. De vrager krijgt bericht van de termijn."),
        form=asked.ReceiptForm,
        perform=on_request(receiving.correct_receipt),
        notes=receipt_notes,
    ),
    "controle": ActPage(
        title=_("Identiteit of gezag vastleggen"),
        button=_("Vastleggen"),
        done=_("De controle is vastgelegd."),
        form=asked.CheckForm,
        perform=on_request(asking.record_check),
        explanation=_("Maak nooit een kopie van een identiteitsbewijs. Zien is genoeg."),
        part="personen",
    ),
    "vraag": ActPage(
        title=_("Iets vragen aan de vrager"),
        button=_("Vraag versturen"),
        done=_("De vraag is verstuurd. De uiterste dag blijft staan."),
        form=asked.QuestionForm,
        perform=on_request(asking.ask_requester),
        explanation=_("De vrager krijgt een brief. De termijn loopt door."),
        part="vragen",
    ),
    "vraag-beantwoord": ActPage(
        title=_("De vrager antwoordde"),
        button=_("Vastleggen"),
        done=_("Vastgelegd."),
        form=asked.QuestionAnsweredForm,
        perform=on_target(asking.close_question, "pause"),
        target=lambda case: case.pauses.all(),
        notes=lambda _case, pause: (Note(pause.reason),),
        part="vragen",
    ),
    "verlengen": ActPage(
        title=_("De termijn verlengen"),
        button=_("Verlengen en de vrager berichten"),
        done=_("De termijn is verlengd. De vrager krijgt er een brief over."),
        form=asked.ExtendForm,
        perform=on_request(asking.extend_term),
        explanation=_(
            "Dat kan één keer, met ten hoogste twee maanden. Drukte, ziekte of vakantie is geen "
            "reden (AVG 12 lid 3)."
        ),
        notes=extend_notes,
        tells=extension_told,
    ),
    "vergoeding": ActPage(
        title=_("Een vergoeding aankondigen"),
        button=_("Aankondigen"),
        done=_("De vergoeding is aangekondigd. De termijn loopt door."),
        form=asked.FeeForm,
        perform=on_request(asking.announce_fee),
        explanation=_("Een verzoek is gratis. Alleen in drie gevallen mag u iets vragen."),
    ),
    "intrekken": ActPage(
        title=_("De vrager trekt het verzoek in"),
        button=_("Intrekken vastleggen"),
        done=_("Het verzoek is ingetrokken. De vrager krijgt een bevestiging."),
        form=asked.WithdrawForm,
        perform=on_request(asking.withdraw_request),
        is_danger=True,
    ),
    "uitleg-zonder-gezag": ActPage(
        title=_("Brief aan een ouder zonder gezag"),
        button=_("Brief versturen"),
        done=_("De brief is geschreven."),
        form=typed.ConfirmForm,
        perform=on_request(asking.explain_other_right),
        explanation=_(
            "De brief legt uit dat deze ouder geen inzage krijgt, maar wel mag vragen hoe het met "
            "het kind gaat (BW 1:377c)."
        ),
        part="brieven",
    ),
    "brief": ActPage(
        title=_("Brief op papier versturen"),
        button=_("Vastleggen"),
        done=_("Vastgelegd."),
        form=asked.PostedForm,
        perform=on_target(writing.note_posted, "letter"),
        target=lambda case: case.letters.defer("html"),
        part="brieven",
    ),
}

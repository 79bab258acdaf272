"""What to know before acting: what the register, the rules and the advice say."""

from __future__ import annotations

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import Note
from registers.choices import LegalBasis, RecipientKind
from requests_ar.choices import ExtensionReason, LetterWay, RequestKind
from requests_ar.letters import answers
from requests_ar.models import RequestLetter, RequestPart, SubjectRequest, say_of
from requests_ar.rules.decisions import OBJECTIONS, objection_is_possible, what_is_possible
from requests_ar.rules.recipients import blocking_terms
from requests_ar.rules.terms import extension_problem, term_of


def _contents(case: SubjectRequest) -> list[Any]:
    return answers.contents_of(case)


def judge_notes(case: SubjectRequest, part: RequestPart) -> tuple[Note, ...]:
    """What the register and the rules say about this kind of request."""
    notes = [Note(_("Gevraagd: %(text)s") % {"text": part.text or case.subject_text})]
    contents = _contents(case)
    bases = {purpose.basis for each in contents for purpose in each.purposes}
    if sentence := what_is_possible(part.kind, bases):
        notes.append(Note(sentence, tone="attention"))
    if part.kind == RequestKind.ERASURE:
        notes.append(_terms_note(contents))
    if part.kind in OBJECTIONS:
        possible = tuple(
            _("%(name)s: %(answer)s") % {"name": each.name, "answer": _objection(each)}
            for each in contents
        )
        notes.append(Note(_("Bezwaar per verwerking:"), possible))
    if part.kind == RequestKind.PORTABILITY:
        notes.append(
            Note(
                _(
                    "Alleen gegevens die de persoon zelf gaf en die digitaal zijn. Zet een bestand "
                    "(CSV of XLSX) in het dossier en kruis aan dat het bij het antwoord hoort."
                )
            )
        )
        if part.send_to:
            notes.append(Note(_("Rechtstreeks naar: %(to)s") % {"to": part.send_to}))
    return tuple(notes)


def _objection(content: Any) -> Any:
    bases = {purpose.basis for purpose in content.purposes}
    if objection_is_possible(bases):
        return _("mogelijk")
    if LegalBasis.CONSENT in bases:
        return _("niet mogelijk; wel kan de persoon de toestemming intrekken")
    return _("niet mogelijk; wel kan de persoon verbetering of verwijdering vragen")


def _terms_note(contents: list[Any]) -> Note:
    found = tuple(
        _("%(data)s (%(activity)s): %(term)s%(law)s")
        % {
            "data": each.data,
            "activity": each.activity,
            "term": each.term,
            "law": f", {each.law}" if each.law else "",
        }
        for each in blocking_terms(contents)
    )
    if found:
        return Note(
            _("Deze gegevens mogen nu niet weg: de wet vraagt ze te bewaren (AVG 17 lid 3 b)."),
            found,
            "attention",
        )
    if not contents:
        return Note(
            _("Kies eerst de verwerkingen: dan staan hier de termijnen die wissen tegenhouden.")
        )
    return Note(_("Bij de gekozen verwerkingen houdt geen wettelijke termijn het wissen tegen."))


def search_notes(case: SubjectRequest, _target: Any) -> tuple[Note, ...]:
    """Where the data are according to the register, and so whom to ask."""
    places = tuple(
        _("%(activity)s: %(places)s") % {"activity": each.name, "places": "; ".join(found)}
        for each in _contents(case)
        if (found := _places(each))
    )
    if not places:
        return ()
    return (Note(_("Volgens het register staan de gegevens hier:"), places),)


def _places(content: Any) -> list[str]:
    held_by = [
        each.party.name for each in content.recipients if each.kind == RecipientKind.PROCESSOR
    ]
    found = []
    if content.systems:
        names = ", ".join(each.name for each in content.systems)
        found.append(_("in %(systems)s") % {"systems": names})
    if held_by:
        found.append(_("bij %(processors)s") % {"processors": ", ".join(held_by)})
    return [str(each) for each in found]


def decide_notes(case: SubjectRequest, _target: Any) -> tuple[Note, ...]:
    """What is decided, and what the FG thinks of it."""
    parts = case.parts.all()
    lines = tuple(
        f"{part}: {part.get_verdict_display() if part.verdict else _('nog niet beoordeeld')}"
        for part in parts
    )
    notes = [Note(_("Dit besluit u:"), lines)]
    if case.fg_advice:
        notes.append(Note(_("Advies van de FG: %(advice)s") % {"advice": case.fg_advice}))
    return tuple(notes)


def send_notes(case: SubjectRequest, _target: Any) -> tuple[Note, ...]:
    """To whom the answer goes and why, with which files, and what stands in its way."""
    today = timezone.localdate()
    to = answers.addressee(case, on=today)
    known = ", ".join(filter(None, [to.email, " ".join(to.address.split())]))
    notes = [
        Note(
            _("Het antwoord gaat naar %(name)s (%(known)s). %(why)s")
            % {
                "name": to.name,
                "known": known or _("geen adres bekend"),
                "why": say_of(case, on=today).explanation,
            }
        )
    ]
    files = tuple(str(file.document.file_name) for file in answers.files_of_answer(case))
    notes.append(
        Note(_("Deze bestanden gaan mee:"), files)
        if files
        else Note(_("Er gaan geen bestanden mee: er is niets aangekruist in het dossier."))
    )
    for field, sentence in answers.sending_problems(case, way="", to=to, on=today).items():
        if not field:
            notes.append(Note(sentence, tone="attention"))
    return tuple(notes)


def extend_notes(case: SubjectRequest, _target: Any) -> tuple[Note, ...]:
    """Until which day the term would run, or why it cannot be extended."""
    today = timezone.localdate()
    problem = extension_problem(
        state=case.state,
        received_on=case.received_on,
        is_extended=case.extended_on is not None,
        # The form asks these; here only the days and the state count.
        reason=ExtensionReason.COMPLEXITY,
        text="-",
        today=today,
    )
    if problem:
        return (Note(problem, tone="attention", shuts=True),)
    term = term_of(case.received_on, extended=True)
    until = formats.date_format(term.last_day, "l j F Y")
    return (Note(_("De nieuwe uiterste dag wordt %(day)s.") % {"day": until}, term.explanation),)


def receipt_notes(case: SubjectRequest, _target: Any) -> tuple[Note, ...]:
    """That an extension hangs on the day of receipt."""
    if case.extended_on is None:
        return ()
    told = _(
        "De termijn is verlengd op %(day)s. Kreeg de school het verzoek zo vroeg dat dit na de "
        "eerste maand was, dan vervalt de verlenging (AVG 12 lid 3)."
    )
    return (Note(told % {"day": formats.date_format(case.extended_on, "j F Y")}, tone="attention"),)


def extension_told(case: SubjectRequest, letter: RequestLetter) -> Any:
    """Whether the requester knows of the extension: a letter on paper still has to leave."""
    if letter.way != LetterWay.PAPER:
        return _(
            "De termijn is verlengd. De vrager krijgt er een e-mail over. Komt die niet aan, dan "
            "staat dat hier."
        )
    first = term_of(case.received_on, extended=False).last_day
    return _(
        "De termijn is verlengd. De brief is nog niet weg: doe hem uiterlijk %(day)s op de post, "
        "of geef hem mee, en leg dat vast."
    ) % {"day": formats.date_format(first, "l j F Y")}

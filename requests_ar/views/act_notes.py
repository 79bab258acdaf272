"""What to know before acting: what the register, the rules and the advice say."""

from __future__ import annotations

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from requests_ar.choices import ExtensionReason, RequestKind
from requests_ar.letters import answers
from requests_ar.models import RequestPart, SubjectRequest, position_of
from requests_ar.rules.decisions import what_is_possible
from requests_ar.rules.recipients import blocking_terms
from requests_ar.rules.standing import say
from requests_ar.rules.terms import extension_problem, term_of
from requests_ar.views.act_page import Note


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
    if part.kind == RequestKind.OBJECTION:
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
    return _("niet mogelijk") if what_is_possible(RequestKind.OBJECTION, bases) else _("mogelijk")


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
                "why": say(position_of(case), on=today).explanation,
            }
        )
    ]
    files = tuple(
        str(file.document.file_name)
        for file in case.files.filter(is_for_answer=True).select_related("document")
    )
    notes.append(
        Note(_("Deze bestanden gaan mee:"), files)
        if files
        else Note(_("Er gaan geen bestanden mee: er is niets aangekruist in het dossier."))
    )
    for field, sentence in answers.sending_problems(case, way="", to=to).items():
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
        return (Note(problem, tone="attention"),)
    term = term_of(case.received_on, extended=True)
    until = formats.date_format(term.last_day, "l j F Y")
    return (Note(_("De nieuwe uiterste dag wordt %(day)s.") % {"day": until}, term.explanation),)

"""What this application itself holds about a person: here, and in the apps below.

Apps of this floor and above register a collector of their own (see audit/collectors.py). What is
not collected: names in texts that people typed, and the texts of letters; a person reads those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, JSONObject, Lower, TruncDate
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacyboard.audit import collectors
from privacyboard.audit.collectors import Sought, rows
from privacyboard.audit.models import AccessEntry
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Appointment, School, User
from registers import collectors as register_marks
from registers.collectors import Mark
from registers.models import ConfidentialityNote, Disclosure, ProcessingActivity
from requests_ar.choices import PersonRole
from requests_ar.models import Complaint, RequestPerson, Restriction, SearchTask, SubjectRequest

Rows = Iterator[QuerySet[Any, Any]]
Told = dict[str, Any]


def mail(sought: Sought) -> Rows:
    """E-mails to the person. One about a case that the reader may not see is not told."""
    # Addresses of the outbox stand as they were typed.
    found = OutboundLetter.objects.alias(lower_email=Lower("to")).filter(
        lower_email__in=sought.emails
    )
    found = found.filter(_readable_mail(sought.reader)).order_by("-queued_at", "-id")
    yield rows(found, on=TruncDate("queued_at"), subject="subject")


def _readable_mail(reader: User) -> Q:
    """Letters about cases that the reader may see, about accounts, and of the register there."""
    if Right.VIEW_CONFIDENTIAL_REQUESTS in reader.standing.everywhere:
        return Q()
    schools = School.objects.where(reader, Right.VIEW_REQUESTS).values("pk")
    readable = Q(about_type__startswith="organisation.")
    readable |= Q(about_type__startswith="registers.", school__in=schools)
    for model in (SubjectRequest, Complaint, SearchTask):
        keys = model.objects.visible_to(reader).annotate(text_key=Cast("pk", CharField()))
        readable |= Q(about_type=model._meta.label_lower, about_id__in=keys.values("text_key"))
    return readable


def _say_mail(told: Told) -> tuple[str, str]:
    return _("E-mail “%(subject)s”.") % told, ""


def _known(sought: Sought, *, name: str = "name", born_on: str = "born_on") -> tuple[Q, Q]:
    """By address or key; and by name, unless the day of birth is another."""
    sure = Q(lower_email__in=sought.emails)
    if born_on:
        sure |= Q(key__in=sought.keys)
    if not sought.name:
        return sure, sure
    alike = Q(**{f"{name}__iexact": sought.name})
    if born_on and sought.born_on:
        alike &= Q(**{born_on: sought.born_on}) | Q(**{born_on: None})
    return sure, sure | alike


def _by_name(sure: Q) -> Case:
    """Whether a record was found by the name alone."""
    return Case(When(sure, then=Value(False)), default=Value(True), output_field=BooleanField())


def _said(sentence: str, told: Told) -> str:
    """What was found by name alone is told as such."""
    return f"{sentence} {_('Alleen de naam is gelijk.')}" if told["by_name"] else sentence


def requests(sought: Sought) -> Rows:
    """Requests in which the person stands; and what somebody was asked to search."""
    people = RequestPerson.objects.visible_to(sought.reader).alias(lower_email=Lower("email"))
    sure, found = _known(sought)
    yield rows(
        people.filter(found).order_by("-request__received_on", "-request_id", "id"),
        on=F("request__received_on"),
        number="request__number",
        role="role",
        by_name=_by_name(sure),
    )
    tasks = SearchTask.objects.visible_to(sought.reader).alias(lower_email=Lower("contact_email"))
    asked = Q(lower_email__in=sought.emails) | Q(assignee__email__in=sought.emails)
    yield rows(
        tasks.filter(asked).order_by("-asked_at", "-id"),
        on=TruncDate("asked_at"),
        number="request__number",
    )


def _say_request(told: Told) -> tuple[str, str]:
    url = reverse("request_case", args=[told["number"]])
    if "role" not in told:
        return _("Zoektaak bij verzoek %(number)s.") % told, url
    words = {"number": told["number"], "role": PersonRole(told["role"]).label}
    return _said(_("Verzoek %(number)s: %(role)s.") % words, told), url


def restrictions(sought: Sought) -> Rows:
    """Data of the person that may be kept and not used, by address or by key (AVG 18)."""
    people = RequestPerson.objects.filter(role=PersonRole.SUBJECT).alias(lower_email=Lower("email"))
    known = people.filter(Q(lower_email__in=sought.emails) | Q(key__in=sought.keys))
    found = Restriction.objects.visible_to(sought.reader).filter(
        request__in=known.values("request")
    )
    yield rows(
        found.order_by("-starts_on", "-id"),
        on=F("starts_on"),
        what="what",
        number="request__number",
        ends_on="ends_on",
    )


def _say_restriction(told: Told) -> tuple[str, str]:
    words = {"what": told["what"], "number": told["number"], "until": ""}
    if last := parse_date(told["ends_on"] or ""):
        day = date_format(last, "j F Y")
        words["until"] = _(", tot en met %(day)s") % {"day": day}
    sentence = _("Beperking van het gebruik (%(number)s): %(what)s%(until)s.") % words
    return sentence, reverse("request_case", args=[told["number"]])


def restricted_data(activity: ProcessingActivity, reader: User, on: date) -> Iterator[Mark]:
    """Of how many people the data of an activity are restricted; never who."""
    if not reader.standing.holds(Right.VIEW_REQUESTS):
        return
    marks = Restriction.objects.visible_to(reader).running(on)
    people = marks.filter(request__activities=activity).values("request").distinct().count()
    if people:
        sentence = ngettext(
            "Van %(people)s persoon mogen gegevens nu niet gebruikt worden (AVG 18).",
            "Van %(people)s mensen mogen gegevens nu niet gebruikt worden (AVG 18).",
            people,
        )
        yield Mark(sentence % {"people": people}, url=f"{reverse('requests')}?toon=restricted")


def complaints(sought: Sought) -> Rows:
    """Complaints that the person made."""
    found = Complaint.objects.visible_to(sought.reader).alias(lower_email=Lower("email"))
    sure, by = _known(sought, born_on="")
    yield rows(
        found.filter(by).order_by("-received_on", "-id"),
        on=F("received_on"),
        number="number",
        by_name=_by_name(sure),
    )


def _say_complaint(told: Told) -> tuple[str, str]:
    sentence = _("Klacht %(number)s.") % {"number": told["number"]}
    return _said(sentence, told), reverse("complaint", args=[told["number"]])


def disclosures(sought: Sought) -> Rows:
    """What was given to others about the person, by key."""
    found = Disclosure.objects.visible_to(sought.reader).filter(person_key__in=sought.keys)
    yield rows(
        found.order_by("-disclosed_on", "-id"),
        on=F("disclosed_on"),
        pk="pk",
        party="party__name",
        purpose="purpose",
        school="school__name",
    )


def _say_disclosure(told: Told) -> tuple[str, str]:
    sentence = _("Verstrekking aan %(party)s (%(school)s): %(purpose)s") % told
    return sentence, reverse("admin:registers_disclosure_change", args=[told["pk"]])


def confidentiality(sought: Sought) -> Rows:
    """Agreements on who may know very confidential data, by key."""
    found = ConfidentialityNote.objects.visible_to(sought.reader).filter(pupil_key__in=sought.keys)
    yield rows(
        found.order_by("-agreed_on", "-id"),
        on=F("agreed_on"),
        pk="pk",
        school="school__name",
        who="agreed_with",
    )


def _say_confidentiality(told: Told) -> tuple[str, str]:
    sentence = _("Afspraak over zeer vertrouwelijke gegevens (%(school)s), met %(who)s.") % told
    return sentence, reverse("admin:registers_confidentialitynote_change", args=[told["pk"]])


def accounts(sought: Sought) -> Rows:
    """An account of this application, with its roles."""
    roles = Appointment.objects.filter(user=OuterRef("pk")).order_by("pk")
    yield rows(
        User.objects.filter(email__in=sought.emails).order_by("pk"),
        on=TruncDate("created_at"),
        email="email",
        roles=ArraySubquery(roles.values(data=JSONObject(role="role", place="school__name"))),
    )


def _say_account(told: Told) -> tuple[str, str]:
    roles = "; ".join(
        f"{Role(each['role']).label}, {each['place'] or _('hele bestuur')}"
        for each in told["roles"]
    )
    words = {"email": told["email"], "roles": roles or _("geen rol")}
    return _("Account %(email)s: %(roles)s.") % words, ""


def traces(sought: Sought) -> Rows:
    """How often the person stands in the history of these records, and in the access log.

    History keeps what was changed or taken away since. Only numbers are told: the lines themselves
    stand with their records. A reader is told of the history of records that this person may see.
    """
    reader = sought.reader
    by_email, by_key = Q(lower_email__in=sought.emails), sought.keys
    for model, found in (
        (RequestPerson, by_email | Q(key__in=by_key)),
        (Complaint, by_email),
        (Disclosure, Q(person_key__in=by_key)),
        (ConfidentialityNote, Q(pupil_key__in=by_key)),
        (User, by_email),
    ):
        history: Any = model.history.order_by()
        if any(field.name == "email" for field in model._meta.get_fields()):
            history = history.alias(lower_email=Lower("email"))
        if model is not User and Right.VIEW_CONFIDENTIAL_REQUESTS not in reader.standing.everywhere:
            found &= Q(id__in=model.objects.visible_to(reader).values("pk"))
        yield _counted(history.filter(found), "history_date", str(model._meta.verbose_name_plural))
    if Right.VIEW_ACCESS_LOG in reader.standing.everywhere:
        log = AccessEntry.objects.order_by().filter(by__email__in=sought.emails)
        yield _counted(log, "at", "")


def _counted(found: Any, moment: str, what: str) -> QuerySet[Any, Any]:
    """One row: how many there are, and the day of the newest."""
    counted: QuerySet[Any, Any] = rows(
        found.values(c_all=Value(1)),
        on=Max(TruncDate(moment)),
        many=Count("*"),
        what=Value(what),
    )
    return counted


def _say_traces(told: Told) -> tuple[str, str] | None:
    if not told["many"]:
        return None
    if told["what"]:
        words = ngettext(
            "%(many)s regel in de geschiedenis van: %(what)s.",
            "%(many)s regels in de geschiedenis van: %(what)s.",
            told["many"],
        )
    else:
        words = ngettext(
            "%(many)s regel in het toegangslog: wat dit account opende of ophaalde.",
            "%(many)s regels in het toegangslog: wat dit account opende of ophaalde.",
            told["many"],
        )
    return words % told, ""


def register_all() -> None:
    """Told once, when the app is ready; in the order in which a page shows them."""
    parts: Iterable[tuple[str, Any, collectors.Collector, collectors.Say]] = (
        ("requests", gettext_lazy("Verzoeken"), requests, _say_request),
        (
            "restrictions",
            gettext_lazy("Beperkingen van het gebruik"),
            restrictions,
            _say_restriction,
        ),
        ("complaints", gettext_lazy("Klachten"), complaints, _say_complaint),
        ("mail", gettext_lazy("Post"), mail, _say_mail),
        ("disclosures", gettext_lazy("Verstrekkingen"), disclosures, _say_disclosure),
        (
            "confidentiality",
            gettext_lazy("Afspraken over vertrouwelijkheid"),
            confidentiality,
            _say_confidentiality,
        ),
        ("accounts", gettext_lazy("Accounts"), accounts, _say_account),
        ("traces", gettext_lazy("Geschiedenis en toegangslog"), traces, _say_traces),
    )
    for name, title, collector, say in parts:
        collectors.register(name, title=title, collector=collector, say=say)
    register_marks.register("restrictions", restricted_data)

"""What this application itself holds about a person: here, and in the apps below.

Apps of this floor and above register a collector of their own (see audit/collectors.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacyboard.audit import collectors
from privacyboard.audit.collectors import MOST, Held, Sought
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import School, User
from registers.models import ConfidentialityNote, Disclosure
from requests_ar.models import Complaint, RequestPerson, SubjectRequest

_FIRST = MOST + 1


def mail(sought: Sought) -> Iterator[Held]:
    """E-mails to the person. One about a case that the reader may not see is not told."""
    # Addresses of the outbox stand as they were typed.
    rows = OutboundLetter.objects.alias(lower_email=Lower("to")).filter(
        lower_email__in=sought.emails
    )
    rows = rows.filter(_readable_mail(sought.reader)).order_by("-queued_at", "-id")
    for row in rows.only("subject", "queued_at")[:_FIRST]:
        yield Held(
            _("E-mail “%(subject)s”.") % {"subject": row.subject},
            on=timezone.localdate(row.queued_at),
        )


def _readable_mail(reader: User) -> Q:
    """Letters about cases that the reader may see, about accounts, and of the register there."""
    if Right.VIEW_CONFIDENTIAL_REQUESTS in reader.standing.everywhere:
        return Q()
    schools = School.objects.where(reader, Right.VIEW_REQUESTS).values("pk")
    readable = Q(about_type__startswith="organisation.")
    readable |= Q(about_type__startswith="registers.", school__in=schools)
    for model in (SubjectRequest, Complaint):
        keys = model.objects.visible_to(reader).annotate(text_key=Cast("pk", CharField()))
        readable |= Q(about_type=model._meta.label_lower, about_id__in=keys.values("text_key"))
    return readable


def requests(sought: Sought) -> Iterator[Held]:
    """Requests in which the person stands, by address or by key."""
    rows = (
        RequestPerson.objects.visible_to(sought.reader)
        .alias(lower_email=Lower("email"))
        .filter(Q(lower_email__in=sought.emails) | Q(key__in=sought.keys))
        .select_related("request")
        .order_by("-request__received_on", "-request_id", "id")
    )
    for row in rows[:_FIRST]:
        told = {"number": row.request.number, "role": row.get_role_display()}
        yield Held(
            _("Verzoek %(number)s: %(role)s.") % told,
            on=row.request.received_on,
            url=reverse("request_case", args=[row.request.number]),
        )


def complaints(sought: Sought) -> Iterator[Held]:
    """Complaints that the person made, by address."""
    rows = Complaint.objects.visible_to(sought.reader).alias(lower_email=Lower("email"))
    found = rows.filter(lower_email__in=sought.emails).order_by("-received_on", "-id")
    for row in found[:_FIRST]:
        yield Held(
            _("Klacht %(number)s.") % {"number": row.number},
            on=row.received_on,
            url=reverse("complaint", args=[row.number]),
        )


def disclosures(sought: Sought) -> Iterator[Held]:
    """What was given to others about the person, by key."""
    rows = Disclosure.objects.visible_to(sought.reader).filter(person_key__in=sought.keys)
    for row in rows.select_related("party", "school").order_by("-disclosed_on", "-id")[:_FIRST]:
        told = {"party": row.party, "purpose": row.purpose, "school": row.school}
        yield Held(
            _("Verstrekking aan %(party)s (%(school)s): %(purpose)s") % told,
            on=row.disclosed_on,
            url=reverse("admin:registers_disclosure_change", args=[row.pk]),
        )


def confidentiality(sought: Sought) -> Iterator[Held]:
    """Agreements on who may know very confidential data, by key."""
    rows = ConfidentialityNote.objects.visible_to(sought.reader).filter(pupil_key__in=sought.keys)
    for row in rows.select_related("school").order_by("-agreed_on", "-id")[:_FIRST]:
        told = {"school": row.school, "who": row.agreed_with}
        yield Held(
            _("Afspraak over zeer vertrouwelijke gegevens (%(school)s), met %(who)s.") % told,
            on=row.agreed_on,
            url=reverse("admin:registers_confidentialitynote_change", args=[row.pk]),
        )


def accounts(sought: Sought) -> Iterator[Held]:
    """An account of this application, with its roles."""
    rows = User.objects.filter(email__in=sought.emails).order_by("pk")
    found = rows.values_list(
        *("email", "created_at", "appointments__role", "appointments__school__name")
    )
    for (email, since), group in groupby(found, key=lambda row: (row[0], row[1])):
        held = [(Role(role).label, place) for *_who, role, place in group if role]
        roles = "; ".join(f"{role}, {place or _('hele bestuur')}" for role, place in held)
        told = {"email": email, "roles": roles or _("geen rol")}
        yield Held(_("Account %(email)s: %(roles)s.") % told, on=timezone.localdate(since))


def register_all() -> None:
    """Told once, when the app is ready; in the order in which a page shows them."""
    rows: Iterable[tuple[str, Any, collectors.Collector]] = (
        ("requests", gettext_lazy("Verzoeken"), requests),
        ("complaints", gettext_lazy("Klachten"), complaints),
        ("mail", gettext_lazy("Post"), mail),
        ("disclosures", gettext_lazy("Verstrekkingen"), disclosures),
        ("confidentiality", gettext_lazy("Afspraken over vertrouwelijkheid"), confidentiality),
        ("accounts", gettext_lazy("Accounts"), accounts),
    )
    for name, title, collector in rows:
        collectors.register(name, title=title, collector=collector)

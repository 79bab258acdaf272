"""Which requests and complaints: defined terms, each with its definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from privacyboard.organisation.choices import Right
from privacyboard.organisation.querysets import CaseQuerySet
from requests_ar.choices import ComplaintOutcome, Verdict
from requests_ar.rules.decisions import GRANTS
from requests_ar.rules.states import OPEN

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import User


class RequestQuerySet(CaseQuerySet):
    view_right = Right.VIEW_REQUESTS
    confidential_right = Right.VIEW_CONFIDENTIAL_REQUESTS

    def open(self) -> RequestQuerySet:
        """The requester has no answer yet: the term runs."""
        return self.filter(state__in=OPEN)

    def due_by(self, day: date) -> RequestQuerySet:
        """Open, with a last day on or before this day."""
        return self.open().filter(last_day__lte=day)

    def alike(
        self, *, name: str, born_on: date | None, kinds: Iterable[str], pupil: int | None = None
    ) -> RequestQuerySet:
        """Open, about a person of the same name and age, and with one of the same kinds.

        An unknown day of birth can be any: likely the same, and never merged by itself. Of a known
        pupil (by key) also what is about that pupil under another name, and not what is about
        another one of the same name.
        """
        about = Q(role="subject", name__iexact=" ".join(name.split()))
        if born_on is not None:
            about &= Q(born_on=born_on) | Q(born_on=None)
        if pupil is not None:
            about = about & Q(pupil=None) | Q(role="subject", pupil=pupil)
        people = self.model._meta.get_field("people").related_model
        same = people._base_manager.filter(about).values("request")
        return self.open().filter(pk__in=same, parts__kind__in=list(kinds)).distinct()

    def restricted(self, on: date) -> RequestQuerySet:
        """With a restriction that runs on this day, whatever became of the request since."""
        marks: Any = self.model._meta.get_field("restrictions").related_model
        return self.filter(pk__in=marks.objects.running(on).values("request"))

    def overdue(self, today: date) -> RequestQuerySet:
        """Open, and the last day has passed."""
        return self.open().filter(last_day__lt=today)


class ComplaintQuerySet(CaseQuerySet):
    view_right = Right.VIEW_REQUESTS
    confidential_right = Right.VIEW_CONFIDENTIAL_REQUESTS

    def visible_to(self, user: User) -> Self:
        """Complaints as other cases; one about a confidential request for who may open that.

        A complaint has the school of its request, so only a confidential request hides more.
        """
        found = super().visible_to(user)
        if Right.VIEW_CONFIDENTIAL_REQUESTS in user.standing.everywhere:
            return found
        requests: Any = self.model._meta.get_field("request").related_model
        open_to = requests._base_manager.filter(
            userpermissions__user=user, userpermissions__permission__codename="open_case"
        )
        is_open = Q(request__isnull=True) | Q(request__is_confidential=False)
        return found.filter(is_open | Q(request__in=open_to.values("pk")))

    def open(self) -> ComplaintQuerySet:
        """Not concluded yet."""
        return self.filter(outcome=ComplaintOutcome.OPEN)


class OfRequestQuerySet(QuerySet[Any]):
    """Rows that belong to a request: read by who reads the request."""

    def visible_to(self, user: User) -> Self:
        """Rows of requests that the user may read."""
        requests: Any = self.model._meta.get_field("request").related_model
        return self.filter(request__in=requests.objects.visible_to(user).values("pk"))


class PartQuerySet(OfRequestQuerySet):
    def granted(self, kinds: Iterable[str]) -> PartQuerySet:
        """Granted, whole or in part, as one of these kinds (see `rules.decisions.granted_as`)."""
        wanted = list(kinds)
        as_handled = Q(verdict=Verdict.OTHER_KIND, handled_as__in=wanted)
        return self.filter(as_handled | Q(verdict__in=GRANTS, kind__in=wanted))


class RestrictionQuerySet(OfRequestQuerySet):
    def running(self, on: date) -> RestrictionQuerySet:
        """In force on a day: these data are kept and not used (AVG 18)."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class DossierQuerySet(OfRequestQuerySet):
    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document stands in the dossier of a request that the user may read."""
        return self.visible_to(user).filter(document=document).exists()


class TaskQuerySet(OfRequestQuerySet):
    def open(self) -> TaskQuerySet:
        """Asked, and neither done nor called off."""
        return self.filter(done_at__isnull=True, dropped_at__isnull=True)

    def asked_of(self, user: User) -> TaskQuerySet:
        """Open tasks of this person, whether or not the person may read the request."""
        return self.open().filter(assignee=user)

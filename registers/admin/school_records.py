"""Pages of records that belong to one school: read and written with the rights held there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

from privacyboard.backoffice.records import RecordAdmin, signed_in
from privacyboard.organisation.models import School


class SchoolRecordAdmin(RecordAdmin):
    """Somebody with rights at two schools does at each only what the right there says."""

    log_opening = True

    def _may_change(self, request: HttpRequest, record: Any) -> bool:
        return signed_in(request).standing.holds_at(self.change_right, record.school_id)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self._may_change(request, obj))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only schools where this person may write; another one is refused when it is posted."""
        if db_field.related_model is School:
            kwargs["queryset"] = School.objects.where(signed_in(request), self.change_right)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who writes for one school only need not choose it."""
        schools = list(School.objects.where(signed_in(request), self.change_right)[:2])
        found: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"school": schools[0].pk, **found} if len(schools) == 1 else found

    def get_list_filter(self, request: HttpRequest) -> Any:
        """By school for who keeps or reads several; the names of no other school are told."""
        found = super().get_list_filter(request)
        return found if len(self._schools(request)) != 1 else [f for f in found if f != BY_SCHOOL]

    def _schools(self, request: HttpRequest) -> list[int]:
        standing = signed_in(request).standing
        if self.view_right in standing.everywhere:
            return []
        return [key for key, held in standing.at_school.items() if self.view_right in held]

    def _open_acts(self, request: HttpRequest, record: Any) -> list[dict[str, Any]]:
        return super()._open_acts(request, record) if self._may_change(request, record) else []

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        record = self._visible(request, object_id)
        if not self._may_change(request, record):
            raise Http404
        return super().act_view(request, object_id, act)


class SchoolFilter(admin.RelatedFieldListFilter):
    """The schools of which this person reads these records, and no other."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        schools = School.objects.where(signed_in(request), model_admin.view_right)
        return [(school.pk, str(school)) for school in schools]


BY_SCHOOL = ("school", SchoolFilter)

"""How an admin page behaves here: scoped, by rights, with history in words and acts as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.acts import ActButton
from privacyboard.backoffice.fetching import choice_lists
from privacyboard.backoffice.forms import LineForm, RecordForm
from privacyboard.backoffice.paging import CappedPaginator, PagedChangeList
from privacyboard.organisation.models import User

# The class of a part of a record's page that stands below its lines.
AFTER_LINES = "after-lines"


def signed_in(request: HttpRequest) -> User:
    """The person behind a request; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class ByRights:
    """Rights of this house in the place of Django's add, change, delete and view."""

    view_right = ""
    change_right = ""
    add_right: str | None = None
    delete_right = ""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.view_right)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.view_right)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.change_right) and request.user.has_perm(self.change_right)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        right = self.change_right if self.add_right is None else self.add_right
        return bool(right) and request.user.has_perm(right)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.delete_right) and request.user.has_perm(self.delete_right)


class SharedChoices:
    """Reads all the lists to choose from in one query per page, whatever the number of lines."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            first = [] if field.empty_label is None else [("", field.empty_label)]
            choices = _choices(request, field.queryset)
            # Asked for when they are shown: who only reads is shown no choices.
            field.choices = lambda: [*first, *choices()]
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            field.choices = _choices(request, field.queryset)
        return field


def _choices(request: HttpRequest, entries: Any) -> Callable[[], list[tuple[Any, str]]]:
    lists = choice_lists(request)
    lists.ask(entries)
    return lambda: [(entry.pk, str(entry)) for entry in lists.of(entries)]


class RecordAdmin(ByRights, SharedChoices, admin.ModelAdmin):
    """A page in the back office. Who may not see a record gets 404: existence is personal data."""

    form = RecordForm
    acts: Sequence[ActButton] = ()
    history_lines: Sequence[type[models.Model]] = ()
    log_opening = False
    closes_by_acts = False  # whether an act can close a record while somebody writes in its form
    actions = None
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    # Where the page stands in the lists of pages; an app stands where its first page does.
    place = 90
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count per choice of every filter
    paginator = CappedPaginator
    save_on_top = False
    change_form_template = "admin/backoffice_change_form.html"
    object_history_template = "admin/backoffice_history.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        records = super().get_queryset(request)
        return records.visible_to(request.user) if hasattr(records, "visible_to") else records

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What people read and write; where the page stood goes along unseen."""
        return [name for name in super().get_fields(request, obj) if name != "stand"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The record's own fields, then the reason of the change for who may change it."""
        found = [
            (title, {**options, "fields": [name for name in options["fields"] if name != "why"]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        if obj is None or not self.has_change_permission(request, obj):
            return found
        # At the end of the page, as near to the button as the last part is.
        last: Any = found[-1][1].get("classes", ())
        end = [AFTER_LINES] if AFTER_LINES in last else []
        return [*found, (_("Waarom"), {"fields": ["why"], "classes": end})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save with the reason that was given, so that it stands in the history."""
        if form.cleaned_data.get("why"):
            obj._change_reason = form.cleaned_data["why"]
        super().save_model(request, obj, form, change)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The record, if this person may see it; locked while a form about it is saved.

        Without the lock a form that was opened before an act could set the act back.
        """
        if request.method != "POST":
            return self._read_once(request, object_id, from_field)
        record = super().get_object(request, object_id, from_field)
        if record is not None and connection.in_atomic_block:
            self.model._base_manager.select_for_update().get(pk=record.pk)
            record.refresh_from_db()
        return record

    def _read_once(self, request: HttpRequest, object_id: str, from_field: Any) -> Any:
        """The record for a page that shows it: our own steps and Django's ask for the same one."""
        read: dict[tuple[Any, ...], Any] = request.__dict__.setdefault("_read_records", {})
        asked = (self.model, object_id, from_field)
        if asked not in read:
            read[asked] = super().get_object(request, object_id, from_field)
        return read[asked]

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: Any = messages.INFO,
        *args: Any,
        **more: Any,
    ) -> None:
        """Django's own sentence about a save is right for words with "de" only."""
        told = _("Bewaard.") if level == messages.SUCCESS else message
        super().message_user(request, told, level, *args, **more)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page offers as a filter can be asked in its address.

        Django lets any field of the model be asked there, and so guessed letter by letter.
        """
        filters = self.get_list_filter(request) if request else self.list_filter
        names = {
            str(each if isinstance(each, str) else each[0])
            for each in filters
            if isinstance(each, str | tuple)
        }
        ends = ("", "__exact", "__in", "__isnull", "__id__exact")
        return lookup in {f"{name}{end}" for name in names for end in ends}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        """A list of which the last page is as fast as the first."""
        return PagedChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; an address with a sign that no text holds leads to the whole list."""
        if any("\x00" in value for value in request.GET.values()):
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, extra_context)

    # The admin's own log repeats titles and values; our history says more, and can forget.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        return None

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        view = self.admin_site.admin_view(self.act_view)
        own = [path("<path:object_id>/handeling/<slug:act>/", view, name=name)]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        record = self._visible(request, object_id)
        if request.method == "POST" and self._is_closed_now(request, record):
            return self._closed_now(request, record)
        context = {"act_buttons": self._open_acts(request, record), **(extra_context or {})}
        response = super().change_view(request, object_id, form_url, context)
        # A form that comes back with a question shows the record as well.
        if response.status_code == HTTPStatus.OK:
            self._note_opening(request, record)
        return response

    def _note_opening(self, request: HttpRequest, record: Any) -> None:
        if self.log_opening:
            note_access(subject=record, act=AccessEntry.Act.OPENED, by=signed_in(request))

    def _visible(self, request: HttpRequest, object_id: str) -> Any:
        """The record, for who may see it; 404 to anyone else."""
        record = self.get_object(request, object_id)
        if record is None or not self.has_view_or_change_permission(request, record):
            raise Http404
        return record

    def _is_closed_now(self, request: HttpRequest, record: Any) -> bool:
        """Whether this person may change such records, and this one not any more."""
        may_change = self.closes_by_acts and request.user.has_perm(self.change_right)
        return may_change and not self.has_change_permission(request, record)

    def _closed_now(self, request: HttpRequest, record: Any) -> HttpResponse:
        """Somebody took an act while the form was open: say so, and give the typed text back."""
        typed = [
            (name, text)
            for name, text in request.POST.items()
            if len(text) > 20 and name != "csrfmiddlewaretoken"
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Intussen veranderd"),
            "record": record,
            "record_url": self._page_url(record),
            "typed": typed,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/backoffice_closed.html", context, status=409)

    def _open_acts(self, request: HttpRequest, record: Any) -> list[dict[str, Any]]:
        return [
            {"act": act, "url": self._act_url(record, act)}
            for act in self.acts
            if request.user.has_perm(act.right) and act.is_open(record)
        ]

    def _act_url(self, record: Any, act: ActButton) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
        return reverse(name, args=[record.pk, act.name])

    def _page_url(self, record: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[record.pk])

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        """Ask and confirm one act. GET shows, POST acts."""
        record = self._visible(request, object_id)
        chosen = next((each for each in self.acts if each.name == act), None)
        if chosen is None or not request.user.has_perm(chosen.right):
            raise Http404
        closed = chosen.closed(record)
        if closed:
            messages.warning(request, closed)
            return HttpResponseRedirect(self._page_url(record))
        form = chosen.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                chosen.perform(record, form.cleaned_data, by=signed_in(request), at=timezone.now())
            except chosen.refusals as refusal:
                for sentence in getattr(refusal, "sentences", [str(refusal)]):
                    form.add_error(None, sentence)
            else:
                messages.success(request, str(chosen.done))
                return HttpResponseRedirect(self._after(chosen, record))
        context = {
            **self.admin_site.each_context(request),
            "title": chosen.label,
            "act": chosen,
            "record": record,
            "record_url": self._page_url(record),
            "notes": () if form.errors else chosen.notes(record),
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/backoffice_act.html", context)

    def _after(self, act: ActButton, record: Any) -> str:
        if act.leaves_record:
            return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return self._page_url(record)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, when and why, with old and new value per field."""
        record = self._visible(request, object_id)
        self._note_opening(request, record)
        has_history = hasattr(record, "history")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Geschiedenis: %s") % record,
            "record": record,
            "record_url": self._page_url(record),
            "events": timeline(record, lines=self.history_lines) if has_history else [],
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


class LineInline(ByRights, SharedChoices, admin.StackedInline):
    """Lines under a record: the same rights as the record, choices read once."""

    form = LineForm
    max_num = 200
    extra = 1  # one line to fill in without JavaScript; with it the button brings more
    show_change_link = False
    template = "admin/edit_inline/stacked.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What people read and write; where the line stood goes along unseen."""
        return [name for name in super().get_fields(request, obj) if name != "stand"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A page of lines has an end, whatever number a browser sends."""
        return super().get_formset(request, obj, **{"absolute_max": 250, **kwargs})

    def get_queryset(self, request: HttpRequest) -> Any:
        """The lines with everything that they name, in a fixed number of queries."""
        names = self.model._meta
        lists = [each.name for each in names.fields if isinstance(each, models.ForeignKey)]
        more = [each.name for each in names.many_to_many]
        return super().get_queryset(request).select_related(*lists).prefetch_related(*more)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A line goes with a change of its record: it needs no right of its own."""
        return self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

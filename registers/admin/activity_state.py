"""What an activity's page says about its state: gaps, versions, schools, and the FG's remark."""

from __future__ import annotations

from functools import cache

from django.contrib import admin
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registers.choices import ActivityStatus, ProcessGroup
from registers.content import ActivityContent
from registers.models import (
    ActivityVersion,
    ProcessingActivity,
    SchoolDeviation,
    read_content,
    read_policy,
    read_situation,
)
from registers.rules.completeness import Gap
from registers.rules.policy import policy_gaps
from registers.rules.situation import all_gaps, completeness


def _gaps_in_words(found: list[Gap]) -> str:
    rows = (
        (
            "late" if gap.blocks else "attention",
            _("nodig") if gap.blocks else _("let op"),
            gap.sentence,
            gap.place,
            gap.article,
        )
        for gap in found
    )
    line = '<li><span class="status {}">{}</span> {} <small>({}; {})</small></li>'
    return format_html('<ul class="gaps">{}</ul>', format_html_join("", line, rows))


def content_of(activity: ProcessingActivity) -> ActivityContent:
    """What the activity says, read once for a page."""
    held = activity.__dict__
    if "shown_content" not in held:
        held["shown_content"] = read_content(activity)
    found: ActivityContent = held["shown_content"]
    return found


def versions_of(activity: ProcessingActivity) -> list[ActivityVersion]:
    """Every established version, the newest first, read once for a page."""
    held = activity.__dict__
    if "shown_versions" not in held:
        held["shown_versions"] = list(activity.versions.select_related("established_by"))
    found: list[ActivityVersion] = held["shown_versions"]
    return found


def in_force_of(activity: ProcessingActivity) -> ActivityVersion | None:
    """The version that is not ended, if there is one."""
    return next((each for each in versions_of(activity) if each.ended_at is None), None)


# A list shows few different words in many rows: each is made once per language.
@cache
def _status_word(status: str, language: str | None) -> str:
    tones = {ActivityStatus.ESTABLISHED: "ok", ActivityStatus.IN_REVIEW: "attention"}
    found = ActivityStatus(status)
    return format_html('<span class="status {}">{}</span>', tones.get(found, "calm"), found.label)


@cache
def _chapter_word(group: str, language: str | None) -> str:
    return str(ProcessGroup(group).label)


class ActivityState:
    """Fields that nobody types; they are shown in the part "Stand"."""

    @admin.display(description=_("status"), ordering="status")
    def status_word(self, activity: ProcessingActivity) -> str:
        return _status_word(activity.status, get_language())

    @admin.display(description=_("proces"), ordering="process_group")
    def chapter_word(self, activity: ProcessingActivity) -> str:
        return _chapter_word(activity.process_group, get_language())

    @admin.display(description=_("let op"))
    def mark_list(self, activity: ProcessingActivity) -> str:
        """What rests on the data now, told by the apps upstairs."""
        rows = ((each.url, each.sentence) for each in activity.marks)  # type: ignore[attr-defined]
        found = format_html_join(
            "", '<li><span class="status attention"><a href="{}">{}</a></span></li>', rows
        )
        return format_html('<ul class="versions">{}</ul>', found)

    @admin.display(description=_("wat nog ontbreekt"))
    def gap_list(self, activity: ProcessingActivity) -> str:
        content = content_of(activity)
        found = all_gaps(content, read_situation(getattr(activity, "board", None)))
        if not found:
            return format_html('<span class="status ok">{}</span>', _("compleet"))
        figure = _("%(percentage)s%% compleet") % {"percentage": completeness(content, found)}
        return format_html("<p>{}</p>{}", figure, _gaps_in_words(found))

    @admin.display(description=_("eigen beleid"))
    def policy_list(self, activity: ProcessingActivity) -> str:
        """What the board's own regulations ask, beside the law."""
        found = policy_gaps(content_of(activity), read_policy(on=localdate()))
        if not found:
            return format_html('<span class="status ok">{}</span>', _("zoals afgesproken"))
        return _gaps_in_words(found)

    @admin.display(description=_("uw school"))
    def own_schools(self, activity: ProcessingActivity) -> str:
        """The way to the page on which a director answers or deviates."""
        version = in_force_of(activity)
        content = version.read() if version else None
        rows = (
            (reverse("school_standard", args=[activity.pk, school.slug]), school)
            for school in activity.answering  # type: ignore[attr-defined]
            if content and content.holds_at(school.slug)
        )
        found = format_html_join("", '<li><a href="{}">Wat {} doet</a></li>', rows)
        return format_html('<ul class="versions">{}</ul>', found) if found else "—"

    @admin.display(description=_("opmerking van de FG"))
    def remark_of_fg(self, activity: ProcessingActivity) -> str:
        return activity.fg_remark or "—"

    @admin.display(description=_("vastgestelde versies"))
    def version_list(self, activity: ProcessingActivity) -> str:
        rows = (
            (
                version.number,
                date_format(localtime(version.established_at), "j F Y"),
                version.established_by or _("systeem"),
                "" if version.ended_at else _("(geldt nu)"),
            )
            for version in versions_of(activity)
        )
        found = format_html_join("", "<li>Versie {}: {}, door {} {}</li>", rows)
        if not found:
            return "—"
        return format_html(
            '<ul class="versions">{}</ul><p><a href="{}">{}</a></p>',
            found,
            reverse("versions", args=[activity.pk]),
            _("Versies vergelijken"),
        )

    @admin.display(description=_("afwijkingen van scholen"))
    def deviation_list(self, activity: ProcessingActivity) -> str:
        """Which school does what otherwise, where this person reads, with the way to its page."""
        own = SchoolDeviation.objects.visible_to(activity.reader)  # type: ignore[attr-defined]
        deviations = own.in_force().filter(activity=activity).select_related("school")
        rows = (
            (
                reverse("school_standard", args=[activity.pk, deviation.school.slug]),
                deviation.school,
                deviation.get_field_display(),
                deviation.text,
            )
            for deviation in deviations
        )
        found = format_html_join("", '<li><a href="{}">{}</a>, {}: {}</li>', rows)
        return format_html('<ul class="versions">{}</ul>', found) if found else "—"

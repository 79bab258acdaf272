"""Websites and their cookies in the admin: what stands in public besides the statement."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.records import LineInline, RecordAdmin
from privacyboard.organisation.choices import Right
from privacyboard.organisation.rules import BOARD_SLUG
from privacyboard.vocabulary import Tone
from registers.admin.school_records import BY_SCHOOL
from registers.models import Cookie, Website
from registers.models.website_flags import flags_of

_STATE = ("flag_list", "public_page", "snippet")


class CookieInline(LineInline):
    """What a website places, by itself or by what is embedded in it."""

    model = Cookie
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    fields = ["name", "kind", "purpose", ("party", "country"), "term"]


@admin.register(Website)
class WebsiteAdmin(RecordAdmin):
    """The inventory behind the cookie statement; a site that is gone is taken from it."""

    place = 8
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    delete_right = Right.CHANGE_REGISTER
    list_display = ["name", "state", "place_name", "may_embed", "origin"]
    list_filter = [BY_SCHOOL]
    search_fields = ["name", "origin"]
    inlines = [CookieInline]
    history_lines = [Cookie]
    readonly_fields = _STATE

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what the flags rest on, read once for a whole list."""
        return super().get_queryset(request).with_cookies()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = {"fields": ["name", "origin", "school", "may_embed"]}
        reason = super().get_fieldsets(request, obj)[1:]
        if obj is None:
            return [(None, own), *reason]
        told = [name for name in _STATE if name != "snippet" or obj.may_embed]
        return [(_("Stand"), {"fields": told}), (_("Welke website"), own), *reason]

    @admin.display(description=_("school"), ordering="school")
    def place_name(self, website: Website) -> str:
        return website.school.name if website.school else str(_("het hele bestuur"))

    @admin.display(description=_("cookies"))
    def state(self, website: Website) -> str:
        number = len(website.cookies.all())
        if not number:
            return format_html('<span class="status calm">{}</span>', _("nog geen ingevuld"))
        flags = flags_of(website)
        if not flags:
            return format_html('<span class="status ok">{}</span>', _("in orde"))
        return format_html('<span class="status {}">{}</span>', flags[0].tone, _("vraagt aandacht"))

    @admin.display(description=_("wat aandacht vraagt"))
    def flag_list(self, website: Website) -> str:
        flags = flags_of(website)
        if not flags:
            return format_html('<span class="status ok">{}</span>', _("niets"))
        rows = ((flag.tone, Tone(flag.tone).label, flag.sentence, flag.article) for flag in flags)
        lines = format_html_join(
            "", '<li><span class="status {}">{}</span> {} <small>({})</small></li>', rows
        )
        return format_html('<ul class="gaps">{}</ul>', lines)

    @admin.display(description=_("cookieverklaring"))
    def public_page(self, website: Website) -> str:
        url = _cookie_page(website)
        return format_html(
            '<a href="{}">{}</a> {}',
            url,
            f"{settings.BASE_URL}{url}",
            _("Zet een link naar deze pagina op de website."),
        )

    @admin.display(description=_("privacyverklaring insluiten"))
    def snippet(self, website: Website) -> str:
        """The HTML to copy, as text."""
        place = website.school.slug if website.school else BOARD_SLUG
        html = format_html(
            '<iframe src="{}{}" title="{}" width="100%" height="900" loading="lazy"></iframe>',
            settings.BASE_URL,
            reverse("statement_embedded", args=[place]),
            _("Privacyverklaring %(name)s") % {"name": website.school or _("van het bestuur")},
        )
        return format_html(
            '<p>{}</p><p class="snippet"><code>{}</code></p>',
            _("Kopieer deze regel naar een pagina van de website. Alleen deze website mag dat."),
            escape(html),  # shown as text: a safe text would become a frame
        )


def _cookie_page(website: Website) -> str:
    if website.school is None:
        return reverse("cookies_board")
    return reverse("cookies_school", args=[website.school.slug])

"""Our own admin site: it opens for who holds a right that is exercised there."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

LAST = 99


class BackofficeSite(AdminSite):
    """Django's admin with our front door: signing in and out happens on our own pages."""

    site_title = _("privacyboard")
    site_header = _("privacyboard")
    index_title = _("Beheer")
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether a running appointment gives this person anything to do here."""
        user = request.user
        return bool(user.is_authenticated and user.is_staff)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Every app and page in the order of their `place`; the alphabet decides what is equal."""
        found = self._build_app_dict(request, app_label).values()
        for app in found:
            for page in app["models"]:
                # Said once for a page: sorting and showing would translate it over and over.
                page["name"] = str(page["name"])
            app["models"].sort(key=self._place)
        return sorted(found, key=lambda app: self._place(app["models"][0]))

    def _place(self, page: dict[str, Any]) -> tuple[int, str]:
        return getattr(self._registry[page["model"]], "place", LAST), page["name"]

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send strangers to the sign-in page, and people without a task here to their home."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("home"))
        wanted = urlencode({"next": request.GET.get("next", request.get_full_path())})
        return HttpResponseRedirect(f"{reverse('sign_in')}?{wanted}")

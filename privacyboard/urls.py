"""The roof: every address of the house."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from privacyboard.clockwork.views import health, web_health
from privacyboard.documents.views import download

urlpatterns = [
    path("beheer/", admin.site.urls),
    path("document/<int:pk>/", download, name="document"),
    path("gezond/", health, name="health"),
    path("gezond/web/", web_health, name="web_health"),
    path("", include("registers.urls")),
    path("", include("requests_ar.urls")),
    path("", include("datalekken.urls")),
    path("", include("consent.urls")),
    path("", include("privacyboard.people.urls")),
    path("", include("privacyboard.frontdesk.urls")),
]

# Also what goes wrong before a page is asked: in a session, or in who it is.
handler500 = "privacyboard.frontdesk.views.away.failed"

if settings.DEMO:
    urlpatterns.append(path("demo/", include("privacyboard.demo.urls")))

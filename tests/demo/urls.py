"""Every address, and those of the demo."""

from django.urls import include, path

from privacyboard.urls import urlpatterns as everything

urlpatterns = [*everything, path("demo/", include("privacyboard.demo.urls"))]

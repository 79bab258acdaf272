"""Home, and signing in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from privacyboard.frontdesk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("agenda/", views.calendar, name="calendar"),
    path("agenda/intrekken/", views.calendar_revoked, name="calendar_revoke"),
    path("agenda/<str:token>/privacyboard.ics", views.calendar_feed, name="calendar_feed"),
    path("inloggen/", views.SignIn.as_view(), name="sign_in"),
    path("uitloggen/", LogoutView.as_view(), name="sign_out"),
    path("wachtwoord/", views.password_forgotten, name="password_forgotten"),
    path("wachtwoord/verzonden/", views.password_sent, name="password_sent"),
    path("wachtwoord/gekozen/", views.password_chosen, name="password_chosen"),
    path("wachtwoord/<uidb64>/<token>/", views.PasswordNew.as_view(), name="password_new"),
]

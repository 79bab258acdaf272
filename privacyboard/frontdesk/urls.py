"""Home, signing in and out, one's own messages, and what keeps the machine running."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from privacyboard.frontdesk.views import (
    appointments,
    cleaning,
    holidays,
    home,
    messages,
    operation,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("mijn-berichten/", messages.my_messages, name="messages"),
    path("vakanties/", holidays.holidays, name="holidays"),
    path("vakanties/nieuw/", holidays.holiday_new, name="holiday_new"),
    path("vakanties/heel-jaar/", holidays.holidays_pasted, name="holidays_paste"),
    path("vakanties/<int:pk>/", holidays.holiday_changed, name="holiday_change"),
    path("vakanties/<int:pk>/verwijderen/", holidays.holiday_removed, name="holiday_remove"),
    path("aanstellingen/", appointments.appointments_ending, name="appointments_ending"),
    path("taken-en-post/", operation.operation, name="operation"),
    path("taken-en-post/<int:pk>/opnieuw/", operation.letter_retried, name="letter_retry"),
    path("taken-en-post/<int:pk>/afgehandeld/", operation.letter_settled, name="letter_settle"),
    path("opruimen/", cleaning.cleaning, name="cleaning"),
    path("opruimen/proef/", cleaning.cleaning_tried, name="cleaning_try"),
    path("opruimen/<int:pk>/", cleaning.cleaning_run, name="cleaning_run"),
    path("agenda/", home.calendar, name="calendar"),
    path("agenda/intrekken/", home.calendar_revoked, name="calendar_revoke"),
    path("agenda/<str:token>/privacyboard.ics", home.calendar_feed, name="calendar_feed"),
    path("inloggen/", home.SignIn.as_view(), name="sign_in"),
    path("uitloggen/", LogoutView.as_view(), name="sign_out"),
    path("wachtwoord/", home.password_forgotten, name="password_forgotten"),
    path("wachtwoord/verzonden/", home.password_sent, name="password_sent"),
    path("wachtwoord/gekozen/", home.password_chosen, name="password_chosen"),
    path("wachtwoord/<uidb64>/<token>/", home.PasswordNew.as_view(), name="password_new"),
]

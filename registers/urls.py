"""The privacy statement, public and at the desk."""

from django.urls import path

from registers import views

urlpatterns = [
    path("register/privacyverklaring/", views.statement_desk, name="statement_desk"),
    path(
        "register/privacyverklaring/<slug:place>/",
        views.statement_preview,
        name="statement_preview",
    ),
    path(
        "register/privacyverklaring/<slug:place>/publiceren/",
        views.statement_publish,
        name="statement_publish",
    ),
    path("privacyverklaring/", views.statement, name="statement_board"),
    path("privacyverklaring/pdf/", views.statement_pdf, name="statement_board_pdf"),
    path("privacyverklaring/<slug:slug>/", views.statement, name="statement_school"),
    path("privacyverklaring/<slug:slug>/pdf/", views.statement_pdf, name="statement_school_pdf"),
]

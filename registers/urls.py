"""The pages of the register: versions, schools, and the privacy statement."""

from django.urls import path

from registers.views import access, recipients, statements, versions

urlpatterns = [
    path("ontvangers/", recipients.recipients, name="recipients"),
    path("ontvangers/pdf/", recipients.recipients_pdf, name="recipients_pdf"),
    path("verwerkers/", recipients.processors, name="processors"),
    path("verwerkers/pdf/", recipients.processors_pdf, name="processors_pdf"),
    path("register/toegang/", access.overview, name="access_overview"),
    path("register/toegang/<slug:slug>/", access.matrix, name="access_matrix"),
    path(
        "register/toegang/<slug:slug>/klaarzetten/", access.open_review, name="access_review_open"
    ),
    path("register/verwerking/<int:pk>/versies/", versions.versions, name="versions"),
    path(
        "register/verwerking/<int:pk>/school/<slug:slug>/",
        versions.school_standard,
        name="school_standard",
    ),
    path(
        "register/verwerking/<int:pk>/school/<slug:slug>/antwoord/",
        versions.answer,
        name="version_answer",
    ),
    path("register/privacyverklaring/", statements.statement_desk, name="statement_desk"),
    path(
        "register/privacyverklaring/<slug:place>/",
        statements.statement_preview,
        name="statement_preview",
    ),
    path(
        "register/privacyverklaring/<slug:place>/publiceren/",
        statements.statement_publish,
        name="statement_publish",
    ),
    path("privacyverklaring/", statements.statement, name="statement_board"),
    path("privacyverklaring/pdf/", statements.statement_pdf, name="statement_board_pdf"),
    path("privacyverklaring/<slug:slug>/", statements.statement, name="statement_school"),
    path(
        "privacyverklaring/<slug:slug>/pdf/", statements.statement_pdf, name="statement_school_pdf"
    ),
]

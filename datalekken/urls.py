"""The pages of breaches."""

from django.urls import path, register_converter

from datalekken.views import (
    acts,
    cases,
    dossier,
    duty,
    intake,
    measures,
    public,
    register,
    telling,
    told_pupils,
)
from privacyboard.vocabulary import Language


class NumberConverter:
    """The number of a breach. Nothing else in an address reaches the database."""

    regex = r"D-\d{4}-\d{4,9}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(NumberConverter, "breach")

_ENGLISH = {"language": Language.ENGLISH.value}

urlpatterns = [
    path("datalek-melden/", public.form, name="breach_report"),
    path("datalek-melden/en/", public.form, _ENGLISH, name="breach_report_en"),
    path("datalek-melden/mijn/", intake.mine, name="breach_mine"),
    path("datalek-melden/verzonden/<str:token>/", public.sent, name="breach_sent"),
    path("datalek-melden/volgen/<str:token>/", public.status, name="breach_status"),
    path("maatregel/<int:pk>/", measures.measure, name="breach_measure"),
    path("datalekken/", cases.breaches, name="breaches"),
    path("datalekken/nieuw/", intake.new, name="breach_new"),
    path("datalekken/dienst/", duty.turns, name="breach_duty"),
    path("datalekken/dienst/<int:pk>/einde/", duty.end, name="breach_duty_end"),
    path("datalekken/register/", register.register, name="breach_register"),
    path("datalekken/register/bestanden/", register.register_files, name="breach_register_files"),
    path(
        "datalekken/register/pdf/",
        register.register_file,
        {"ending": "pdf"},
        name="breach_register_pdf",
    ),
    path(
        "datalekken/register/datalekken.xlsx",
        register.register_file,
        {"ending": "xlsx"},
        name="breach_register_xlsx",
    ),
    path("datalekken/<breach:number>/", cases.breach, name="breach"),
    path("datalekken/<breach:number>/verloop/", cases.history, name="breach_history"),
    path("datalekken/<breach:number>/dossier/", dossier.dossier, name="breach_dossier"),
    path(
        "datalekken/<breach:number>/dossier.<str:ending>",
        dossier.dossier_file,
        name="breach_dossier_file",
    ),
    path(
        "datalekken/<breach:number>/melding/<int:version>/",
        dossier.notification,
        name="breach_notification",
    ),
    path("datalekken/<breach:number>/ontvangers/<int:pk>/", telling.people, name="breach_told"),
    path(
        "datalekken/<breach:number>/ontvangers-lijst/<int:pk>/",
        telling.people_list,
        name="breach_told_list",
    ),
    path(
        "datalekken/<breach:number>/ontvangers-leerlingen/<int:pk>/",
        told_pupils.told_pupils,
        name="breach_told_pupils",
    ),
    path(
        "datalekken/<breach:number>/bericht/<int:pk>/voorbeeld/",
        telling.preview,
        name="breach_told_preview",
    ),
    path("datalekken/<breach:number>/<slug:act>/", acts.act, name="breach_act"),
    path("datalekken/<breach:number>/<slug:act>/<int:pk>/", acts.act, name="breach_act_on"),
]

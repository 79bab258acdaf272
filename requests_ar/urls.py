"""The pages of requests and complaints."""

from django.urls import path, register_converter

from privacyboard.vocabulary import Language
from requests_ar.views import (
    acts,
    cases,
    complaints,
    delivery,
    erasing,
    held,
    intake,
    picking,
    public,
    register,
    upload,
)


class NumberConverter:
    """The number of a request or a complaint. Nothing else in an address reaches the database."""

    regex = r"[VK]-\d{4}-\d{4,9}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(NumberConverter, "number")

_ENGLISH = {"language": Language.ENGLISH.value}

urlpatterns = [
    path("verzoek/", public.form, name="request_form"),
    path("verzoek/verzonden/", public.sent, name="request_sent"),
    path("verzoek/en/", public.form, _ENGLISH, name="request_form_en"),
    path("verzoek/en/verzonden/", public.sent, _ENGLISH, name="request_sent_en"),
    path("verzoek/volgen/<str:token>/", public.status, name="request_status"),
    path(
        "verzoek/volgen/<str:token>/brief/<int:pk>/",
        public.status_letter,
        name="request_status_letter",
    ),
    path("verzoeken/", cases.cases, name="requests"),
    path("verzoeken/nieuw/", intake.new, name="request_new"),
    path("verzoeken/register/", register.register, name="request_register"),
    path(
        "verzoeken/register/pdf/",
        register.register_file,
        {"ending": "pdf"},
        name="request_register_pdf",
    ),
    path(
        "verzoeken/register/verzoeken.xlsx",
        register.register_file,
        {"ending": "xlsx"},
        name="request_register_xlsx",
    ),
    path("verzoeken/<number:number>/", cases.case, name="request_case"),
    path("verzoeken/<number:number>/bij-ons/", held.held, name="request_held"),
    path("verzoeken/<number:number>/wissen/", erasing.erase, name="request_erase"),
    path("verzoeken/<number:number>/leerling/", picking.pick, name="request_pick"),
    path("verzoeken/<number:number>/verloop/", cases.history, name="request_history"),
    path("verzoeken/<number:number>/voorbeeld/", cases.preview, name="request_preview"),
    path("verzoeken/<number:number>/<slug:act>/", acts.act, name="request_act"),
    path("verzoeken/<number:number>/<slug:act>/<int:pk>/", acts.act, name="request_act_on"),
    path("zoektaak/<int:pk>/", upload.search_task, name="search_task"),
    path("aanleveren/<str:token>/", upload.search_upload, name="search_upload"),
    path("antwoord/<str:token>/", delivery.answer_by_link, name="answer_by_link"),
    path("antwoord/open/<str:token>/", delivery.answer_opened, name="answer_opened"),
    path("antwoord/open/<str:token>/<int:pk>/", delivery.answer_download, name="answer_download"),
    path("klacht/", complaints.routes, name="complaint_routes"),
    path("klacht/<slug:slug>/", complaints.routes, name="complaint_routes_school"),
    path("klachten/", complaints.complaints, name="complaints"),
    path("klachten/nieuw/", complaints.complaint_new, name="complaint_new"),
    path("klachten/<number:number>/", complaints.complaint, name="complaint"),
    path(
        "klachten/<number:number>/geschiedenis/",
        complaints.complaint_history,
        name="complaint_history",
    ),
    path(
        "klachten/<number:number>/brief/pdf/", complaints.complaint_letter, name="complaint_letter"
    ),
    path("klachten/<number:number>/verder/", complaints.complaint_take, name="complaint_take"),
    path(
        "klachten/<number:number>/stap/<int:pk>/", complaints.complaint_step, name="complaint_step"
    ),
    path(
        "klachten/<number:number>/einde/", complaints.complaint_conclude, name="complaint_conclude"
    ),
    path("klachten/<number:number>/zicht/", complaints.complaint_guard, name="complaint_guard"),
    path("klachten/<number:number>/persoon/", complaints.complaint_name, name="complaint_name"),
]

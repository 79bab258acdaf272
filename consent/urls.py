"""Addresses of consent: what families open, and what the office works with."""

from django.urls import URLPattern, path

from consent.views import (
    api,
    class_list,
    family,
    home,
    new_link,
    papers,
    photo_check,
    policy,
    pupils,
    questions,
    revoking,
    rounds,
    tasks,
    tokens,
)

urlpatterns: list[URLPattern] = [
    path("toestemming/link/", new_link.new_link, name="family_new_link"),
    path("toestemming/link/verzonden/", new_link.link_sent, name="family_link_sent"),
    path("toestemming/<str:token>/", family.family, name="family"),
    path("toestemming/<str:token>/klaar/", family.family_done, name="family_done"),
    path("toestemmingen/", home.home, name="consent_home"),
    path("toestemmingen/vragen/", questions.questions, name="consent_questions"),
    path("toestemmingen/vragen/nieuw/", questions.new, name="consent_question_new"),
    path("toestemmingen/vragen/<int:pk>/", questions.question, name="consent_question"),
    path(
        "toestemmingen/vragen/<int:pk>/wijzigen/", questions.change, name="consent_question_change"
    ),
    path("toestemmingen/vragen/<int:pk>/tekst/", questions.text, name="consent_question_text"),
    path(
        "toestemmingen/vragen/<int:pk>/vertaling/",
        questions.translation,
        name="consent_question_translation",
    ),
    path("toestemmingen/vragen/<int:pk>/stand/", questions.switch, name="consent_question_switch"),
    path("toestemmingen/vragen/<int:pk>/vragen/", questions.ask, name="consent_question_ask"),
    path("toestemmingen/rondes/", rounds.rounds, name="consent_rounds"),
    path("toestemmingen/rondes/nieuw/", rounds.new, name="consent_round_new"),
    path("toestemmingen/rondes/<int:pk>/", rounds.round_page, name="consent_round"),
    path("toestemmingen/rondes/<int:pk>/wijzigen/", rounds.change, name="consent_round_change"),
    path("toestemmingen/rondes/<int:pk>/openen/", rounds.open_page, name="consent_round_open"),
    path("toestemmingen/rondes/<int:pk>/sluiten/", rounds.close, name="consent_round_close"),
    path("toestemmingen/rondes/<int:pk>/afbreken/", rounds.cancel, name="consent_round_cancel"),
    path("toestemmingen/keuzes/", policy.policy, name="consent_policy"),
    path("toestemmingen/keuzes/wijzigen/", policy.change, name="consent_policy_change"),
    path("toestemmingen/talen/<slug:code>/", policy.language, name="consent_language"),
    path("toestemmingen/taken/", tasks.tasks, name="consent_tasks"),
    path("toestemmingen/taken/verschil/<int:pk>/", tasks.dispute, name="consent_dispute"),
    path("toestemmingen/taken/opruimen/<int:pk>/", tasks.clean_up, name="consent_clean_up"),
    path("toestemmingen/taken/adres/<int:pk>/", tasks.unreachable, name="consent_unreachable"),
    path("toestemmingen/taken/brief/<int:pk>/", tasks.handed, name="consent_letter_handed"),
    path("toestemmingen/leerlingen/", pupils.pupils, name="consent_pupils"),
    path("toestemmingen/leerling/<int:pk>/", pupils.pupil, name="consent_pupil"),
    path("toestemmingen/leerling/<int:pk>/dossier.pdf", pupils.pdf, name="consent_pupil_pdf"),
    path(
        "toestemmingen/leerling/<int:pk>/toestemming.jsonld", pupils.record, name="consent_record"
    ),
    path("toestemmingen/leerling/<int:pk>/antwoord/", papers.desk, name="consent_answer"),
    path("toestemmingen/leerling/<int:pk>/link/", revoking.revoke, name="consent_link_revoke"),
    path(
        "toestemmingen/leerling/<int:pk>/link/<int:guardian>/",
        revoking.revoke,
        name="consent_link_revoke_of",
    ),
    path("toestemmingen/papier/", papers.groups, name="consent_papers"),
    path("toestemmingen/papier/<int:pk>/", papers.paper, name="consent_paper"),
    path("toestemmingen/klassenlijst/", class_list.class_list, name="consent_class_list"),
    path("toestemmingen/klassenlijst/pdf/", class_list.pdf, name="consent_class_list_pdf"),
    path("toestemmingen/klassenlijst/xlsx/", class_list.xlsx, name="consent_class_list_xlsx"),
    path("toestemmingen/foto-check/", photo_check.photo_check, name="consent_photo_check"),
    path(
        "toestemmingen/foto-check/<int:pk>/", photo_check.photo_answer, name="consent_photo_answer"
    ),
    path("toestemmingen/sleutels/", tokens.tokens, name="consent_tokens"),
    path("toestemmingen/sleutels/<int:pk>/intrekken/", tokens.revoke, name="consent_token_revoke"),
    path("api/toestemmingen/", api.consents, name="consent_api"),
]

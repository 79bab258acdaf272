"""Addresses of pupils and parents."""

from django.urls import URLPattern, path

from privacyboard.people.views import acts, files, groups, guardian, lists, pupil

urlpatterns: list[URLPattern] = [
    path("leerlingen/", lists.people, name="people"),
    path("leerlingen/nieuw/", pupil.pupil_new, name="people_new"),
    path("leerlingen/groepen/", groups.groups, name="people_groups"),
    path("leerlingen/groepen/<int:pk>/<slug:act>/", acts.group_act, name="people_group_act"),
    path(
        "leerlingen/groepen/<int:pk>/<slug:act>/<int:row>/",
        acts.group_act,
        name="people_teacher_act",
    ),
    path("leerlingen/inlezen/", files.files, name="people_files"),
    path("leerlingen/inlezen/<int:pk>/", files.file, name="people_file"),
    path("leerlingen/inlezen/<int:pk>/kolommen/", files.columns, name="people_file_columns"),
    path("leerlingen/inlezen/<int:pk>/toepassen/", files.apply, name="people_file_apply"),
    path("leerlingen/inlezen/<int:pk>/weggooien/", files.drop, name="people_file_drop"),
    path("leerlingen/ouders/<int:pk>/", guardian.guardian, name="people_guardian"),
    path(
        "leerlingen/ouders/<int:pk>/verloop/",
        guardian.guardian_history,
        name="people_guardian_history",
    ),
    path("leerlingen/ouders/<int:pk>/<slug:act>/", acts.guardian_act, name="people_guardian_act"),
    path("leerlingen/<int:pk>/", pupil.pupil, name="people_pupil"),
    path("leerlingen/<int:pk>/verloop/", pupil.pupil_history, name="people_pupil_history"),
    path("leerlingen/<int:pk>/<slug:act>/", acts.pupil_act, name="people_pupil_act"),
    path("leerlingen/<int:pk>/<slug:act>/<int:row>/", acts.pupil_act, name="people_tie_act"),
]

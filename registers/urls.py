"""The pages of the register: versions, schools, and the privacy statement."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, include, path, register_converter

from registers.rules.statement import EDITIONS, Edition
from registers.views import (
    access,
    commissioned,
    completeness,
    cookies,
    embedding,
    exchange,
    files,
    overviews,
    parent_notices,
    public_register,
    recipients,
    statement_desk,
    statements,
    versions,
)
from registers.views.destruction import acts as destruction_acts
from registers.views.destruction import by_link as destruction_by_link
from registers.views.destruction import doubts as destruction_doubts
from registers.views.destruction import holds as destruction_holds
from registers.views.destruction import lists as destruction_lists


class EditionConverter:
    """The word for an audience or language in an address; the parents' own statement has none."""

    regex = "|".join(each.word for each in EDITIONS if each.word)

    def to_python(self, value: str) -> Edition:
        """The edition of a word."""
        return next(each for each in EDITIONS if each.word == value)

    def to_url(self, value: str) -> str:
        """The word itself."""
        return value


register_converter(EditionConverter, "edition")


def _for_each_edition(
    start: str, pages: dict[str, tuple[Callable[..., HttpResponseBase], str]]
) -> list[URLPattern]:
    """Pages of a statement at their old address, and under the word of each other edition."""
    found = []
    for end, (view, name) in pages.items():
        found.append(path(f"{start}<edition:edition>/{end}", view, name=_edition_name(name)))
        found.append(path(f"{start}{end}", view, name=name))
    return found


def _edition_name(name: str) -> str:
    """ "statement_board_pdf" of another edition is "statement_board_edition_pdf"."""
    stem, is_pdf, _rest = name.partition("_pdf")
    return f"{stem}_edition{is_pdf}"


_destruction = [
    path("", destruction_lists.lists, name="destruction_lists"),
    path("nieuw/", destruction_lists.new_list, name="destruction_new"),
    path("vasthouden/", destruction_holds.holds, name="destruction_holds"),
    path("vasthouden/nieuw/", destruction_holds.new_hold, name="destruction_hold_new"),
    path("vasthouden/<int:pk>/opheffen/", destruction_holds.lift, name="destruction_hold_lift"),
    path("vasthouden/<int:pk>/langer/", destruction_holds.review, name="destruction_hold_review"),
    path("twijfel/", destruction_doubts.doubts, name="destruction_doubts"),
    path("twijfel/<int:pk>/", destruction_doubts.doubt, name="destruction_doubt"),
    path("<slug:number>/", destruction_lists.one_list, name="destruction_list"),
    path("<slug:number>/nummers/", destruction_lists.numbers, name="destruction_numbers"),
    path("<slug:number>/verloop/", destruction_lists.history, name="destruction_history"),
    path(
        "<slug:number>/taak/<int:pk>/lijst/",
        destruction_lists.task_file,
        name="destruction_task_file",
    ),
    path("<slug:number>/<slug:act>/", destruction_acts.act, name="destruction_act"),
    path("<slug:number>/<slug:act>/<int:pk>/", destruction_acts.act, name="destruction_act_on"),
]

urlpatterns = [
    path("register/vernietigen/", include(_destruction)),
    path(
        "vernietigen/opdracht/<str:token>/",
        destruction_by_link.by_link,
        name="destruction_by_link",
    ),
    path(
        "vernietigen/opdracht/<str:token>/lijst/",
        destruction_by_link.link_file,
        name="destruction_link_file",
    ),
    path("ontvangers/", recipients.recipients, name="recipients"),
    path("ontvangers/pdf/", recipients.recipients_pdf, name="recipients_pdf"),
    path("verwerkers/", recipients.processors, name="processors"),
    path("verwerkers/pdf/", recipients.processors_pdf, name="processors_pdf"),
    path("cookies/", cookies.cookies, name="cookies_board"),
    path("cookies/<slug:slug>/", cookies.cookies, name="cookies_school"),
    path("openbaar-register/", public_register.public_register, name="public_register"),
    path("openbaar-register/pdf/", public_register.public_register_pdf, name="public_register_pdf"),
    path(
        "openbaar-register/<slug:slug>/",
        public_register.public_register,
        name="public_register_school",
    ),
    path(
        "openbaar-register/<slug:slug>/pdf/",
        public_register.public_register_pdf,
        name="public_register_school_pdf",
    ),
    path("register/openbaar/", public_register.public_parts, name="public_parts"),
    # Before the pages of a school: "insluiten" is no school.
    path(
        "privacyverklaring/insluiten/<slug:place>/",
        embedding.statement,
        name="statement_embedded",
    ),
    path("register/in-opdracht/", commissioned.commissioned, name="commissioned"),
    path("register/in-opdracht/pdf/", commissioned.commissioned_pdf, name="commissioned_pdf"),
    path("register/in-opdracht/csv/", commissioned.commissioned_csv, name="commissioned_csv"),
    path("register/volledigheid/", completeness.completeness, name="completeness"),
    path("register/bestanden/", files.register_files, name="register_files"),
    path("register/bestanden/pdf/", files.ask_register_pdf, name="register_pdf_ask"),
    path("register/geheel/", files.whole_register, name="register_whole"),
    path("register/bestanden/matrix.xlsx", overviews.matrix_file, name="matrix_file"),
    path("register/bestanden/register.<slug:ending>", exchange.export, name="register_export"),
    path("register/inlezen/", exchange.imports, name="imports"),
    path("register/inlezen/<int:pk>/", exchange.import_run, name="import_run"),
    path("register/inlezen/<int:pk>/toepassen/", exchange.import_apply, name="import_apply"),
    path("register/landelijk/", overviews.national_overviews, name="national_overviews"),
    path("register/landelijk/<slug:group>/", overviews.national_group, name="national_group"),
    path("register/toegang/", access.overview, name="access_overview"),
    path("register/toegang/<slug:slug>/", access.matrix, name="access_matrix"),
    path(
        "register/toegang/<slug:slug>/klaarzetten/", access.open_review, name="access_review_open"
    ),
    path(
        "register/toegang/<slug:slug>/<int:year>/afgehandeld/",
        access.handle_review,
        name="access_review_handled",
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
    path("register/privacyverklaring/", statement_desk.statement_desk, name="statement_desk"),
    path(
        "register/privacyverklaring/brieven/<int:pk>/",
        parent_notices.parent_notice,
        name="parent_notice",
    ),
    *_for_each_edition(
        "register/privacyverklaring/<slug:place>/",
        {
            "": (statement_desk.statement_preview, "statement_preview"),
            "publiceren/": (statement_desk.statement_publish, "statement_publish"),
            "versies/": (statement_desk.statement_versions, "statement_versions"),
        },
    ),
    path("privacyverklaring/<slug:slug>/schoolgids/", statements.school_guide, name="school_guide"),
    path(
        "privacyverklaring/<slug:slug>/schoolgids/tekst/",
        statements.school_guide_file,
        name="school_guide_text",
    ),
    *_for_each_edition(
        "privacyverklaring/",
        {
            "": (statements.statement, "statement_board"),
            "pdf/": (statements.statement_pdf, "statement_board_pdf"),
        },
    ),
    *_for_each_edition(
        "privacyverklaring/<slug:slug>/",
        {
            "": (statements.statement, "statement_school"),
            "pdf/": (statements.statement_pdf, "statement_school_pdf"),
        },
    ),
]

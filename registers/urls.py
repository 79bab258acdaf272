"""The pages of the register: versions, schools, and the privacy statement."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path, register_converter

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


urlpatterns = [
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

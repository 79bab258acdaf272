"""English is whole: what can stand on an English statement has an English word for it.

Pages are Dutch; the statement, and the form of requests with its letters, are also made in English.
The pages and letters of families are whole in six languages. The catalogues are kept by hand, and
`msgfmt -c -o django.mo django.po` (GNU gettext) makes the file that is read.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.template.base import Node
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.test import Client
from django.utils import translation

from datalekken import choices as breach_choices
from privacyboard.vocabulary import Language
from registers import choices
from registers.exchange import CATALOGUE, read_toml
from requests_ar import choices as request_choices

ROOT = Path(__file__).resolve().parent.parent.parent
MESSAGES = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"

MAIL = ("subject.txt", "txt", "html")
# The letters to processors about what they must destroy.
LISTS = ("asked", "reminded")

# The pages and letters of families: these are whole in every language of families.
FAMILIES = (
    *(
        f"consent/family{name}.html"
        for name in ("", "_nothing", "_done", "_shut", "_link", "_link_sent")
    ),
    *(
        f"letters/consent/{name}.{end}"
        for name in (
            "answered",
            "new_link",
            "invitation",
            "round_reminder",
            "sixteen",
            "eighteen",
            "changed",
        )
        for end in MAIL
    ),
    "documents/consent/paper_letter.html",
)
FAMILY_MODULES = (ROOT / "consent" / "views" / "new_link.py",)
FAMILY_LANGUAGES = ("tr", "ar", "pl", "uk")

# The public pages, with what they extend and include. Of these the statement is served in English,
# and so are the form of requests, its pages by link and its letters.
TEMPLATES = (
    *FAMILIES,
    "registers/statement.html",
    "registers/statement_missing.html",
    "documents/registers/statement.html",
    "registers/recipients.html",
    "documents/registers/recipients.html",
    "registers/processors.html",
    "documents/registers/processors.html",
    "registers/public_register.html",
    "documents/registers/public_register.html",
    "registers/cookies.html",
    "registers/embedded_statement.html",
    "requests_ar/public_form.html",
    "requests_ar/public_sent.html",
    "requests_ar/public_confirm.html",
    "requests_ar/public_status.html",
    "requests_ar/public_shut.html",
    "documents/requests_ar/receipt.html",
    "documents/requests_ar/identity.html",
    "documents/requests_ar/clarification.html",
    "documents/requests_ar/extension.html",
    "documents/requests_ar/fee.html",
    "documents/requests_ar/withdrawn.html",
    "documents/requests_ar/other_right.html",
    "documents/requests_ar/decision.html",
    "requests_ar/answer_code.html",
    "requests_ar/answer_opened.html",
    "requests_ar/link_shut.html",
    *(
        f"letters/requests_ar/{name}.{end}"
        for name in ("confirm", "letter", "answer_waits", "answer_code")
        for end in MAIL
    ),
    *(
        f"datalekken/public_{name}.html"
        for name in ("base", "start", "form", "sent", "status", "shut", "away")
    ),
    *(f"letters/datalekken/receipt.{end}" for end in MAIL),
    *(f"registers/destruction/link{name}.html" for name in ("", "_done", "_shut")),
    *(f"letters/registers/destruction_{name}.{end}" for name in LISTS for end in MAIL),
)
MODULES = (
    *FAMILY_MODULES,
    *sorted((ROOT / "registers" / "rules").rglob("statement*.py")),
    *sorted((ROOT / "registers" / "rules" / "statement").glob("*.py")),
    ROOT / "registers" / "rules" / "retention.py",
    ROOT / "registers" / "letters" / "statements.py",
    ROOT / "privacyboard" / "backoffice" / "forms.py",
    ROOT / "requests_ar" / "forms" / "asking.py",
    ROOT / "requests_ar" / "rules" / "answer_items.py",
    ROOT / "requests_ar" / "views" / "delivery.py",
    *(ROOT / "requests_ar" / "letters" / f"{name}.py" for name in ("decision", "facts", "notices")),
    ROOT / "privacyboard" / "backoffice" / "fields.py",
    ROOT / "privacyboard" / "documents" / "rules.py",
    ROOT / "datalekken" / "forms" / "fields.py",
    ROOT / "datalekken" / "forms" / "reporting.py",
    ROOT / "registers" / "views" / "destruction" / "by_link.py",
    ROOT / "registers" / "forms" / "destruction_proof.py",
    ROOT / "registers" / "exchange" / "destruction.py",
    ROOT / "registers" / "actions" / "destroying" / "handing.py",
    ROOT / "registers" / "models" / "destruction_texts.py",
    ROOT / "registers" / "rules" / "destruction" / "numbers.py",
    ROOT / "privacyboard" / "audit" / "acts.py",
    *(ROOT / "datalekken" / "rules" / f"{name}.py" for name in ("clocks", "first_aid", "reporter")),
)
LABELS: tuple[type[TextChoices], ...] = (
    Language,
    choices.AccessLevel,
    choices.Audience,
    choices.Automation,
    choices.Bound,
    choices.CategoryKind,
    choices.CookieKind,
    choices.CriminalGround,
    choices.DataSource,
    choices.DeviatingField,
    choices.Fate,
    choices.Identifiability,
    choices.LegalBasis,
    choices.MeasureKind,
    choices.Medium,
    choices.Obligation,
    choices.ProcessGroup,
    choices.PublicPart,
    choices.RecipientKind,
    choices.RetentionTrigger,
    choices.SpecialGround,
    choices.TransferInstrument,
    request_choices.ErasureGround,
    request_choices.ExtensionReason,
    request_choices.FeeGround,
    request_choices.Redaction,
    request_choices.RefusalGround,
    request_choices.RequestKind,
    request_choices.RequestState,
    request_choices.RestrictionGround,
    request_choices.Verdict,
    breach_choices.IncidentKind,
)

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}

# These words are the same in both languages.
SAME = {"Cookies", "Demo", "Demo.", "E-mail", "Register", "School"}


def constant(expression: Any) -> Any:
    """What stands between quotes in a tag."""
    return expression.var


def in_template(name: str, seen: set[str]) -> Iterator[str]:
    """Every message of a template, of what it extends and of what it includes."""
    if name in seen:
        return
    seen.add(name)
    template: Any = get_template(name)
    yield from re.findall(r"\b_\(\"([^\"]+)\"\)", template.template.source)
    for node in template.template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            yield constant(node.filter_expression).literal
        elif isinstance(node, BlockTranslateNode):
            yield node.render_token_list(node.singular)[0]
            if node.plural:
                yield node.render_token_list(node.plural)[0]
        elif isinstance(node, ExtendsNode):
            yield from in_template(constant(node.parent_name), seen)
        elif isinstance(node, IncludeNode):
            yield from in_template(constant(node.template), seen)


def in_module(file: Path) -> Iterator[str]:
    """Every message of a Python file: the texts that gettext's functions are called with."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in GETTEXT:
            yield from (
                each.value
                for each in call.args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def in_labels(found: Iterable[type[TextChoices]]) -> Iterator[str]:
    with translation.override("nl"):
        for labels in found:
            yield from (str(label) for label in labels.labels if label)


def asked() -> set[str]:
    """Every Dutch message that an English page can need."""
    seen: set[str] = set()
    return {
        *(text for name in TEMPLATES for text in in_template(name, seen)),
        *(text for name in MODULES for text in in_module(name)),
        *in_labels(LABELS),
    }


def asked_of_families() -> set[str]:
    """Every Dutch message of the pages and letters of families."""
    seen: set[str] = set()
    return {
        *(text for name in FAMILIES for text in in_template(name, seen)),
        *(text for file in FAMILY_MODULES for text in in_module(file)),
    }


def read_po(text: str) -> dict[str, list[str]]:
    """The translations per message, plural forms in order; the header stands under ""."""
    found: dict[str, list[str]] = {}
    for entry in text.split("\n\n"):
        parts: list[tuple[str, str]] = []
        for line in entry.splitlines():
            keyword, quoted = re.fullmatch(r"(?:(\w+(?:\[\d])?) )?(\".*\")|#.*", line).groups()  # type: ignore[union-attr]
            if keyword:
                parts.append((keyword, ast.literal_eval(quoted)))
            elif quoted:
                parts[-1] = (parts[-1][0], parts[-1][1] + ast.literal_eval(quoted))
        words = dict(parts)
        forms = [value for keyword, value in parts if keyword.startswith("msgstr")]
        for keyword in ("msgid", "msgid_plural"):
            if keyword in words:
                found[words[keyword]] = forms if keyword == "msgid" else forms[-1:]
    return found


@pytest.fixture(scope="module")
def english() -> dict[str, list[str]]:
    return read_po(MESSAGES.read_text(encoding="utf-8"))


def test_every_message_of_the_public_pages_has_english(english: dict[str, list[str]]) -> None:
    missing = {text for text in asked() if not all(english.get(text, [""]))}

    assert missing == set()


def test_the_catalogue_has_no_message_that_nothing_asks_for(english: dict[str, list[str]]) -> None:
    assert english.keys() - asked() - {""} == set()


def test_the_english_is_not_the_dutch(english: dict[str, list[str]]) -> None:
    assert {text for text in english if text in english[text]} <= SAME


def test_a_translation_fills_in_what_the_message_fills_in(english: dict[str, list[str]]) -> None:
    for text, forms in english.items():
        for form in forms if text else []:
            blanks = re.findall(r"%(?:\(\w+\))?[sd]|\{\w*\}", text)
            assert sorted(re.findall(r"%(?:\(\w+\))?[sd]|\{\w*\}", form)) == sorted(blanks)


def test_the_compiled_file_says_what_the_written_one_says(english: dict[str, list[str]]) -> None:
    with MESSAGES.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    # The standard library offers no other way to see every message of a compiled file.
    found: dict[Any, str] = compiled._catalog  # type: ignore[attr-defined]
    written: dict[Any, str] = {}
    # A plural's second Dutch text has no entry of its own in the compiled file.
    seconds = re.findall(r'^msgid_plural "(.*)"$', MESSAGES.read_text(encoding="utf-8"), re.M)
    for text, forms in english.items():
        if text in seconds:
            continue
        plural = len(forms) > 1
        written |= {(text, n) if plural else text: form for n, form in enumerate(forms)}
    assert {key: found.get(key) for key in written if key} == {
        key: form for key, form in written.items() if key
    }
    ids = {key[0] if isinstance(key, tuple) else key for key in found}
    assert ids <= english.keys()


@pytest.mark.parametrize("language", FAMILY_LANGUAGES)
def test_families_read_every_message_in_their_own_language(language: str) -> None:
    file = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    words = read_po(file.read_text(encoding="utf-8"))
    asked_here = asked_of_families()

    assert {text for text in asked_here if not all(words.get(text, [""]))} == set()
    assert words.keys() - asked_here - {""} == set()
    assert {text for text, [form] in words.items() if text == form} == set()
    for text, [form] in words.items():
        blanks = re.findall(r"%\(\w+\)s", text)
        assert sorted(re.findall(r"%\(\w+\)s", form)) == sorted(blanks), text
    with file.with_suffix(".mo").open("rb") as compiled:
        found: dict[Any, str] = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    assert found == {text: form for text, [form] in words.items()}


def test_english_is_asked_for_by_name() -> None:
    with translation.override("en"):
        assert str(choices.LegalBasis.LEGAL_DUTY.label) == "legal obligation"
        assert translation.gettext("Privacyverklaring") == "Privacy statement"
    assert str(choices.LegalBasis.LEGAL_DUTY.label) == "wettelijke verplichting"


@pytest.mark.django_db
def test_the_language_of_a_browser_changes_no_page(client: Client) -> None:
    page = client.get("/", HTTP_ACCEPT_LANGUAGE="en", follow=True)

    assert b'<html lang="nl"' in page.content
    assert b"Inloggen" in page.content
    assert b"Log in" not in page.content
    assert settings.LANGUAGE_CODE == "nl"


# A name that is the same in English.
PROPER_NAMES = ["YouTube"]


def test_every_preloaded_entry_has_an_english_name() -> None:
    entries = [
        row
        for file in sorted(CATALOGUE.glob("*.toml"))
        for rows in read_toml(file).values()
        for row in rows
        if "name" in row
    ]

    assert len(entries) == 223
    assert [row["name"] for row in entries if not row.get("name_en", "").strip()] == []
    assert [row["name"] for row in entries if row["name_en"] == row["name"]] == PROPER_NAMES

"""From a dataclass to a page and a tagged PDF that loads our own static files only."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from privacyboard.documents.printing import FileAsked
from privacyboard.documents.rendering import pdf_of

PAGE = """<!doctype html><html lang="nl"><head><title>Advies over camera’s</title>{head}</head>
<body><h1>Advies</h1><p>Één alinea.</p>{body}</body></html>"""


def pdf(*, head: str = "", body: str = "") -> bytes:
    return pdf_of(PAGE.format(head=head, body=body))


class TestPdf:
    def test_is_tagged_has_its_language_and_its_title(self) -> None:
        document = PdfReader(io.BytesIO(pdf()))
        root: Any = document.trailer["/Root"]
        assert bool(root["/MarkInfo"]["/Marked"]) is True
        assert root["/Lang"] == "nl"
        assert "/StructTreeRoot" in root
        assert document.metadata is not None
        assert document.metadata.title == "Advies over camera’s"
        assert "Één alinea." in document.pages[0].extract_text()

    def test_loads_our_static_files(self) -> None:
        made = pdf(
            head='<link rel="stylesheet" href="/static/privacyboard/document.css">',
            body='<img src="/static/privacyboard/school.svg" alt="Een school">',
        )
        assert made.startswith(b"%PDF-")

    @pytest.mark.parametrize(
        "address",
        [
            "https://elders.example/volg.png",
            "http://127.0.0.1:1/volg.png",
            "//elders.example/volg.png",
            "file:///etc/passwd",
            "/etc/passwd",
            "/static/../privacyboard/settings.py",
            "/static/%2e%2e/%2e%2e/privacyboard/settings.py",
            "/static/..%2f..%2fmanage.py",
            "/static//etc/passwd",
            "/static/privacyboard/never-drawn.svg",
            "/static/",
            "/static/%00",
            "/static/privacyboard/document.0123456789ab.js",
            "https://static.invalid.elders.example/static/privacyboard/logo.svg",
            "https://static.invalid@elders.example/static/privacyboard/logo.svg",
        ],
    )
    @pytest.mark.parametrize(
        ("where", "markup"),
        [
            ("body", '<img src="{}" alt="x">'),
            ("head", '<link rel="stylesheet" href="{}">'),
            ("body", '<p style="background: url({})">x</p>'),
            ("head", "<style>@import url({});</style>"),
        ],
        ids=["image", "stylesheet", "background", "import"],
    )
    def test_everything_else_is_refused_loudly(self, address: str, where: str, markup: str) -> None:
        with pytest.raises(FileAsked):
            pdf(**{where: markup.format(address)})

    def test_a_letter_of_an_earlier_release_is_printed_in_the_style_of_now(self) -> None:
        earlier = '<link rel="stylesheet" href="/static/privacyboard/document.0123456789ab.css">'
        now = '<link rel="stylesheet" href="/static/privacyboard/document.css">'
        assert pdf(head=earlier) == pdf(head=now)

    def test_one_document_after_another_is_as_it_is_alone(self) -> None:
        first = pdf(body="<p>Nog iets.</p>")
        other = pdf(body="<table><tr><td>Iets anders.</td></tr></table>")
        assert pdf(body="<p>Nog iets.</p>") == first != other

    def test_a_link_in_the_text_is_only_a_link(self) -> None:
        assert pdf(body='<a href="https://autoriteitpersoonsgegevens.nl">AP</a>').startswith(
            b"%PDF-"
        )

    def test_a_symbolic_link_leads_nowhere(self, settings: Any, tmp_path: Path) -> None:
        secret = tmp_path / "secret.svg"
        secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
        root = tmp_path / "static"
        root.mkdir()
        (root / "privacyboard").mkdir()
        (root / "privacyboard" / "document.css").write_text("p { color: #1c2826 }")
        (root / "way-out.svg").symlink_to(secret)
        settings.STATICFILES_DIRS = [root]
        settings.STATIC_ROOT = root
        with pytest.raises(FileAsked):
            pdf(body='<img src="/static/way-out.svg" alt="x">')

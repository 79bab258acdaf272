"""Which files are taken: by content, size and an honest name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyboard.documents import rules
from privacyboard.documents.rules import FileProblem, check, suffix_of, type_by_content

MB = 1_048_576
ACCEPTED = frozenset({rules.PDF, rules.DOCX})


def problem(*, name: str = "brief.pdf", size: int = 1, media_type: str = rules.PDF) -> str:
    try:
        check(file_name=name, size=size, media_type=media_type, limit=25 * MB, accepted=ACCEPTED)
    except FileProblem as refused:
        return str(refused)
    return ""


class TestCheck:
    def test_an_honest_file_is_taken_up_to_the_limit(self) -> None:
        assert problem() == ""
        assert problem(size=25 * MB) == ""
        assert problem(name="BRIEF.PDF") == ""
        assert problem(name="brief.docx", media_type=rules.DOCX) == ""

    def test_too_large(self) -> None:
        assert problem(size=50 * MB) == (
            "Dit bestand is 50 MB. Kies een bestand van ten hoogste 25 MB."
        )

    def test_one_byte_too_large_is_not_called_as_large_as_the_limit(self) -> None:
        assert problem(size=25 * MB + 1) == (
            "Dit bestand is 26 MB. Kies een bestand van ten hoogste 25 MB."
        )

    def test_empty(self) -> None:
        assert problem(size=0) == "Dit bestand is leeg. Kies een ander bestand."

    @pytest.mark.parametrize("media_type", ["", rules.XLSX, rules.TEXT])
    def test_of_another_kind(self, media_type: str) -> None:
        assert problem(media_type=media_type) == (
            "Dit soort bestand kunnen wij niet bewaren. Kies een van: .docx, .pdf."
        )

    @pytest.mark.parametrize("name", ["brief.docx", "brief", ".pdf", "brief.pdf.exe", "brief.pdf "])
    def test_a_name_that_says_something_else(self, name: str) -> None:
        assert problem(name=name) == (
            f"De inhoud van dit bestand past niet bij de naam “{name}”. "
            "Sla het opnieuw op in het goede soort en probeer het nog eens."
        )


class TestTypeByContent:
    @pytest.mark.parametrize(
        ("start", "members", "media_type"),
        [
            (b"%PDF-1.7", [], "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\x00", [], "image/png"),
            (b"\xff\xd8\xff\xe0", [], "image/jpeg"),
            (b"PK\x03\x04", ["word/document.xml"], rules.DOCX),
            (b"PK\x03\x04", ["xl/workbook.xml"], rules.XLSX),
            (b"PK\x03\x04", ["x"], ""),
            (b"PK\x03\x04", [], ""),
            ("naam;café".encode(), [], "text/plain"),
            ("naam;café".encode("cp1252"), [], "text/plain"),
            (b"xxx\xc3", [], "text/plain"),
            (b"MZ\x90\x00", [], ""),
            (b"", [], ""),
        ],
    )
    def test_by_the_first_bytes_and_the_members(
        self, start: bytes, members: list[str], media_type: str
    ) -> None:
        assert type_by_content(start, frozenset(members)) == media_type

    @given(st.binary(max_size=64))
    def test_never_chokes(self, start: bytes) -> None:
        assert type_by_content(start, frozenset()) in {"", "text/plain"} | set(rules._SIGNATURES)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.PDF", ".pdf"), ("a.b.c", ".c"), ("a", ""), (".pdf", ""), ("a.", "."), ("", "")],
)
def test_the_ending_of_a_name(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix

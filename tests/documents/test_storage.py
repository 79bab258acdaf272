"""Files are looked at before they are kept, under names that tell nothing."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.test import Client

from privacyboard.documents import rules
from privacyboard.documents.links import document_link
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.rules import FileProblem
from privacyboard.documents.storage import check_upload, media_type_of, store
from tests.conftest import NOW, Cast
from tests.documents import files

NOT_TAKEN = (
    "Dit soort bestand kunnen wij niet bewaren. Kies een van: .docx, .jpeg, .jpg, .pdf, .png."
)


def refusal(content: bytes, name: str) -> str:
    try:
        check_upload(ContentFile(content, name=name))
    except FileProblem as refused:
        return str(refused)
    return ""


class TestCheckUpload:
    @pytest.mark.parametrize(
        ("content", "name", "media_type"),
        [
            (files.PDF, "a.pdf", "application/pdf"),
            (files.docx(), "a.docx", rules.DOCX),
            (files.image("PNG"), "a.png", "image/png"),
            (files.image("JPEG"), "a.jpg", "image/jpeg"),
            (files.image("JPEG"), "a.jpeg", "image/jpeg"),
        ],
    )
    def test_takes_what_it_is_for(self, content: bytes, name: str, media_type: str) -> None:
        assert check_upload(ContentFile(content, name=name)) == media_type

    def test_a_spreadsheet_is_taken_where_it_is_asked_for(self) -> None:
        book = ContentFile(files.xlsx(), name="a.xlsx")
        assert check_upload(book, accepted=frozenset({rules.XLSX})) == rules.XLSX
        assert refusal(files.xlsx(), "a.xlsx") == NOT_TAKEN

    @pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.exe"])
    @pytest.mark.parametrize(
        "content",
        [
            files.EXECUTABLE,
            files.ELF,
            b"<html><script>alert(1)</script></html>",
            files.zipped("iets.txt"),
            files.zipped(*(f"{number}/word/document.xml" for number in range(2001))),
            files.docx()[:-30],
            b"PK\x03\x04" + b"\x01" * 100,
            files.zip_of_the_future(),
        ],
        ids=["exe", "elf", "html", "zip", "crowded", "cut off", "no zip", "of the future"],
    )
    def test_refuses_what_is_something_else_whatever_its_name(
        self, content: bytes, name: str
    ) -> None:
        assert refusal(content, name) == NOT_TAKEN

    def test_a_crowded_document_is_refused_although_it_holds_a_document(self) -> None:
        names = ["word/document.xml", *(f"word/media/{number}" for number in range(2000))]
        assert refusal(files.zipped(*names), "a.docx") == NOT_TAKEN
        assert refusal(files.zipped(*names[:-1]), "a.docx") == ""

    def test_refuses_a_document_that_calls_itself_a_pdf(self) -> None:
        assert refusal(files.docx(), "C:\\map\\a.pdf").startswith(
            "De inhoud van dit bestand past niet bij de naam"
        )

    def test_refuses_nothing_at_all(self) -> None:
        assert refusal(b"", "a.pdf") == "Dit bestand is leeg. Kies een ander bestand."

    def test_refuses_fifty_megabytes_without_reading_them(self) -> None:
        class Unread(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise AssertionError("a file that is too large is not read")

        upload: File[bytes] = File(Unread(), name="a.pdf")
        upload.size = 50 * 1024 * 1024
        with pytest.raises(
            FileProblem, match=r"^Dit bestand is 50 MB\. Kies een bestand van ten hoogste 25 MB\.$"
        ):
            check_upload(upload)

    def test_leaves_the_file_at_its_start(self) -> None:
        upload = ContentFile(files.docx(), name="a.docx")
        upload.seek(20)
        assert media_type_of(upload) == rules.DOCX
        assert upload.tell() == 0


def keep(cast: Cast, *, file_name: str = "advies.pdf") -> StoredDocument:
    return store(
        content=files.PDF,
        title="Advies",
        file_name=file_name,
        media_type=rules.PDF,
        kind="tests.advice",
        by=cast.ibp,
        at=NOW,
        school=cast.linde,
    )


class TestStore:
    def test_keeps_the_content_with_its_hash_and_what_it_is(self, cast: Cast) -> None:
        kept = StoredDocument.objects.get(pk=keep(cast).pk)
        # printf '%%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%%%EOF\n' | sha256sum
        assert kept.sha256 == "14fb1bb0a3f76503d164c7fd78a07c420c2f07eecd41793b406c6f75f2bc2aba"
        assert (kept.title, kept.file_name, kept.size) == ("Advies", "advies.pdf", 35)
        assert (kept.kind, kept.school, kept.stored_by, kept.stored_at) == (
            "tests.advice",
            cast.linde,
            cast.ibp,
            NOW,
        )
        assert kept.file.read() == files.PDF
        assert str(kept) == "Advies"

    def test_under_a_random_name_that_tells_nothing(self, cast: Cast) -> None:
        first, second = keep(cast), keep(cast)
        for kept in (first, second):
            assert re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]{30}", str(kept.file.name))
        assert first.file.name != second.file.name

    @pytest.mark.parametrize(
        ("given", "kept_as"),
        [("../../etc/advies.pdf", "advies.pdf"), ("x" * 300 + ".pdf", "x" * 196 + ".pdf")],
    )
    def test_a_name_is_never_a_way(self, cast: Cast, given: str, kept_as: str) -> None:
        kept = keep(cast, file_name=given)
        assert kept.file_name == kept_as
        assert default_storage.exists(str(kept.file.name))

    def test_is_served_at_no_address_of_its_own(self, cast: Cast, client: Client) -> None:
        kept = keep(cast)
        assert client.get(kept.file.url).status_code == 404
        assert client.get(f"/static/{kept.file.name}").status_code == 404


class TestLink:
    def test_names_the_file_and_its_size(self, cast: Cast) -> None:
        kept = keep(cast, file_name="a & b.pdf")
        assert document_link(kept) == (f'<a href="/document/{kept.pk}/">a &amp; b.pdf</a> (1 kB)')

    def test_without_a_document_there_is_a_dash(self) -> None:
        assert document_link(None) == "—"

"""A document is opened through its gate, and never without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from privacyboard.audit.models import AccessEntry
from privacyboard.documents import gates, rules
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.storage import store
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from tests.conftest import NOW, Cast
from tests.documents import files

AsUser = Callable[[User], Client]


GATE = "tests.advice"


def may_read_the_register_there(document: StoredDocument, user: User) -> bool:
    return user.has_perm(Right.VIEW_REGISTER, document.school)


@pytest.fixture(autouse=True)
def gate() -> Iterator[None]:
    """Documents of the kind "tests.advice" have a gate; it is gone after the test."""
    gates.register(GATE, may_read_the_register_there)
    yield
    del gates._gates[GATE]


def keep(school: School | None, *, kind: str = GATE, name: str = "advies.pdf") -> str:
    """Store a document; return its address."""
    kept = store(
        content=files.PDF,
        title="Advies",
        file_name=name,
        media_type=rules.PDF,
        kind=kind,
        by=None,
        at=NOW,
        school=school,
    )
    return f"/document/{kept.pk}/"


class TestWhoMayOpen:
    @pytest.mark.requirement("KPO-023", "OPO-041")
    def test_the_gate_decides_for_everybody(self, cast: Cast, as_user: AsUser) -> None:
        address = keep(cast.linde)
        allowed = {
            user.first_name
            for user in cast.everybody()
            if as_user(user).get(address).status_code == 200
        }
        assert allowed == {"Fenna", "Ilse", "Bram", "Dirk", "Aad"}

    def test_everybody_else_gets_404(self, cast: Cast, as_user: AsUser) -> None:
        address = keep(cast.linde)
        for user in (cast.eik_director, cast.teacher, cast.administrator):
            assert as_user(user).get(address).status_code == 404
        assert not AccessEntry.objects.exists()

    def test_a_kind_without_a_gate_stays_shut(self, cast: Cast, as_user: AsUser) -> None:
        address = keep(cast.linde, kind="tests.forgotten")
        assert {as_user(user).get(address).status_code for user in cast.everybody()} == {404}

    def test_a_document_of_the_board_is_told_to_its_gate_as_such(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        address = keep(None)
        assert as_user(cast.eik_director).get(address).status_code == 200

    def test_a_stranger_signs_in_first(self, cast: Cast, client: Client) -> None:
        address = keep(cast.linde)
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"/inloggen/?next={address}")

    def test_what_is_not_there_is_not_found(self, cast: Cast, as_user: AsUser) -> None:
        assert as_user(cast.fg).get("/document/999999/").status_code == 404

    def test_only_get_opens(self, cast: Cast, as_user: AsUser) -> None:
        assert as_user(cast.fg).post(keep(cast.linde)).status_code == 405


class TestDownload:
    def test_is_an_attachment_that_is_not_kept_and_not_guessed(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        response = as_user(cast.fg).get(keep(cast.linde))
        assert b"".join(response.streaming_content) == files.PDF  # type: ignore[attr-defined]
        assert response["Content-Disposition"] == 'attachment; filename="advies.pdf"'
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store, private"

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("evaluatie café.pdf", "attachment; filename*=utf-8''evaluatie%20caf%C3%A9.pdf"),
            ('een "naam".pdf', 'attachment; filename="een \\"naam\\".pdf"'),
        ],
    )
    def test_its_name_is_encoded(self, cast: Cast, as_user: AsUser, name: str, told: str) -> None:
        response = as_user(cast.fg).get(keep(cast.linde, name=name))
        assert response["Content-Disposition"] == told

    @pytest.mark.requirement("OPO-001")
    def test_leaves_a_row_in_the_access_log(self, cast: Cast, as_user: AsUser) -> None:
        address = keep(cast.linde)
        as_user(cast.director).get(address)
        entry = AccessEntry.objects.get()
        document = StoredDocument.objects.get()
        assert (entry.by, entry.act, entry.title, entry.school) == (
            cast.director,
            "downloaded",
            "Advies",
            cast.linde,
        )
        assert (entry.subject_type, entry.subject_id) == (
            "documents.storeddocument",
            str(document.pk),
        )

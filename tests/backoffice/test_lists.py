"""Every list of the foundation: who may see it, and that its cost does not grow with its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import ForgettingCount
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from tests.conftest import NOW, Cast, make_board, make_person, make_school
from tests.mail.conftest import queue

AsUser = Callable[[User], Client]

READERS = {"Fenna", "Ilse", "Bram", "Dirk", "Aad", "Edo"}
WHO_MAY_SEE = {
    "/beheer/organisation/board/": READERS,
    "/beheer/organisation/school/": READERS,
    "/beheer/organisation/user/": {"Tom", "Fenna", "Ilse", "Aad"},
    "/beheer/mail/outboundletter/": {"Tom"},
    "/beheer/audit/accessentry/": {"Fenna", "Ilse"},
    "/beheer/audit/forgettingcount/": {"Fenna", "Ilse"},
}


@pytest.mark.requirement("KPO-023", "OPO-041")
@pytest.mark.parametrize("address", WHO_MAY_SEE)
def test_a_list_opens_for_who_holds_its_right_and_for_nobody_else(
    cast: Cast, as_user: AsUser, address: str
) -> None:
    answers = {user.first_name: as_user(user).get(address).status_code for user in cast.everybody()}
    assert {name for name, code in answers.items() if code == 200} == WHO_MAY_SEE[address]
    # Who works in the admin is refused; who does not is led home.
    assert {code for name, code in answers.items() if name in {"Tess", "Eva"}} == {302}
    assert set(answers.values()) == {200, 302, 403}


def schools(rows: int) -> None:
    board = make_board()
    for number in range(rows):
        make_school(board, name=f"S{number}", slug=f"s{number}", brin=f"1{number}AB", public=True)


def people(rows: int) -> None:
    for number in range(rows - 1):
        make_person(f"Piet{number} Smit")


def letters(rows: int) -> None:
    for number in range(rows):
        queue(f"n{number}")


def entries(rows: int) -> None:
    board = make_board()
    for number in range(rows):
        note_access(subject=board, act="opened", by=make_person(f"Piet{number} Smit"))


def counts(rows: int) -> None:
    for number in range(rows):
        ForgettingCount.objects.create(
            at=NOW + timedelta(number), table_name="t", operation="delete", rows=1, reason="r"
        )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "role", "make", "queries"),
    [
        ("/beheer/organisation/school/", Role.FG, schools, 6),
        ("/beheer/organisation/school/", Role.IBP_MANAGER, schools, 6),
        ("/beheer/organisation/school/", Role.BOARD_MEMBER, schools, 6),
        ("/beheer/organisation/user/", Role.ADMINISTRATOR, people, 6),
        ("/beheer/mail/outboundletter/", Role.ADMINISTRATOR, letters, 6),
        ("/beheer/audit/accessentry/", Role.FG, entries, 6),
        ("/beheer/audit/accessentry/", Role.IBP_MANAGER, entries, 6),
        ("/beheer/audit/forgettingcount/", Role.FG, counts, 6),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_with_three(
    db: None,
    as_user: AsUser,
    rows: int,
    address: str,
    role: Role,
    make: Callable[[int], None],
    queries: int,
) -> None:
    client = as_user(make_person("Ida Kijkt", role))
    make(rows)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert page.count('class="action-checkbox"') == 0
    assert page.count('<th class="field-') == rows
    assert len(asked) == queries


@pytest.mark.requirement("KPO-023")
def test_the_list_of_letters_tells_no_text_and_no_address(cast: Cast, as_user: AsUser) -> None:
    queue("piet")
    OutboundLetter.objects.update(last_error="SMTPDataError 451")
    number = OutboundLetter.objects.get().pk
    client = as_user(cast.administrator)
    for address in ("", f"{number}/change/", f"{number}/history/"):
        page = client.get(f"/beheer/mail/outboundletter/{address}")
        told = page.content.decode()
        assert page.status_code == 200
        assert "tests/greeting" in told
        assert "Piet" not in told
        assert "piet@" not in told
        assert "Een brief" not in told

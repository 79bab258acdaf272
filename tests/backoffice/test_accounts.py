"""Accounts and roles: an account opens by invitation, a role brings its rights."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from privacyboard.backoffice import letters
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Appointment, User
from tests.conftest import NOW, Cast

AsUser = Callable[[User], Client]


def account_form(user: User | None = None, *roles: dict[str, str]) -> dict[str, str]:
    """What the page of an account sends, with these lines of roles."""
    held = list(user.appointments.order_by("-starts_on", "id")) if user else []
    given = {
        "email": user.email if user else "Nieuw@deproef.example",
        "first_name": user.first_name if user else "Nina",
        "infix": "",
        "last_name": user.last_name if user else "Nieuw",
        "is_active": "on",
        "appointments-TOTAL_FORMS": str(len(held) + len(roles)),
        "appointments-INITIAL_FORMS": str(len(held)),
    }
    lines = [line_of(appointment) for appointment in held] + list(roles)
    for number, line in enumerate(lines):
        given |= {f"appointments-{number}-{name}": value for name, value in line.items()}
    return given


def line_of(appointment: Appointment) -> dict[str, str]:
    return {
        "id": str(appointment.pk),
        "user": str(appointment.user_id),
        "role": appointment.role,
        "school": str(appointment.school_id or ""),
        "starts_on": str(appointment.starts_on),
        "ends_on": str(appointment.ends_on or ""),
    }


def role(name: str, starts_on: str = "2026-03-02", **more: str) -> dict[str, str]:
    return {"role": name, "school": "", "starts_on": starts_on, "ends_on": "", **more}


class TestNewAccount:
    def test_has_no_password_and_a_role_with_its_rights(self, cast: Cast, as_user: AsUser) -> None:
        response = as_user(cast.administrator).post(
            "/beheer/organisation/user/add/",
            account_form(None, role("director", school=str(cast.eik.pk))),
        )
        assert response.status_code == 302, response.content.decode()
        made = User.objects.get(email="nieuw@deproef.example")
        assert not made.has_usable_password()
        held = made.appointments.get()
        assert held.group.name == f"director@{cast.eik.pk}"
        assert held.history.get().history_user == cast.administrator
        assert made.has_perm(Right.VIEW_REGISTER, cast.eik)
        assert not made.has_perm(Right.VIEW_REGISTER, cast.linde)

    @pytest.mark.requirement("OPO-044")
    def test_a_taken_address_is_refused_whatever_the_capitals(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        response = as_user(cast.administrator).post(
            "/beheer/organisation/user/add/", {**account_form(), "email": "TESS@deproef.example"}
        )
        assert "Er is al een account met dit e-mailadres." in response.content.decode()
        assert "one_account_per_address" not in response.content.decode()


class TestRoles:
    def save(self, as_user: AsUser, cast: Cast, *roles: dict[str, str]) -> str:
        response = as_user(cast.administrator).post(
            f"/beheer/organisation/user/{cast.teacher.pk}/change/",
            account_form(cast.teacher, *roles),
        )
        assert response.status_code in {200, 302}
        return response.content.decode()

    def test_another_role_moves_the_rights_along(self, cast: Cast, as_user: AsUser) -> None:
        held = cast.teacher.appointments.get()
        given = account_form(cast.teacher)
        given["appointments-0-role"] = "director"
        as_user(cast.administrator).post(
            f"/beheer/organisation/user/{cast.teacher.pk}/change/", given
        )
        held.refresh_from_db()
        assert (held.role, held.group.name) == ("director", f"director@{cast.linde.pk}")

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (role("auditor"), "Een auditor heeft altijd een einddatum."),
            (role("director"), "Deze rol hoort bij een school. Kies de school."),
            (role("fg", ends_on="2026-03-01"), "De einddatum ligt voor de begindatum."),
            (role("fg", is_external="on"), "Iemand van buiten heeft altijd een einddatum."),
            (role("fg", "morgen"), "Voer een geldige datum in."),
            (role("fg", ""), "Dit veld is verplicht."),
            (role("koning"), "Selecteer een geldige keuze."),
        ],
    )
    def test_bad_input_is_told_and_gives_no_role(
        self, cast: Cast, as_user: AsUser, line: dict[str, str], message: str
    ) -> None:
        assert message in self.save(as_user, cast, line)
        assert cast.teacher.appointments.count() == 1

    def test_an_overlap_with_a_role_that_is_held_is_refused(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        line = role("employee", school=str(cast.linde.pk))
        assert "Deze rol heeft deze persoon in die periode al." in self.save(as_user, cast, line)

    def test_an_overlap_between_two_new_lines_is_refused(self, cast: Cast, as_user: AsUser) -> None:
        page = self.save(as_user, cast, role("fg"), role("fg", "2027-01-01"))
        assert "Deze rol heeft deze persoon in die periode al." in page
        assert cast.teacher.appointments.count() == 1

    def test_two_new_lines_that_follow_on_are_saved(self, cast: Cast, as_user: AsUser) -> None:
        self.save(as_user, cast, role("fg", ends_on="2026-12-31"), role("fg", "2027-01-01"))
        assert cast.teacher.appointments.filter(role="fg").count() == 2

    def test_a_role_that_is_ended_holds_up_to_and_including_its_last_day(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        given = {**account_form(cast.teacher), "appointments-0-ends_on": "2026-03-31"}
        as_user(cast.administrator).post(
            f"/beheer/organisation/user/{cast.teacher.pk}/change/", given
        )
        assert cast.teacher.standing_on(date(2026, 3, 31)).may_sign_in
        assert not cast.teacher.standing_on(date(2026, 4, 1)).may_sign_in
        row = cast.teacher.appointments.get().history.first()
        assert (row.history_user, row.history_change_reason, row.ends_on) == (
            cast.administrator,
            "aanstelling bijgewerkt",
            date(2026, 3, 31),
        )

    def test_a_role_is_ended_and_never_deleted(self, cast: Cast, as_user: AsUser) -> None:
        given = {**account_form(cast.teacher), "appointments-0-DELETE": "on"}
        as_user(cast.administrator).post(
            f"/beheer/organisation/user/{cast.teacher.pk}/change/", given
        )
        assert cast.teacher.appointments.count() == 1

    def test_the_history_of_an_account_tells_its_roles(self, cast: Cast, as_user: AsUser) -> None:
        page = as_user(cast.administrator).get(
            f"/beheer/organisation/user/{cast.teacher.pk}/history/"
        )
        told = page.content.decode()
        assert "Aanstelling toegevoegd" in told
        assert "De Linde" in told


class TestInvitation:
    def test_is_queued_once_a_minute(self, cast: Cast) -> None:
        letters.invitation(cast.teacher, at=NOW)
        letters.invitation(cast.teacher, at=NOW + timedelta(seconds=59))
        assert OutboundLetter.objects.count() == 1
        letters.invitation(cast.teacher, at=NOW + timedelta(seconds=60))
        assert OutboundLetter.objects.count() == 2

    def test_says_whose_account_it_is_and_how_to_open_it(self, cast: Cast, client: Client) -> None:
        letter = letters.invitation(cast.teacher, at=NOW)
        assert (letter.to, letter.letter) == ("tess@deproef.example", "organisation/invitation")
        assert letter.subject == "Uw account voor privacy bij Stichting De Proef"
        assert letter.text.startswith("Beste Tess,")
        assert "De link werkt 3 dagen:" in letter.text
        (link,) = re.findall(r"http://127\.0\.0\.1:8000(/wachtwoord/\S+)", letter.text)
        assert client.get(link, follow=True).context["validlink"]
        assert (letter.about_type, letter.about_id) == (
            "organisation.user",
            str(cast.teacher.pk),
        )


class TestFirstAdministrator:
    def run(self) -> str:
        out = StringIO()
        call_command("first_administrator", "Eerste@deproef.example", "Eva", "Eerst", stdout=out)
        return out.getvalue().strip()

    def test_is_made_once_and_gets_a_link(self, db: None, client: Client) -> None:
        link = self.run()
        made = User.objects.get()
        assert made.has_perm(Right.MANAGE_ACCOUNTS)
        assert not made.has_usable_password()
        assert client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True).context[
            "validlink"
        ]
        with pytest.raises(CommandError, match="already"):
            self.run()
        assert Appointment.objects.filter(role=Role.ADMINISTRATOR).count() == 1

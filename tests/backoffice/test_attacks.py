"""What an attacker found: each stays shut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from tests.conftest import Cast
from tests.factories import registers as make

AsUser = Callable[[User], Client]
USERS = "/beheer/organisation/user/"


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("auditor", f"{USERS}?password__startswith=argon2"),
        ("fg", f"{USERS}?is_superuser__exact=0"),
        ("administrator", f"{USERS}?last_login__isnull=True"),
        ("administrator", "/beheer/mail/outboundletter/?text__contains=wachtwoord"),
        ("administrator", "/beheer/mail/outboundletter/?to__contains=@"),
        ("director", "/beheer/registers/processingactivity/?name__regex=("),
    ],
)
def test_a_list_answers_no_question_about_a_hidden_field(
    cast: Cast, as_user: AsUser, person: str, address: str
) -> None:
    answer = as_user(getattr(cast, person)).get(address)
    assert answer.status_code in {302, 400}
    assert "result_list" not in answer.content.decode()


def test_the_filters_of_a_list_still_work(cast: Cast, as_user: AsUser) -> None:
    make.bare_activity("V01")
    page = as_user(cast.ibp).get("/beheer/registers/processingactivity/?status__exact=concept")
    assert page.status_code == 200
    assert "V01" in page.content.decode()


def test_a_sign_that_no_text_holds_leads_to_the_whole_list(cast: Cast, as_user: AsUser) -> None:
    lists = "/beheer/registers/processingactivity/"
    answer = as_user(cast.director).get(f"{lists}?status__exact=%00")
    assert (answer.status_code, answer["Location"]) == (302, lists)


def roles_form(user: User, **line: str) -> dict[str, str]:
    form = {name: getattr(user, name) for name in ("email", "first_name", "infix", "last_name")}
    form |= {"is_active": "on", "appointments-TOTAL_FORMS": "1", "appointments-INITIAL_FORMS": "0"}
    return form | {f"appointments-0-{name}": value for name, value in line.items()}


LINE = {"role": "ibp_manager", "starts_on": "01-03-2026"}


def test_nobody_gives_a_role_to_oneself(cast: Cast, as_user: AsUser) -> None:
    me = cast.administrator
    answer = as_user(me).post(f"{USERS}{me.pk}/change/", roles_form(me, **LINE))
    assert answer.status_code == 200
    assert "U kunt uw eigen rollen niet wijzigen." in answer.content.decode()
    assert not Appointment.objects.filter(user=me, role=Role.IBP_MANAGER).exists()


def test_the_fg_is_told_of_a_role_for_the_whole_board(cast: Cast, as_user: AsUser) -> None:
    other = cast.eik_teacher
    form = roles_form(other, **LINE)
    held = Appointment.objects.get(user=other)
    form |= {
        "appointments-TOTAL_FORMS": "2",
        "appointments-INITIAL_FORMS": "1",
        "appointments-0-id": str(held.pk),
        "appointments-0-user": str(other.pk),
        "appointments-0-role": held.role,
        "appointments-0-school": str(held.school_id),
        "appointments-0-starts_on": held.starts_on.strftime("%d-%m-%Y"),
        "appointments-1-role": "ibp_manager",
        "appointments-1-starts_on": "01-03-2026",
        "appointments-1-user": str(other.pk),
    }
    answer = as_user(cast.administrator).post(f"{USERS}{other.pk}/change/", form)
    assert answer.status_code == 302
    letter = OutboundLetter.objects.get(letter="organisation/appointed")
    assert letter.to == cast.board.fg_email
    assert "Eva Vreemd heeft een rol gekregen" in letter.text
    assert "Tom Techniek" in letter.text


def test_what_was_typed_is_given_back_when_somebody_decided_meanwhile(
    cast: Cast, as_user: AsUser
) -> None:
    activity = make.bare_activity("V01")
    activity.status = "in_review"
    activity.record(by=cast.board_member, why="voorgesteld")
    answer = as_user(cast.ibp).post(
        f"/beheer/registers/processingactivity/{activity.pk}/change/",
        {"description": "Dit schreef ik in een half uur bij elkaar."},
    )
    assert answer.status_code == 409
    assert "Dit schreef ik in een half uur bij elkaar.</textarea>" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/register/privacyverklaring/", "/beheer/"])
def test_what_somebody_sees_is_kept_nowhere(cast: Cast, as_user: AsUser, address: str) -> None:
    assert "no-store" in as_user(cast.ibp).get(address)["Cache-Control"]


def test_a_save_is_told_in_one_word(cast: Cast, as_user: AsUser) -> None:
    made = make.group()
    answer = as_user(cast.ibp).post(
        f"/beheer/registers/datasubjectgroup/{made.pk}/change/",
        {"name": "Leerlingen", "code": made.code, "source": "000 art. 3.1"},
        follow=True,
    )
    assert [str(each) for each in answer.context["messages"]] == ["Bewaard."]


def test_a_page_of_lines_has_an_end(cast: Cast, as_user: AsUser) -> None:
    activity = make.bare_activity("V01")
    form = {"code": "V01", "datalines-TOTAL_FORMS": "5000", "datalines-INITIAL_FORMS": "0"}
    answer = as_user(cast.ibp).post(
        f"/beheer/registers/processingactivity/{activity.pk}/change/", form
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'id="datalines-249"' in page
    assert 'id="datalines-250"' not in page


def test_no_school_takes_a_word_of_the_addresses(cast: Cast, as_user: AsUser) -> None:
    for word in ("bestuur", "pdf"):
        answer = as_user(cast.ibp).post("/beheer/organisation/school/add/", {"slug": word})
        assert "Dit adres is al in gebruik." in answer.content.decode()

"""The privacy statement as everyone reads it, and the desk where it is published."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from registers import actions
from registers.models import PublishedStatement
from tests.conftest import Cast
from tests.factories import registers as make

BOARD_PAGE = "/privacyverklaring/"
DESK = "/register/privacyverklaring/"
SignIn = Callable[[User], Client]


def read(page: str, section: str = "") -> str:
    """The words of a page, or of one section of it."""
    if section:
        found = re.search(rf'<section id="{section}">(.*?)</section>', page, re.DOTALL)
        assert found is not None, section
        page = found.group(1)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture
def full_page(cast: Cast, now: datetime, client: Client) -> str:
    """The board's published statement of an activity that says everything."""
    make.establish(make.full_activity(), at=now)
    make.published(now)
    return client.get(BOARD_PAGE).content.decode()


@pytest.fixture
def plain_page(cast: Cast, now: datetime, client: Client) -> str:
    """The published statement of an activity without consent, transfer or automation."""
    make.established(at=now)
    make.published(now)
    return client.get(BOARD_PAGE).content.decode()


@pytest.mark.requirement("KPO-046")
@pytest.mark.parametrize("address", [BOARD_PAGE, "/privacyverklaring/de-linde/"])
def test_the_statement_is_read_without_login(
    cast: Cast, now: datetime, client: Client, address: str
) -> None:
    make.established(at=now)
    make.published(now)
    make.published(now, school=cast.linde)
    response = client.get(address)
    assert response.status_code == 200
    assert "Verwerking V01" in response.content.decode()
    welcome = client.get("/").content.decode()
    assert f'href="{address}"' in welcome


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        BOARD_PAGE,
        f"{BOARD_PAGE}pdf/",
        "/privacyverklaring/de-linde/",
        "/privacyverklaring/de-linde/pdf/",
        "/privacyverklaring/geen-school/",
        "/privacyverklaring/geen-school/pdf/",
    ],
)
def test_before_publication_there_is_nothing(cast: Cast, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_school_reads_its_own_statement_and_not_that_of_another(
    cast: Cast, now: datetime, client: Client
) -> None:
    make.established("V01", at=now)
    make.established("V02", at=now, schools=[cast.linde])
    make.established("V03", at=now, schools=[cast.eik])
    make.published(now, school=cast.linde)
    page = client.get("/privacyverklaring/de-linde/").content.decode()
    assert re.findall(r"<h4>(.*?)</h4>", page) == ["Verwerking V01", "Verwerking V02"]
    assert "De Linde is een school van Stichting De Proef." in read(page, "wie")
    assert "de-linde@deproef.example" in read(page, "wie")
    assert client.get("/privacyverklaring/de-eik/").status_code == 404


def test_the_pdf_is_downloaded_without_login(cast: Cast, now: datetime, client: Client) -> None:
    make.established(at=now)
    make.published(now)
    response = client.get(f"{BOARD_PAGE}pdf/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="privacyverklaring-1.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response) == b"%PDF-1.7 stand-in"


@pytest.mark.parametrize("address", [BOARD_PAGE, DESK, f"{DESK}bestuur/"])
def test_every_page_carries_a_strict_csp(
    cast: Cast, now: datetime, as_user: SignIn, address: str
) -> None:
    make.established(at=now)
    make.published(now)
    policy = as_user(cast.ibp).get(address)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("number", [1, 12])
def test_the_public_page_costs_the_same_for_few_and_for_many_activities(
    cast: Cast,
    now: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for each in range(number):
        make.established(f"V{each:02}", at=now)
    make.published(now)
    with django_assert_num_queries(4):
        client.get(BOARD_PAGE)


# --- KPO art. 14, items a to l: each test falls when its item leaves the page ----------------


@pytest.mark.requirement("KPO-006", "KPO-047", "OPO-009")
def test_a_who_is_the_controller(full_page: str) -> None:
    assert (
        "Stichting De Proef is verantwoordelijk voor wat er op al onze scholen met uw gegevens "
        "gebeurt. Bestuur Stichting De Proef Proefweg 1, 1234 AB Proefstad KvK 12345678 "
        "E-mail bestuur@deproef.example"
    ) in read(full_page, "wie")


@pytest.mark.requirement("KPO-047", "OPO-010", "OPO-009")
def test_b_how_to_reach_the_fg(full_page: str) -> None:
    words = read(full_page, "wie")
    assert "Functionaris gegevensbescherming (FG) Fenna Graaf fg@deproef.example" in words
    assert 'href="mailto:fg@deproef.example"' in full_page


@pytest.mark.requirement("KPO-048", "OPO-009")
def test_c_purposes_each_with_its_legal_basis(full_page: str) -> None:
    words = read(full_page, "verwerkingen")
    assert (
        "Doel a Grond: taak van algemeen belang of openbaar gezag (AVG 6 lid 1 e; WPO 8)." in words
    )
    assert "Doel e Grond: toestemming (AVG 6 lid 1 a)." in words
    assert "Doel c Grond: gerechtvaardigd belang (AVG 6 lid 1 f)." in words


@pytest.mark.requirement("KPO-049")
def test_d_the_legitimate_interest_and_that_of_the_child(full_page: str) -> None:
    words = read(full_page, "verwerkingen")
    assert "Ons belang: Een veilig netwerk." in words
    assert "Het belang van het kind: Er wordt niet meegekeken." in words


@pytest.mark.requirement("KPO-050", "OPO-009")
def test_e_who_receives_data_in_which_role_and_on_which_basis(full_page: str) -> None:
    words = read(full_page, "verwerkingen")
    assert (
        "Topicus (verwerker): De administratie bijhouden. Gegevens: Naam. Grond: in opdracht van "
        "het bestuur (verwerkersovereenkomst, AVG 28)."
    ) in words
    assert (
        "DUO (andere verantwoordelijke): De bekostiging. Gegevens: Naam. Grond: wettelijke "
        "verplichting (AVG 6 lid 1 c; WPO 178a)."
    ) in words


@pytest.mark.requirement("KPO-051")
def test_f_whether_data_leave_the_eea(full_page: str) -> None:
    assert "Topicus, Verenigde Staten: EU-US Data Privacy Framework (AVG 45)" in read(
        full_page, "verwerkingen"
    )
    assert "Soms komen gegevens in een land buiten de Europese Economische Ruimte." in read(
        full_page, "buiten-europa"
    )


@pytest.mark.requirement("KPO-051")
def test_f_that_data_stay_inside_the_eea(plain_page: str) -> None:
    assert (
        "Wij geven geen gegevens door aan landen buiten de Europese Economische Ruimte."
    ) in read(plain_page, "buiten-europa")


@pytest.mark.requirement("KPO-052", "OPO-009")
def test_g_how_long_data_stay(full_page: str) -> None:
    words = read(full_page, "verwerkingen")
    assert "Hoe lang wij ze bewaren" in words
    assert "ten hoogste 2 jaar na vertrek van de leerling" in words


@pytest.mark.requirement("KPO-053", "OPO-009")
@pytest.mark.parametrize(
    "right",
    ["inzage", "verbetering of aanvulling", "verwijdering", "beperking", "overdracht", "bezwaar"],
)
def test_h_the_rights(full_page: str, right: str) -> None:
    assert f"<strong>{right}</strong>:" in full_page


@pytest.mark.requirement("KPO-053")
def test_h_within_which_term_and_who_asks(full_page: str) -> None:
    words = read(full_page, "rechten")
    assert "U krijgt binnen één maand antwoord." in words
    assert "Leerlingen van 16 jaar en ouder vragen en beslissen zelf." in words


@pytest.mark.requirement("KPO-054")
def test_i_consent_can_be_withdrawn(full_page: str) -> None:
    words = read(full_page, "rechten")
    assert "Gaf u toestemming, dan kunt u die op elk moment intrekken" in words


def test_i_is_left_out_where_nothing_rests_on_consent(plain_page: str) -> None:
    assert "Toestemming geven en intrekken" not in read(plain_page, "rechten")


@pytest.mark.requirement("KPO-055", "OPO-009")
def test_j_a_complaint_at_the_board_and_at_the_authority(full_page: str) -> None:
    words = read(full_page, "klacht")
    assert words.startswith("Een klacht Praat eerst met de directeur.")
    assert (
        "U kunt ook altijd een klacht indienen bij de toezichthouder, de Autoriteit "
        "Persoonsgegevens: autoriteitpersoonsgegevens.nl"
    ) in words


@pytest.mark.requirement("KPO-056")
def test_k_whether_data_must_be_given_and_what_follows_if_not(full_page: str) -> None:
    words = read(full_page, "verwerkingen")
    assert "Moet u ze geven?" in words
    assert "verplicht door de wet. Inschrijven lukt dan niet." in words


@pytest.mark.requirement("KPO-057")
def test_l_how_an_automatic_decision_works(full_page: str) -> None:
    assert (
        "Volledig geautomatiseerd besluit. Een score kiest de groep. De groep bepaalt de lesstof. "
        "De leraar kan het omzetten."
    ) in read(full_page, "verwerkingen")
    assert "Ja, soms neemt een computer een besluit zonder mens." in read(full_page, "automatisch")


@pytest.mark.requirement("KPO-057")
def test_l_that_nothing_is_decided_without_a_person(plain_page: str) -> None:
    assert ("Nee. Er worden geen besluiten over u genomen zonder dat een mens meebeslist.") in read(
        plain_page, "automatisch"
    )


@pytest.mark.requirement("INN-002", "OPO-023")
def test_where_the_data_come_from(full_page: str) -> None:
    words = read(full_page, "verwerkingen")
    assert "Hoe wij eraan komen" in words
    assert "van de ouders" in words


@pytest.mark.requirement("VOG-011")
def test_who_inside_may_see_or_change(full_page: str) -> None:
    assert ("Wie op school erbij kan Leraar: inzien (alle gegevens van dit onderdeel)") in read(
        full_page, "verwerkingen"
    )


# --- the desk -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [DESK, f"{DESK}bestuur/", f"{DESK}bestuur/publiceren/"])
def test_the_desk_is_for_who_may_publish(
    cast: Cast, now: datetime, client: Client, as_user: SignIn, address: str
) -> None:
    make.established(at=now)
    assert client.get(address).headers["Location"] == f"{reverse('sign_in')}?next={address}"
    codes = [as_user(user).get(address).status_code for user in cast.everybody()]
    # The FG, the IBP manager and the board member come first in the cast.
    assert codes == [404, 200, 200, *[404] * 7]


def cells_of(page: str) -> list[list[str]]:
    """The desk row by row: the place, then each edition's state, without what is hidden."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    hidden = re.compile(r'<span class="visually-hidden">[^<]*</span>')
    return [
        [read(hidden.sub("", cell)) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in found
    ]


def test_the_desk_shows_per_place_and_reader_what_stands_and_what_is_missing(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established("V01", at=now, schools=[cast.linde])
    make.published(now)
    page = as_user(cast.ibp).get(DESK).content.decode()
    assert read(page).count("3 verklaringen kunnen nu gepubliceerd worden.") == 1
    assert cells_of(page) == [
        [
            "Het hele bestuur",
            "staat online Versie 1 van 2 maart 2026 Bekijken",
            "klaar Bekijken · Publiceren",
            "1 ding ontbreekt Bekijken",
            "5 dingen ontbreken Bekijken",
        ],
        ["De Eik", *["1 ding ontbreekt Bekijken"] * 4],
        [
            "De Linde",
            "klaar Bekijken · Publiceren",
            "klaar Bekijken · Publiceren",
            "1 ding ontbreekt Bekijken",
            "5 dingen ontbreken Bekijken",
        ],
    ]


def test_the_preview_names_its_gaps_and_offers_no_publishing(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established(at=now)
    cast.board.fg_email = ""
    cast.board.record(by=None, why="proef")
    page = as_user(cast.ibp).get(f"{DESK}bestuur/").content.decode()
    assert ("gegevens van het bestuur: Vul het e-mailadres van de FG in. (AVG 13 lid 1 b)") in read(
        page
    )
    assert reverse("statement_publish", args=["bestuur"]) not in page


def test_the_preview_shows_the_version_in_force(cast: Cast, now: datetime, as_user: SignIn) -> None:
    make.established("V01", at=now, schools=[cast.linde])
    make.activity("V02", schools=[cast.linde])
    page = as_user(cast.ibp).get(f"{DESK}de-linde/").content.decode()
    assert re.findall(r"<h4>(.*?)</h4>", page) == ["Verwerking V01"]
    assert reverse("statement_publish", args=["de-linde"]) in page


def test_get_asks_and_post_publishes(cast: Cast, now: datetime, as_user: SignIn) -> None:
    make.established(at=now, schools=[cast.linde])
    client = as_user(cast.board_member)
    address = f"{DESK}de-linde/publiceren/"
    asked = client.get(address).content.decode()
    assert "U publiceert de privacyverklaring voor De Linde." in read(asked)
    assert not PublishedStatement.objects.exists()
    response = client.post(address, follow=True)
    assert "De privacyverklaring staat nu op de openbare pagina." in response.content.decode()
    made = PublishedStatement.objects.get()
    assert (made.school, made.published_by) == (cast.linde, cast.board_member)
    client.logout()
    assert client.get("/privacyverklaring/de-linde/").status_code == 200


def test_post_with_gaps_says_what_is_missing_and_publishes_nothing(
    cast: Cast, as_user: SignIn
) -> None:
    response = as_user(cast.ibp).post(f"{DESK}bestuur/publiceren/", follow=True)
    assert "register: Er is nog geen vastgestelde verwerking. (AVG 13 lid 1 c)" in read(
        response.content.decode()
    )
    assert not PublishedStatement.objects.exists()


@pytest.mark.parametrize("address", [f"{DESK}geen-school/", f"{DESK}geen-school/publiceren/"])
def test_an_unknown_place_is_not_found(cast: Cast, as_user: SignIn, address: str) -> None:
    assert as_user(cast.ibp).get(address).status_code == 404


def test_who_may_not_publish_cannot_post(cast: Cast, now: datetime, as_user: SignIn) -> None:
    make.established(at=now)
    codes = [
        as_user(user).post(f"{DESK}bestuur/publiceren/").status_code
        for user in (cast.fg, cast.director, cast.teacher, cast.auditor, cast.administrator)
    ]
    assert codes == [404] * 5
    assert not PublishedStatement.objects.exists()


def test_an_expired_activity_stays_in_the_published_statement_until_the_next(
    cast: Cast, now: datetime, client: Client
) -> None:
    activity = make.established(at=now)
    make.published(now)
    actions.expire(activity=activity, reason="Gestopt.", by=cast.ibp, at=now)
    assert "Verwerking V01" in client.get(BOARD_PAGE).content.decode()

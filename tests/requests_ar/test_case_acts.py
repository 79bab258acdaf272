"""The story of one request through its pages: from taking it up to closing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.choices import RequestState
from requests_ar.models import Delivery, DossierFile, SearchTask, SubjectRequest
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

AsUser = Callable[[User], Client]


def url(case: SubjectRequest, *parts: object) -> str:
    return "/".join(["/verzoeken", case.number, *map(str, parts)]) + "/"


def post(client: Client, path: str, **data: object) -> str:
    """Act; the page that follows, as text."""
    response = client.post(path, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def case(cast: Cast) -> SubjectRequest:
    """Asked today at De Linde, by a mother with authority."""
    return ask.subject_request(cast.linde, at=timezone.now(), authority="yes")


@pytest.mark.requirement("INN-008")
def test_from_the_request_to_the_answer_in_her_hands(
    cast: Cast, case: SubjectRequest, as_user: AsUser, client: Client
) -> None:
    activity = make.established("V02", at=timezone.now(), name="Leerlingdossier")
    director = as_user(cast.director)
    page = director.get(url(case)).content.decode()
    assert "Pak het verzoek op" in page
    assert "Dirk Linde" in post(director, url(case, "oppakken"), handler=cast.director.pk)
    page = post(
        director,
        url(case, "controle"),
        about="identity",
        method="called_back",
        is_established="yes",
        checked_on=timezone.localdate(),
    )
    assert "Kies om welke gegevens het gaat" in page
    page = post(director, url(case, "verwerkingen"), activities=[activity.pk])
    assert "Vraag collega’s om te zoeken" in page
    post(
        director,
        url(case, "zoeken"),
        what="Alles in het dossier",
        contact_name="Sam Leverancier",
        contact_email="sam@leverancier.example",
        due_on=timezone.localdate(),
    )
    mail = OutboundLetter.objects.get(letter="requests_ar/search_asked")
    link = re.search(r"/aanleveren/\S+", mail.text)
    assert link is not None
    assert "Kim Kind" not in mail.text + mail.subject
    stranger = Client()
    assert "Alles in het dossier" in stranger.get(link.group()).content.decode()
    found = SimpleUploadedFile("lijst.csv", b"naam;groep\nKim;5\n")
    answer = stranger.post(link.group(), {"found": "Een lijst.", "uploads": [found]})
    assert "Wat u vond, staat in het dossier" in answer.content.decode()
    assert stranger.get(link.group()).status_code == 410
    file = DossierFile.objects.get()
    assert post(director, url(case, "bestand", file.pk), for_answer="on", note="")
    part = case.parts.get()
    page = post(director, url(case, "onderdeel", part.pk), verdict="granted", reasons="")
    assert "Neem het besluit" in page
    page = post(director, url(case, "besluiten"))
    assert "Maak het antwoord af" in page
    page = director.get(url(case, "versturen")).content.decode()
    assert "Het antwoord gaat naar Mila Moeder" in page
    assert "lijst.csv" in page
    page = post(director, url(case, "versturen"), way="link", on=timezone.localdate())
    assert "Vertel de code" in page
    delivery = Delivery.objects.get()
    page = post(director, url(case, "code", delivery.pk), way="phone", reason="")
    shown = re.search(r'<p class="code">(\d{4}) (\d{4})</p>', page)
    assert shown is not None
    code = "".join(shown.groups())
    delivery.refresh_from_db()
    assert code not in delivery.code_hash
    assert code not in "".join(OutboundLetter.objects.values_list("text", flat=True))
    mail = OutboundLetter.objects.get(letter="requests_ar/answer_waits")
    assert mail.to == "mila@thuis.example"
    assert "inzage" not in (mail.text + mail.subject).lower()
    link = re.search(r"/antwoord/\S+", mail.text)
    assert link is not None
    mother = Client()
    assert "Kim" not in mother.get(link.group()).content.decode()
    wrong = mother.post(link.group(), {"code": "00000000" if code != "00000000" else "1"})
    assert "nog 4 keer" in wrong.content.decode()
    opened = mother.post(link.group(), {"code": f"{code[:4]} {code[4:]}"}, follow=True)
    assert "lijst.csv" in opened.content.decode()
    path = opened.request["PATH_INFO"]
    fetched = mother.post(f"{path}{file.document_id}/")
    assert b"".join(fetched.streaming_content) == b"naam;groep\nKim;5\n"  # type: ignore[attr-defined]
    delivery.refresh_from_db()
    assert (delivery.downloads, delivery.wrong_codes) == (1, 0)
    page = post(director, url(case, "afsluiten"))
    assert "U hoeft niets meer te doen" in page
    case.refresh_from_db()
    assert case.state == RequestState.CLOSED


def test_a_director_of_another_school_finds_nothing(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    stranger = as_user(cast.eik_director)
    part = case.parts.get()
    for path in (url(case), url(case, "oppakken"), url(case, "verloop")):
        assert stranger.get(path).status_code == 404
    assert stranger.post(url(case, "onderdeel", part.pk), {"verdict": "granted"}).status_code == 404
    assert case.number not in stranger.get("/verzoeken/?toon=all").content.decode()


def test_a_confidential_case_is_not_there_for_its_director(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    manager = as_user(cast.ibp)
    post(manager, url(case, "vertrouwelijk"), reason="Het gaat over de directeur.")
    director = as_user(cast.director)
    assert director.get(url(case)).status_code == 404
    assert case.number not in director.get("/verzoeken/?toon=all").content.decode()
    manager = as_user(cast.ibp)
    post(manager, url(case, "noemen"), user=cast.care.pk)
    named = as_user(cast.care)
    assert named.get(url(case)).status_code == 200
    assert case.number in named.get("/verzoeken/").content.decode()
    assert named.get(url(case, "besluiten")).status_code == 404
    row = case.userpermissions.get()
    manager = as_user(cast.ibp)
    post(manager, url(case, "niet-noemen", row.pk))
    assert as_user(cast.care).get(url(case)).status_code == 404


def test_the_second_is_told_what_the_first_did_and_keeps_the_text(
    cast: Cast, as_user: AsUser
) -> None:
    case = ask.subject_request(
        cast.linde, at=timezone.now(), authority="yes", state=RequestState.IN_PROGRESS
    )
    part = case.parts.get()
    page = as_user(cast.ibp).get(url(case, "onderdeel", part.pk)).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    director = as_user(cast.director)
    post(director, url(case, "onderdeel", part.pk), verdict="granted", seen=seen.group(1))
    manager = as_user(cast.ibp)
    response = manager.post(
        url(case, "onderdeel", part.pk),
        {
            "verdict": "refused",
            "grounds": ["unfounded"],
            "reasons_unfounded": "Steeds hetzelfde, al drie keer.",
            "seen": seen.group(1),
        },
    )
    page = response.content.decode()
    assert "Iemand anders was u voor. Laatste wijziging: Dirk Linde" in page
    assert "Steeds hetzelfde, al drie keer." in page
    part.refresh_from_db()
    assert part.verdict == "granted"
    # What was read again can be saved: the page carries the edition that stands now.
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    assert again.group(1) != seen.group(1)


def test_two_decide_at_once(cast: Cast, as_user: AsUser) -> None:
    case = ask.subject_request(
        cast.linde, at=timezone.now(), authority="yes", state=RequestState.IN_PROGRESS
    )
    part = case.parts.get()
    post(as_user(cast.director), url(case, "onderdeel", part.pk), verdict="granted")
    post(as_user(cast.director), url(case, "besluiten"))
    page = as_user(cast.ibp).post(url(case, "besluiten")).content.decode()
    assert "Het verzoek is nu “besloten, nog niet verstuurd”" in page
    assert "Laatste wijziging: Dirk Linde" in page


@pytest.mark.requirement("KPO-043")
def test_a_refusal_without_ground_and_reasons_is_not_saved(cast: Cast, as_user: AsUser) -> None:
    case = ask.subject_request(
        cast.linde, at=timezone.now(), authority="yes", state=RequestState.IN_PROGRESS
    )
    part = case.parts.get()
    director = as_user(cast.director)
    page = post(director, url(case, "onderdeel", part.pk), verdict="refused")
    assert "Kies ten minste één grond voor de afwijzing" in page
    page = post(
        director,
        url(case, "onderdeel", part.pk),
        verdict="partly",
        grounds=["rights_of_others", "internal_notes"],
        reasons_rights_of_others="Er staat een andere leerling in.",
        reasons_internal_notes=" ",
        redactions=["other_pupils"],
    )
    assert "Leg uit waarom deze grond hier geldt. De vrager heeft recht op redenen" in page
    assert "Er staat een andere leerling in." in page
    part.refresh_from_db()
    assert part.verdict == ""
    page = post(
        director,
        url(case, "onderdeel", part.pk),
        verdict="partly",
        grounds=["rights_of_others", "internal_notes"],
        reasons_rights_of_others="Er staat een andere leerling in.",
        reasons_internal_notes="Een eigen geheugensteun van de leraar.",
        redactions=["other_pupils"],
    )
    assert "Interne werkaantekeningen (reglement):</strong> Een eigen geheugensteun" in page
    part.refresh_from_db()
    assert part.grounds == {
        "rights_of_others": "Er staat een andere leerling in.",
        "internal_notes": "Een eigen geheugensteun van de leraar.",
    }


def test_a_deviation_from_the_advice_of_the_fg_gives_its_reason(
    cast: Cast, as_user: AsUser
) -> None:
    case = ask.subject_request(
        cast.linde, at=timezone.now(), authority="yes", state=RequestState.IN_PROGRESS
    )
    part = case.parts.get()
    post(as_user(cast.fg), url(case, "advies"), advice="Wijs het toe.")
    director = as_user(cast.director)
    post(director, url(case, "onderdeel", part.pk), verdict="granted")
    page = post(director, url(case, "besluiten"), deviates="yes", deviation_reason="")
    assert "U wijkt af van het advies van de FG. Schrijf op waarom." in page
    page = post(director, url(case, "besluiten"), deviates="yes", deviation_reason="Te weinig.")
    assert "Het besluit wijkt af, omdat: Te weinig." in page


def test_a_zip_in_the_clothes_of_a_pdf_and_a_file_that_is_too_large(
    cast: Cast, case: SubjectRequest, as_user: AsUser, settings: Settings
) -> None:
    director = as_user(cast.director)
    false = SimpleUploadedFile("brief.pdf", b"PK\x03\x04 not a document", "application/pdf")
    page = post(director, url(case, "bestanden"), uploads=[false], note="Van de leraar")
    assert "brief.pdf: Dit soort bestand kunnen wij niet bewaren." in page
    assert "Van de leraar" in page
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    large = SimpleUploadedFile("groot.pdf", b"%PDF-1.7" + bytes(2 * 1024 * 1024))
    page = post(director, url(case, "bestanden"), uploads=[large], note="Van de leraar")
    assert "groot.pdf: Dit bestand is 3 MB. Kies een bestand van ten hoogste 1 MB." in page
    assert "Van de leraar" in page
    assert not DossierFile.objects.exists()


def test_a_teacher_without_right_to_the_request_uploads_in_the_task(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    post(
        as_user(cast.director),
        url(case, "zoeken"),
        what="De groepsmap",
        assignee=cast.teacher.pk,
        due_on=timezone.localdate(),
    )
    task = SearchTask.objects.get()
    teacher = as_user(cast.teacher)
    assert teacher.get(url(case)).status_code == 404
    assert "De groepsmap" in teacher.get(f"/zoektaak/{task.pk}/").content.decode()
    page = teacher.post(f"/zoektaak/{task.pk}/", {"found": ""}).content.decode()
    assert "Schrijf op wat u vond. Vond u niets? Schrijf dat op." in page
    teacher.post(f"/zoektaak/{task.pk}/", {"found": "Niets gevonden."})
    task.refresh_from_db()
    assert task.found == "Niets gevonden."
    assert teacher.get(f"/zoektaak/{task.pk}/").status_code == 404
    assert as_user(cast.eik_teacher).get(f"/zoektaak/{task.pk}/").status_code == 404


def test_an_altered_link_says_so(client: Client, db: None) -> None:
    for path in ("/aanleveren/onzin/", "/antwoord/onzin/", "/antwoord/open/onzin/"):
        response = client.get(path)
        assert response.status_code == 410
        assert "Deze link gaat niet open" in response.content.decode()


@pytest.mark.parametrize("born_on", [date(2010, 3, 3), date(2009, 1, 1)])
def test_acts_on_what_is_closed_say_so_and_change_nothing(
    cast: Cast, as_user: AsUser, born_on: date
) -> None:
    case = ask.subject_request(
        cast.linde,
        at=timezone.now(),
        born_on=born_on,
        state=RequestState.WITHDRAWN,
        withdrawn_on=timezone.localdate(),
    )
    page = as_user(cast.director).get(url(case, "besluiten")).content.decode()
    assert "Dit kan nu niet: het verzoek is “ingetrokken”." in page
    page = post(as_user(cast.director), url(case, "besluiten"))
    assert "Dit kan alleen bij “in behandeling”" in page


@pytest.mark.requirement("VOG-060")
def test_the_terms_that_block_erasure_stand_beside_its_grounds(cast: Cast, as_user: AsUser) -> None:
    case = ask.subject_request(
        cast.linde,
        at=timezone.now(),
        kinds=("erasure", "objection"),
        authority="yes",
        state=RequestState.IN_PROGRESS,
    )
    activity = make.activity("V02", name="Verzuim")
    make.retention_rule("five", bound="minimum", years=5, legal_ground="Leerplichtwet 1969")
    line = activity.datalines.get()
    line.retention_rule = make.retention_rule("five")
    line.record(by=None, why="proef")
    make.establish(activity, at=timezone.now())
    director = as_user(cast.director)
    post(director, url(case, "verwerkingen"), activities=[activity.pk])
    page = director.get(url(case, "onderdeel", case.parts.get(kind="erasure").pk))
    text = page.content.decode()
    assert "niet meer nodig voor het doel (a)" in text
    assert (
        "Naam (Verzuim): ten minste 5 jaar na vertrek van de leerling, Leerplichtwet 1969" in text
    )
    page = director.get(url(case, "onderdeel", case.parts.get(kind="objection").pk))
    assert "Verzuim: mogelijk" in page.content.decode()
    assert "Afweging van belangen" in page.content.decode()


def test_an_address_that_was_corrected_is_corrected_for_every_role(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    requester = case.people.get(role="requester")
    post(
        as_user(cast.director),
        url(case, "persoon", requester.pk),
        name="Mila Moeder",
        email="nieuw@thuis.example",
        phone="",
        address="",
        relation="parent",
        authority="no",
    )
    found = case.people.order_by("role").values_list("role", "email", "authority")
    assert list(found) == [
        ("representative", "nieuw@thuis.example", "no"),
        ("requester", "nieuw@thuis.example", "no"),
        ("subject", "", "unknown"),
    ]


def test_the_letter_can_be_read_before_it_is_sent(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    page = as_user(cast.director).get(url(case, "voorbeeld")).content.decode()
    assert "Ons antwoord op uw verzoek" in page
    assert case.number in page
    assert case.letters.filter(kind="decision").count() == 0
    assert as_user(cast.fg).get(url(case, "voorbeeld")).status_code == 404


@pytest.mark.requirement("KPO-041")
def test_extending_is_offered_once_and_then_says_why_not(
    cast: Cast, case: SubjectRequest, as_user: AsUser
) -> None:
    director = as_user(cast.director)
    assert "De termijn verlengen" in director.get(url(case)).content.decode()
    page = post(director, url(case, "verlengen"), reason="complexity", text="Oude dossiers.")
    assert "Verlengen kan niet meer: De termijn is al verlengd. Dat kan één keer." in page
    assert url(case, "verlengen") not in page
    shut = director.get(url(case, "verlengen")).content.decode()
    assert "De termijn is al verlengd. Dat kan één keer." in shut
    assert "Verlengen en de vrager berichten" not in shut
    page = post(director, url(case, "verlengen"), reason="number", text="Nog langer.")
    assert "De termijn is al verlengd. Dat kan één keer." in page
    assert "Nog langer." in page

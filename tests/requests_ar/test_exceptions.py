"""What is granted, left out or refused, and what of it reaches the person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.actions import afterwards, answering, asking, deciding, handling, searching
from requests_ar.actions.answering import Sent
from requests_ar.choices import RequestState
from requests_ar.models import Delivery, DossierFile, SubjectRequest
from requests_ar.rules.decisions import Decided
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

AsUser = Callable[[User], Client]


def begun(cast: Cast, *kinds: str, checked: bool = True, **values: Any) -> SubjectRequest:
    """In progress, about one activity, from a mother with authority whom the school knows."""
    now = timezone.now()
    case = ask.subject_request(
        cast.linde,
        at=now,
        kinds=kinds,
        state=RequestState.IN_PROGRESS,
        **{"authority": "yes", **values},
    )
    activity = make.established("V02", at=now, name="Leerlingdossier")
    handling.choose_activities(request=case, activities=[activity], by=cast.director, at=now)
    if checked:
        asking.record_check(
            request=case,
            about="identity",
            method="known",
            is_established=True,
            checked_on=timezone.localdate(),
            by=cast.director,
            at=now,
        )
    return case


def put_in(case: SubjectRequest, cast: Cast, name: str, *, for_answer: bool) -> DossierFile:
    return searching.add_files(
        request=case,
        uploads=[SimpleUploadedFile(name, name.encode())],
        for_answer=for_answer,
        by=cast.director,
        at=timezone.now(),
    )[0]


def decided(case: SubjectRequest, cast: Cast, verdict: str, **values: Any) -> None:
    now = timezone.now()
    for part in case.parts.all():
        given = Decided(part.kind, verdict, **values)
        deciding.judge_part(part=part, decided=given, by=cast.director, at=now)
    deciding.decide(request=case, deviates=False, deviation_reason="", by=cast.director, at=now)


def sent(case: SubjectRequest, cast: Cast, way: str = "link", **why: str) -> Delivery:
    how = Sent(way=way, on=timezone.localdate(), **why)
    return answering.send_answer(request=case, sent=how, by=cast.director, at=timezone.now())


def problems(case: SubjectRequest, cast: Cast, way: str = "link", **why: str) -> Mapping[str, str]:
    with pytest.raises(ActRefused) as refusal:
        sent(case, cast, way, **why)
    return refusal.value.errors


def opened(delivery: Delivery, cast: Cast) -> tuple[Client, str, str]:
    """The person opens the answer with the code: her browser, where she is, what she reads."""
    now = timezone.now()
    code = answering.tell_code(delivery=delivery, way="desk", reason="", by=cast.director, at=now)
    mail = OutboundLetter.objects.get(letter="requests_ar/answer_waits")
    link = re.search(r"/antwoord/\S+", mail.text)
    assert link is not None
    client = Client()
    page = client.post(link.group(), {"code": code}, follow=True)
    return client, page.request["PATH_INFO"], page.content.decode()


def letter_of(case: SubjectRequest) -> str:
    return str(case.letters.get(kind="decision").html)


@pytest.mark.requirement("VOG-058")
@pytest.mark.parametrize("kind", ["access", "camera_access"])
def test_access_goes_with_a_copy_of_all_data_or_says_why_not(cast: Cast, kind: str) -> None:
    case = begun(cast, kind)
    decided(case, cast, "granted")
    assert problems(case, cast) == {
        "why_no_copy": "Bij inzage hoort een kopie van de gegevens. Kruis bestanden aan in het "
        "dossier, of schrijf op waarom er geen meegaan."
    }
    first = put_in(case, cast, "dossier.txt", for_answer=True)
    second = put_in(case, cast, "verslag.txt", for_answer=True)
    client, path, page = opened(sent(case, cast), cast)
    for file in (first, second):
        assert file.document.file_name in page
        fetched = client.post(f"{path}{file.document_id}/")
        name = file.document.file_name.encode()
        assert b"".join(fetched.streaming_content) == name  # type: ignore[attr-defined]
    assert Delivery.objects.get().downloads == 2
    # Access to images is access as well: the ten items stand in the letter.
    assert "Waarvoor wij de gegevens gebruiken" in letter_of(case)


@pytest.mark.requirement("KPO-032")
def test_working_documents_stay_out_of_access_with_the_reasons_told(cast: Cast) -> None:
    case = begun(cast, "access")
    put_in(case, cast, "dossier.txt", for_answer=True)
    notes = put_in(case, cast, "aantekening.txt", for_answer=False)
    decided(
        case,
        cast,
        "partly",
        grounds={"internal_notes": "Een geheugensteun van de leraar voor eigen overleg."},
        redactions=("internal_notes",),
    )
    client, path, page = opened(sent(case, cast), cast)
    assert "dossier.txt" in page
    assert "aantekening.txt" not in page
    assert client.post(f"{path}{notes.document_id}/").status_code == 404
    letter = letter_of(case)
    assert "Interne werkaantekeningen (reglement)" in letter
    assert "Een geheugensteun van de leraar voor eigen overleg." in letter
    assert "werkaantekeningen voor eigen overleg" in letter


@pytest.mark.requirement("KPO-033")
def test_rights_of_others_limit_access_and_the_letter_says_what_is_left_out(cast: Cast) -> None:
    case = begun(cast, "access")
    put_in(case, cast, "dossier.txt", for_answer=True)
    part = case.parts.get()
    ground = {"rights_of_others": "In het verslag staat een andere leerling."}
    with pytest.raises(ActRefused) as refusal:
        deciding.judge_part(
            part=part,
            decided=Decided("access", "partly", grounds=ground),
            by=cast.director,
            at=timezone.now(),
        )
    assert refusal.value.errors == {"redactions": "Schrijf op wat u weglaat of onleesbaar maakt."}
    decided(
        case,
        cast,
        "partly",
        grounds=ground,
        redactions=("other_pupils", "een foto van de klas"),
    )
    sent(case, cast)
    letter = letter_of(case)
    assert "Ons besluit: deels toegewezen" in letter
    assert "Rechten van anderen (AVG 15 lid 4, 20 lid 4)" in letter
    assert "In het verslag staat een andere leerling." in letter
    assert "namen en gegevens van andere leerlingen" in letter
    assert "een foto van de klas" in letter


@pytest.mark.requirement("KPO-035", "VOG-059", "INN-009")
def test_wrong_data_are_corrected_before_the_request_is_closed(cast: Cast, as_user: AsUser) -> None:
    case = begun(cast, "rectification")
    decided(case, cast, "granted")
    opened(sent(case, cast), cast)
    task = case.recipients.get()
    now, today = timezone.now(), timezone.localdate()
    afterwards.settle_recipient(task=task, told_on=today, why_not="", by=cast.director, at=now)
    director = as_user(cast.director)
    page = director.get(f"/verzoeken/{case.number}/").content.decode()
    assert "Voer het besluit uit" in page
    with pytest.raises(ActRefused, match="Nog niet uitgevoerd: verbetering of aanvulling"):
        afterwards.close_request(request=case, by=cast.director, at=now)
    path = f"/verzoeken/{case.number}/uitgevoerd/{case.parts.get().pk}/"
    page = director.post(path, {"done_on": today, "what": ""}).content.decode()
    assert "Schrijf op wat er gedaan is, en waar." in page
    tomorrow = today + timedelta(days=1)
    page = director.post(path, {"done_on": tomorrow, "what": "De naam."}).content.decode()
    assert "Deze dag is nog niet geweest." in page
    assert "De naam." in page
    done = director.post(path, {"done_on": today, "what": "De naam."}, follow=True)
    assert "De naam." in done.content.decode()
    assert afterwards.close_request(request=case, by=cast.director, at=now).state == "closed"


def test_correction_is_refused_only_with_ground_and_reasons(cast: Cast) -> None:
    case = begun(cast, "rectification")
    decided(case, cast, "refused", grounds={"accurate": "Zo staat het in de basisregistratie."})
    sent(case, cast)
    assert "De gegevens kloppen (AVG 16)" in letter_of(case)
    assert "Zo staat het in de basisregistratie." in letter_of(case)
    assert not case.recipients.exists()


@pytest.mark.requirement("KPO-036", "INN-010", "OPO-063")
@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("not_needed", "niet meer nodig voor het doel (a)"),
        ("consent_withdrawn", "toestemming ingetrokken (b)"),
        ("objected", "terecht bezwaar (c)"),
        ("unlawful", "onrechtmatig gebruikt (d)"),
    ],
)
def test_data_are_erased_in_each_of_the_four_cases_and_never_without_one(
    cast: Cast, ground: str, words: str
) -> None:
    case = begun(cast, "erasure")
    with pytest.raises(ActRefused, match="Kies waarom gewist wordt"):
        decided(case, cast, "granted")
    decided(case, cast, "granted", erasure_grounds=frozenset({ground}))
    sent(case, cast)
    assert words in letter_of(case)
    now, today = timezone.now(), timezone.localdate()
    for task in case.recipients.all():
        afterwards.settle_recipient(task=task, told_on=today, why_not="", by=cast.ibp, at=now)
    with pytest.raises(ActRefused, match="Nog niet uitgevoerd: verwijdering"):
        afterwards.close_request(request=case, by=cast.director, at=now)
    part = case.parts.get()
    afterwards.carry_out(part=part, done_on=today, what="Gewist.", by=cast.director, at=now)
    assert afterwards.close_request(request=case, by=cast.director, at=now).state == "closed"


@pytest.mark.requirement("KPO-036", "INN-010")
def test_erasure_that_a_law_forbids_is_refused_with_that_law(cast: Cast) -> None:
    case = begun(cast, "erasure")
    decided(case, cast, "refused", grounds={"legal_duty": "De Leerplichtwet vraagt vijf jaar."})
    sent(case, cast)
    assert "De Leerplichtwet vraagt vijf jaar." in letter_of(case)
    done = afterwards.close_request(request=case, by=cast.director, at=timezone.now())
    assert done.state == "closed"


@pytest.mark.requirement("OPO-074")
def test_a_refusal_for_the_welfare_of_the_pupil_tells_its_reasons_and_the_ways_on(
    cast: Cast,
) -> None:
    case = begun(cast, "access", checked=False)
    reasons = "Het kind vertelde dit in vertrouwen en zou erdoor in gevaar komen."
    decided(case, cast, "refused", grounds={"welfare": reasons})
    delivery = sent(case, cast)
    letter = letter_of(case)
    assert "Veiligheid of welzijn van de leerling (UAVG 41 lid 1 i)" in letter
    assert reasons in letter
    assert "Autoriteit Persoonsgegevens" in letter
    assert delivery.way == "link"


@pytest.mark.requirement("KPO-042")
def test_asked_electronically_is_answered_electronically_unless_a_reason_says_otherwise(
    cast: Cast,
) -> None:
    case = begun(cast, "rectification", address="Laan 1, 9990 ZZ Waterstad")
    decided(case, cast, "granted")
    why = "Het verzoek kwam digitaal binnen. Schrijf op waarom het antwoord anders gaat."
    assert problems(case, cast, "post") == {"why_this_way": why}
    assert problems(case, cast, "handed", why_this_way=" ") == {"why_this_way": why}
    delivery = sent(case, cast, "post", why_this_way="Haar mailbox is vol, zij belde.")
    assert delivery.why_this_way == "Haar mailbox is vol, zij belde."


@pytest.mark.requirement("KPO-042")
@pytest.mark.parametrize(
    "values", [{"channel": "letter"}, {"channel": "email", "wants": "post"}], ids=["paper", "asked"]
)
def test_who_asked_on_paper_or_asks_for_paper_gets_paper_without_more(
    cast: Cast, values: dict[str, Any]
) -> None:
    case = begun(cast, "rectification", address="Laan 1, 9990 ZZ Waterstad", **values)
    decided(case, cast, "granted")
    assert sent(case, cast, "post").way == "post"
    letter = case.letters.get(kind="decision")
    assert (letter.way, letter.posted_on) == ("paper", timezone.localdate())
    assert letter.delivery == "posted"


def test_no_data_leave_before_the_school_knows_who_asks(cast: Cast) -> None:
    case = begun(cast, "access", checked=False)
    put_in(case, cast, "dossier.txt", for_answer=True)
    decided(case, cast, "granted")
    assert problems(case, cast) == {
        "": "Er gaan gegevens mee. Leg eerst vast hoe u weet wie het vraagt."
    }


@pytest.mark.parametrize("authority", ["no", "unknown"])
def test_no_data_leave_for_a_parent_without_authority(cast: Cast, authority: str) -> None:
    case = begun(cast, "access", authority=authority)
    put_in(case, cast, "dossier.txt", for_answer=True)
    decided(case, cast, "granted")
    assert problems(case, cast)[""].startswith("Mila Moeder mag deze gegevens nu niet krijgen.")


def test_what_recipients_must_hear_asks_the_activities(cast: Cast) -> None:
    case = begun(cast, "erasure")
    case.activities.clear()
    decided(case, cast, "granted", erasure_grounds=frozenset({"unlawful"}))
    assert problems(case, cast) == {
        "": "Kies eerst de verwerkingen: dan weet u welke ontvangers het moeten horen (AVG 19)."
    }


def test_the_database_takes_no_refusal_without_ground_and_no_ground_without_reasons(
    cast: Cast,
) -> None:
    part = begun(cast, "access").parts.get()
    for grounds in ({}, {"welfare": ""}, {"no_data": "Niets.", "welfare": ""}):
        part.verdict, part.grounds = "refused", grounds
        with pytest.raises(IntegrityError), transaction.atomic():
            part.record(by=None, why="proef")
    part.grounds = {"welfare": "Gevaar."}
    part.record(by=None, why="proef")


def test_each_ground_asks_its_reasons_on_the_page(cast: Cast, as_user: AsUser) -> None:
    case = begun(cast, "access")
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/onderdeel/{case.parts.get().pk}/")
    text = page.content.decode()
    assert text.count('name="grounds"') == text.count('name="reasons_') == 11
    assert "Weeg elke aantekening apart." in text

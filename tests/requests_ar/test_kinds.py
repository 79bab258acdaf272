"""Each kind can be asked, by everybody, on both forms; what the law does not give is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import User
from registers.choices import LegalBasis
from requests_ar.actions import deciding, handling
from requests_ar.choices import RequestKind, RequestState
from requests_ar.models import RequestLetter, RequestPart, SubjectRequest
from requests_ar.rules.decisions import Decided
from tests.conftest import NOW, Cast
from tests.factories import registers as register
from tests.factories import requests as make

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

KINDS = [
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "portability",
    "consent",
    "human_look",
    "camera_objection",
    "camera_access",
]
GROUPS = ["pupils", "former_pupils", "applicants", "staff", "guardians", "visitors"]


def asked(**changes: Any) -> dict[str, Any]:
    """What a mother fills in on the public form."""
    return {
        "relation": "parent",
        "name": "Mila Moeder",
        "email": "mila@thuis.example",
        "subject_name": "Kim Kind",
        "born_on": "2016-05-04",
        "group": "pupils",
        "school": "de-linde",
        "kinds": ["access"],
        "text": "Graag.",
        "wants": "link",
        "token": "t" * 32,
        **changes,
    }


def test_all_ten_kinds_in_one_request_on_the_form(client: Client, cast: Cast) -> None:
    register.group("pupils", "Leerlingen")
    client.post("/verzoek/", asked(kinds=KINDS, send_to="De Buurschool"))

    parts = RequestPart.objects.order_by("id").values_list("kind", "send_to")
    assert [kind for kind, _to in parts] == KINDS
    assert [to for _kind, to in parts if to] == ["De Buurschool"]
    assert dict(parts)["portability"] == "De Buurschool"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_asked_in_both_languages_and_written_down_by_staff(
    client: Client, cast: Cast, as_user: AsUser, kind: str
) -> None:
    register.group("pupils", "Leerlingen")
    assert f'value="{kind}"' in client.get("/verzoek/en/").content.decode()
    client.post("/verzoek/en/", asked(kinds=[kind]))
    director = as_user(cast.director)
    director.post(
        "/verzoeken/nieuw/",
        {
            **asked(kinds=[kind], name="Vic Vader", subject_name="Bo Kind", wants=""),
            "channel": "phone",
            "received_on": timezone.localdate().isoformat(),
            "send_to": "De Buurschool" if kind == "portability" else "",
        },
    )

    found = RequestPart.objects.order_by("id")
    assert [part.kind for part in found] == [kind, kind]
    assert found[1].send_to == ("De Buurschool" if kind == "portability" else "")
    # Each is decided by itself, on a page of its own.
    SubjectRequest.objects.update(state="in_progress")
    for part in found:
        page = director.get(f"/verzoeken/{part.request.number}/onderdeel/{part.pk}/")
        assert page.status_code == 200


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_of_people_can_ask(client: Client, cast: Cast, group: str) -> None:
    register.group(group, group)

    client.post("/verzoek/", asked(relation="self", subject_name="", group=group))

    assert SubjectRequest.objects.get().group.code == group


OBJECTED = {
    LegalBasis.PUBLIC_TASK: "Verzuim: mogelijk",
    LegalBasis.LEGITIMATE_INTEREST: "Verzuim: mogelijk",
    LegalBasis.CONSENT: "Verzuim: niet mogelijk; wel kan de persoon de toestemming intrekken",
    LegalBasis.LEGAL_DUTY: (
        "Verzuim: niet mogelijk; wel kan de persoon verbetering of verwijdering vragen"
    ),
}


def about(cast: Cast, basis: str, *, kinds: tuple[str, ...]) -> SubjectRequest:
    """A request in progress about one activity on this basis."""
    case = make.subject_request(
        cast.linde,
        at=timezone.now(),
        kinds=kinds,
        authority="yes",
        state=RequestState.IN_PROGRESS,
    )
    activity = register.activity("V02", name="Verzuim")
    line = activity.purposelines.get()
    line.basis, line.interest = basis, "Veilig rond de school."
    line.balancing = "Gewogen."
    line.record(by=None, why="proef")
    register.establish(activity, at=timezone.now())
    handling.choose_activities(
        request=case, activities=[activity], by=cast.director, at=timezone.now()
    )
    return case


@pytest.mark.requirement("KPO-037")
@pytest.mark.parametrize("kind", ["objection", "camera_objection"])
@pytest.mark.parametrize("basis", list(OBJECTED))
def test_an_objection_is_for_public_task_and_legitimate_interest_and_else_the_page_says_what_is(
    cast: Cast, as_user: AsUser, basis: str, kind: str
) -> None:
    case = about(cast, basis, kinds=(kind,))
    part = case.parts.get()

    page = as_user(cast.director).get(f"/verzoeken/{case.number}/onderdeel/{part.pk}/")

    text = page.content.decode()
    is_possible = basis in {LegalBasis.PUBLIC_TASK, LegalBasis.LEGITIMATE_INTEREST}
    assert OBJECTED[LegalBasis(basis)] in text
    assert (
        "Bezwaar kan alleen bij een taak van algemeen belang of een gerechtvaardigd belang." in text
    ) is not is_possible


def judge(case: SubjectRequest, cast: Cast, **values: Any) -> RequestPart:
    part = case.parts.get()
    decided = Decided(kind=part.kind, **values)
    return deciding.judge_part(part=part, decided=decided, by=cast.director, at=timezone.now())


@pytest.mark.requirement("KPO-037", "OPO-066", "VOG-061")
def test_the_school_stops_unless_it_weighs_and_writes_why_not(cast: Cast) -> None:
    case = about(cast, LegalBasis.PUBLIC_TASK, kinds=("objection",))

    # Stopping asks nothing more of the school than the verdict.
    assert judge(case, cast, verdict="granted").verdict == "granted"
    # Going on asks a compelling reason, and the balancing of interests beside it.
    with pytest.raises(ActRefused) as refusal:
        judge(case, cast, verdict="refused", grounds={"compelling": "De les gaat door."})
    assert refusal.value.errors == {
        "balancing": "Schrijf de afweging op: waarom gaat het belang van de school voor? "
        "(AVG 21 lid 1)"
    }
    kept = judge(
        case,
        cast,
        verdict="refused",
        grounds={"compelling": "De les gaat door."},
        balancing="Zonder deze gegevens is er geen onderwijs.",
    )
    assert (kept.verdict, kept.balancing) == (
        "refused",
        "Zonder deze gegevens is er geen onderwijs.",
    )
    # "It is not possible here" is no way out where it is possible.
    with pytest.raises(ActRefused) as refusal:
        judge(case, cast, verdict="refused", grounds={"no_objection_basis": "Kan niet."})
    assert refusal.value.errors["grounds"].startswith("Bezwaar kan hier wel:")


@pytest.mark.requirement("VOG-061")
def test_a_legal_duty_goes_on(cast: Cast) -> None:
    case = about(cast, LegalBasis.LEGAL_DUTY, kinds=("objection",))

    kept = judge(
        case, cast, verdict="refused", grounds={"no_objection_basis": "De leerplicht vraagt dit."}
    )

    assert kept.verdict == "refused"


@pytest.mark.requirement("OPO-039")
def test_objection_access_and_erasure_for_images_go_to_the_director(
    client: Client, cast: Cast, as_user: AsUser
) -> None:
    register.group("pupils", "Leerlingen")
    page = client.get("/verzoek/").content.decode()
    assert "Bezwaar maken tegen een camera" in page
    assert "Camerabeelden bekijken" in page
    client.post("/verzoek/", asked(kinds=["camera_objection", "camera_access", "erasure"]))
    case = SubjectRequest.objects.get()

    director = as_user(cast.director)
    assert f"Nieuw: verzoek {case.number}." in director.get("/").content.decode()
    shown = director.get(f"/verzoeken/{case.number}/").content.decode()
    for kind in ("bezwaar tegen cameratoezicht", "camerabeelden bekijken", "verwijdering"):
        assert kind in shown
    # The letter names the director first.
    receipt = RequestLetter.objects.get(request=case).html
    assert "De directeur van De Linde" in receipt
    assert director.get(f"/verzoeken/{case.number}/besluiten/").status_code == 200
    assert as_user(cast.eik_director).get(f"/verzoeken/{case.number}/").status_code == 404


@pytest.mark.requirement("OPO-063")
@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("not_needed", "niet meer nodig voor het doel (a)"),
        ("consent_withdrawn", "toestemming ingetrokken (b)"),
        ("objected", "terecht bezwaar (c)"),
        ("unlawful", "onrechtmatig gebruikt (d)"),
    ],
)
def test_erasure_in_each_of_the_four_cases(
    cast: Cast, as_user: AsUser, ground: str, words: str
) -> None:
    case = about(cast, LegalBasis.PUBLIC_TASK, kinds=("erasure",))
    page = as_user(cast.director).get(f"/verzoeken/{case.number}/onderdeel/{case.parts.get().pk}/")
    assert words in page.content.decode()

    with pytest.raises(ActRefused) as refusal:
        judge(case, cast, verdict="granted")
    assert refusal.value.errors == {"erasure_grounds": "Kies waarom gewist wordt (AVG 17 lid 1)."}

    kept = judge(case, cast, verdict="granted", erasure_grounds=frozenset({ground}))
    assert kept.erasure_words == [words]


@pytest.mark.requirement("OPO-070")
def test_the_rights_about_profiling_can_be_asked_and_are_answered(
    client: Client, cast: Cast, as_user: AsUser
) -> None:
    register.group("pupils", "Leerlingen")
    page = client.get("/verzoek/").content.decode()
    assert "Een computer gaf een oordeel. U wilt uitleg, en dat een mens ernaar kijkt." in page
    # Information, a human being with an explanation, objection, and correction.
    client.post("/verzoek/", asked(kinds=["access", "human_look", "objection", "rectification"]))
    case = SubjectRequest.objects.get()
    assert [str(part) for part in case.parts.all()] == [
        "inzage",
        "verbetering of aanvulling",
        "bezwaar tegen gebruik",
        "een mens laten kijken naar een besluit van de computer",
    ]
    activity = register.activity("V02", name="Adaptief oefenen")
    register.establish(activity, at=timezone.now())
    director = as_user(cast.director)
    director.post(f"/verzoeken/{case.number}/oppakken/", {"handler": cast.director.pk})
    director.post(f"/verzoeken/{case.number}/verwerkingen/", {"activities": [activity.pk]})

    # Nobody has to look up whether a computer decides: the register says it in the answer.
    items = director.get(f"/verzoeken/{case.number}/antwoord/").content.decode()
    assert "Besluiten door een computer" in items
    for part in case.parts.all():
        form = director.get(f"/verzoeken/{case.number}/onderdeel/{part.pk}/")
        assert form.status_code == 200


PROCEDURE = [
    # (act, what the page says when it comes too early)
    ("besluiten", "Dit kan nu niet: het verzoek is “ontvangen”."),
    ("versturen", "Dit kan nu niet: het verzoek is “ontvangen”."),
    ("afsluiten", "Dit kan nu niet: het verzoek is “ontvangen”."),
    ("heropenen", "Dit kan nu niet: het verzoek is “ontvangen”."),
]


@pytest.mark.requirement("OPO-071")
@pytest.mark.parametrize(("act", "sentence"), PROCEDURE)
def test_no_step_of_the_procedure_is_skipped(
    cast: Cast, as_user: AsUser, act: str, sentence: str
) -> None:
    case = make.subject_request(cast.linde, at=timezone.now(), authority="yes")
    director = as_user(cast.director)
    path = f"/verzoeken/{case.number}/{act}/"

    assert sentence in director.get(path).content.decode()
    page = director.post(path, {"way": "post", "on": timezone.localdate(), "reason": "Nu."})

    assert page.status_code == 200
    case.refresh_from_db()
    assert case.state == "received"
    assert make.letters_of(case) == ["receipt"]


@pytest.mark.requirement("OPO-071")
def test_a_decision_on_a_withdrawn_request_is_refused_and_changes_nothing(
    cast: Cast, as_user: AsUser
) -> None:
    case = make.subject_request(
        cast.linde, at=NOW, state=RequestState.WITHDRAWN, withdrawn_on=NOW.date()
    )
    page = as_user(cast.director).post(f"/verzoeken/{case.number}/besluiten/").content.decode()

    assert "Dit kan alleen bij “in behandeling”. Het verzoek is nu “ingetrokken”." in page
    case.refresh_from_db()
    assert (case.state, case.decided_at) == ("withdrawn", None)


def test_the_list_of_kinds_is_whole() -> None:
    assert RequestKind.values == KINDS

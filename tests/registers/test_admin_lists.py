"""The register's pages in the admin: who opens them, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from registers.choices import LegalBasis
from registers.models import BasisLetter, ProcessingActivity, Processor
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address, save

SignIn = Callable[[User], Client]

PAGES = [
    "processingactivity",
    "purpose",
    "basisletter",
    "datasubjectgroup",
    "datacategory",
    "internalrole",
    "measure",
    "externalparty",
    "retentionrule",
    "processor",
    "product",
    "system",
    "agreement",
]


def _fill(cast: Cast, now: datetime, rows: int) -> None:
    """That many rows in every list of the register; more where an activity needs its own."""
    for number in range(rows):
        make.established(f"V{number}", at=now, schools=[cast.linde])
        make.purpose("abc"[number])
        make.group(f"groep-{number}")
        make.category(f"soort-{number}")
        make.role(f"rol-{number}")
        make.measure(f"maatregel-{number}")
        make.party(f"partij-{number}")
        make.retention_rule(f"termijn-{number}")
        make.product(f"product-{number}", of=f"verwerker-{number}")
        make.system(f"systeem-{number}")
        make.agreement(make.processor(f"verwerker-{number}"), schools=[cast.linde])
        BasisLetter(basis=LegalBasis.values[number], board_letter="a").record(by=None, why="proef")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("ibp", 6), ("fg", 6), ("director", 6)])
def test_every_list_costs_the_same_for_few_and_for_many_rows(
    cast: Cast,
    now: datetime,
    as_user: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    person: str,
    queries: int,
    rows: int,
) -> None:
    _fill(cast, now, rows)
    client = as_user(getattr(cast, person))
    for page in PAGES:
        # The state of each processor comes from its agreements: one more for all of them.
        with django_assert_num_queries(queries + (page == "processor")):
            response = client.get(address(page, "changelist"))
        assert response.status_code == 200
        assert rows <= len(response.context["cl"].result_list) <= rows + 1, page


@pytest.mark.requirement("KPO-023", "OPO-041")
@pytest.mark.parametrize("page", PAGES)
def test_who_has_nothing_to_do_with_the_register_opens_no_page_of_it(
    cast: Cast, now: datetime, as_user: SignIn, page: str
) -> None:
    _fill(cast, now, 1)
    for person in ("teacher", "care", "eik_teacher", "administrator"):
        client = as_user(getattr(cast, person))
        codes = [client.get(address(page, each)).status_code for each in ("changelist", "add")]
        # Refused, or sent home because the admin does not open at all.
        assert set(codes) <= {302, 403}, person


@pytest.mark.parametrize("person", ["teacher", "administrator"])
def test_an_activity_does_not_exist_for_who_may_not_read_it(
    cast: Cast, now: datetime, as_user: SignIn, person: str
) -> None:
    activity = make.established(at=now)
    client = as_user(getattr(cast, person))
    for page in ("change", "history"):
        response = client.get(address("processingactivity", page, activity.pk))
        assert response.status_code in {302, 404}
        assert b"Verwerking V01" not in response.content


def test_a_director_reads_the_own_school_and_the_whole_board(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established("V01", at=now)
    make.established("V02", at=now, schools=[cast.linde])
    foreign = make.established("V03", at=now, schools=[cast.eik])
    client = as_user(cast.director)
    page = client.get(address("processingactivity", "changelist"))
    assert [each.code for each in page.context["cl"].result_list] == ["V01", "V02"]
    for each in ("change", "history"):
        assert client.get(address("processingactivity", each, foreign.pk)).status_code == 404
    found = client.get(address("processingactivity", "changelist"), {"q": "V03"})
    assert list(found.context["cl"].result_list) == []


@pytest.mark.parametrize("person", ["director", "fg", "board_member", "auditor"])
def test_who_only_reads_cannot_write(cast: Cast, as_user: SignIn, person: str) -> None:
    activity = make.activity()
    processor = make.processor()
    client = as_user(getattr(cast, person))
    page = client.get(address("processingactivity", "change", activity.pk))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert 'name="name"' not in page.content.decode()
    for model, record in (("processingactivity", activity), ("processor", processor)):
        codes = [
            client.get(address(model, "add")).status_code,
            client.post(address(model, "add"), {"name": "Nieuw"}).status_code,
            client.post(address(model, "change", record.pk), {"name": "Nieuw"}).status_code,
            client.post(address(model, "delete", record.pk), {"post": "yes"}).status_code,
        ]
        assert codes == [403] * 4, model
    assert ProcessingActivity.objects.get().name == "Verwerking V01"
    assert Processor.objects.get().name == "Topicus"


def test_nothing_is_deleted_from_a_list(cast: Cast, now: datetime, as_user: SignIn) -> None:
    _fill(cast, now, 1)
    client = as_user(cast.ibp)
    category = make.category("soort-0")
    assert (
        client.post(address("datacategory", "delete", category.pk), {"post": "yes"}).status_code
        == 403
    )


@pytest.mark.requirement("KPO-007")
def test_the_list_of_processors_shows_the_state_of_each_agreement(
    cast: Cast, as_user: SignIn
) -> None:
    make.agreement(make.processor("a", "Met"), ends_on=None)
    make.processor("b", "Zonder")
    make.agreement(make.processor("c", "Ongetekend"), signed_on=None, ends_on=None)
    page = as_user(cast.ibp).get(address("processor", "changelist")).content.decode()
    assert page.count(">geldig<") == 1
    assert page.count(">ontbreekt<") == 1
    assert page.count(">niet getekend<") == 1


def test_a_director_does_not_learn_from_the_agreement_of_another_school(
    cast: Cast, as_user: SignIn
) -> None:
    make.agreement(make.processor(), schools=[cast.eik], ends_on=None)
    states = {
        person: ">geldig<"
        in as_user(getattr(cast, person)).get(address("processor", "changelist")).content.decode()
        for person in ("director", "eik_director", "fg")
    }
    assert states == {"director": False, "eik_director": True, "fg": True}


@pytest.mark.requirement("KPO-019")
def test_the_six_bases_are_a_closed_list_of_which_only_the_letter_is_written(
    cast: Cast, as_user: SignIn
) -> None:
    letter = BasisLetter(basis="consent", board_letter="f")
    letter.record(by=None, why="proef")
    client = as_user(cast.ibp)
    assert client.get(address("basisletter", "add")).status_code == 403
    assert (
        save(
            client, address("basisletter", "change", letter.pk), basis="contract", board_letter="z"
        ).status_code
        == 302
    )
    letter.refresh_from_db()
    assert (letter.basis, letter.board_letter) == ("consent", "z")


def test_a_retention_rule_without_a_term_is_refused_in_words(cast: Cast, as_user: SignIn) -> None:
    rule = make.retention_rule()
    page = save(as_user(cast.ibp), address("retentionrule", "change", rule.pk), years="0")
    assert "Vul een termijn in, of kies “geen vaste termijn”." in page.content.decode()
    rule.refresh_from_db()
    assert rule.years == 2


def test_the_code_of_a_term_stays_as_it_is(as_user: Callable[[User], Client], cast: Cast) -> None:
    """The retention run knows a term by it: under another code the old term would count no more."""
    rule = make.retention_rule("pupil_file", years=5)
    page = f"/beheer/registers/retentionrule/{rule.pk}/change/"
    assert 'name="code"' not in as_user(cast.ibp).get(page).text
    assert 'name="code"' in as_user(cast.ibp).get("/beheer/registers/retentionrule/add/").text

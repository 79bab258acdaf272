"""Agreements on their page: refused in words with nothing saved, and everything that is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from registers import actions
from registers.models import (
    Agreement,
    AgreementCoverage,
    ProductDocument,
    SchoolProduct,
    SharingAgreement,
    SubProcessor,
)
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address, errors_of, save

SignIn = Callable[[User], Client]

ADD = "/beheer/registers/agreement/add/"
OVERLAP = (
    "ParnasSys op De Linde valt al onder een andere overeenkomst (Topicus: VO-2025-1), tot en met "
    "31 december 2027. Laat deze later beginnen, of beëindig de andere eerder."
)


def _typed(**changes: Any) -> dict[str, Any]:
    return {
        "processor": make.processor().pk,
        "reference": "VO-2",
        "model": "convenant_40",
        "products": [make.product().pk],
        "signed_by_board_on": "2026-02-20",
        "signed_by_processor_on": "2026-02-27",
        "starts_on": "2026-03-01",
        "all_schools": "on",
        **changes,
    }


@pytest.mark.requirement("VOG-050", "VOG-051", "VOG-055", "OPO-031", "KPO-024")
def test_an_agreement_is_entered_with_all_that_was_agreed(cast: Cast, as_user: SignIn) -> None:
    response = save(
        as_user(cast.ibp),
        ADD,
        **_typed(
            ends_on="2027-02-28",
            renewal="yearly",
            notice_months="3",
            breach_notice_hours="24",
            certificates="ISO 27001",
            backup="Elke nacht, twee locaties.",
            security="Versleuteld, met twee factoren.",
            deviations="Artikel 9: kortere termijn.",
            data=[make.category().pk],
            purposes=[make.purpose().pk],
            **{
                "subprocessors-0-name": "Wolk",
                "subprocessors-0-country": "us",
                "subprocessors-0-task": "Opslag",
                "subprocessors-0-approved_on": "2026-02-20",
                "subprocessors-0-instrument": "scc",
            },
        ),
    )
    assert response.status_code == 302
    kept = Agreement.objects.get()
    assert (kept.signed_on, kept.breach_notice_hours, kept.notice_months, kept.renewal) == (
        date(2026, 2, 27),
        24,
        3,
        "yearly",
    )
    assert (kept.certificates, kept.backup, kept.security, kept.deviations) == (
        "ISO 27001",
        "Elke nacht, twee locaties.",
        "Versleuteld, met twee factoren.",
        "Artikel 9: kortere termijn.",
    )
    assert [str(each) for each in (*kept.data.all(), *kept.purposes.all())] == ["Naam", "a. Doel a"]
    line = SubProcessor.objects.get()
    assert (line.name, line.country, line.instrument) == ("Wolk", "US", "scc")
    assert sorted(kept.coverage.values_list("product__name", "school__name")) == [
        ("ParnasSys", "De Eik"),
        ("ParnasSys", "De Linde"),
    ]
    history = as_user(cast.ibp).get(address("agreement", "history", kept.pk)).content.decode()
    assert "meldt een datalek binnen (uren)" in history
    assert "Wolk" in history


@pytest.mark.requirement("OPO-031")
def test_an_overlap_is_an_error_on_the_form_and_nothing_is_saved(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.covering(make.product(), schools=[cast.linde], at=now)
    page = save(as_user(cast.ibp), ADD, **_typed(note="Met zorg getypt."))
    assert page.status_code == 200
    assert errors_of(page) == {"starts_on": [OVERLAP]}
    assert "Met zorg getypt." in page.content.decode()
    assert Agreement.objects.count() == 1
    assert AgreementCoverage.objects.count() == 1


def test_the_way_out_is_to_end_the_other_one_or_to_begin_later(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    first = make.covering(make.product(), schools=[cast.linde], at=now)
    client = as_user(cast.ibp)
    later = _typed(starts_on="2028-01-01", reference="VO-later")
    assert save(client, ADD, **later).status_code == 302
    url = address("agreement", "change", first.pk)
    assert save(client, url, ends_on="2026-02-28").status_code == 302
    assert save(client, ADD, **_typed(ends_on="2027-12-31")).status_code == 302
    assert AgreementCoverage.objects.count() == 5


def test_an_unsigned_one_may_lie_ready_and_is_refused_when_it_is_signed(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.covering(make.product(), schools=[cast.linde], at=now)
    client = as_user(cast.ibp)
    assert save(client, ADD, **_typed(signed_by_processor_on="")).status_code == 302
    draft = Agreement.objects.get(reference="VO-2")
    url = address("agreement", "change", draft.pk)
    page = save(client, url, signed_by_processor_on="2026-02-27")
    assert errors_of(page) == {"starts_on": [OVERLAP]}
    draft.refresh_from_db()
    assert (draft.signed_on, draft.coverage.count()) == (None, 0)


def test_who_is_overtaken_while_saving_gets_the_form_back(
    cast: Cast, now: datetime, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make.product()
    typed = _typed()
    client = as_user(cast.ibp)
    calls: list[str] = []

    def overtaken(**given: Any) -> Any:
        """The first time another agreement was there first; it stays, this one is undone."""
        calls.append(given["agreement"].reference)
        raise actions.AgreementOverlaps(OVERLAP)

    monkeypatch.setattr("registers.admin.agreements.actions.refresh_coverage", overtaken)
    monkeypatch.setattr(
        "registers.admin.agreements.AgreementForm._check_overlap",
        lambda form: form.add_error("starts_on", OVERLAP) if calls else None,
    )
    page = save(client, ADD, **typed)
    assert (page.status_code, errors_of(page)) == (200, {"starts_on": [OVERLAP]})
    assert calls == ["VO-2"]
    assert not Agreement.objects.exists()
    assert not product.coverage.exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"all_schools": ""},
            {"schools": ["Kies de scholen, of laat haar gelden voor alle scholen."]},
        ),
        (
            {"subprocessors-0-name": "Wolk", "subprocessors-0-country": "4?"},
            {
                "subprocessors-0-country": ["Een landcode is twee hoofdletters."],
                "subprocessors-0-task": ["Dit veld is verplicht."],
            },
        ),
    ],
)
def test_what_is_not_in_order_is_refused_at_its_field(
    cast: Cast, as_user: SignIn, changes: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    page = save(as_user(cast.ibp), ADD, **_typed(**changes))
    assert errors_of(page) == expected
    assert not Agreement.objects.exists()


def test_a_product_of_another_processor_is_refused(cast: Cast, as_user: SignIn) -> None:
    foreign = make.product("magister", "Magister", of="iddink")
    page = save(as_user(cast.ibp), ADD, **_typed(products=[foreign.pk]))
    assert errors_of(page) == {"products": ["Magister is een product van een andere verwerker."]}


@pytest.mark.requirement("OPO-030")
def test_agreements_with_another_controller_are_kept_with_their_file(
    cast: Cast, as_user: SignIn
) -> None:
    content = b"%PDF-1.7\n%getekend\n"
    response = save(
        as_user(cast.ibp),
        address("sharingagreement", "add"),
        kind="sharing",
        party=make.party().pk,
        reference="CON-1",
        purpose="Samen verzuim volgen.",
        starts_on="2026-01-01",
        signed_on="2025-12-15",
        data=[make.category().pk],
        exchange="Alleen via het beveiligde portaal.",
        upload=SimpleUploadedFile("convenant.pdf", content, content_type="application/pdf"),
    )
    assert response.status_code == 302
    kept = SharingAgreement.objects.get()
    assert (kept.exchange, [str(each) for each in kept.data.all()]) == (
        "Alleen via het beveiligde portaal.",
        ["Naam"],
    )
    link = reverse("document", args=[kept.document_id])
    codes = {
        name: as_user(getattr(cast, name)).get(link).status_code
        for name in ("ibp", "fg", "director", "teacher", "administrator")
    }
    assert codes == {"ibp": 200, "fg": 200, "director": 200, "teacher": 404, "administrator": 404}


def test_joint_controllers_write_down_the_essence(cast: Cast, as_user: SignIn) -> None:
    page = save(
        as_user(cast.ibp),
        address("sharingagreement", "add"),
        kind="joint",
        party=make.party().pk,
        reference="CON-1",
        purpose="Samen een systeem.",
        starts_on="2026-01-01",
    )
    assert errors_of(page) == {"essence": ["Beschrijf de kern van de afspraken (AVG 26 lid 2)."]}


@pytest.mark.requirement("INN-012", "VOG-019")
def test_the_bijsluiter_of_a_product_names_its_limited_set_of_data(
    cast: Cast, as_user: SignIn
) -> None:
    product = make.product("basispoort", "Basispoort", of="basispoort")
    response = save(
        as_user(cast.ibp),
        address("product", "change", product.pk),
        **{
            "documents-0-kind": "privacy_sheet",
            "documents-0-version": "4.0",
            "documents-0-dated_on": "2026-01-15",
            "documents-0-data": [make.category().pk],
            "documents-0-purposes": [make.purpose().pk],
        },
    )
    assert response.status_code == 302
    sheet = ProductDocument.objects.get()
    assert str(sheet) == "privacybijsluiter 4.0"
    assert [str(each) for each in sheet.data.all()] == ["Naam"]
    assert [str(each) for each in sheet.purposes.all()] == ["a. Doel a"]


def test_a_product_in_use_is_written_down_once(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.ibp)
    typed = {"product": make.product().pk, "school": cast.linde.pk, "since": "2025-08-01"}
    assert save(client, address("schoolproduct", "add"), **typed).status_code == 302
    page = save(client, address("schoolproduct", "add"), **typed)
    assert "Deze school gebruikt dit product al." in page.content.decode()
    assert [str(each) for each in SchoolProduct.objects.all()] == ["ParnasSys op De Linde"]


PAGES = ["agreement", "sharingagreement", "schoolproduct"]


def _fill(cast: Cast, now: datetime, rows: int) -> None:
    for number in range(rows):
        product = make.product(f"product-{number}", f"Product {number}", of=f"verwerker-{number}")
        make.covering(product, schools=[cast.linde], at=now)
        make.use(product, cast.linde)
        shared = SharingAgreement(
            kind="sharing",
            party=make.party(f"partij-{number}", f"Partij {number}"),
            reference=f"CON-{number}",
            purpose="Samen.",
            starts_on=date(2026, 1, 1),
        )
        shared.record(by=None, why="proef")


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
        # The schools to choose from, in the filter beside the list of uses.
        with django_assert_num_queries(queries + (page == "schoolproduct")):
            response = client.get(address(page, "changelist"))
        assert len(response.context["cl"].result_list) == rows, page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["teacher", "care", "administrator"])
def test_who_has_nothing_to_do_with_the_register_opens_no_page(
    cast: Cast, now: datetime, as_user: SignIn, person: str, page: str
) -> None:
    _fill(cast, now, 1)
    client = as_user(getattr(cast, person))
    codes = {client.get(address(page, each)).status_code for each in ("changelist", "add")}
    assert codes <= {302, 403}


@pytest.mark.parametrize("lines", [1, 6])
def test_an_edit_page_costs_the_same_for_few_and_for_many_lines(
    cast: Cast,
    now: datetime,
    as_user: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    lines: int,
) -> None:
    product = make.product()
    agreement = make.covering(product, at=now)
    for number in range(lines):
        SubProcessor(agreement=agreement, name=f"Wolk {number}", task="Opslag").record(
            by=None, why="proef"
        )
    client = as_user(cast.ibp)
    for url, queries in (
        (address("agreement", "change", agreement.pk), 11),
        (address("processor", "change", product.processor_id), 9),
    ):
        client.get(url)  # what is remembered across pages is read
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


@pytest.mark.requirement("OPO-031")
def test_the_list_says_who_is_active(cast: Cast, now: datetime, as_user: SignIn) -> None:
    make.agreement(make.processor("a", "Geldig"), ends_on=None)
    make.agreement(make.processor("b", "Bijna"), ends_on=date(2099, 1, 1), signed_on=None)
    make.processor("c", "Zonder")
    page = as_user(cast.ibp).get(address("processor", "changelist")).content.decode()
    assert (page.count(">actief<"), page.count(">niet actief<")) == (1, 2)

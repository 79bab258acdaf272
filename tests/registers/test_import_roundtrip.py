"""import(export(x)) == x: what comes out of the register goes into an empty one unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.rules import PDF
from registers import actions
from registers.actions import imports
from registers.choices import (
    Audience,
    CategoryKind,
    DocumentKind,
    ImportKind,
    LegalBasis,
    ProductDocumentKind,
    SharingKind,
    SpecialGround,
)
from registers.exchange.archive import write_archive
from registers.exchange.json_file import write_json
from registers.exchange.snapshot import Snapshot, attached_documents, read_snapshot
from registers.exchange.tables import TABLES
from registers.exchange.xlsx import write_xlsx
from registers.models import (
    ActivityText,
    Agreement,
    AgreementCoverage,
    BasisLetter,
    DisclosureGround,
    ImportRun,
    ProductDocument,
    SharingAgreement,
    SubProcessor,
)
from tests.conftest import NOW, Cast
from tests.factories import registers as factory

# What programs for sheets trip over, beside whatever hypothesis finds.
TRICKY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            *(
                "=1+1",
                "+31 6",
                "-1",
                "@home",
                "\t=x",
                "\r\n",
                "\n",
                "'",
                "'=1",
                "''@",
                "'s morgens",
            ),
            *("_x0041_", "x005F_", "_x005F_x0041_", "␛0041;", "␛T1;", "#N/A", "#REF!", "true"),
            *(" voor en na ", "a,b; c", "00123", "2026-03-02", "12", "ja", "\x01\x1f\x7f\x85"),
            *("é ñ 漢 😀", "\ufffe", "</t>&amp;<", "=" * 40_000, "é␛\x02" * 12_000, "\u2028"),
        ]
    ),
).filter(lambda text: "\x00" not in text and _is_utf8(text))
Write = Callable[[Snapshot], bytes]


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _xlsx(snapshot: Snapshot) -> bytes:
    return write_xlsx(snapshot, made_at=NOW)


def _json(snapshot: Snapshot) -> bytes:
    return write_json(snapshot, made_at="", attachments=attached_documents())


def _zip(snapshot: Snapshot) -> bytes:
    return write_archive(snapshot, made_at=NOW, attachments=attached_documents())


WRITERS: dict[str, Write] = {"register.json": _json, "register.zip": _zip, "register.xlsx": _xlsx}


@contextmanager
def _for_a_while() -> Iterator[None]:
    """What is written inside is gone afterwards: the register is as empty as before."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _document(kind: str, content: bytes, name: str) -> StoredDocument:
    return storage.store(
        content=content, title="x", file_name=name, media_type=PDF, kind=kind, by=None, at=NOW
    )


def _documents() -> tuple[StoredDocument, StoredDocument]:
    """What is attached: an agreement, and an arrangement."""
    return (
        _document(DocumentKind.AGREEMENT, b"%PDF-1.7 een", "overeenkomst 1.pdf"),
        _document(DocumentKind.SHARING, b"%PDF-1.7 twee", "samen.pdf"),
    )


def _fill(
    cast: Cast, texts: list[str], documents: tuple[StoredDocument, StoredDocument] | None = None
) -> None:
    """A register with something in every table, complete and incomplete, in these words."""
    one, two, three = texts
    pdf, together = documents or _documents()
    product = factory.product()
    first = factory.covering(product, at=NOW, document=pdf, note=one, security=two)
    second = factory.agreement(
        product.processor, schools=[cast.linde], starts_on=date(2031, 1, 1), ends_on=None
    )
    second.products.set([product])
    actions.refresh_coverage(agreement=second, by=None, at=NOW)
    for owner in (second, first, first):
        SubProcessor(agreement=owner, name="Wolk", task="Opslag", country="US").record(
            by=None, why=""
        )
    annex = ProductDocument(
        product=product, kind=ProductDocumentKind.PRIVACY_SHEET, version="1", dated_on=NOW.date()
    )
    annex.record(by=None, why="")
    annex.data.set([factory.category()])
    factory.use(product, cast.linde)
    factory.use(factory.product("som", "Som"), cast.eik, until=date(2026, 1, 1))
    sharing = SharingAgreement(
        kind=SharingKind.JOINT,
        party=factory.party(),
        reference="S1",
        starts_on=date(2025, 1, 1),
        purpose="Samen.",
        essence=f"{three} kern",
        document=together,
    )
    sharing.record(by=None, why="")
    BasisLetter(basis=LegalBasis.CONSENT, board_letter="x").record(by=None, why="")
    DisclosureGround(code="g", name="Grond", note=two).record(by=None, why="")
    factory.system()
    whole = factory.activity(minimisation=one, subsidiarity=two)
    factory.recipient_line(whole, data=[])
    factory.recipient_line(whole)
    factory.transfer_line(whole)
    factory.transfer_line(whole)
    whole.products.set([product])
    ActivityText(activity=whole, audience=Audience.PUPILS, text=three or "x").record(
        by=None, why=""
    )
    special = factory.category("health", "Gezondheid", CategoryKind.SPECIAL)
    bare = factory.bare_activity("V02", schools=[cast.eik], proportionality=three, dpia_needed="")
    factory.data_line(
        bare,
        category=special,
        special_ground=SpecialGround.UAVG_SCHOOLS,
        necessity=f"{one} nodig",
        retention_rule=None,
    )
    factory.access_line(bare, category=special)


def _import(content: bytes, name: str, cast: Cast) -> ImportRun:
    run = imports.read_import(
        content=content, file_name=name, kind=ImportKind.REGISTER, by=cast.ibp, at=NOW
    )
    assert run.fates["problems"] == []
    return imports.apply_import(run=run, by=cast.ibp, at=NOW)


@pytest.mark.parametrize("name", list(WRITERS))
@given(texts=st.lists(TRICKY, min_size=3, max_size=3))
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_comes_out_goes_into_an_empty_register_unchanged(
    name: str, texts: list[str], cast: Cast
) -> None:
    # A workbook names its files and does not carry them: they are kept beside it.
    documents = _documents() if name == "register.xlsx" else None
    with _for_a_while():
        _fill(cast, texts, documents)
        before, covered = read_snapshot(), AgreementCoverage.objects.count()
        files = {each.sha256: each.file.read() for each in attached_documents()}
        content = WRITERS[name](before)
    assert not any(read_snapshot().values())
    with _for_a_while():
        _import(content, name, cast)
        after = read_snapshot()
        for table in TABLES:
            assert before[table.name], table.name
            assert after[table.name] == before[table.name]
        assert AgreementCoverage.objects.count() == covered == 3
        assert {each.sha256: each.file.read() for each in attached_documents()} == files
        assert len(files) == 2


@pytest.mark.parametrize("name", list(WRITERS))
def test_a_second_time_nothing_changes(name: str, cast: Cast) -> None:
    _fill(cast, ["=1", "'s", "x"])
    rows = Agreement.history.count()
    run = _import(WRITERS[name](read_snapshot()), name, cast)
    assert (run.counts["new"], run.counts["changed"], run.counts["refused"]) == (0, 0, 0)
    assert run.counts["same"] == 36
    assert Agreement.history.count() == rows

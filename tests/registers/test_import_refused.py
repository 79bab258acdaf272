"""Bad files: each error in Dutch with its place, and nothing half taken in."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from privacyboard.documents.models import StoredDocument
from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.actions import imports
from registers.choices import ActivityStatus, ImportKind, ImportState, LegalBasis
from registers.exchange.json_file import write_json
from registers.exchange.planner import make_plan
from registers.exchange.reading import read_tables
from registers.exchange.snapshot import read_snapshot
from registers.exchange.xlsx import write_xlsx
from registers.models import Agreement, ImportRun, ProcessingActivity, Processor
from tests.conftest import NOW, Cast
from tests.factories import registers as factory

PROCESSOR = {"code": "nieuw", "name": "Nieuw BV", "country": "NL"}
AGREEMENT = {
    "processor": "topicus",
    "reference": "VO-1",
    "model": "own",
    "starts_on": "2025-01-01",
    "ends_on": "2027-12-31",
    "signed_by_board_on": "2025-01-01",
    "signed_by_processor_on": "2025-01-01",
    "all_schools": True,
    "products": ["parnassys"],
}


def _json(**tables: list[Any]) -> bytes:
    whole = {"format": "privacyboard-register", "version": 1, "tables": tables}
    return json.dumps(whole).encode()


def _read(content: bytes, name: str = "register.json") -> ImportRun:
    return imports.read_import(
        content=content, file_name=name, kind=ImportKind.REGISTER, by=None, at=NOW
    )


def _problems(run: ImportRun) -> list[tuple[str, int, str, str]]:
    return [
        (each["sheet"], each["row"], each["column"], each["sentence"])
        for each in run.fates["problems"]
    ]


def _book(change: Callable[[Workbook], None]) -> bytes:
    """An export of what is there, changed by hand."""
    book = load_workbook(io.BytesIO(write_xlsx(read_snapshot(), made_at=NOW)))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_one_bad_row_keeps_every_row_out(cast: Cast) -> None:
    run = _read(_json(processors=[PROCESSOR, {**PROCESSOR, "code": "fout", "kvk": "12"}]))
    assert _problems(run) == [("Verwerkers", 2, "KvK-nummer", "Een KvK-nummer is acht cijfers.")]
    assert run.state == ImportState.REFUSED
    with pytest.raises(actions.ImportRefused, match="Er is niets ingelezen"):
        imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert (Processor.objects.count(), Processor.history.count()) == (0, 0)


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (
            {**PROCESSOR, "id": 7},
            "id",
            "Een “id” van een ander systeem kunnen wij niet gebruiken. Haal het weg.",
        ),
        (
            {**PROCESSOR, "kleur": "rood"},
            "kleur",
            "Deze kolom kennen wij niet. Haal haar weg, of geef haar de goede naam.",
        ),
        ({"code": "x"}, "naam", "Dit moet ingevuld zijn."),
        ({"name": "x"}, "code", "Dit moet ingevuld zijn."),
        ({**PROCESSOR, "name": ""}, "naam", "Dit moet ingevuld zijn."),
        (
            {**PROCESSOR, "name": "x" * 201},
            "naam",
            "Deze tekst is te lang: 201 tekens, ten hoogste 200.",
        ),
        (
            {**PROCESSOR, "name": "a\x00"},
            "naam",
            "Hier staat een teken dat niet bewaard kan worden.",
        ),
        (
            {**PROCESSOR, "name": "\ud800"},
            "naam",
            "Hier staat een teken dat niet bewaard kan worden.",
        ),
        ({**PROCESSOR, "name": ["x"]}, "naam", "Hier hoort tekst te staan."),
        ({**PROCESSOR, "country": "nl"}, "land", "Een landcode is twee hoofdletters."),
        ("x", "", "Dit is geen regel met namen en waarden."),
    ],
)
def test_what_is_wrong_with_a_row(cast: Cast, row: Any, column: str, sentence: str) -> None:
    assert _problems(_read(_json(processors=[row]))) == [("Verwerkers", 1, column, sentence)]


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"ends_on": "2024-12-31"}, "eindigt op", "De einddatum ligt voor de begindatum."),
        (
            {"starts_on": "31-13-2025"},
            "begint op",
            "“31-13-2025” is geen datum. Schrijf haar als 2026-03-02 of als 2-3-2026.",
        ),
        (
            {"model": "mooi"},
            "model",
            "“mooi” staat niet in de lijst. Kies uit: “model 4.0 (deelnemers aan het convenant)”, "
            "“algemene verwerkersovereenkomst 4.0”, “model 3.0”, “eigen model”.",
        ),
        (
            {"products": ["weg"]},
            "producten",
            "“weg” bestaat niet: product met deze code staat niet in het register en niet in "
            "dit bestand.",
        ),
        ({"all_schools": "soms"}, "geldt voor alle scholen", "Vul “ja” of “nee” in."),
        (
            {"notice_months": 1.5},
            "opzegtermijn in maanden",
            "Vul een heel getal in, zonder punt of komma.",
        ),
        (
            {"all_schools": False},
            "alleen voor deze scholen",
            "Kies de scholen, of laat haar gelden voor alle scholen.",
        ),
        (
            {"products": ["som"]},
            "producten",
            "Som is een product van een andere verwerker.",
        ),
        (
            {"document": "a" * 64 + "/weg.pdf"},
            "bestand",
            "Dit bestand zit er niet bij en staat niet in het register. Lees het zip-bestand of "
            "de JSON met bijlagen in, of maak deze cel leeg.",
        ),
        (
            {"number": 3},
            "volgnummer",
            "Volgnummer 3 komt na 2, en dat is er niet.",
        ),
    ],
)
def test_what_is_wrong_with_an_agreement(
    cast: Cast, change: dict[str, Any], column: str, sentence: str
) -> None:
    factory.product()
    factory.product("som", "Som", of="iddink")
    run = _read(_json(agreements=[{**AGREEMENT, **change}]))
    assert _problems(run) == [("Overeenkomsten", 1, column, sentence)]
    assert Agreement.objects.count() == 0


def test_two_agreements_for_one_product_in_one_file(cast: Cast) -> None:
    factory.product()
    later = {**AGREEMENT, "reference": "VO-2", "starts_on": "2027-12-31", "ends_on": ""}
    run = _read(_json(agreements=[AGREEMENT, later]))
    assert _problems(run) == [
        (
            "Overeenkomsten",
            2,
            "begint op",
            "ParnasSys valt in deze periode ook onder regel 1 van dit bestand.",
        )
    ]
    fits = {**later, "starts_on": "2028-01-01"}
    assert _read(_json(agreements=[AGREEMENT, fits])).state == ImportState.CHECKED


def test_an_agreement_beside_one_of_the_register(cast: Cast) -> None:
    factory.covering(factory.product(), at=NOW)
    run = _read(_json(agreements=[AGREEMENT]))
    assert _problems(run) == [
        (
            "Overeenkomsten",
            1,
            "begint op",
            "ParnasSys op De Linde valt al onder een andere overeenkomst (Topicus: VO-2025-1), "
            "tot en met 31 december 2027. Laat deze later beginnen, of beëindig de andere eerder.",
        )
    ]


def test_a_row_that_stands_there_twice(cast: Cast) -> None:
    run = _read(_json(processors=[PROCESSOR, PROCESSOR]))
    assert _problems(run) == [("Verwerkers", 2, "code", "Deze regel staat ook op regel 1.")]


def test_a_letter_of_two_purposes_and_a_use_twice(cast: Cast) -> None:
    factory.purpose("a")
    factory.use(factory.product(), cast.linde)
    purpose = {"code": "nieuw", "letter": "a", "name": "x", "description": "y"}
    use = {"school": "de-linde", "product": "parnassys", "since": "2026-01-01"}
    run = _read(_json(purposes=[purpose], school_products=[use]))
    assert _problems(run) == [
        ("Doelen", 1, "letter", "Deze letter is al in gebruik bij een ander doel."),
        ("Producten in gebruik", 1, "tot en met", "Deze school gebruikt dit product al."),
    ]


def test_lines_of_what_is_not_there_or_decided(cast: Cast) -> None:
    made = factory.activity()
    made.status = ActivityStatus.ESTABLISHED
    made.record(by=None, why="proef")
    line = {"activity": "V01", "role": "teacher", "category": "identity", "level": "view"}
    run = _read(_json(activity_access=[{**line, "activity": "V99"}, line]))
    assert _problems(run) == [
        (
            "Toegang per verwerking",
            1,
            "verwerking",
            "“V99” bestaat niet: niet in het register en niet in dit bestand.",
        ),
        (
            "Toegang per verwerking",
            2,
            "",
            "Deze verwerking heeft de status “vastgesteld” en verandert niet zomaar: "
            "herzie haar eerst.",
        ),
    ]
    # What says the same is no change.
    assert _read(write_json(read_snapshot(), made_at="")).state == ImportState.CHECKED


def test_the_rules_of_the_forms_hold_for_rows(cast: Cast) -> None:
    factory.bare_activity()
    factory.purpose()
    factory.group()
    special = {"code": "health", "name": "Gezondheid", "kind": "special"}
    data = {
        "activity": "V01",
        "group": "pupils",
        "category": "health",
        "source": "guardian",
        "obligation": "voluntary",
        "necessity": "nodig",
    }
    interest = {"activity": "V01", "purpose": "a", "basis": LegalBasis.LEGITIMATE_INTEREST.value}
    run = _read(
        _json(data_categories=[special], activity_data=[data], activity_purposes=[interest])
    )
    assert [each[2] for each in _problems(run)] == [
        "welk belang",
        "afweging van belangen",
        "hoe het belang van het kind woog",
        "uitzondering voor bijzondere gegevens",
    ]


def test_columns_that_are_unknown_or_doubled(cast: Cast) -> None:
    factory.processor()

    def change(book: Workbook) -> None:
        sheet = book["Verwerkers"]
        sheet.cell(1, 5).value = "kleur"
        sheet.cell(1, 6).value = "naam"

    run = _read(_book(change), "register.xlsx")
    assert _problems(run) == [
        (
            "Verwerkers",
            1,
            "kleur",
            "Deze kolom kennen wij niet. Haal haar weg, of geef haar de goede naam.",
        ),
        ("Verwerkers", 1, "naam", "Deze kolom staat er twee keer. Haal er een weg."),
    ]


def test_a_formula_a_sheet_too_many_and_a_cell_beside_the_table(cast: Cast) -> None:
    factory.processor()

    def change(book: Workbook) -> None:
        book["Verwerkers"].cell(2, 2).value = "=1+1"
        book["Producten"].cell(2, 20).value = "los"
        book.create_sheet("Extra").append(["x"])

    run = _read(_book(change), "register.xlsx")
    assert (
        "Verwerkers",
        2,
        "naam",
        "Deze cel bevat een formule. Zet er de uitkomst in (kopiëren, plakken speciaal: waarden).",
    ) in _problems(run)
    assert (
        "Extra",
        1,
        "",
        "Dit blad kennen wij niet. Haal het weg, of geef het de goede naam.",
    ) in _problems(run)
    assert ("Producten", 2, "T", "Boven deze cel staat geen naam van een kolom.") in _problems(run)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "Dit is geen geldige JSON: het gaat mis op regel 1, teken 2."),
        (b"[]", "Dit is geen register van privacyboard: “format” is niet"),
        (b'{"format": "privacyboard-register", "version": 2}', "Deze versie van het bestand"),
        (b'{"format": "privacyboard-register", "version": 1}', "geen onderdeel “tables”"),
        (b'{"a": NaN}', "“NaN” is geen waarde in JSON."),
        (b'{"a": 1, "a": 2}', "“a” staat er binnen één onderdeel twee keer."),
        (b'{"a": ' + b"9" * 5000 + b"}", "een getal dat te groot is"),
        (b'{"a": ' + b"[" * 200_000, "te diep genest"),
        (b'{"a": "\xff"}', "De tekens van dit bestand zijn niet te lezen."),
        (b"hallo", "Dit is geen register van privacyboard. Kies een export"),
        (b"PK\x03\x04rommel", "beschadigd"),
    ],
)
def test_files_that_cannot_be_read(db: None, content: bytes, sentence: str) -> None:
    with pytest.raises(FileUnreadable, match=sentence):
        read_tables(content, kind=ImportKind.REGISTER, file_name="x")


def test_parts_of_json_that_are_not_known(cast: Cast) -> None:
    content = json.loads(_json(kleuren=[]))
    run = _read(json.dumps({**content, "extra": 1, "attachments": {"ab": "eA=="}}).encode())
    assert _problems(run) == [
        ("JSON", 1, "extra", "Dit onderdeel kennen wij niet. Haal het weg."),
        (
            "kleuren",
            1,
            "",
            "Deze tabel kennen wij niet. Haal haar weg, of geef haar de goede naam.",
        ),
        ("attachments", 1, "ab", "De inhoud van deze bijlage klopt niet."),
    ]


def test_a_zip_bomb_is_not_unpacked(db: None) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("register.xlsx", b"")
        archive.writestr("bijlagen/" + "a" * 64, bytes(100 * 1024 * 1024))
    tracemalloc.start()
    with pytest.raises(FileUnreadable, match="bij het uitpakken veel te groot"):
        read_tables(file.getvalue(), kind=ImportKind.REGISTER, file_name="x.zip")
    assert tracemalloc.get_traced_memory()[1] < 5 * 1024 * 1024
    tracemalloc.stop()


def test_more_than_100_000_rows_are_refused(db: None) -> None:
    content = _json(processors=[{}] * 100_001)
    with pytest.raises(FileUnreadable, match=r"meer dan 100\.000 regels"):
        read_tables(content, kind=ImportKind.REGISTER, file_name="x.json")


def test_what_is_kept_of_many_problems_is_bounded(cast: Cast) -> None:
    run = _read(_json(processors=[{"code": f"c{number}"} for number in range(700)]))
    assert run.counts["problems"] == 700
    assert len(run.fates["problems"]) == 500


def test_the_queries_do_not_grow_with_the_rows(cast: Cast, django_assert_num_queries: Any) -> None:
    def tables(number: int) -> Any:
        rows = [{**PROCESSOR, "code": f"c{each}"} for each in range(number)]
        content = _json(processors=rows)
        return read_tables(content, kind=ImportKind.REGISTER, file_name="x.json")

    few, many = tables(1), tables(50)
    with django_assert_num_queries(2):
        make_plan(few)
    with django_assert_num_queries(2):
        make_plan(many)


def test_the_register_changed_since_it_was_looked_at(cast: Cast) -> None:
    run = _read(_json(processors=[PROCESSOR]))
    factory.processor("nieuw", "Oud BV", country="NL")
    with pytest.raises(actions.ImportRefused, match="Het register is veranderd sinds"):
        imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert Processor.objects.get(code="nieuw").name == "Oud BV"
    run.refresh_from_db()
    assert (run.counts["new"], run.counts["changed"]) == (0, 1)
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert Processor.objects.get(code="nieuw").name == "Nieuw BV"
    with pytest.raises(actions.ImportRefused, match="al toegepast"):
        imports.apply_import(run=run, by=cast.ibp, at=NOW)


def test_history_tells_who_and_that_it_was_read_in(cast: Cast) -> None:
    product = factory.product()
    changed = {"code": product.code, "name": "Anders", "processor": "topicus"}
    run = _read(_json(products=[changed], agreements=[AGREEMENT]))
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    made = Agreement.objects.get()
    first = made.history.get()
    told = (first.history_user, first.history_change_reason, first.history_type)
    assert told == (cast.ibp, "ingelezen", "+")
    assert first.signed_on == date(2025, 1, 1)
    assert [each.product_id for each in first.products.all()] == [product.pk]
    last = product.history.latest()
    assert (last.name, last.history_user, last.history_change_reason, last.history_type) == (
        "Anders",
        cast.ibp,
        "ingelezen",
        "~",
    )
    assert {each.school for each in made.coverage.all()} == {cast.linde, cast.eik}


def test_an_established_activity_comes_in_as_a_concept(cast: Cast) -> None:
    made = factory.activity()
    made.status = ActivityStatus.ESTABLISHED
    made.record(by=None, why="proef")
    content = json.loads(write_json(read_snapshot(), made_at=""))
    content["tables"]["activities"][0]["code"] = "V02"
    content["tables"]["activities"][0]["name"] = "Élan"
    for name in ("purposes", "data", "access", "recipients"):
        content["tables"][f"activity_{name}"] = []
    run = _read(json.dumps(content).encode())
    assert run.fates["rows"] == [
        {
            "sheet": "Verwerkingen",
            "row": 1,
            "what": "V02",
            "fate": "new",
            "note": "Komt binnen als concept. Vaststellen doet u in privacyboard.",
        }
    ]
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    taken = ProcessingActivity.objects.get(code="V02")
    assert (taken.status, taken.sort_name) == (ActivityStatus.CONCEPT, "elan")


def test_a_column_that_is_not_given_stays_as_it_is(cast: Cast) -> None:
    made = factory.processor()
    run = _read(_json(processors=[{"code": made.code, "website": "https://topicus.example"}]))
    assert run.fates["rows"][0]["note"] == "verandert: website"
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    made.refresh_from_db()
    assert (made.service, made.website) == ("Administratie", "https://topicus.example")


def test_rows_can_refer_to_rows_of_the_same_file(cast: Cast) -> None:
    run = _read(
        _json(
            systems=[{"code": "s", "name": "S", "product": "p"}],
            products=[{"code": "p", "name": "P", "processor": "nieuw"}],
            processors=[PROCESSOR],
        )
    )
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert Processor.objects.get().products.get().systems.get().code == "s"


def test_words_of_a_list_and_dutch_dates_are_read(cast: Cast) -> None:
    factory.product()
    row = {**AGREEMENT, "model": "Eigen model", "starts_on": "1-2-2025", "all_schools": "Ja"}
    run = _read(_json(agreements=[row]))
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    made = Agreement.objects.get()
    assert (made.model, made.starts_on, made.all_schools) == ("own", date(2025, 2, 1), True)


def test_a_number_like_a_bsn_is_told_but_a_confirmed_one_comes_back(cast: Cast) -> None:
    run = _read(_json(processors=[{**PROCESSOR, "service": "Zie 123456782."}]))
    assert (run.counts["like_bsn"], run.state) == (1, ImportState.CHECKED)
    assert run.fates["rows"][0]["note"] == "let op: hier staat een nummer dat een BSN kan zijn"
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert _read(write_json(read_snapshot(), made_at="")).counts["like_bsn"] == 0


def test_a_file_of_the_sector_goes_the_same_way(cast: Cast) -> None:
    run = imports.read_import(
        content=b"Naam verwerker;Dienst\nAcme;Toetsen\n",
        file_name="g.csv",
        kind=ImportKind.SECTOR_PROCESSORS,
        by=cast.ibp,
        at=NOW,
    )
    assert run.fates["problems"] == []
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert [each.name for each in Processor.objects.all()] == ["Acme"]


def test_what_fails_while_writing_leaves_nothing_behind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"%PDF-1.7 x"
    sha256 = hashlib.sha256(content).hexdigest()
    factory.product()
    whole = json.loads(_json(agreements=[{**AGREEMENT, "document": f"{sha256}/vo.pdf"}]))
    whole["attachments"] = {sha256: base64.b64encode(content).decode()}
    run = _read(json.dumps(whole).encode())
    assert run.fates["problems"] == []

    def refuse(**_: Any) -> None:
        raise actions.AgreementOverlaps("Een ander was eerder.")

    with monkeypatch.context() as patch:
        patch.setattr(imports, "refresh_coverage", refuse)
        with pytest.raises(actions.ImportRefused, match="Een ander was eerder"):
            imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert (Agreement.objects.count(), Agreement.history.count()) == (0, 0)
    assert _files() == 1  # the file that was read in
    imports.apply_import(run=run, by=cast.ibp, at=NOW)
    kept = Agreement.objects.get().document
    assert kept is not None
    assert kept.file.read() == content
    assert _files() == 2


def _files() -> int:
    storage: Any = StoredDocument._meta.get_field("file").storage
    return sum(each.is_file() for each in Path(storage.location).rglob("*"))

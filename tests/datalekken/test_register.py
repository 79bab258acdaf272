"""The breach register (AVG 33(5)): figures that equal their lists, files, filters, and who sees."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.investigating import link_supplier
from datalekken.choices import BreachState, IncidentKind, Nature, TermKept
from datalekken.letters.register import figures, register_rows
from datalekken.models import Breach, Notification
from datalekken.rules.clocks import legal_clock, met_agreed_hours, met_internal_target
from datalekken.rules.ticking import clock_runs
from datalekken.views import register as views
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import School, User
from tests.conftest import NOW, Cast
from tests.factories import breaches as make
from tests.factories import registers as make_registers
from tests.factories.pictures import kept

AsUser = Callable[[User], Client]
PAGE = "/datalekken/register/"
PDF, XLSX = f"{PAGE}pdf/", f"{PAGE}datalekken.xlsx"
HOUR = timedelta(hours=1)


def notified(made: Breach, at: datetime) -> Breach:
    made.notified_at = at
    made.record(by=None, why="proef")
    return made


@pytest.fixture
@kept
def seven(cast: Cast) -> list[Breach]:
    """At De Linde: in time, late, not notified; at both schools: overdue; De Eik: running;
    the board's own: not certain, and a near miss.
    """
    at, ibp = NOW - 200 * HOUR, cast.ibp
    first = make.decided(make.breach(cast.linde, at=at), at=at, by=ibp)
    second = make.decided(make.breach(cast.linde, at=at), at=at, by=ibp)
    third = make.certain(make.breach(cast.linde, at=at), at=at, by=ibp)
    fourth = make.certain(make.breach(cast.linde, cast.eik, at=at), at=at, by=ibp)
    soon = NOW + timedelta(days=4000)  # the page reads the clock of the wall
    fifth = make.certain(make.breach(cast.eik, at=at, kind="phishing"), at=at, by=ibp)
    Breach.objects.filter(pk=fifth.pk).update(notify_by=soon)
    return [
        notified(first, at + 72 * HOUR),
        notified(second, at + 73 * HOUR),
        make.decided_not(third, at=at, by=ibp),
        fourth,
        fifth,
        make.breach(at=at, kind="ransomware"),
        make.breach(at=at, nature=Nature.NEAR_MISS),
    ]


def outcome(breach: Breach, at: datetime) -> str:
    """How the term went, from the rules of one file: not by the database."""
    clock = legal_clock(breach.times)
    decided = breach.state in (BreachState.DECIDED, BreachState.CLOSED)
    if breach.notified_at:
        return "late" if clock and breach.notified_at > clock.ends_at else "in_time"
    if decided and breach.notifies is False:
        return "not_notified"
    if clock is None:
        return "no_term"
    assert clock_runs(
        state=breach.state, notifies=breach.notifies, notified_at=breach.notified_at
    ) or (breach.state == BreachState.CLOSED)
    return "overdue" if at > clock.ends_at else "running"


def rows_of(content: bytes, sheet: str = "Datalekken") -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    return text.replace("‐ ", "").replace("- ", "-")


@pytest.mark.django_db
class TestFigures:
    def test_per_school_kind_and_timeliness(self, seven: list[Breach]) -> None:
        rows = Breach.objects.judged(NOW)
        found = figures(rows, schools=School.objects.all(), with_board=True)
        assert found.total == 7
        assert found.judged["termijn"] == {
            "in_time": 1,
            "late": 1,
            "running": 1,
            "overdue": 1,
            "not_notified": 1,
            "no_term": 2,
        }
        assert found.natures == {"unknown": 3, "breach": 3, "near_miss": 1, "no_breach": 0}
        schools = {line.label: (line.total, line.terms) for line in found.schools}
        none = dict.fromkeys(TermKept.values, 0)
        assert schools == {
            "hele bestuur": (2, none | {"no_term": 2}),
            "De Eik": (2, none | {"overdue": 1, "running": 1}),
            "De Linde": (4, none | {"in_time": 1, "late": 1, "not_notified": 1, "overdue": 1}),
        }
        assert {line.value: line.total for line in found.kinds} == {
            "device_lost": 5,
            "phishing": 1,
            "ransomware": 1,
        }

    def test_they_are_two_queries(
        self, seven: list[Breach], django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(2):
            figures(Breach.objects.judged(NOW), schools=School.objects.all(), with_board=True)

    @pytest.mark.requirement("OPO-050", "VOG-055")
    def test_the_database_judges_as_the_rules_do(self, cast: Cast) -> None:
        """Two hundred files with times at random: each judged by the rules of one file."""
        dice = random.Random(5)  # noqa: S311
        agreement = make_registers.agreement(make_registers.processor())
        agreement.breach_notice_hours = 24
        agreement.record(by=None, why="proef")

        def moment(*, odds: float = 0.7) -> datetime | None:
            # Whole days too, so that a term that is met to the second occurs.
            return NOW - dice.randrange(0, 300, 24) * HOUR if dice.random() < odds else None

        for number in range(200):
            decided = dice.random() < 0.5
            made = Breach(
                number=f"D-2026-{number + 1:04d}",
                reporter_kind="staff",
                what_happened="Iets.",
                reported_at=moment(odds=1) or NOW,
                registered_at=NOW,
                first_signal_at=moment(),
                certain_at=moment(),
                processor_discovered_at=moment(),
                processor_noticed_at=moment(odds=0.4),
                agreement=dice.choice([agreement, None]),
                state=dice.choice(["decided", "closed"] if decided else ["reported"]),
                notifies=dice.choice([True, False]) if decided else None,
                notify_reasons="x",
                tells=dice.choice([True, False]) if decided else None,
                tell_reasons="x",
                notified_at=moment(odds=0.5),
                told_at=moment(odds=0.3),
            )
            made.refresh_term()
            made.record(by=None, why="proef")
        met = {True: "met", False: "missed", None: "unknown"}
        seen: Counter[str] = Counter()
        for row in Breach.objects.judged(NOW).select_related("agreement"):
            hours = row.agreement.breach_notice_hours if row.agreement else None
            told = (
                "told"
                if row.told_at
                else "undecided"
                if row.state == "reported"
                else "to_tell"
                if row.tells
                else "not_telling"
            )
            expected = (
                outcome(row, NOW),
                met[met_internal_target(row.times)],
                met[met_agreed_hours(row.times, agreed_hours=hours)],
                told,
            )
            assert (row.term_kept, row.target_met, row.notice_met, row.told) == expected
            seen.update(expected)
        # Nothing was left untried.
        assert len(seen) == 6 + 3 + 4

    def test_each_figure_on_the_page_equals_its_list(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        for user, most in ((cast.ibp, 7), (cast.director, 4)):
            client = as_user(user)
            context = client.get(PAGE).context
            assert context["figures"].total == most
            counts = [each for _title, of in context["timeliness"] for each in of]
            counts += [each for line in context["schools"] for each in line.counts]
            counts += [each for line in context["kinds"] for each in line.counts]
            assert len(counts) > 30
            for each in counts:
                page = client.get(f"{PAGE}?{each.query}").context
                listed = len(page["page"]) if page["figures"].total else 0
                assert (listed, page["figures"].total) == (each.number, each.number), each

    def test_a_name_on_a_file_counts_once(self, cast: Cast, as_user: AsUser) -> None:
        made = make.breach(cast.linde, cast.eik, at=NOW)
        make_confidential(breach=made, reason="x", by=cast.ibp, at=NOW)
        for user in (cast.director, cast.teacher, cast.board_member):
            name_person(breach=made, user=user, by=cast.ibp, at=NOW)
        assert as_user(cast.director).get(PAGE).context["figures"].total == 1


@pytest.mark.django_db
class TestWho:
    def test_who_sees_it_and_who_takes_it_out(self, cast: Cast, as_user: AsUser) -> None:
        seen = {
            user.first_name: tuple(as_user(user).get(url).status_code for url in (PAGE, XLSX, PDF))
            for user in cast.everybody()
        }
        assert {name: codes for name, codes in seen.items() if codes != (404, 404, 404)} == {
            "Fenna": (200, 200, 200),
            "Ilse": (200, 200, 200),
            "Bram": (200, 404, 404),
            "Dirk": (200, 404, 404),
            "Edo": (200, 404, 404),
        }

    def test_a_director_reads_the_own_school_only(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        make_confidential(breach=seven[0], reason="x", by=cast.ibp, at=NOW)
        page = as_user(cast.director).get(PAGE)
        assert [(line.label, line.counts[0].number) for line in page.context["schools"]] == [
            ("De Linde", 3)
        ]
        assert [row.number for row in page.context["page"]] == [
            "D-2026-0004",
            "D-2026-0003",
            "D-2026-0002",
        ]
        assert "D-2026-0001" not in page.content.decode()

    def test_a_confidential_file_is_counted_for_who_may_read_it_only(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        make_confidential(breach=seven[0], reason="x", by=cast.ibp, at=NOW)
        totals = {
            user.first_name: as_user(user).get(PAGE).context["figures"].total
            for user in (cast.ibp, cast.fg, cast.board_member)
        }
        assert totals == {"Ilse": 7, "Fenna": 7, "Bram": 6}

    def test_a_school_of_another_is_no_filter_of_a_director(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        client = as_user(cast.director)
        assert client.get(f"{PAGE}?school=de-eik").status_code == 422
        assert client.get(f"{PAGE}?school=bestuur").status_code == 422

    def test_strangers_sign_in_first(self, client: Client, db: None) -> None:
        for url in (PAGE, PDF, XLSX):
            assert client.get(url).status_code == 302


@pytest.mark.django_db
class TestFilters:
    @pytest.mark.parametrize(
        ("asked", "numbers"),
        [
            ("", 7),
            ("?school=de-linde", 4),
            ("?school=bestuur", 2),
            ("?soort=phishing", 1),
            ("?wat=near_miss", 1),
            ("?termijn=overdue", 1),
            ("?termijn=no_term", 2),
            ("?intern=met", 5),
            ("?intern=unknown", 2),
            ("?verteld=to_tell", 2),
            ("?school=de-linde&termijn=late", 1),
            ("?van=2026-02-22", 7),
            ("?van=2026-02-23", 0),
            ("?tot=2026-02-21", 0),
            ("?van=2026-02-22&tot=2026-02-22&school=de-eik", 2),
        ],
    )
    def test_each_narrows_page_and_files_alike(
        self, cast: Cast, as_user: AsUser, seven: list[Breach], asked: str, numbers: int
    ) -> None:
        client = as_user(cast.ibp)
        assert client.get(PAGE + asked).context["figures"].total == numbers
        assert len(rows_of(client.get(XLSX + asked).content)) - 1 == numbers

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("?van=gisteren", "Dit is geen dag die bestaat."),
            ("?van=0026-01-01", "Dit jaar ligt voor 1900."),
            ("?van=2026-03-02&tot=2026-03-01", "Deze dag ligt voor de eerste dag."),
            ("?tot=9999-12-31&school=nergens", "nergens"),
            ("?soort=%00", "Soort"),
            ("?termijn=alles", "alles"),
        ],
    )
    def test_what_cannot_be_is_told_and_no_file_is_made(
        self, cast: Cast, as_user: AsUser, asked: str, told: str
    ) -> None:
        client = as_user(cast.ibp)
        for url in (PAGE, XLSX, PDF):
            answer = client.get(url + asked)
            assert answer.status_code == 422
            assert told in answer.content.decode()

    @pytest.mark.parametrize("asked", ["?tot=9999-12-31", "?page=99999999999999999999", "?page=x"])
    def test_the_edges_are_no_error(
        self, cast: Cast, as_user: AsUser, seven: list[Breach], asked: str
    ) -> None:
        assert as_user(cast.ibp).get(PAGE + asked).context["figures"].total == 7


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("ibp", 9), ("fg", 9), ("board_member", 9), ("director", 9)]
)
def test_the_page_asks_the_same_whatever_the_number(
    cast: Cast,
    as_user: AsUser,
    django_assert_num_queries: Any,
    name: str,
    queries: int,
    number: int,
) -> None:
    for _each in range(number):
        make.breach(cast.linde, cast.eik, at=NOW)
        make.breach(cast.eik, at=NOW)
        make.breach(at=NOW, is_confidential=True)
    client = as_user(getattr(cast, name))
    client.get(PAGE)
    with django_assert_num_queries(queries):
        client.get(PAGE)


@pytest.mark.django_db
@pytest.mark.requirement("OPO-047")
class TestFiles:
    def test_a_row_holds_facts_consequences_and_measures(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        from datalekken.actions.closing import Task, add_measure

        made = seven[1]
        task = Task(kind="prevent", text="Sticks versleutelen", due_on=NOW.date(), owner=cast.ibp)
        add_measure(breach=made, task=task, by=cast.ibp, at=NOW)
        Notification.objects.create(
            breach=made,
            number=1,
            kind="complete",
            sent_at=NOW - 127 * HOUR,
            ap_number="Z2026-1",
            content={},
            sha256="0" * 64,
            delay_reason="Wij wisten niet hoe.",
            recorded_at=NOW,
        )
        content = as_user(cast.ibp).get(XLSX).content
        heading, *rows = rows_of(content)
        told = dict(zip(heading, next(row for row in rows if row[0] == made.number), strict=True))
        assert {
            key: told[key]
            for key in (
                *("nummer", "scholen", "stand", "wat het is", "soort incident", "wat er gebeurde"),
                *("aantal mensen", "gevolgen: risico", "maatregelen", "melden bij de AP"),
                *("waarom wel of niet melden", "meldingen bij de AP", "termijn"),
                *("zeker geweten op", "melden uiterlijk", "op school gemeld binnen 24 uur"),
            )
        } == {
            "nummer": "D-2026-0002",
            "scholen": "De Linde",
            "stand": "besloten",
            "wat het is": "datalek",
            "soort incident": "laptop, telefoon of USB-stick kwijt of gestolen",
            "wat er gebeurde": "Mijn USB-stick met rapporten is weg.",
            "aantal mensen": 25,
            "gevolgen: risico": "hoog risico",
            "maatregelen": "Sticks versleutelen (uiterlijk 2 maart 2026)",
            "melden bij de AP": "ja",
            "waarom wel of niet melden": "Een hoog risico.",
            "meldingen bij de AP": (
                "volledige melding op 25 februari 2026 03:00, nummer Z2026-1. "
                "Later omdat: Wij wisten niet hoe."
            ),
            "termijn": "te laat gemeld bij de AP",
            "zeker geweten op": datetime(2026, 2, 22, 2, 0),
            "melden uiterlijk": datetime(2026, 2, 25, 2, 0),
            "op school gemeld binnen 24 uur": "binnen 24 uur gemeld op school",
        }
        assert "rapporten" in told["wat er gebeurde"]
        # Who reported it is not in the register.
        assert "Meester Bas" not in str(rows_of(content))

    def test_near_misses_and_what_was_no_breach_are_in_it(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        make.breach(cast.linde, at=NOW, nature=Nature.NO_BREACH)
        client = as_user(cast.fg)
        numbers = [row[0] for row in rows_of(client.get(XLSX).content)[1:]]
        assert numbers == [f"D-2026-000{each}" for each in range(8, 0, -1)]
        text = text_of(client.get(PDF).content)
        for each in numbers:
            assert each in text

    def test_no_cell_runs_as_a_formula(self, cast: Cast, as_user: AsUser) -> None:
        evil = '=HYPERLINK("http://x","y")'
        cast.linde.name = evil
        cast.linde.record(by=None, why="proef")
        made = make.breach(
            cast.linde,
            at=NOW,
            title="+1+1",
            what_happened="@SUM(1)\x07",
            whose_data="-2",
            which_data="#NAAM?",
        )
        made.lessons = "\t=1"
        made.record(by=None, why="proef")
        content = as_user(cast.ibp).get(XLSX).content
        book = load_workbook(io.BytesIO(content))
        for sheet in book:
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {
                *("s", "inlineStr", "n", "d")
            }
        heading, row = rows_of(content)
        told = dict(zip(heading, row, strict=True))
        assert told["titel"] == "'+1+1"
        assert told["scholen"] == f"'{evil}"
        assert told["om wie het gaat"] == "'-2"
        assert rows_of(content, "Per school")[1][0] == f"'{evil}"

    def test_the_sheets_of_figures_say_what_the_page_says(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        content = as_user(cast.ibp).get(XLSX).content
        assert rows_of(content, "Per school")[1:] == [
            ["Hele bestuur".lower(), 2, 0, 0, 0, 0, 0, 2, 0],
            ["De Eik", 2, 0, 0, 1, 1, 0, 0, 0],
            ["De Linde", 4, 1, 1, 0, 1, 1, 0, 0],
        ]
        timely = dict(rows_of(content, "Op tijd")[1:])
        assert timely["te laat gemeld bij de AP"] == 1
        assert timely["binnen 24 uur gemeld op school"] == 5
        assert timely["bijna-datalek"] == 1

    def test_the_paper_has_figures_filters_and_facts_and_is_tagged(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        answer = as_user(cast.fg).get(f"{PDF}?school=de-linde&termijn=late")
        assert answer["Content-Type"] == "application/pdf"
        text = text_of(answer.content)
        assert "Gekozen: School: De Linde; Termijn van de AP: te laat gemeld bij de AP." in text
        assert "D-2026-0002" in text
        assert "Een hoog risico." in text
        assert "D-2026-0001" not in text
        root: Any = PdfReader(io.BytesIO(answer.content)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"].value is True

    def test_html_in_a_report_is_text_on_paper(self, cast: Cast, as_user: AsUser) -> None:
        make.breach(cast.linde, at=NOW, what_happened="<script>x</script><img src=http://evil/>")
        text = text_of(as_user(cast.fg).get(PDF).content)
        assert "<script>x</script>" in text

    def test_that_it_left_the_house_stands_in_the_log(
        self, cast: Cast, as_user: AsUser, seven: list[Breach]
    ) -> None:
        client = as_user(cast.ibp)
        for url in (XLSX, PDF):
            client.get(url)
        entries = AccessEntry.objects.filter(act="exported")
        assert [(entry.by, entry.school) for entry in entries] == [(cast.ibp, None)] * 2

    def test_too_much_for_paper_is_told(
        self, cast: Cast, as_user: AsUser, seven: list[Breach], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "MOST_ON_PAPER", 5)
        answer = as_user(cast.ibp).get(PDF)
        assert answer.status_code == 422
        assert "Dit zijn meer dan 5 datalekken." in answer.content.decode()
        assert as_user(cast.ibp).get(f"{PDF}?school=de-linde").status_code == 200

    def test_the_rows_are_one_query(
        self, cast: Cast, seven: list[Breach], django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(1):
            assert len(list(register_rows(Breach.objects.judged(NOW)))) == 7

    def test_a_supplier_is_named_with_whether_it_kept_its_hours(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        processor = make_registers.processor()
        agreement = make_registers.agreement(processor)
        agreement.breach_notice_hours = 24
        agreement.record(by=None, why="proef")
        made = make.certain(
            make.breach(cast.linde, at=NOW),
            at=NOW,
            by=cast.ibp,
            processor_discovered_at=NOW - 30 * HOUR,
            processor_noticed_at=NOW,
        )
        link_supplier(
            breach=made, processor=processor, agreement=agreement, product=None, by=None, at=NOW
        )
        heading, row = rows_of(as_user(cast.ibp).get(XLSX).content)
        told = dict(zip(heading, row, strict=True))
        assert told["verwerker"] == processor.name
        assert told["verwerker binnen de afspraak"] == "verwerker later dan afgesproken"


@pytest.mark.django_db
@pytest.mark.requirement("OPO-047")
class TestNothingLeaves:
    def test_every_kind_of_file_stays_listed_in_every_state(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        for kind in (IncidentKind.UNKNOWN, IncidentKind.OTHER):
            for nature in Nature:
                make.breach(cast.linde, at=NOW, kind=kind, nature=nature)
        assert as_user(cast.ibp).get(PAGE).context["figures"].total == 8

    def test_no_page_of_anybody_deletes_a_breach(self, cast: Cast, as_user: AsUser) -> None:
        from datalekken.views.act_table import PAGES

        made = make.decided(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
        page = f"/datalekken/{made.number}/"
        addresses = [page, f"{page}verloop/", *(f"{page}{act}/" for act in PAGES)]
        for user in (cast.ibp, cast.board_member, cast.director):
            client = as_user(user)
            for url in addresses:
                assert client.delete(url).status_code in (404, 405), url
                assert client.post(url, {"reason": "Weg ermee."}).status_code in (
                    200,
                    302,
                    404,
                    405,
                )
        assert Breach.objects.filter(pk=made.pk).exists()

    def test_the_back_office_has_no_page_of_breaches(self) -> None:
        from django.contrib import admin

        models = {model._meta.label for model in admin.site._registry}
        assert {label for label in models if label.startswith("datalekken.")} == set()

    def test_no_act_task_or_view_calls_delete_on_a_breach(self) -> None:
        """Whoever writes one finds this test, and the article."""
        from pathlib import Path

        import datalekken

        home = Path(str(datalekken.__file__)).parent
        # Retention erases what hangs from a file; the file itself is emptied, and stays.
        found = {
            path.relative_to(home).as_posix()
            for path in home.rglob("*.py")
            if re.search(r"\.(delete|erase)\(", path.read_text(encoding="utf-8"))
            and "retention" not in path.parts
        }
        assert not re.search(r"erase\(Breach,", (home / "retention" / "cases.py").read_text())
        # A turn on duty that did not begin; a letter, or whoever was to get it, before sending.
        assert found <= {"actions/duty.py", "actions/telling.py", "actions/discarding.py"}

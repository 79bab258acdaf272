"""The house keeps to its own rules: floors, purity, names, sizes, letters, acts and triggers."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.test.utils import isolate_apps

from privacyboard.audit.triggers import append_only_models
from privacyboard.documents.models import StoredDocument
from registers.models import ProcessingActivity

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSES = ("privacyboard", "registers", "requests_ar", "datalekken", "consent")

# Which app lives on which floor (house.md); apps on one floor are siblings.
FLOORS = {
    "organisation": 1,
    "audit": 2,
    "clockwork": 3,
    "mail": 4,
    "documents": 4,
    "publicforms": 4,
    "backoffice": 5,
    "people": 6,
    "registers": 7,
    "requests_ar": 8,
    "datalekken": 8,
    "consent": 8,
    "frontdesk": 9,
    "demo": 10,
}


def sources(*rooms: str, exempt: Iterable[str] = ("migrations",)) -> list[Path]:
    """Every Python file of the houses; with rooms: only files (or packages) of that name."""
    files = [file for house in HOUSES for file in sorted((ROOT / house).rglob("*.py"))]
    return [
        file
        for file in files
        if not set(exempt) & set(file.parts)
        and (not rooms or file.stem in rooms or set(rooms) & set(file.parent.parts))
    ]


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def pointing_wrong(found: Iterable[type[models.Model]]) -> list[str]:
    """Each relation of our tables that points to a higher floor, or to a sibling."""
    wrong = []
    for model in found:
        own = FLOORS.get(model._meta.app_label)
        for each in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = each.related_model if each.is_relation else None
            if own is None or target is None or isinstance(target, str):
                continue
            label = target._meta.app_label
            stranger = label != model._meta.app_label and label in FLOORS
            if stranger and FLOORS[label] >= own:
                wrong.append(f"{model._meta.label}.{each.name} -> {target._meta.label}")
    return wrong


def test_no_table_points_up_or_sideways() -> None:
    found = list(apps.get_models(include_auto_created=True))

    assert pointing_wrong(found) == []


def test_the_floors_name_every_app_of_ours_that_has_tables() -> None:
    ours = {
        model._meta.app_label for model in apps.get_models() if model.__module__.startswith(HOUSES)
    }

    assert ours <= set(FLOORS)
    assert "registers" in ours


@isolate_apps("privacyboard.organisation", "privacyboard.mail")
def test_a_table_that_points_up_or_sideways_is_found() -> None:
    class Upward(models.Model):  # noqa: DJ008
        activity = models.ForeignKey(ProcessingActivity, models.CASCADE, related_name="+")

        class Meta:
            app_label = "organisation"

    class Sideways(models.Model):  # noqa: DJ008
        documents = models.ManyToManyField(StoredDocument, related_name="+")

        class Meta:
            app_label = "mail"

    # The table in between points from mail to documents too: a hidden one is found as well.
    between = Sideways.documents.through
    assert pointing_wrong([Upward, Sideways, between]) == [
        "organisation.Upward.activity -> registers.ProcessingActivity",
        "mail.Sideways.documents -> documents.StoredDocument",
        "mail.Sideways_documents.storeddocument -> documents.StoredDocument",
    ]


PURE = (
    *sorted((ROOT / "registers" / "rules").rglob("*.py")),
    ROOT / "registers" / "content.py",
    ROOT / "privacyboard" / "deadlines.py",
    ROOT / "privacyboard" / "organisation" / "rules.py",
    ROOT / "privacyboard" / "documents" / "rules.py",
)


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted name of everything that a module imports, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def impure_imports(tree: ast.AST) -> list[str]:
    forbidden = ("django.db", "django.utils.timezone")
    return [name for name in imported(tree) if name.startswith(forbidden)]


@pytest.mark.parametrize("file", PURE, ids=name_of)
def test_rules_know_no_table_and_no_clock(file: Path) -> None:
    assert impure_imports(ast.parse(file.read_text())) == []


@pytest.mark.parametrize("file", sources("choices"), ids=name_of)
def test_choices_take_nothing_from_the_database_but_textchoices(file: Path) -> None:
    allowed = {"django.db.models.TextChoices"}

    assert set(impure_imports(ast.parse(file.read_text()))) <= allowed


def test_an_impure_import_is_found() -> None:
    planted = "def rule():\n    from django.utils import timezone\n    import django.db.models\n"

    assert impure_imports(ast.parse(planted)) == ["django.utils.timezone", "django.db.models"]


CLOCKS = {"now", "today", "utcnow", "localdate"}
# `standing` is what a person may do today: asked by Django's permission API, which passes no day.
READS_THE_CLOCK = {("privacyboard/organisation/models/people.py", "localdate")}


def clock_readings(tree: ast.AST) -> list[str]:
    """Each call of a clock: `default=timezone.now` calls nothing, `localdate(at)` is told."""
    return [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"timezone", "date", "datetime"}
        and not (node.func.attr == "localdate" and node.args)
    ]


@pytest.mark.parametrize(
    "file", sources("rules", "actions", "letters", "models", "querysets"), ids=name_of
)
def test_the_clock_is_read_at_the_door(file: Path) -> None:
    found = {(name_of(file), call) for call in clock_readings(ast.parse(file.read_text()))}

    assert found <= READS_THE_CLOCK


def test_a_reading_of_the_clock_is_found() -> None:
    planted = """
a = timezone.now()
b = date.today()
c = datetime.now(UTC)
d = Field(default=timezone.now)
e = timezone.localdate(at)
"""

    assert clock_readings(ast.parse(planted)) == ["now", "today", "now"]


def test_no_room_without_a_meaning() -> None:
    nameless = {"utils", "helpers", "services", "managers", "misc", "common"}

    assert [name_of(file) for file in sources() if file.stem in nameless] == []


def test_no_room_over_four_hundred_lines() -> None:
    lines = {name_of(file): len(file.read_text().splitlines()) for file in sources()}

    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_no_act_and_no_rule_over_fifty_lines() -> None:
    long = [
        f"{name_of(file)}:{node.lineno} {node.name}"
        for file in sources("actions", "rules")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 50
    ]

    assert long == []


def our_migrations() -> dict[tuple[str, str], Any]:
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {key: each for key, each in found.items() if key[0] in FLOORS}


def test_migrations_have_a_name_and_a_way_back() -> None:
    found = our_migrations()

    assert ("registers", "0001_register") in found
    assert [key for key in found if "_auto_" in key[1]] == []
    assert [
        key
        for key, migration in found.items()
        for each in migration.operations
        if isinstance(each, RunPython | RunSQL) and not each.reversible
    ] == []


SENDING = {"send_mail", "send_mass_mail", "EmailMessage", "EmailMultiAlternatives"}


def test_only_the_outbox_sends_mail() -> None:
    senders = {
        name_of(file)
        for file in sources()
        if SENDING & {name.rpartition(".")[2] for name in imported(ast.parse(file.read_text()))}
    }

    assert senders == {"privacyboard/mail/outbox.py", "privacyboard/mail/sending.py"}


# What a template may not do: trust a text blindly, or carry what the CSP refuses.
UNSAFE = re.compile(
    r"\|\s*safe\b|mark_safe|\sstyle\s*=|<style\b"
    r"|<script\b(?![^>]*\bsrc=)|<[^>{%]*\son[a-z]+\s*=",
    re.IGNORECASE,
)


def test_templates_trust_nothing_and_need_no_inline_style_or_script() -> None:
    templates = sorted((ROOT / "templates").rglob("*.*"))
    found = [
        f"{name_of(file)}: {match.group().strip()}"
        for file in templates
        for match in UNSAFE.finditer(file.read_text())
    ]

    assert len(templates) > 30
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "{{ text|safe }}",
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<a href="#" onclick="go()">',
    ],
)
def test_an_unsafe_template_is_found(planted: str) -> None:
    assert UNSAFE.search(planted)


@pytest.mark.parametrize(
    "planted", ['<script src="a.js"></script>', '<button data-on="1">', "{{ safe_text }}"]
)
def test_a_safe_template_is_left_alone(planted: str) -> None:
    assert not UNSAFE.search(planted)


def test_only_plain_text_is_not_escaped() -> None:
    found = [
        file for file in (ROOT / "templates").rglob("*.*") if "autoescape off" in file.read_text()
    ]

    assert {file.suffix for file in found} <= {".txt"}


def test_nothing_in_the_code_marks_text_as_safe() -> None:
    found = {name_of(file) for file in sources() if "mark_safe" in file.read_text()}

    # It keeps what a template of ours rendered, packed: unpacked it is that same text.
    assert found == {"registers/models/remembered.py"}


# Not an act of a person, with why.
NOT_ACTS = {
    "consent.actions.answering.events_of": "the answering acts share it, and hold the rows",
    "consent.actions.answering.keep_ballots": "the answering acts share it, and hold the rows",
    "consent.actions.answering.keep_cast": "the answering acts share it, and hold the rows",
    "consent.actions.answering.refuse_no_say": "says who has no say; nothing changes",
    "privacyboard.organisation.actions.group_of": "looks up the group that carries a role's rights",
    "privacyboard.organisation.actions.sync_rights": "the machine brings groups in line at migrate",
    "datalekken.actions.telling_pupils.candidates_of": "who would get a letter; nothing changes",
    "datalekken.actions.telling.look_at": "tells the fate of each row; nothing changes",
    "datalekken.actions.telling_letters.make_told_letters": "the worker's letters of what was sent",
    "datalekken.actions.notifying.make_waiting_dossiers": "the worker's PDF of what an act froze",
    "datalekken.actions.exporting.make_register_files": "the worker's PDF of what an act asked",
    "requests_ar.actions.writing.make_waiting_letters": "the worker's PDF of what an act wrote",
    "consent.actions.paper.print_invitations": "the worker's PDF of what a round asks",
    "consent.actions.asking_again.write_to_asked_again": "the worker's mail of what an act asked",
    "consent.actions.sixteen.ask_sixteen": "the clock asks who turned sixteen; nobody did it",
    "consent.actions.cleaning.clean_up_unconfirmed": "the clock makes the task; nobody did it",
    "consent.actions.cleaning.clean_up_after_leaving": "the clock makes the task; nobody did it",
    "consent.actions.cleaning.clean_up_expired": "the clock makes the task; nobody did it",
    "consent.actions.cleaning.clean_up_adults": "the clock makes the task; nobody did it",
    "consent.actions.eighteen.tell_eighteen": "the clock tells who turned eighteen; nobody did it",
}
# Acts whose moment is not told: the database dates the row itself.
DATED_BY_THE_DATABASE = {"privacyboard.audit.actions.note_access"}


def acts() -> list[FunctionType]:
    """Every public function of a room `actions`."""
    found = []
    for file in sources("actions"):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))
        functions = inspect.getmembers(module, inspect.isfunction)
        found += [
            each
            for label, each in functions
            if not label.startswith("_") and each.__module__ == module.__name__
        ]
    return found


def full_name(act: FunctionType) -> str:
    return f"{act.__module__}.{act.__name__}"


@pytest.mark.parametrize("act", acts(), ids=full_name)
def test_an_act_says_who_and_when_and_names_what_it_is_given(act: FunctionType) -> None:
    if full_name(act) in NOT_ACTS:
        return
    given = inspect.signature(act).parameters
    asked = {"by"} if full_name(act) in DATED_BY_THE_DATABASE else {"by", "at"}

    assert {each.kind for each in given.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert asked <= set(given)


def test_the_exceptions_exist() -> None:
    assert set(NOT_ACTS) | DATED_BY_THE_DATABASE <= {full_name(act) for act in acts()}


def history_tables() -> Iterator[tuple[type[models.Model], bool]]:
    """The tables with the history of our models, and whether their rows have a date."""
    for model in apps.get_models():
        history = getattr(getattr(model, "history", None), "model", None)
        if history is None or model._meta.app_label not in FLOORS:
            continue
        yield history, True
        for each in history._history_m2m_fields:
            yield vars(history)[each.name].model, False


@pytest.mark.django_db
def test_every_history_only_grows() -> None:
    expected = dict(history_tables())
    known = {model: bool(column) for model, column in append_only_models()}

    assert len(expected) > 20
    assert expected.items() <= known.items()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
        )
        laid = set(cursor.fetchall())
    wanted = {
        (model._meta.db_table, trigger)
        for model, dated in known.items()
        for trigger in ("audit_refuse", "audit_count_update", "audit_count_delete")
        + (("audit_stamp",) if dated else ())
    }
    assert wanted - laid == set()


def test_the_import_contracts_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]

"""Import of 20,000 pupils with 35,000 guardians, against COPY and upsert of the same rows bare.

The bare rows are the records only, ready to be sent: not read out of a file, not looked through,
without history. Ours is read twice (looked through, and applied) and writes a row of history for
each record.
"""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from tests.bench.frame import Figure

PUPILS, FAMILIES, GROUPS = 20_000, 17_500, 800
ROUNDS = 3
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MOST_MEGABYTES = 150
ROOT = Path(__file__).resolve().parents[2]
_HEADINGS = (
    "Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Geslacht;Groep;Leerjaar;"
    "Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 1 gezag;Verzorger 1 relatie;"
    "Verzorger 2 naam;Verzorger 2 e-mail;Verzorger 2 gezag;Verzorger 2 relatie"
)
_FIRST = ("Noor", "Sem", "Yara", "Daan", "Anaïs", "Milan", "Lot", "Jens", "Fenna", "Omar")
_LAST = ("Visser", "Bakker", "Yılmaz", "Jansen", "Hof", "Kaya", "Smit", "Mulder", "Bos")
_INFIX = ("", "", "de", "van der", "")


class _Enough(Exception):
    """The end of a round: what it wrote is taken back."""


def _last(family: int) -> tuple[str, str]:
    return _INFIX[family % 5], f"{_LAST[family % 9]}{family}"


def _pupils() -> list[tuple[int, int, str]]:
    """The number of each pupil, its family, and its first name."""
    return [(n, n % FAMILIES, _FIRST[n * 7 % 10]) for n in range(PUPILS)]


def table() -> bytes:
    """The file: a row for each pupil, with both parents."""
    lines = [_HEADINGS]
    for number, family, first in _pupils():
        infix, last = _last(family)
        whole = " ".join(part for part in (infix, last) if part)
        lines.append(
            f"{number:07};{first};{infix};{last};{number % 28 + 1}-{number % 12 + 1}-"
            f"{2010 + number % 9};V;{number % GROUPS + 1}a;{number % 8 + 1};"
            f"Sanne {whole};sanne{family}@gezin.example;ja;moeder;"
            f"Karim {whole};karim{family}@gezin.example;ja;vader"
        )
    return "\r\n".join(lines).encode()


def _school() -> int:
    from privacyboard.organisation.models import School
    from tests.conftest import make_board, make_school

    if found := School.objects.first():
        return int(found.pk)
    return int(
        make_school(make_board(), name="De Linde", slug="linde", brin="01AA", public=True).pk
    )


def take_in(content: bytes, school: int) -> dict[str, dict[str, int]]:
    """The whole road of one file; returns what became of its rows."""
    from privacyboard.organisation.models import School
    from privacyboard.people.actions import files as file_acts
    from privacyboard.people.exchange import kept
    from privacyboard.people.models import PeopleFile
    from privacyboard.people.rules.mapping import Mapping

    file = file_acts.take_file(
        school=School.objects.get(pk=school),
        content=content,
        file_name="leerlingen.csv",
        by=None,
        at=AT,
    )
    file = file_acts.choose_mapping(
        file=file,
        mapping=Mapping.from_json(file.mapping),
        school_year=2025,
        is_full=True,
        by=None,
        at=AT,
    )
    assert not kept.is_small(content)
    file = file_acts.read(file=file, by=None, at=AT)
    file = file_acts.ask_to_apply(file=file, by=None, at=AT)
    document = PeopleFile.objects.get(pk=file.pk).document
    file = file_acts.apply(file=file, by=None, at=AT)
    if document is not None:
        document.file.delete(save=False)
    _check_keys()
    counts: dict[str, dict[str, int]] = file.report["counts"]
    return counts


def _check_keys() -> None:
    """Let the database check now what it checks at the end of a transaction, which never comes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _bare_rows(school: int) -> dict[str, str]:
    """The records as texts for COPY; numbers far above those of others."""
    base = 1_000_000
    pupils, guardians, ties, places = [], [], [], []
    for family in range(FAMILIES):
        infix, last = _last(family)
        for at, first in enumerate(("Sanne", "Karim")):
            guardians.append(
                f"{base + 2 * family + at}\t{first}\t{infix}\t{last}\t{last} {first} {infix}\t\t"
                f"{first.lower()}{family}@gezin.example\t{{}}\tnl\t1\t"
            )
    for number, family, first in _pupils():
        infix, last = _last(family)
        pupils.append(
            f"{base + number}\t{first}\t{infix}\t{last}\t{last} {first} {infix}\t{school}\t"
            f"{number:07}\t\t{2010 + number % 9}-{number % 12 + 1}-{number % 28 + 1}\t\tnl\tf\t1"
        )
        ties += [f"{base + number}\t{base + 2 * family + at}\tparent\tt" for at in (0, 1)]
        places.append(f"{base + number}\t{base + number % GROUPS}\t2025-08-01")
    groups = [
        f"{base + number}\t{school}\t2025\t{number + 1}a\t{number + 1}a\t{number + 1}a\t\tf"
        for number in range(GROUPS)
    ]
    rows = {
        "group": groups,
        "pupil": pupils,
        "guardian": guardians,
        "guardianship": ties,
        "placement": places,
    }
    return {name: "\n".join(lines) + "\n" for name, lines in rows.items()}


_BARE = {
    "group": (
        "id, school_id, school_year, key, name, sort_name, level, is_combined",
        "(school_id, school_year, key)",
    ),
    "pupil": (
        "id, first_name, infix, last_name, sort_name, school_id, key, eck_id, born_on, email, "
        "language, has_curator, link_number",
        "(school_id, key)",
    ),
    "guardian": (
        "id, first_name, infix, last_name, sort_name, key, email, other_emails, language, "
        "link_number, unreachable_why",
        "(id)",
    ),
    "guardianship": ("pupil_id, guardian_id, kind, has_authority", "(pupil_id, guardian_id)"),
    "placement": (
        "pupil_id, group_id, starts_on",
        "(group_id, pupil_id) WHERE ends_on IS NULL",
    ),
}


def bare(rows: dict[str, str]) -> None:
    """COPY and upsert, as one writes it first."""
    with connection.cursor() as cursor:
        for name, (columns, conflict) in _BARE.items():
            table_name = f"organisation_{name}"
            cursor.execute(
                f"CREATE TEMP TABLE bare_{name} ON COMMIT DROP AS "  # noqa: S608
                f"SELECT {columns} FROM {table_name} LIMIT 0"
            )
            cursor.copy_expert(f"COPY bare_{name} FROM STDIN", io.StringIO(rows[name]))
            update = ", ".join(f"{each} = excluded.{each}" for each in columns.split(", "))
            cursor.execute(
                f"INSERT INTO {table_name} ({columns}) SELECT {columns} FROM bare_{name} "  # noqa: S608
                f"ON CONFLICT {conflict} DO UPDATE SET {update}"
            )
    _check_keys()


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _round(content: bytes, rows: dict[str, str], school: int) -> tuple[float, float, float]:
    """Ours, ours again, and the bare rows: each on the same tables, without what was taken back."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    found: list[float] = []
    try:
        with transaction.atomic():
            found.append(_timed(lambda: take_in(content, school)))
            before = _history()
            found.append(_timed(lambda: take_in(content, school)))
            if _history() != before:
                raise RuntimeError("the same file again wrote history")
            raise _Enough
    except _Enough:
        pass
    try:
        with transaction.atomic():
            found.append(_timed(lambda: bare(rows)))
            raise _Enough
    except _Enough:
        pass
    return found[0], found[1], found[2]


def _history() -> int:
    from privacyboard.organisation.models import Guardian, Guardianship, Pupil

    return sum(model.history.count() for model in (Pupil, Guardian, Guardianship))


def figures() -> list[Figure]:
    """The first time, the same file again, and the memory of a worker that does it."""
    content, school = table(), _school()
    rows = _bare_rows(school)
    rounds = [_round(content, rows, school) for _number in range(ROUNDS)]
    first, again, plain = (median(each) for each in zip(*rounds, strict=True))
    megabytes = peak_megabytes()
    return [
        Figure(
            "import of 20,000 pupils and 35,000 guardians, looked through and applied",
            f"{first:.2f} s",
            f"COPY and upsert without history {plain:.2f} s",
            first / plain,
            3.5,
        ),
        Figure(
            "the same file again, without a row of history",
            f"{again:.2f} s",
            f"the first time {first:.2f} s",
            again / first,
            0.6,
        ),
        Figure(
            "import of 20,000 pupils, memory above an idle worker",
            f"{megabytes:.0f} MB",
            f"{MOST_MEGABYTES} MB",
            megabytes / MOST_MEGABYTES,
            1,
        ),
    ]


def peak_megabytes() -> float:
    """How much more memory a process takes that does the whole import than it took before."""
    from django.conf import settings

    server = settings.DATABASE_URL.rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.bench.people"],
        cwd=ROOT,
        env={
            **os.environ,
            "DEBUG": "true",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def _take_in_here() -> None:
    """Print how many megabytes the import took above the worker with its tasks loaded."""
    import django

    django.setup()
    import openpyxl  # noqa: F401 - the worker has them loaded

    from privacyboard.people import tasks  # noqa: F401

    school = _school()
    content = table()
    before = _kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins here
    try:
        with transaction.atomic():
            take_in(content, school)
            raise _Enough
    except _Enough:
        pass
    sys.stdout.write(f"{(_kilobytes('VmHWM') - before) / 1024}\n")


def _kilobytes(name: str) -> int:
    """What Linux tells of this process; getrusage would tell the peak of who started it."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.split(f"{name}:")[1].split()[0])


if __name__ == "__main__":
    _take_in_here()

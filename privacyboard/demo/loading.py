"""The demo board: fictional people, real content, loaded through the acts that people use."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from privacyboard.demo import people
from privacyboard.demo.breaches import load_breaches
from privacyboard.demo.consent import load_consent
from privacyboard.demo.destruction import load_destruction
from privacyboard.demo.holidays import load_holidays
from privacyboard.demo.people import CONTENT
from privacyboard.demo.requests import load_requests
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.models import Board, School, User
from registers import actions, exchange
from registers.exchange import Codes, read_toml
from registers.models import (
    Agreement,
    Cookie,
    DataCategory,
    Processor,
    Product,
    Purpose,
    RecipientLine,
    SchoolProduct,
    System,
    Website,
)
from registers.rules.statement import EDITIONS, PARENTS, Edition


def is_loaded() -> bool:
    """Whether a board stands already: what was entered is never loaded over."""
    return Board.objects.exists()


@transaction.atomic
def load(*, at: datetime, password: str = people.PASSWORD) -> None:
    """Load the whole demo board as of a moment; the dates of its content count from it."""
    exchange.load_catalogue(by=None)
    board = Board(**read_toml(CONTENT / "board.toml")["board"])
    board.full_clean()
    board.record(by=None, why="demo")
    for row in read_toml(CONTENT / "schools.toml")["school"]:
        school = School(board=board, **row)
        school.full_clean()
        school.record(by=None, why="demo")
    cast = {row["role"]: _person(row, at, password) for row in people.rows()}
    codes = Codes()
    _load_processors(codes, cast["ibp_manager"], at)
    for file in sorted((CONTENT / "activities").glob("*.toml")):
        _load_activity(read_toml(file), cast, at)
    _fill_agreements(cast["ibp_manager"])
    _load_websites(codes, cast["ibp_manager"])
    load_requests(at=at)
    load_breaches(at=at)
    load_consent(at=at)
    load_destruction(at=at)
    load_holidays(by=cast["ibp_manager"], at=at)


def _rows(file: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_toml(CONTENT / f"{file}.toml")[table]
    return rows


def _person(row: dict[str, Any], at: datetime, password: str) -> User:
    names = {name: row[name] for name in ("first_name", "infix", "last_name")}
    user = User.objects.create_user(row["email"], password, **names)
    days = row["days_valid"]
    appoint(
        user=user,
        role=row["role"],
        school=School.objects.get(slug=row["school"]) if row["school"] else None,
        starts_on=localdate(at) - timedelta(days=30),
        ends_on=localdate(at) + timedelta(days=days) if days else None,
        is_external=row["external"],
        basis=row["basis"],
        by=None,
        at=at,
    )
    return user


def _load_processors(codes: Codes, by: User, at: datetime) -> None:
    for row in _rows("suppliers", "processor"):
        _enter(Processor(**row), by)
    for row in _rows("suppliers", "product"):
        _enter(Product(**{**row, "processor": codes.find(Processor, row["processor"])}), by)
    for row in _rows("systems", "system"):
        _enter(System(**{**row, "product": codes.find_or_none(Product, row["product"])}), by)
    for row in _rows("suppliers", "agreement"):
        agreement = _load_agreement(row, codes, by, localdate(at))
        actions.refresh_coverage(agreement=agreement, by=by, at=at)
        _load_uses(agreement, by)


def _enter(record: Any, by: User) -> None:
    record.full_clean()
    record.record(by=by, why="ingevoerd")


def _load_agreement(row: dict[str, Any], codes: Codes, by: User, on: date) -> Agreement:
    starts_on = on + timedelta(days=row["starts_in_days"])
    ends_in = row["ends_in_days"]
    agreement = Agreement(
        processor=codes.find(Processor, row["processor"]),
        reference=row["reference"],
        model=row["model"],
        starts_on=starts_on,
        ends_on=on + timedelta(days=ends_in) if ends_in else None,
        signed_by_board_on=min(starts_on, on) if row["signed"] else None,
        signed_by_processor_on=min(starts_on, on) if row["signed"] else None,
        all_schools=not row["schools"],
        note=row["note"],
    )
    _enter(agreement, by)
    agreement.products.set(codes.find_all(Product, row["products"]))
    agreement.schools.set(codes.find_all(School, row["schools"]))
    return agreement


def _load_activity(row: dict[str, Any], cast: dict[str, User], at: datetime) -> None:
    by = cast["ibp_manager"]
    activity = exchange.write_activity(row, codes=Codes(), by=by, on=localdate(at))
    if row["status"] == "established":
        actions.propose(activity=activity, by=by, at=at)
        actions.establish(
            activity=activity,
            by=cast["board_member"],
            at=at,
            exception="De nieuwe overeenkomst ligt klaar om te tekenen (fictief).",
        )


def _load_uses(agreement: Agreement, by: User) -> None:
    """Products that are agreed for some schools only are in use at those."""
    for school in agreement.schools.all():
        for product in agreement.products.all():
            if not SchoolProduct.objects.filter(school=school, product=product).exists():
                _enter(SchoolProduct(school=school, product=product, since=agreement.starts_on), by)


# One agreement says less than the register does, so that the demo shows what is told about it.
_LESS_IS_AGREED = "snappet"


def _fill_agreements(by: User) -> None:
    """The fictional agreements name the data and purposes for which the register uses a party."""
    for agreement in Agreement.objects.select_related("processor"):
        lines = RecipientLine.objects.filter(processor=agreement.processor)
        data = DataCategory.objects.filter(recipient_lines__in=lines).distinct()
        purposes = Purpose.objects.filter(lines__activity__recipientlines__in=lines).distinct()
        less = agreement.processor.code == _LESS_IS_AGREED
        agreement.breach_notice_hours = 24
        agreement.record(by=by, why="ingevoerd")
        agreement.data.set(data[1:] if less else data)
        agreement.purposes.set(purposes)


def _load_websites(codes: Codes, by: User) -> None:
    for row in _rows("websites", "website"):
        own = {name: row[name] for name in ("name", "origin", "may_embed")}
        website = Website(school=codes.find_or_none(School, row["school"]), **own)
        _enter(website, by)
        for cookie in row["cookies"]:
            _enter(Cookie(website=website, **cookie), by)


def publish(*, at: datetime) -> None:
    """Publish the board's statements for all readers, and the schools' for parents.

    Their PDFs take a while; what misses something is left for people to complete.
    """
    by = User.objects.get(email=people.email_of("ibp_manager"))
    wanted: list[tuple[School | None, Edition]] = [(None, edition) for edition in EDITIONS]
    wanted += [(school, PARENTS) for school in School.objects.all()]
    for school, edition in wanted:
        with suppress(actions.NotComplete):
            actions.publish_statement(
                school=school, by=by, at=at, audience=edition.audience, language=edition.language
            )

"""The destruction lists of the demo board, one in each state, made by the acts that people use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from privacyboard.clockwork.actions import put_hold
from privacyboard.demo.people import CONTENT, email_of, rows
from privacyboard.organisation.models import Pupil, School, Teacher, User
from registers.actions.destroying import deciding, handing, listing, planning, stepping
from registers.choices.destruction import LineVerdict, TaskKind
from registers.exchange import read_toml
from registers.models import DestructionList, RetentionRule
from registers.models.destruction_places import places_of
from registers.rules.destruction.terms import list_year

Row = Mapping[str, Any]
_WHY_LAW = "Voor deze gegevens schrijft de wet de lange termijn voor."


def load_destruction(*, at: datetime) -> None:
    """Enter who left, let the machine propose, and take each list to its state."""
    content = read_toml(CONTENT / "destruction.toml")
    for row in content["leaver"]:
        _leave(row, at)
    for row in content["same_number"]:
        teacher = Teacher(**{**row, "school": _school(row)})
        teacher.full_clean()
        teacher.record(by=None, why="ingevoerd")
    for row in content["hold"]:
        _hold(row, at)
    for row in content["by_hand"]:
        _by_hand(row, at)
    for row in content["term"]:
        _change(row, row["at_first"])
        _change(row, row["then"])
    planning.plan(by=None, at=at)
    for row in content["term_lost"]:
        _change(row, row["then"])
    listing.list_due(by=None, at=at)
    for row in content["list"]:
        found = DestructionList.objects.proposed_for(_school(row)).get()
        _Steps(found, _director(row), at, row.get("processors", ())).to(row["state"])


def _school(row: Row) -> School:
    return School.objects.get(slug=row["school"])


def _director(row: Row) -> User:
    email = next(
        each["email"]
        for each in rows()
        if each["role"] == "director" and each["school"] == row["school"]
    )
    return User.objects.get(email=email)


def _leave(row: Row, at: datetime) -> None:
    """Pupils who left on the first day of August, so many years before the year of the list."""
    left_on = date(list_year(localdate(at)) - row["years_before"], 8, 1)
    for number, name in enumerate(row["names"], start=row["first_number"]):
        first, _space, last = name.partition(" ")
        pupil = Pupil(
            school=_school(row), key=str(number), first_name=first, last_name=last, left_on=left_on
        )
        pupil.full_clean()
        pupil.record(by=None, why="ingevoerd")


def _change(row: Row, values: Row) -> None:
    """The office changes a term in the catalogue: of what is planned by then, a list tells it."""
    rule = RetentionRule.objects.get(code=row["rule"])
    for name, value in values.items():
        setattr(rule, name, value)
    rule.full_clean()
    rule.record(by=User.objects.get(email=email_of("ibp_manager")), why=row["why"])


def _hold(row: Row, at: datetime) -> None:
    director = _director(row)
    put_hold(
        kind=row["kind"],
        reason=row["reason"],
        owner=director,
        review_on=localdate(at) + timedelta(days=row["review_in_days"]),
        school=_school(row),
        person_key=row["number"],
        by=director,
        at=at,
    )


def _by_hand(row: Row, at: datetime) -> None:
    director = _director(row)
    added = listing.Added(
        rule=RetentionRule.objects.get(code=row["rule"]),
        event_on=localdate(at) - timedelta(days=row["days_ago"]),
        keys=tuple(row["keys"]),
        reason=row.get("reason", ""),
    )
    found = listing.open_list(school=_school(row), by=director, at=at)
    listing.add_items(found=found, added=added, by=director, at=at)
    _Steps(found, director, at).to(row["state"])


@dataclass(frozen=True)
class _Steps:
    """A list on its way; each step by who takes it."""

    found: DestructionList
    director: User
    at: datetime
    # Codes of processors that get the list by mail, whoever else holds the same.
    processors: Collection[str] = ()

    def to(self, state: str) -> None:
        """Take the steps up to a state."""
        if state == "proposed":
            return
        if state == "withdrawn":
            stepping.withdraw(
                found=self.found,
                reason="Deze nummers zijn van een andere school (fictief).",
                again_on=localdate(self.at) + timedelta(days=60),
                by=self.director,
                at=self.at,
            )
            return
        for step in (self._check, self._approve, self._hand_over, self._close):
            step()
            if DestructionList.objects.get(pk=self.found.pk).state == state:
                return

    def _check(self) -> None:
        for line in self.found.lines.filter(verdict=LineVerdict.CONFLICT):
            deciding.decide_conflict(
                line=line, destroys=False, reason=_WHY_LAW, by=self.director, at=self.at
            )
        stepping.check(found=self.found, by=self.director, at=self.at)

    def _approve(self) -> None:
        manager = User.objects.get(email=email_of("ibp_manager"))
        stepping.approve(found=self.found, by=manager, at=self.at)

    def _hand_over(self) -> None:
        handing.hand_over(found=self.found, chosen=self._places(), by=self.director, at=self.at)
        self._prove(self.found.tasks.order_by("pk")[:1])

    def _places(self) -> list[str]:
        """The processors that are named, and places that hold everything together."""
        chosen = [f"{TaskKind.PROCESSOR.value}:{code}" for code in self.processors]
        left = {pair for place in places_of(self.found) for pair in place.pairs}
        for place in sorted(places_of(self.found), key=lambda each: -len(each.pairs)):
            if left & set(place.pairs):
                chosen.append(place.key)
                left -= set(place.pairs)
        return chosen

    def _close(self) -> None:
        self._prove(self.found.tasks.filter(done_on=None))
        handing.close(found=self.found, by=self.director, at=self.at)

    def _prove(self, tasks: Any) -> None:
        proof = handing.Proof(
            done_on=localdate(self.at),
            done_by="Functioneel beheer (fictief)",
            result="Gewist, ook uit de reservekopieën.",
        )
        for task in tasks:
            handing.prove(task=task, proof=proof, by=self.director, at=self.at)

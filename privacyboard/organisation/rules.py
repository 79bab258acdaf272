"""Which role holds which right, and which identifiers are well formed. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from privacyboard.organisation.choices import Right, Role

_READ = frozenset({Right.VIEW_REGISTER, Right.VIEW_ORGANISATION})

# Who reads the whole board reads who has which role, and what was given to whom, as well.
_READ_ALL = _READ | {Right.VIEW_ACCOUNTS, Right.VIEW_DISCLOSURES}

# The FG supervises (AVG 38, 39; OPOO 3.3): reads everything, writes the FG's own remark only.
# The technisch beheerder keeps accounts and machines running and reads no register and no case.
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.FG: _READ_ALL
    | {
        Right.ADVISE_REGISTER,
        Right.EXPORT_REGISTER,
        Right.VIEW_ACCESS_LOG,
        Right.VIEW_CONFIDENTIALITY,
        Right.VIEW_REQUESTS,
        Right.VIEW_CONFIDENTIAL_REQUESTS,
        Right.ADVISE_REQUESTS,
        Right.EXPORT_REQUESTS,
        Right.VIEW_BREACHES,
        Right.VIEW_CONFIDENTIAL_BREACHES,
        Right.ADVISE_BREACHES,
        Right.EXPORT_BREACHES,
        Right.VIEW_PEOPLE,
        Right.VIEW_CONSENT,
        Right.EXPORT_CONSENT,
        Right.VIEW_DESTRUCTION,
    },
    Role.IBP_MANAGER: _READ_ALL
    | {
        Right.CHANGE_REGISTER,
        Right.ESTABLISH_REGISTER,
        Right.DEVIATE_REGISTER,
        Right.EXPORT_REGISTER,
        Right.DESTROY_REGISTER,
        Right.PUBLISH_STATEMENT,
        Right.CHANGE_DISCLOSURES,
        Right.VIEW_CONFIDENTIALITY,
        Right.CHANGE_ORGANISATION,
        Right.KEEP_HOLIDAYS,
        Right.VIEW_ACCESS_LOG,
        Right.VIEW_REQUESTS,
        Right.VIEW_CONFIDENTIAL_REQUESTS,
        Right.HANDLE_REQUESTS,
        Right.DECIDE_REQUESTS,
        Right.EXPORT_REQUESTS,
        Right.VIEW_BREACHES,
        Right.VIEW_CONFIDENTIAL_BREACHES,
        Right.SUPPLEMENT_BREACHES,
        Right.HANDLE_BREACHES,
        Right.DECIDE_BREACHES,
        Right.EXPORT_BREACHES,
        Right.EXTEND_TERM,
        Right.ANONYMISE_RECORDS,
        Right.DESTROY_RECORDS,
        Right.VIEW_DESTRUCTION,
        Right.CHECK_DESTRUCTION,
        Right.VIEW_PEOPLE,
        Right.CHANGE_PEOPLE,
        Right.VIEW_CONSENT,
        Right.USE_CLASS_LISTS,
        Right.RECORD_CONSENT,
        Right.MANAGE_CONSENT,
        Right.EXPORT_CONSENT,
    },
    Role.BOARD_MEMBER: _READ
    | {
        Right.ESTABLISH_REGISTER,
        Right.PUBLISH_STATEMENT,
        Right.VIEW_BREACHES,
        Right.DECIDE_BREACHES,
        # Four eyes on lists that the IBP manager checked: the board itself is the second pair.
        Right.VIEW_DESTRUCTION,
        Right.DESTROY_RECORDS,
    },
    Role.DIRECTOR: _READ
    | {
        Right.DEVIATE_REGISTER,
        Right.REVIEW_ACCESS,
        Right.KEEP_HOLIDAYS,
        Right.VIEW_DISCLOSURES,
        Right.CHANGE_DISCLOSURES,
        Right.VIEW_CONFIDENTIALITY,
        Right.CHANGE_CONFIDENTIALITY,
        Right.VIEW_REQUESTS,
        Right.HANDLE_REQUESTS,
        Right.DECIDE_REQUESTS,
        Right.EXTEND_TERM,
        Right.VIEW_BREACHES,
        Right.SUPPLEMENT_BREACHES,
        Right.VIEW_PEOPLE,
        Right.CHANGE_PEOPLE,
        Right.VIEW_CONSENT,
        Right.USE_CLASS_LISTS,
        Right.RECORD_CONSENT,
        Right.EXPORT_CONSENT,
        Right.VIEW_DESTRUCTION,
        Right.CHECK_DESTRUCTION,
    },
    # Who shares with a ZAT or an outside helper must know first whether that may (Veluwse).
    Role.CARE_COORDINATOR: frozenset(
        {Right.VIEW_CONFIDENTIALITY, Right.CHANGE_CONFIDENTIALITY, Right.VIEW_CONSENT}
    ),
    # The groups that one teaches, and no other.
    Role.EMPLOYEE: frozenset({Right.USE_CLASS_LISTS}),
    Role.AUDITOR: _READ_ALL,
    Role.ADMINISTRATOR: frozenset(
        {Right.VIEW_ACCOUNTS, Right.MANAGE_ACCOUNTS, Right.VIEW_OPERATION}
    ),
}

# Rights that are exercised on pages of their own: they do not open the browser admin.
OUTSIDE_THE_ADMIN = frozenset({Right.USE_CLASS_LISTS})

BOARD_WIDE_ONLY = frozenset({Role.FG, Role.IBP_MANAGER, Role.BOARD_MEMBER, Role.ADMINISTRATOR})
SCHOOL_ONLY = frozenset({Role.DIRECTOR, Role.CARE_COORDINATOR})

# Who hears of what nobody of a role can be told. The FG stands beside this row: the FG supervises,
# and does nobody's work (AVG 38(6)).
ROLE_ABOVE: dict[Role, Role] = {
    Role.EMPLOYEE: Role.DIRECTOR,
    Role.CARE_COORDINATOR: Role.DIRECTOR,
    Role.DIRECTOR: Role.IBP_MANAGER,
    Role.ADMINISTRATOR: Role.IBP_MANAGER,
    Role.IBP_MANAGER: Role.BOARD_MEMBER,
}

# The word in an address for the board itself.
BOARD_SLUG = "bestuur"
# Words that stand in addresses where a school's own word would: no school can take them.
RESERVED_SLUGS = frozenset(
    {BOARD_SLUG, "pdf", "en", "ouders", "leerlingen", "medewerkers", "insluiten", "schoolgids"}
)

BRIN_PATTERN = r"\A[0-9]{2}[A-Z]{2}\Z"
BRANCH_PATTERN = r"\A[0-9]{2}\Z"
KVK_PATTERN = r"\A[0-9]{8}\Z"
AUTHORITY_PATTERN = r"\A[0-9]{5}\Z"
POSTCODE_PATTERN = r"\A[1-9][0-9]{3} ?[A-Z]{2}\Z"

# Nine digits, or eight and a missing leading zero never: eight digits are a KvK number.
# Looking ahead finds runs that overlap: a date before a number does not hide it.
_NINE_DIGITS = re.compile(r"(?<!\d)(?=(\d(?:[ .-]?\d){8})(?!\d))")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


@dataclass(frozen=True)
class Standing:
    """What a person may do on one day: rights on the whole board, and per school id."""

    on: date
    everywhere: frozenset[str] = frozenset()
    at_school: dict[int, frozenset[str]] = field(default_factory=dict)
    roles: tuple[tuple[str, int | None], ...] = ()

    @property
    def may_sign_in(self) -> bool:
        """Without a running appointment nobody signs in."""
        return bool(self.roles)

    @property
    def has_rights(self) -> bool:
        """Whether any right is held that the browser admin is for."""
        return bool(self.everywhere - OUTSIDE_THE_ADMIN) or any(
            held - OUTSIDE_THE_ADMIN for held in self.at_school.values()
        )

    def holds(self, right: str) -> bool:
        """Whether the right is held anywhere: on the board or at one school at least."""
        return right in self.everywhere or any(right in held for held in self.at_school.values())

    def holds_at(self, right: str, school_id: int) -> bool:
        """Whether the right is held at this school."""
        return right in self.everywhere or right in self.at_school.get(school_id, frozenset())

    @property
    def meets_consent(self) -> bool:
        """Whether there are pages about consent for this person."""
        return self.holds(Right.VIEW_CONSENT) or self.holds(Right.USE_CLASS_LISTS)

    def has_role(self, *roles: str) -> bool:
        """Whether one of these roles is held, on the board or at any school."""
        return any(role in roles for role, _school in self.roles)


def passes_eleven_check(digits: str) -> bool:
    """Whether nine digits pass the 11-check of the BSN (domain: identifiers)."""
    if len(digits) != 9 or not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0


def numbers_like_bsn(text: str) -> list[str]:
    """Return each run of nine digits (also with spaces, dots or dashes) that can be a BSN."""
    runs = (re.sub(r"\D", "", found.group(1)) for found in _NINE_DIGITS.finditer(text))
    return [digits for digits in runs if passes_eleven_check(digits)]


def sort_key(text: str) -> str:
    """Return the key under which a name sorts: unaccented, lower case.

    The database brings no ICU, so the order of names is a stored column.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(plain.casefold().split())


def person_key(first_name: str, infix: str, last_name: str) -> str:
    """The key under which somebody sorts: by last name."""
    return sort_key(f"{last_name} {first_name} {infix}")


def group_key(name: str) -> str:
    """The key under which a group sorts: 7a before 8, and 8 before 10."""
    return re.sub(r"\d+", lambda found: found.group().zfill(4), sort_key(name))[:120]


def school_year_of(day: date) -> int:
    """The school year of a day, by its first calendar year: it runs from 1 August to 31 July."""
    return day.year if day.month >= 8 else day.year - 1


def closed_days(
    of_all: Iterable[tuple[date, date]],
    own: Mapping[int | None, Iterable[tuple[date, date]]],
    schools: Collection[int | None],
) -> frozenset[date]:
    """Days on which every one of these schools is closed, each by a period of all or of its own.

    Of periods the first and the last day count. Without schools: the days of all.
    """
    each = [_days_in(own.get(school, ())) for school in schools]
    return frozenset(_days_in(of_all).union(set.intersection(*each) if each else ()))


def _days_in(periods: Iterable[tuple[date, date]]) -> set[date]:
    return {
        first + timedelta(days=number)
        for first, last in periods
        for number in range((last - first).days + 1)
    }


def next_link_number(number: int) -> int:
    """The number that revokes links made with this one. It never returns to one that was.

    A number below zero is that of somebody who was put away: its size counts on.
    """
    return abs(number) + 1


def birthday_of(born_on: date, age: int) -> date:
    """The first day at this age; who was born on 29 February: 1 March in a common year.

    The same reading as `age_on`.
    """
    year = born_on.year + age
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age_on(born_on: date, on: date) -> int:
    """The age in whole years on a day; who was born on 29 February turns older on 1 March.

    A year of life is full at the start of the birthday; in a common year leaplings have theirs the
    day after 28 February (usual reading, no court settled it).
    """
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def ladder_from(role: Role) -> tuple[Role, ...]:
    """The role, the role above it, and so on: the first of whom anybody is there is told."""
    above = ROLE_ABOVE.get(role)
    return (role, *ladder_from(above)) if above else (role,)


def scope_problem(role: str, *, at_school: bool) -> str:
    """Say why a role cannot be held at this level; empty when it can."""
    if at_school and role in BOARD_WIDE_ONLY:
        return "Deze rol geldt altijd voor het hele bestuur. Laat de school leeg."
    if not at_school and role in SCHOOL_ONLY:
        return "Deze rol hoort bij een school. Kies de school."
    return ""


def periods_overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two periods share a day; the first and last day count, without a last they run on."""
    starts_before_the_end = [
        one[0] <= other[1] if other[1] else True
        for one, other in ((first, second), (second, first))
    ]
    return all(starts_before_the_end)


def period_problem(
    role: str, *, starts_on: date, ends_on: date | None, is_external: bool, basis: str
) -> str:
    """Say why an appointment's period or basis is not in order; empty when it is.

    An auditor's appointment ends on a date; an outsider's names its basis and its end (OPOO 8.1.3).
    """
    if ends_on is not None and ends_on < starts_on:
        return "De einddatum ligt voor de begindatum."
    if role == Role.AUDITOR and ends_on is None:
        return "Een auditor heeft altijd een einddatum."
    if is_external and ends_on is None:
        return "Iemand van buiten heeft altijd een einddatum."
    if is_external and not basis.strip():
        return "Schrijf op waarom iemand van buiten toegang krijgt (bijvoorbeeld een opdracht)."
    return ""

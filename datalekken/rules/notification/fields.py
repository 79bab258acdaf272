"""Which fields of the EDPB's template are asked, given the answers, and which of them are missing.

The draft says this in loose words (`visible_if`, `required_if`); here it stands so that it can be
run. Where its words cannot be, the comment says what was made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from datalekken.content import FIELDS, NAMES

Values = Mapping[int, Any]


@dataclass(frozen=True)
class Missing:
    """A mandatory field without an answer: what it is, and by which act it is filled in."""

    number: int
    name: str
    act: str

    @property
    def sentence(self) -> str:
        """In Dutch."""
        return f"{self.name[0].upper()}{self.name[1:]} (veld {self.number})."


def _never(_values: Values) -> bool:
    return False


def _is(number: int, *letters: str) -> Callable[[Values], bool]:
    """The field has one of these letters, or one of them among its letters."""

    def holds(values: Values) -> bool:
        found = values.get(number)
        return bool(set(found if isinstance(found, list) else [found]) & set(letters))

    return holds


_breaks_confidentiality, _breaks_integrity, _breaks_availability = (
    _is(55, letter) for letter in "abc"
)
_is_told, _fg_is_another = _is(97, "a"), _is(23, "b", "c")
_crosses_borders, _has_other_party = _is(113, "a"), _is(38, "a")

# Fields that are asked under a condition; the others always are.
_VISIBLE: Final[Mapping[int, Callable[[Values], bool]]] = {
    5: _is(4, "c"),
    6: _is(3, "b"),
    15: _is(14, "a"),
    16: lambda values: _is(14, "a")(values) and _is(15, "d")(values),
    # 18, 19: the board is established in the EEA; 25, 26: where a country asks them.
    **dict.fromkeys((18, 19, 25, 26), _never),
    24: _is(23, "c"),
    **dict.fromkeys((29, 30, 31), _fg_is_another),
    **dict.fromkeys((34, 35, 36), _is(33, "c")),
    # The draft forgets the condition at 41.
    **dict.fromkeys((39, 40, 41), _has_other_party),
    46: _is(44, "a", "b", "c"),
    47: _is(44, "a", "b"),
    # Only the late notification has a reason; that there is one is asked when it is recorded.
    49: lambda values: _is(3, "a")(values) and bool(values.get(49)),
    52: _is(50, "b", "c", "d", "e", "f"),
    56: _breaks_confidentiality,
    57: _breaks_confidentiality,
    58: _breaks_integrity,
    59: _breaks_availability,
    68: _is(67, "a", "b"),
    73: _is(72, "a", "b"),
    79: _breaks_confidentiality,
    80: lambda values: _breaks_confidentiality(values) and _is(79, "d")(values),
    81: _breaks_integrity,
    82: lambda values: _breaks_integrity(values) and _is(81, "c")(values),
    # The draft says "integrity" here too; it asks about availability.
    83: _breaks_availability,
    84: lambda values: _breaks_availability(values) and _is(83, "c")(values),
    86: _is(85, "n"),
    98: _is_told,
    99: _is(97, "b"),
    100: _is(97, "e"),
    101: _is(97, "e"),
    102: _is_told,
    103: lambda values: _is_told(values) and _is(102, "b")(values),
    104: _is_told,
    105: lambda values: _is_told(values) and _is(104, "c")(values),
    106: _is_told,
    111: lambda values: _is(109, "a")(values) or _is(110, "a")(values),
    **dict.fromkeys((114, 115, 116, 117, 118), _crosses_borders),
    # The section for who is not established in the EEA.
    **dict.fromkeys((120, 121, 122, 123), _never),
    126: _is(125, "j"),
}
# "If applicable", remarks, attachments that need not be there, and a tooltip at 76. "If 41a" at 53
# points to an option that does not exist.
_OPTIONAL: Final = frozenset({6, 10, 11, 53, 76, 125})


def is_visible(number: int, values: Values) -> bool:
    """Whether the template asks this field, given the answers to the others."""
    condition = _VISIBLE.get(number)
    return condition is None or condition(values)


def shown(values: Values) -> Iterator[int]:
    """The visible fields that have an answer, in the order of the template."""
    return (number for number in FIELDS if _has(values, number) and is_visible(number, values))


def missing_in(values: Values) -> tuple[Missing, ...]:
    """The mandatory fields that are visible and have no answer."""
    return tuple(
        Missing(number, *NAMES[number])
        for number in FIELDS
        if number not in _OPTIONAL and is_visible(number, values) and not _has(values, number)
    )


def _has(values: Values, number: int) -> bool:
    return values.get(number) not in (None, "", [])

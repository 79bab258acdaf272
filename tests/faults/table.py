"""What is printed: what was looked at, the figure, what it is held against, met or not."""

from __future__ import annotations

from dataclasses import dataclass

_WIDTHS = (58, 25, 25)


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    what: str
    figure: str
    against: str
    is_met: bool


def exactly(what: str, found: object, asked: object) -> Finding:
    """A figure that must be this one."""
    return Finding(what, str(found), str(asked), found == asked)


def at_most(what: str, found: float, most: float, unit: str = "") -> Finding:
    """A figure with a bound; seconds are printed with one decimal."""
    figure, bound = (
        (f"{found:.1f} s", f"at most {most:g} s")
        if unit == "s"
        else (f"{found:g}", f"at most {most:g}")
    )
    return Finding(what, figure, bound, found <= most)


def heading() -> str:
    """The names of the columns, and a line below them."""
    names = _columns("what", "figure", "held against", "met")
    return f"{names}\n{'-' * len(names)}"


def line(finding: Finding) -> str:
    """One finding as it is printed."""
    verdict = "yes" if finding.is_met else "NOT MET"
    return _columns(finding.what, finding.figure, finding.against, verdict)


def _columns(*texts: str) -> str:
    widths = (*_WIDTHS, 7)
    return "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip()

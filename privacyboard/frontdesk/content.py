"""A calendar as text (RFC 5545): whole days, without names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from privacyboard.vocabulary import CalendarDay

_LONGEST = 75  # octets of a line, without its end (RFC 5545, 3.1)


def calendar_text(days: Iterable[CalendarDay], *, name: str, site: str, at: datetime) -> str:
    """The days as iCalendar. `site`: the address that makes keys unique and links whole."""
    host = site.rpartition("/")[2]
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//privacyboard//agenda//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for each in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(each.key)}@{host}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}",
            f"SUMMARY:{_text(each.title)}",
            f"URL:{site}{each.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        value = value.replace(sign, written)
    return value


def _folded(line: str) -> str:
    """Long lines go on after a line end and a space; no character is cut in two."""
    parts, part, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _LONGEST:
            parts.append(part)
            part, size = "", 1  # the space counts
        part += sign
        size += octets
    return "\r\n ".join([*parts, part])

"""Two published statements of one place laid side by side, in words. Takes them as published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from registers.rules.differences import Change, Difference
from registers.rules.wording import Row

Plain = Mapping[str, Any]


def statement_differences(old: Plain, new: Plain) -> list[Difference]:
    """Every row that was added, removed or changed, in the order of reading."""
    found = list(_differences(_("Wie wij zijn"), _about(old), _about(new)))
    olds, news = _processes(old), _processes(new)
    for code in dict.fromkeys([*olds, *news]):
        before, after = olds.get(code), news.get(code)
        title = (after or before or {}).get("name", code)
        found += _differences(title, _rows(before), _rows(after))
    found += _differences(_("In het algemeen"), _in_general(old), _in_general(new))
    return found


@dataclass(frozen=True)
class ChangedActivity:
    """One activity of a statement that is not as it was; `parts` says where, if it changed."""

    name: str
    change: Change
    parts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What happened to it, for who reads the statement."""
        if self.change == Change.ADDED:
            return _("Nieuw: %(name)s.") % {"name": self.name}
        if self.change == Change.REMOVED:
            return _("Vervallen: %(name)s.") % {"name": self.name}
        parts = ", ".join(self.parts)
        return _("Veranderd: %(name)s (%(parts)s).") % {"name": self.name, "parts": parts}


def what_changed(old: Plain, new: Plain) -> list[ChangedActivity]:
    """The activities that came, went or changed, and at the end whether we ourselves changed."""
    olds, news = _processes(old), _processes(new)
    found = []
    for code in dict.fromkeys([*news, *olds]):
        before, after = olds.get(code), news.get(code)
        if before is None and after is not None:
            found.append(ChangedActivity(after["name"], Change.ADDED, ()))
        elif after is None and before is not None:
            found.append(ChangedActivity(before["name"], Change.REMOVED, ()))
        elif after is not None:
            changes = _differences("", _rows(before), _rows(after))
            parts = dict.fromkeys(_part(each.key) for each in changes)
            if parts:
                found.append(ChangedActivity(after["name"], Change.CHANGED, tuple(parts)))
    about = tuple(each.label for each in _differences("", _about(old), _about(new)))
    if about:
        found.append(ChangedActivity(_("wie wij zijn"), Change.CHANGED, about))
    return found


def _part(key: str) -> str:
    words = {
        "name": _("naam"),
        "chapter": _("onderdeel"),
        "description": _("omschrijving"),
        "purpose": _("doel of grondslag"),
        "data": _("gegevens of bewaartermijn"),
        "inside": _("wie op school erbij kan"),
        "outside": _("wie buiten de school gegevens krijgt"),
        "transfer": _("buiten Europa"),
        "automation": _("automatische besluiten"),
        "local": _("hoe het op deze school is"),
    }
    return words[key.partition(":")[0]]


def _differences(section: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Difference]:
    olds = {row.key: row for row in old}
    news = {row.key: row for row in new}
    for key in dict.fromkeys([*olds, *news]):
        before, after = olds.get(key), news.get(key)
        present = after or before
        if present is None or (before and after and before.text == after.text):
            continue
        yield Difference(
            section=section,
            key=key,
            label=present.label,
            change=Change.CHANGED
            if before and after
            else Change.ADDED
            if after
            else Change.REMOVED,
            old=before.text if before else "",
            new=after.text if after else "",
        )


def _processes(statement: Plain) -> dict[str, Plain]:
    """Activities by code, each with the title of its chapter."""
    return {
        process["code"]: {**process, "chapter": chapter["title"]}
        for chapter in statement.get("chapters", [])
        for process in chapter["processes"]
    }


def _about(statement: Plain) -> list[Row]:
    board, school = statement.get("board") or {}, statement.get("school") or {}
    asked = (
        ("board", "name", _("naam van het bestuur")),
        ("board", "address", _("adres van het bestuur")),
        ("board", "email", _("e-mailadres van het bestuur")),
        ("board", "phone", _("telefoon van het bestuur")),
        ("board", "fg_name", _("naam van de FG")),
        ("board", "fg_email", _("e-mailadres van de FG")),
        ("board", "fg_phone", _("telefoon van de FG")),
        ("board", "breach_email", _("waar u een datalek meldt")),
        ("board", "complaints_text", _("klachten")),
        ("board", "complaints_url", _("adres van de klachtenregeling")),
        ("school", "name", _("naam van de school")),
        ("school", "address", _("adres van de school")),
        ("school", "email", _("e-mailadres van de school")),
        ("school", "phone", _("telefoon van de school")),
    )
    found = {"board": board, "school": school}
    return [Row(f"{of}.{name}", label, found[of].get(name, "")) for of, name, label in asked]


def _in_general(statement: Plain) -> list[Row]:
    asked = (
        ("uses_consent", _("toestemming wordt gevraagd")),
        ("uses_legitimate_interest", _("gerechtvaardigd belang")),
        ("transfers_outside_eea", _("gegevens buiten Europa")),
        ("decides_automatically", _("automatische besluiten")),
        ("uses_profiling", _("profilering")),
    )
    return [Row(name, label, _("ja") if statement.get(name) else _("nee")) for name, label in asked]


def _rows(process: Plain | None) -> list[Row]:
    """One activity, row by row: a stable key, its name, the text."""
    if process is None:
        return []
    rows = [
        Row("name", _("naam"), process["name"]),
        Row("chapter", _("onderdeel"), process["chapter"]),
        Row("description", _("omschrijving"), process["description"]),
    ]
    rows += [_purpose(each) for each in process.get("purposes", [])]
    rows += [
        _data(group["group"], line) for group in process.get("groups", []) for line in group["data"]
    ]
    rows += [
        Row(f"inside:{role}", role, "\n".join(lines))
        for role, lines in _by_role(process.get("inside", [])).items()
    ]
    rows += [_outside(each) for each in process.get("outside", [])]
    rows += [
        Row(
            f"transfer:{each['country']}:{each['party']}",
            f"{each['party']} {each['country']}".strip(),
            each["instrument"],
        )
        for each in process.get("transfers", [])
    ]
    if process.get("automation"):
        names = ("automation", "logic", "significance", "human_intervention")
        text = " ".join(process[name] for name in names if process[name])
        rows.append(Row("automation", _("automatische besluiten"), text))
    rows += [
        Row(f"local:{each['part']}", _("op deze school anders: %s") % each["part"], each["text"])
        for each in process.get("local", [])
    ]
    return rows


def _by_role(lines: Sequence[str]) -> dict[str, list[str]]:
    """Lines such as "Leraar: inzien (Naam)" by the role that they begin with."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.partition(":")[0], []).append(line)
    return found


def _purpose(purpose: Plain) -> Row:
    names = ("explanation", "interest", "child_interest")
    text = "\n".join([purpose["basis"], *(purpose[name] for name in names if purpose[name])])
    key = f"purpose:{purpose['text']}:{purpose['basis']}"
    return Row(key, _("doel: %s") % purpose["text"], text)


def _data(group: str, line: Plain) -> Row:
    text = "\n".join(line[name] for name in ("source", "obligation", "term") if line[name])
    return Row(f"data:{group}:{line['category']}", f"{group}: {line['category']}", text)


def _outside(party: Plain) -> Row:
    names = ("role", "purpose", "data", "basis")
    text = "\n".join(party[name] for name in names if party[name])
    return Row(f"outside:{party['name']}:{party['role']}", party["name"], text)

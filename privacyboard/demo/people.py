"""Who can sign in to the demo. Knows no Django: the command line prints it before that loads."""

import tomllib
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
PASSWORD = "welkom-bij-privacyboard"  # noqa: S105 - printed for everybody who starts the demo


def rows() -> list[dict[str, Any]]:
    """The fictional people of the demo, one row each."""
    text = (CONTENT / "people.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["person"]
    return found


def email_of(role: str) -> str:
    """The address of the first person with this role."""
    return next(row["email"] for row in rows() if row["role"] == role)


def logins() -> list[tuple[str, str]]:
    """Role (with school) and e-mail address of every demo login."""
    return [
        (row["role"] + (f" ({row['school']})" if row["school"] else ""), row["email"])
        for row in rows()
    ]

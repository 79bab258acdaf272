"""Who may open a stored document: the app that keeps it knows, and says so here.

An app registers a gate per kind of document in its `AppConfig.ready()`. A kind without a gate stays
shut.
"""

from __future__ import annotations

from collections.abc import Callable

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User

Gate = Callable[[StoredDocument, User], bool]
_gates: dict[str, Gate] = {}


def register(kind: str, gate: Gate) -> None:
    """Add the gate of one kind of document."""
    _gates[kind] = gate


def may_open(document: StoredDocument, user: User) -> bool:
    """Whether the document's own gate lets this person through."""
    gate = _gates.get(document.kind)
    return gate is not None and gate(document, user)

"""What is kept of a key of a school."""

from __future__ import annotations

import hashlib


def hash_of(text: str) -> str:
    """The hash of a key. A key is random and long: a plain hash of it cannot be turned back."""
    return hashlib.sha256(text.encode()).hexdigest()

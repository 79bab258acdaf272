"""In which language a processor is written to. Pure.

Nobody asks processors for their language: where the supplier is established says it well enough. On
the page behind the link the reader can choose the other one.
"""

from __future__ import annotations

from privacyboard.vocabulary import Language

# Where business is done in Dutch.
_DUTCH_SPOKEN = frozenset({"NL", "BE", "SR", "AW", "BQ", "CW", "SX"})


def language_in(country: str) -> Language:
    """The language of letters to a company there; in Dutch where no country is known."""
    return Language.DUTCH if not country or country in _DUTCH_SPOKEN else Language.ENGLISH


def chosen(asked: str, otherwise: Language) -> Language:
    """The language that the reader asked for, where it is one of ours."""
    return Language(asked) if asked in Language.values else otherwise

"""How easy a Dutch text reads: the Flesch-Douma score, shown to the editor as advice.

Score = 206.84 - 0.93 x words per sentence - 77 x syllables per word (Douma, 1960). Syllables are
counted as groups of vowels, which is close enough to advise and not exact.
"""

import re
from dataclasses import dataclass

_VOWELS = re.compile(r"[aeiouyáéíóúàèëïöüij]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)|\n+")

LONG_SENTENCE_WORDS = 20


@dataclass(frozen=True)
class Readability:
    """A score (higher is easier), the level in words, and the longest sentences."""

    score: int
    level: str
    words_per_sentence: float
    long_sentences: tuple[str, ...]


def syllables(word: str) -> int:
    """Groups of vowels in a word: at least one."""
    return max(1, len(_VOWELS.findall(word)))


def readability(text: str) -> Readability | None:
    """Score a text; nothing for a text without words."""
    words = _WORD.findall(text)
    if not words:
        return None
    sentences = [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    per_sentence = len(words) / len(sentences)
    per_word = sum(map(syllables, words)) / len(words)
    score = round(206.84 - 0.93 * per_sentence - 77 * per_word)
    return Readability(
        score=score,
        level=_level(score),
        words_per_sentence=round(per_sentence, 1),
        long_sentences=tuple(
            each for each in sentences if len(_WORD.findall(each)) > LONG_SENTENCE_WORDS
        ),
    )


def _level(score: int) -> str:
    if score >= 65:
        return "makkelijk (B1)"
    if score >= 50:
        return "gemiddeld (B2)"
    return "moeilijk (C1)"

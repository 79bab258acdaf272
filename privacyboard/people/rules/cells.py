"""What one cell of a file about parents says: who, with authority or not, in which language."""

from __future__ import annotations

import re
from functools import lru_cache

from privacyboard.organisation.choices import GuardianKind
from privacyboard.people.rules.mapping import plain
from privacyboard.vocabulary import FamilyLanguage

_ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\]+@[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9]))*\.[a-z]{2,63}\Z"
)
_BETWEEN = re.compile(r"[;,|/\s<>()]+")

_YES_TEXT = (
    "ja j yes y true waar 1 x v gezag heeftgezag metgezag ouderlijkgezag gezamenlijk "
    "gezamenlijkgezag beide beideouders wettelijk voogdij wettelijkgezag eenhoofdig"
)
_NO_TEXT = "nee n no false onwaar 0 geen geengezag zondergezag heeftgeengezag niet"
_YES = frozenset(_YES_TEXT.split())
_NO = frozenset(_NO_TEXT.split())

_KINDS = {
    GuardianKind.PARENT: "ouder vader moeder parent ouderverzorger verzorger adoptieouder "
    "adoptievader adoptiemoeder biologischeouder biologischevader biologischemoeder",
    GuardianKind.GUARDIAN: "voogd voogdij voogdes voogdouder",
    GuardianKind.INSTITUTION: "instelling voogdijinstelling gi gecertificeerdeinstelling "
    "jeugdzorg jeugdbescherming voogdijvereniging",
    GuardianKind.FOSTER: "pleegouder pleegvader pleegmoeder gezinshuisouder",
}
_OF_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split()}

_LANGUAGES = {
    FamilyLanguage.DUTCH: "nl nederlands dutch nld dut",
    FamilyLanguage.ENGLISH: "en engels english eng",
    FamilyLanguage.TURKISH: "tr turks turkish tur",
    FamilyLanguage.ARABIC: "ar arabisch arabic ara",
    FamilyLanguage.POLISH: "pl pools polish pol",
    FamilyLanguage.UKRAINIAN: "uk oekraiens ukrainian ukr ua",
}
_OF_LANGUAGE = {word: each for each, words in _LANGUAGES.items() for word in words.split()}


@lru_cache(maxsize=1_000)
def authority_of(text: str) -> bool | None:
    """Ja, nee, or None for words that we do not know."""
    word = plain(text)
    return True if word in _YES else False if word in _NO else None


@lru_cache(maxsize=1_000)
def kind_of(text: str) -> GuardianKind | None:
    """Which kind of guardian a word names; None where it names none."""
    return _OF_KIND.get(plain(text))


@lru_cache(maxsize=1_000)
def language_of(text: str) -> FamilyLanguage | None:
    """A language in which we can write; None for another one."""
    return _OF_LANGUAGE.get(plain(text))


def addresses_of(text: str) -> tuple[list[str], list[str]]:
    """The e-mail addresses in a cell, lower case, each once; and the words that are none.

    `a@x.nl; b@x.nl` are two, `Sanne <a@x.nl>` is one.
    """
    plain_text = text.lower()
    if _ADDRESS.match(plain_text) and len(plain_text) <= 254:
        return [plain_text], []
    words = [each.removeprefix("mailto:") for each in _BETWEEN.split(plain_text) if each]
    good = [each for each in words if _ADDRESS.match(each) and len(each) <= 254]
    # A name beside its address is no wrong address.
    bad = [] if good else words
    bad += [each for each in words if good and "@" in each and each not in good]
    return list(dict.fromkeys(good)), bad

"""Countries by the name that people know, for who reads and not for who checks."""

from __future__ import annotations

from django.utils.translation import get_language

from privacyboard.vocabulary import Language

# ISO 3166, Dutch and English: the EEA, and where suppliers of schools could keep data.
# Others keep their code.
_NAMES = {
    "AE": ("Verenigde Arabische Emiraten", "United Arab Emirates"),
    "AR": ("Argentinië", "Argentina"),
    "AT": ("Oostenrijk", "Austria"),
    "AU": ("Australië", "Australia"),
    "AW": ("Aruba", "Aruba"),
    "BE": ("België", "Belgium"),
    "BG": ("Bulgarije", "Bulgaria"),
    "BQ": ("Bonaire, Sint Eustatius en Saba", "Bonaire, Sint Eustatius and Saba"),
    "BR": ("Brazilië", "Brazil"),
    "CA": ("Canada", "Canada"),
    "CH": ("Zwitserland", "Switzerland"),
    "CN": ("China", "China"),
    "CW": ("Curaçao", "Curaçao"),
    "CY": ("Cyprus", "Cyprus"),
    "CZ": ("Tsjechië", "Czechia"),
    "DE": ("Duitsland", "Germany"),
    "DK": ("Denemarken", "Denmark"),
    "EE": ("Estland", "Estonia"),
    "ES": ("Spanje", "Spain"),
    "FI": ("Finland", "Finland"),
    "FR": ("Frankrijk", "France"),
    "GB": ("Verenigd Koninkrijk", "United Kingdom"),
    "GR": ("Griekenland", "Greece"),
    "HK": ("Hongkong", "Hong Kong"),
    "HR": ("Kroatië", "Croatia"),
    "HU": ("Hongarije", "Hungary"),
    "IE": ("Ierland", "Ireland"),
    "IL": ("Israël", "Israel"),
    "IN": ("India", "India"),
    "IS": ("IJsland", "Iceland"),
    "IT": ("Italië", "Italy"),
    "JP": ("Japan", "Japan"),
    "KR": ("Zuid-Korea", "South Korea"),
    "LI": ("Liechtenstein", "Liechtenstein"),
    "LT": ("Litouwen", "Lithuania"),
    "LU": ("Luxemburg", "Luxembourg"),
    "LV": ("Letland", "Latvia"),
    "MA": ("Marokko", "Morocco"),
    "MT": ("Malta", "Malta"),
    "NL": ("Nederland", "Netherlands"),
    "NO": ("Noorwegen", "Norway"),
    "NZ": ("Nieuw-Zeeland", "New Zealand"),
    "PH": ("Filipijnen", "Philippines"),
    "PL": ("Polen", "Poland"),
    "PT": ("Portugal", "Portugal"),
    "RO": ("Roemenië", "Romania"),
    "RS": ("Servië", "Serbia"),
    "RU": ("Rusland", "Russia"),
    "SE": ("Zweden", "Sweden"),
    "SG": ("Singapore", "Singapore"),
    "SI": ("Slovenië", "Slovenia"),
    "SK": ("Slowakije", "Slovakia"),
    "SR": ("Suriname", "Suriname"),
    "SX": ("Sint Maarten", "Sint Maarten"),
    "TR": ("Turkije", "Türkiye"),
    "TW": ("Taiwan", "Taiwan"),
    "UA": ("Oekraïne", "Ukraine"),
    "US": ("Verenigde Staten", "United States"),
    "UY": ("Uruguay", "Uruguay"),
    "ZA": ("Zuid-Afrika", "South Africa"),
}


def country_name(code: str) -> str:
    """The name of a country in the language that is active; a code that is not known stays."""
    dutch, english = _NAMES.get(code, (code, code))
    return english if get_language() == Language.ENGLISH else dutch

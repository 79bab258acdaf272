"""Which countries lie inside the European Economic Area."""

_EEA = frozenset(
    {
        *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE"),
        *("IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
        *("IS", "LI", "NO"),
    }
)


def is_in_eea(country: str) -> bool:
    """Whether an ISO 3166 code is a state of the EEA: data there need no instrument."""
    return country in _EEA

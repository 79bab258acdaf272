"""Files into and out of the register.

Whatever comes in passes the same checks as the forms, and leaves history.
"""

from registers.exchange.catalogue import CATALOGUE, load_catalogue
from registers.exchange.plain import Codes, RowRefused, UnknownCode, read_toml, write_activity

__all__ = [
    "CATALOGUE",
    "Codes",
    "RowRefused",
    "UnknownCode",
    "load_catalogue",
    "read_toml",
    "write_activity",
]

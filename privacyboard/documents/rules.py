"""Which files are taken: by size, by content, and by whether the name tells the truth. Pure."""

from django.utils.translation import gettext as _

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = "image/png"
JPEG = "image/jpeg"
TEXT = "text/plain"

_SUFFIXES = {
    PDF: {".pdf"},
    DOCX: {".docx"},
    XLSX: {".xlsx"},
    PNG: {".png"},
    JPEG: {".jpg", ".jpeg"},
    TEXT: {".txt", ".csv"},
}
_SIGNATURES = {
    PDF: b"%PDF-",
    PNG: b"\x89PNG\r\n\x1a\n",
    JPEG: b"\xff\xd8\xff",
}


class FileProblem(ValueError):
    """Why a file is not taken, as a Dutch sentence for the field."""


def suffix_of(file_name: str) -> str:
    """The ending of a name, lower case, with its dot."""
    stem, dot, ending = file_name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def type_by_content(start: bytes, members: frozenset[str]) -> str:
    """Tell a file's type by its first bytes and, for a zip, the names of its members.

    Returns an empty string for anything that is not known and taken here.
    """
    for media_type, signature in _SIGNATURES.items():
        if start.startswith(signature):
            return media_type
    if start.startswith(b"PK\x03\x04"):
        if "word/document.xml" in members:
            return DOCX
        return XLSX if "xl/workbook.xml" in members else ""
    if start and b"\x00" not in start and _is_text(start):
        return TEXT
    return ""


def _is_text(start: bytes) -> bool:
    for encoding in ("utf-8", "cp1252"):
        try:
            start.decode(encoding)
        except UnicodeDecodeError as problem:
            if encoding == "utf-8" and problem.start >= len(start) - 4:
                return True  # a character cut in two at the end of what was read
        else:
            return True
    return False


def check(
    *, file_name: str, size: int, media_type: str, limit: int, accepted: frozenset[str]
) -> None:
    """Refuse what is too large, of another type, or not what its name says.

    Sizes in bytes. Raises FileProblem with the sentence for the field.
    """
    if size > limit:
        raise FileProblem(
            _("Dit bestand is %(size)s MB. Kies een bestand van ten hoogste %(limit)s MB.")
            % {"size": -(-size // 1_048_576), "limit": limit // 1_048_576}
        )
    if size == 0:
        raise FileProblem(_("Dit bestand is leeg. Kies een ander bestand."))
    endings = sorted(ending for each in accepted for ending in _SUFFIXES[each])
    if media_type not in accepted:
        raise FileProblem(
            _("Dit soort bestand kunnen wij niet bewaren. Kies een van: %(endings)s.")
            % {"endings": ", ".join(endings)}
        )
    if suffix_of(file_name) not in _SUFFIXES[media_type]:
        raise FileProblem(
            _(
                "De inhoud van dit bestand past niet bij de naam “%(name)s”. "
                "Sla het opnieuw op in het goede soort en probeer het nog eens."
            )
            % {"name": file_name[-60:]}
        )

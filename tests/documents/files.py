"""Small files of every kind, made here."""

from __future__ import annotations

import io
import struct
import zipfile

from openpyxl import Workbook
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
ELF = b"\x7fELF\x02\x01\x01\x00" + bytes(8)


def zipped(*names: str) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def docx() -> bytes:
    return zipped("[Content_Types].xml", "word/document.xml")


def xlsx() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, kind)
    return out.getvalue()


def zip_of_the_future() -> bytes:
    """A zip whose directory asks for a reader of version 9.9."""
    content = bytearray(docx())
    directory = content.index(b"PK\x01\x02")
    content[directory + 6 : directory + 8] = struct.pack("<H", 99)
    return bytes(content)

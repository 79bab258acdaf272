"""The way to a stored document from a page."""

from django.urls import reverse
from django.utils.html import format_html

from privacyboard.documents.models import StoredDocument


def document_link(document: StoredDocument | None) -> str:
    """A download link with the file's name and size, or a dash."""
    if document is None:
        return "—"
    return format_html(
        '<a href="{}">{}</a> ({} kB)',
        reverse("document", args=[document.pk]),
        document.file_name,
        max(1, document.size // 1024),
    )

"""Downloading a document: through its gate, and never without a trace."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.gates import may_open
from privacyboard.documents.models import StoredDocument


def attachment(document: StoredDocument) -> FileResponse:
    """The file as an attachment under its own name; the browser does not guess its type."""
    response = FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Give a document to whom its gate lets through; 404 to anyone else."""
    document = get_object_or_404(StoredDocument, pk=pk)
    if not may_open(document, request.user):  # type: ignore[arg-type]
        raise Http404
    note_access(
        subject=document,
        act=AccessEntry.Act.DOWNLOADED,
        by=request.user,  # type: ignore[arg-type]
        school=document.school,
    )
    return attachment(document)

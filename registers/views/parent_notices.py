"""The letter to parents about a changed statement: read, sent by the school, and recorded."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from registers import actions, letters
from registers.forms.schools import LetterSentForm
from registers.models import ParentNotice


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parent_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of one school; POST records on which day and how it was sent."""
    user = signed_in(request)
    visible = ParentNotice.objects.visible_to(user).select_related(
        "school", "statement__school", "noted_by"
    )
    notice: ParentNotice = get_object_or_404(visible, pk=pk)
    may_note = notice.sent_on is None and user.has_perm(Right.DEVIATE_REGISTER, notice.school)
    form = LetterSentForm(
        request.POST if request.method == "POST" else None,
        initial={"sent_on": timezone.localdate()},
    )
    if request.method == "POST":
        if not user.has_perm(Right.DEVIATE_REGISTER, notice.school):
            raise Http404
        if form.is_valid():
            try:
                actions.note_parent_letter_sent(
                    notice=notice, by=user, at=timezone.now(), **form.cleaned_data
                )
            except actions.NoticeRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Vastgelegd. De ouders zijn op de hoogte."))
                return HttpResponseRedirect(request.path)
    context = {
        "notice": notice,
        "changes": letters.changes_in_words(notice.statement),
        "form": form if may_note or form.is_bound else None,
    }
    return render(request, "registers/statement_notice.html", context)

"""A role ends on its date without anybody's help: also for who is signed in."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control


class RunningAppointmentMiddleware:
    """Signs out who has no running appointment any more; what somebody sees is kept nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The backend lets nobody in without a running appointment; a session that names somebody
        # who is a stranger now is from before.
        if not request.user.is_authenticated and SESSION_KEY in request.session:
            logout(request)
            return HttpResponseRedirect(f"{reverse('sign_in')}?afgelopen=1")
        response = self.get_response(request)
        if request.user.is_authenticated:
            # Going back after signing out, on a shared computer, shows nothing.
            patch_cache_control(response, private=True, no_store=True)
        return response

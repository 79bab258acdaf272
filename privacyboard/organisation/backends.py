"""Who may sign in, and what a person may do: running appointments decide."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from privacyboard.organisation.models import User


class AppointmentBackend(ModelBackend):
    """E-mail address and password; no entry without a running appointment."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the account when the password is right and an appointment runs today."""
        return super().authenticate(request, username=username, password=password, **kwargs)

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse closed accounts, and people whose appointments have all ended."""
        return isinstance(user, User) and user.is_active and user.standing.may_sign_in

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether a running appointment gives the right: anywhere, or at the given school."""
        return isinstance(user_obj, User) and user_obj.has_perm(perm, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Every right held anywhere, as Django names permissions."""
        if not isinstance(user_obj, User):
            return set()
        standing = user_obj.standing
        held = standing.everywhere.union(*standing.at_school.values())
        return {f"organisation.{right}" for right in held}


class LongEnough(MinimumLengthValidator):
    """A password has a least length; Django's own sentence about it is not in Dutch."""

    def get_error_message(self) -> str:
        words = _("Dit wachtwoord is te kort. Gebruik ten minste %(number)d tekens.")
        return words % {"number": self.min_length}

"""Which files with people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from privacyboard.organisation.choices import Right

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import User


class PeopleFileQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> PeopleFileQuerySet:
        """Files of schools whose people the user keeps."""
        if Right.CHANGE_PEOPLE in user.standing.everywhere:
            return self
        schools = self.model._meta.apps.get_model("organisation", "School").objects
        return self.filter(school__in=schools.where(user, Right.CHANGE_PEOPLE).values("pk"))

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """The file itself, for who keeps the people of its school."""
        return self.visible_to(user).filter(document=document).exists()

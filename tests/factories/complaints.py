"""Complaints, as the act files them. Whatever is not given is in order."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from privacyboard.organisation.models import School, User
from requests_ar.actions.complaints import Filed, file_complaint
from requests_ar.choices import Channel
from requests_ar.models import Complaint


def filed(school: School | None, **values: Any) -> Filed:
    """A father wrote that his question was not answered."""
    return Filed(
        **{
            "school": school,
            "channel": Channel.EMAIL,
            "received_on": date(2026, 3, 2),
            "name": "Vic Vader",
            "email": "vic@thuis.example",
            "text": "Mijn vraag over de foto's is niet beantwoord.",
            **values,
        }
    )


def complaint(
    school: School | None, *, at: datetime, by: User | None = None, **values: Any
) -> Complaint:
    """A complaint that lies with the director, unless it is said otherwise."""
    return file_complaint(filed=filed(school, **values), by=by, at=at)

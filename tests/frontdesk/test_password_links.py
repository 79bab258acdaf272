"""A password link outlives no role."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from privacyboard.backoffice.letters import password_address
from privacyboard.organisation.models import Appointment
from tests.conftest import Cast


def test_a_link_of_somebody_whose_role_ended_works_no_more(cast: Cast, client: Client) -> None:
    address = password_address(cast.teacher).partition("8000")[2]
    assert client.get(address).status_code == 302
    Appointment.objects.filter(user=cast.teacher).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert "Deze link werkt niet meer" in Client().get(address).content.decode()

"""axe finds nothing on the pages of complaints, the register of requests and what we hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from tests.browser.pages import Visitor
from tests.browser.test_axe import trouble
from tests.conftest import Cast
from tests.factories import complaints as make_complaints
from tests.factories import disclosures as make_disclosures
from tests.factories import requests as make

Visit = Callable[..., Visitor]


def test_complaints_register_and_what_we_hold(visit: Visit, cast: Cast) -> None:
    now = timezone.now()
    received = timezone.localdate(now) - timedelta(days=40)
    request = make.subject_request(cast.linde, at=now, received_on=received, key="L-1001")
    make_disclosures.disclosure(cast.linde, at=now, disclosed_on=received)
    made = make_complaints.complaint(
        cast.linde, at=now, request=request, received_on=received, is_confidential=True
    )
    assert trouble(visit(), ["/klacht/", "/klacht/de-linde/"]) == []
    paths = [
        *("/klachten/", "/klachten/nieuw/", f"/klachten/{made.number}/"),
        *(f"/klachten/{made.number}/geschiedenis/", "/verzoeken/register/"),
        f"/verzoeken/{request.number}/bij-ons/",
    ]
    ibp = visit()
    ibp.signs_in(cast.ibp)
    assert trouble(ibp, paths) == []

"""A body that is far too large is answered in words before it is read."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

GIGABYTE = 1024**3


def test_a_gigabyte_is_refused_at_once_on_a_real_server(
    live_server: LiveServer, append_only_lifted: None
) -> None:
    place = urlsplit(live_server.url)
    asking = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    asking.putrequest("POST", "/aanleveren/onzin/")
    asking.putheader("Content-Type", "multipart/form-data; boundary=grens")
    asking.putheader("Content-Length", str(GIGABYTE))
    asking.endheaders()
    # Not a byte of the file is sent: the answer is there all the same.
    answer = asking.getresponse()

    page = answer.read().decode()
    assert answer.status == 413
    assert "Dit bestand is te groot" in page
    assert "Het bestand is niet bewaard. Er is niets veranderd." in page
    assert "Eén bestand mag 25 MB zijn, alles samen 100 MB." in page
    asking.close()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (str(100 * 1024 * 1024 + 1), 413),
        ("9" * 40, 413),
        ("", 200),
        ("-1", 200),
        ("veel", 200),
    ],
)
def test_a_length_is_told_in_bytes(db: None, told: str, code: int) -> None:
    assert Client().get("/verzoek/", CONTENT_LENGTH=told).status_code == code

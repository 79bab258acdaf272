"""Photos and film: the section in the statement, and the text for the school's guide."""

from __future__ import annotations

import html
from datetime import datetime

import pytest
from django.test import Client

from registers.choices import LegalBasis, ProcessGroup
from registers.models import ProcessingActivity
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.test_views import read

GUIDE = "/privacyverklaring/de-linde/schoolgids/"
TEXT = """\
Foto’s en films op De Linde

Bij ons op school maken wij foto’s en films. Staat uw kind er herkenbaar op? Dan gebruiken wij \
het beeld alleen met toestemming. Voor kinderen jonger dan 16 jaar vragen wij die aan de ouders. \
Leerlingen van 16 jaar en ouder kiezen zelf.

Zo werken wij:
- Wij vragen het vooraf, en elk schooljaar opnieuw.
- U kiest per plek, zoals website, schoolgids, nieuwsbrief en sociale media.
- U mag nee zeggen. Dat heeft geen gevolgen voor uw kind.
- Krijgen wij geen antwoord? Dan is het nee.
- U mag uw toestemming altijd intrekken. Dat is net zo makkelijk als haar geven.
- Gevoelige beelden zetten wij alleen op een deel waarvoor u moet inloggen.
- Ook met toestemming kijken wij elke keer of het verstandig is een foto te plaatsen.

Hiervoor gebruiken wij foto’s en films:
- Foto's voor de website

Maakt u zelf foto’s of films op school?
- Maak zo veel mogelijk foto’s van alleen uw eigen kind.
- Zet geen foto of film met andere kinderen op internet zonder ja van hun ouders.
- Zegt een leraar dat filmen nu niet mag? Houd u daar dan aan.

Hebt u een vraag, of wilt u uw keuze veranderen? Vraag het aan de directeur: \
de-linde@deproef.example.

Alles over privacy op school leest u hier: http://127.0.0.1:8000/privacyverklaring/de-linde/
"""


def _images(now: datetime, code: str = "V19", **values: object) -> ProcessingActivity:
    """Photos with consent, and beside it a camera at the door without."""
    photos = make.activity(
        code,
        name="Foto's voor de website",
        process_group=ProcessGroup.IMAGES_CAMERA,
        **values,  # type: ignore[arg-type]
    )
    photos.purposelines.all().delete()
    make.purpose_line(photos, basis=LegalBasis.CONSENT, statute="")
    make.establish(photos, at=now)
    camera = make.activity("V20", name="Camera's", process_group=ProcessGroup.IMAGES_CAMERA)
    make.establish(camera, at=now)
    return photos


@pytest.mark.requirement("VOG-026")
def test_parents_read_how_consent_for_images_works(
    cast: Cast, now: datetime, client: Client
) -> None:
    _images(now)
    make.published(now)
    page = client.get("/privacyverklaring/").content.decode()
    words = read(page, "foto-en-film")
    assert words.startswith("Foto en film Zo vragen wij toestemming")
    for promise in (
        "Wij vragen het vooraf, en elk schooljaar opnieuw.",
        "U mag nee zeggen. Dat heeft geen gevolgen voor uw kind.",
        "U mag uw toestemming altijd intrekken.",
        "Leerlingen van 16 jaar en ouder kiezen zelf.",
        "Foto's voor de website",
        "Camera's",
    ):
        assert promise in words
    assert "Foto's voor de website" not in read(page, "verwerkingen")
    assert 'href="#foto-en-film"' in page


def test_without_images_there_is_no_such_section(cast: Cast, now: datetime, client: Client) -> None:
    make.established(at=now)
    make.published(now, school=cast.linde)
    page = client.get("/privacyverklaring/de-linde/").content.decode()
    assert "foto-en-film" not in page
    assert "schoolgids" not in read(page)
    assert client.get(GUIDE).status_code == 404


@pytest.mark.requirement("VOG-026", "VOG-001")
def test_the_guide_says_what_the_school_promises_and_asks(
    cast: Cast, now: datetime, client: Client
) -> None:
    _images(now)
    make.published(now, school=cast.linde)
    assert f'href="{GUIDE}"' in client.get("/privacyverklaring/de-linde/").content.decode()
    response = client.get(GUIDE)
    assert html.escape(TEXT) in response.content.decode()
    assert f'href="{GUIDE}tekst/"' in response.content.decode()


def test_the_guide_is_downloaded_as_plain_text(cast: Cast, now: datetime, client: Client) -> None:
    _images(now)
    make.published(now, school=cast.linde)
    response = client.get(f"{GUIDE}tekst/")
    assert response.content.decode() == TEXT
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="foto-en-film-de-linde.txt"'


def test_a_camera_at_the_door_alone_asks_no_consent_and_makes_no_guide(
    cast: Cast, now: datetime, client: Client
) -> None:
    make.established("V20", at=now, process_group=ProcessGroup.IMAGES_CAMERA)
    make.published(now, school=cast.linde)
    assert client.get("/privacyverklaring/de-linde/").status_code == 200
    assert client.get(GUIDE).status_code == 404


@pytest.mark.parametrize(
    "address", [GUIDE, f"{GUIDE}tekst/", "/privacyverklaring/geen-school/schoolgids/"]
)
def test_before_the_school_publishes_there_is_no_guide(
    cast: Cast, now: datetime, client: Client, address: str
) -> None:
    _images(now)
    make.published(now)  # the board's statement is about the images of other schools too
    assert client.get(address).status_code == 404

"""What an activity's page shows of its state, to whom, and in which order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from registers.models import ProcessingActivity
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.test_recipients import words_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ADD = "/beheer/registers/processingactivity/add/"


def page_of(activity: ProcessingActivity) -> str:
    return f"/beheer/registers/processingactivity/{activity.pk}/change/"


def headings(page: bytes) -> list[str]:
    found = re.findall(
        r'<h2[^>]*class="(?:fieldset|inline)-heading"[^>]*>\s*([^<]*?)\s*</h2>', page.decode()
    )
    return [each.strip() for each in found]


def test_name_purposes_and_data_come_before_how_it_is_judged(cast: Cast, as_user: SignIn) -> None:
    found = headings(as_user(cast.ibp).get(ADD).content)
    order = ["Wat en wie", "Waar", "Doelen met grondslag", "Gegevens", "Noodzaak", "DPIA"]
    assert [each for each in found if each in order] == order
    assert len(found) == len(set(found))


def test_the_reason_stands_last_near_the_button(cast: Cast, as_user: SignIn) -> None:
    found = headings(as_user(cast.ibp).get(page_of(make.activity())).content)
    assert (found[0], found[-1]) == ("Stand", "Waarom")


def test_every_part_has_its_way_in_the_order_of_the_page(cast: Cast, as_user: SignIn) -> None:
    page = as_user(cast.ibp).get(page_of(make.activity())).content.decode()
    targets = re.findall(r'<li><a href="#([^"]+)-heading">', page)
    places = [page.index(f'id="{target}-heading"') for target in targets]
    assert len(targets) > 10
    assert places == sorted(places)


def test_own_policy_stands_beside_the_law(cast: Cast, as_user: SignIn) -> None:
    words = words_of(as_user(cast.ibp).get(page_of(make.activity())).content)
    law, _found, policy = words.partition("Eigen beleid")
    assert "Laat wie toegang heeft een geheimhoudingsverklaring tekenen" in policy
    assert "geheimhoudingsverklaring" not in law
    assert "(maatregelen; OPOO 8.1.2)" in policy


def test_a_director_finds_the_page_of_the_own_school(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    everywhere = make.established("V01", at=now)
    elsewhere = make.activity("V02", schools=(cast.linde, cast.eik))
    make.establish(elsewhere, at=now)
    elsewhere.schools.set([cast.linde, cast.eik])
    concept = make.activity("V03")

    def link(activity: ProcessingActivity, slug: str) -> str:
        return f'href="/register/verwerking/{activity.pk}/school/{slug}/"'

    page = as_user(cast.director).get(page_of(everywhere)).content.decode()
    assert link(everywhere, "de-linde") in page
    assert link(everywhere, "de-eik") not in page
    assert link(concept, "de-linde") not in (
        as_user(cast.director).get(page_of(concept)).content.decode()
    )
    for person in (cast.ibp, cast.board_member, cast.fg, cast.auditor):
        seen = as_user(person).get(page_of(everywhere)).content.decode()
        assert link(everywhere, "de-linde") not in seen
        assert "Uw school" not in words_of(seen.encode())


def test_work_for_another_can_be_written_on_the_page(cast: Cast, as_user: SignIn) -> None:
    page = as_user(cast.ibp).get(ADD).content.decode()
    for name in ("acts_as", "on_behalf_of", "on_behalf_contact", "processing_kinds"):
        assert f'name="{name}"' in page
    assert "In opdracht van een ander (AVG 30 lid 2)" in page
    other = make.bare_activity("W1", acts_as="processor", on_behalf_of="De Buur")
    words = words_of(as_user(cast.ibp).get(page_of(other)).content)
    assert (
        "Vul de contactgegevens van de opdrachtgever in. (opdrachtgever; AVG 30 lid 2 a)" in words
    )
    assert "Kies ten minste één doel" not in words

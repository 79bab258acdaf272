"""The statement for each reader in a real browser: axe finds nothing, nobody scrolls sideways."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from registers import actions
from registers.choices import LegalBasis, ProcessGroup
from registers.rules.statement import EDITIONS
from tests.browser.test_axe import Visit, trouble
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.test_statement_editions import in_english


def _register(cast: Cast) -> None:
    """Something for each reader, photos with consent, and a second version with a letter."""
    at = timezone.now() - timedelta(days=1)
    first = in_english()
    make.text(first)
    make.data_line(first, group=make.group("staff", "Medewerkers"))
    staff = make.group("staff")
    staff.name_en = "Staff"
    staff.record(by=None, why="proef")
    make.establish(first, at=at)
    for edition in EDITIONS:
        make.published(at, edition=edition)
    photos = make.activity("V19", process_group=ProcessGroup.IMAGES_CAMERA)
    make.purpose_line(photos, purpose=make.purpose("e"), basis=LegalBasis.CONSENT, statute="")
    make.establish(photos, at=at)
    make.published(at, number=2, material_change="Wij vragen voortaan ook om foto's.")
    actions.deviate(
        activity=photos,
        school=cast.linde,
        field="place",
        text="In de kluis.",
        reason="Geen ruimte.",
        by=cast.director,
        at=at,
    )
    make.published(at, school=cast.linde)


def test_each_reader_finds_a_page_that_everyone_can_read(visit: Visit, cast: Cast) -> None:
    _register(cast)
    found = trouble(
        visit(),
        [
            "/privacyverklaring/",
            *(f"/privacyverklaring/{each.word}/" for each in EDITIONS if each.word),
            "/privacyverklaring/de-linde/schoolgids/",
        ],
    )
    assert found == []


def test_the_desk_its_previews_and_versions(visit: Visit, cast: Cast) -> None:
    _register(cast)
    desk = "/register/privacyverklaring/"
    ibp = visit()
    ibp.signs_in(cast.ibp)
    found = trouble(
        ibp,
        [
            desk,
            *(f"{desk}bestuur/{word}" for word in ("", "leerlingen/", "en/", "versies/")),
            f"{desk}bestuur/publiceren/",
        ],
    )
    assert found == []


def test_a_material_change_reaches_the_parents(visit: Visit, cast: Cast) -> None:
    _register(cast)
    make.established("V02", at=timezone.now())
    ibp = visit()
    ibp.signs_in(cast.ibp)
    ibp.go("/register/privacyverklaring/bestuur/publiceren/")
    change = "Wij geven de school voortaan door aan de gemeente."
    ibp.page.get_by_label("Verandert er iets wezenlijks voor ouders?").fill(change)
    ibp.presses("Publiceren")
    ibp.sees("De brieven aan ouders worden gemaakt.")
    assert (
        actions.make_parent_letters(by=None, at=timezone.now()) == 1
    )  # De Linde has its own statement

    director = visit(width=390, height=840)
    director.signs_in(cast.eik_director)
    director.follows("Naar de brief")
    director.sees(change, "Nieuw: Verwerking V02.")
    assert trouble(director, [director.page.url.removeprefix(director.base)]) == []
    director.fills("Hoe", "In de ouderapp")
    director.presses("Vastleggen")
    director.sees("De ouders zijn op de hoogte.")
    director.go("/")
    director.page.get_by_text("Stuur de brief aan ouders").wait_for(state="detached")

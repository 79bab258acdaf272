"""An agreement that names no product."""

from __future__ import annotations

from datetime import date

import pytest

from registers.models.agreement_flags import flags_of
from registers.rules.agreement_flags import no_product_flag
from tests.conftest import TODAY, Cast
from tests.factories import registers as make

pytestmark = pytest.mark.django_db


def test_a_valid_agreement_without_a_product_says_so(cast: Cast) -> None:
    empty = make.agreement(make.processor("leeg", "Leeg"), reference="L-1", ends_on=None)
    make.product("doos", "Doos", of="leeg")
    full = make.agreement(make.processor("vol", "Vol"), reference="V-1", ends_on=None)
    full.products.set([make.product("pakket", "Pakket", of="vol")])
    over = make.agreement(make.processor("oud", "Oud"), reference="O-1", ends_on=date(2026, 3, 1))
    over.products.clear()
    processors = [empty.processor, full.processor, over.processor]
    found = flags_of(processors, user=cast.ibp, on=TODAY)
    sentences = {key: [flag.sentence for flag in flags] for key, flags in found.items()}
    said = "Overeenkomst L-1 noemt geen product. Kies waarvoor zij geldt."
    assert said in sentences[empty.processor_id]
    assert "noemt geen product" not in str(sentences.get(full.processor_id))
    assert "noemt geen product" not in str(sentences.get(over.processor_id))


def test_the_flag_names_the_agreement_and_the_article() -> None:
    flag = no_product_flag(about="L-1")
    assert (flag.about, flag.article, flag.tone) == ("L-1", "AVG 28 lid 3", "attention")

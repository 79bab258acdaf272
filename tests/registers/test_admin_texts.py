"""The texts for each audience on an activity's page, with how easy they read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from registers.models import ActivityText
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address, errors_of, save
from tests.registers.test_views import read

SignIn = Callable[[User], Client]


@pytest.mark.requirement("VOG-001")
def test_the_editor_reads_how_easy_a_text_is(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity()
    long = (
        "De school houdt van elke leerling bij hoe het gaat met het lezen en het rekenen en met "
        "alles wat de leerling verder nog op school leert en doet."
    )
    make.text(activity, text=f"Wij kijken hoe het gaat. {long}")
    make.text(activity, language="en", text="We keep a file.")
    words = read(
        as_user(cast.ibp).get(address("processingactivity", "change", activity.pk)).content.decode()
    )
    assert "(B1), score" in words
    assert f"Deze zinnen zijn lang: {long[:-1]}" in words
    assert words.count("(B1), score") == 1  # nothing is said about English


def test_a_text_is_written_on_the_page_and_stands_in_the_history(
    cast: Cast, as_user: SignIn
) -> None:
    activity = make.activity()
    page = address("processingactivity", "change", activity.pk)
    client = as_user(cast.ibp)
    written = {
        "texts-0-audience": "pupils",
        "texts-0-language": "nl",
        "texts-0-name": "Hoe het gaat",
        "texts-0-text": "Wij kijken hoe het gaat.",
    }
    assert save(client, page, why="Voor leerlingen.", **written).status_code == 302
    text = ActivityText.objects.get()
    assert (text.activity, text.name) == (activity, "Hoe het gaat")
    history = client.get(address("processingactivity", "history", activity.pk))
    assert "Wij kijken hoe het gaat." in history.content.decode()


def test_each_audience_and_language_has_one_text(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity()
    make.text(activity)
    answer = save(
        as_user(cast.ibp),
        address("processingactivity", "change", activity.pk),
        **{
            "texts-1-audience": "pupils",
            "texts-1-language": "nl",
            "texts-1-text": "Nog een tekst.",
        },
    )
    assert answer.status_code == 200
    assert any("tekst" in each for texts in errors_of(answer).values() for each in texts) or (
        "dubbele" in answer.content.decode()
    )
    assert ActivityText.objects.count() == 1


def test_who_reads_the_register_reads_the_texts_and_cannot_write_them(
    cast: Cast, as_user: SignIn
) -> None:
    activity = make.activity()
    make.text(activity)
    page = as_user(cast.fg).get(address("processingactivity", "change", activity.pk))
    assert "Wij kijken hoe het met je gaat." in page.content.decode()
    assert 'name="texts-0-text"' not in page.content.decode()

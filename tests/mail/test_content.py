"""A letter is its three templates, filled with a dataclass and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.template import TemplateDoesNotExist

from privacyboard.backoffice.letters import PasswordFacts
from privacyboard.mail.content import compose

FACTS = PasswordFacts(
    name="Piet <b>",
    board_name="Stichting De Proef",
    link="https://privacy.example/wachtwoord/x/y/?a=1&b=2",
    days=3,
)


class TestCompose:
    def test_fills_subject_text_and_html(self) -> None:
        made = compose("organisation/invitation", FACTS)
        assert made.letter == "organisation/invitation"
        assert made.subject == "Uw account voor privacy bij Stichting De Proef"
        assert made.text.startswith("Beste Piet <b>,\n")
        assert "https://privacy.example/wachtwoord/x/y/?a=1&b=2" in made.text.splitlines()
        assert "Beste Piet &lt;b&gt;" in made.html
        assert made.language == "nl"

    def test_at_most_one_line_in_a_row_is_empty(self) -> None:
        facts = PasswordFacts(name="Piet\n\n \n\nJan", board_name="De Proef", link="x", days=3)
        assert compose("organisation/invitation", facts).text.startswith("Beste Piet\n\nJan,\n\n")

    def test_a_missing_template_is_an_error(self) -> None:
        with pytest.raises(TemplateDoesNotExist):
            compose("organisation/never-written", FACTS)

    def test_a_line_end_starts_no_header(self) -> None:
        facts = PasswordFacts(
            name="Piet", board_name="De Proef\r\nBcc: boef@elders.example", link="x", days=3
        )
        made = compose("organisation/invitation", facts)
        assert made.subject == "Uw account voor privacy bij De Proef Bcc: boef@elders.example"

    def test_a_long_subject_is_cut(self) -> None:
        facts = PasswordFacts(name="Piet", board_name="x" * 400, link="x", days=3)
        assert len(compose("organisation/invitation", facts).subject) == 200

    def test_a_subject_is_no_html(self) -> None:
        facts = PasswordFacts(name="Piet", board_name="Jan & Co", link="x", days=3)
        made = compose("organisation/invitation", facts)
        assert made.subject == "Uw account voor privacy bij Jan & Co"

    def test_facts_are_a_dataclass(self) -> None:
        with pytest.raises(TypeError):
            compose("organisation/invitation", {"name": "Piet"})

    def test_a_template_gets_the_fields_and_nothing_else(self) -> None:
        @dataclass(frozen=True)
        class Facts:
            name: str

        made = compose("organisation/invitation", Facts(name="Piet"))
        assert made.subject == "Uw account voor privacy bij"

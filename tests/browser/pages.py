"""What a visitor does on our pages, in the visitor's own words."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from privacyboard.organisation.models import User
from tests.conftest import PASSWORD

ACTIVITIES = "/beheer/registers/processingactivity/"


@dataclass
class Visitor:
    """Somebody with a browser. `complaints` is what its console said is wrong."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    # --- going somewhere ----------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open an address, which is there."""
        response = self.page.goto(path if path.startswith("http") else f"{self.base}{path}")
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"

    def finds_nothing_at(self, path: str) -> None:
        """An address that answers 404; the browser says so in its console, as it should."""
        before = len(self.complaints)
        response = self.page.goto(f"{self.base}{path}")
        assert response is not None
        assert response.status == 404, f"{path}: {response.status}"
        del self.complaints[before:]

    def signs_in(self, person: User, password: str = PASSWORD) -> None:
        self.go("/inloggen/")
        self.fills("E-mailadres", person.email)
        self.fills("Wachtwoord", password)
        self.presses("Inloggen")

    def follows(self, link: str) -> None:
        """A link by its words: all of them, or else the first link that contains them."""
        main = self.page.locator("main")
        whole = main.get_by_role("link", name=link, exact=True)
        (whole if whole.count() else main.get_by_role("link", name=link)).first.click()
        self.page.wait_for_load_state()

    def presses(self, button: str) -> None:
        self.page.locator("main").get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    # --- filling in ---------------------------------------------------------------------------

    def fills(self, label: str, text: str, within: Locator | None = None) -> None:
        self._field(label, within).fill(text)

    def chooses(self, label: str, option: str, within: Locator | None = None) -> None:
        """An option by its words: all of them, or else the only one that contains them."""
        field = self._field(label, within)
        found = field.locator("option").all_text_contents()
        whole = [text for text in found if text == option]
        [chosen] = whole or [text for text in found if option in text]
        field.select_option(label=chosen)

    def _field(self, label: str, within: Locator | None) -> Locator:
        """The field with this label, with or without the colon of the back office."""
        place = within or self.page.locator("main")
        found = place.get_by_label(f"{label}:", exact=True)
        return found if found.count() else place.get_by_label(label, exact=True)

    def adds_line(self, lines: str, button: str) -> Locator:
        """Press the button under a list of lines; the new line opens."""
        group = self.page.locator(f"#{lines}-group")
        group.get_by_role("button", name=button).click()
        return group.locator(".inline-related:not(.blank, .empty-form)").last

    def opens_line(self, lines: str, name: str) -> Locator:
        """Open a line that stands there, by its name."""
        row = self.page.locator(f"#{lines}-group .inline-related:not(.empty-form)").filter(
            has=self.page.locator("summary", has_text=name)
        )
        row.locator("summary").first.click()
        return row

    def saves(self) -> None:
        """Keep a record and stay with it."""
        self.presses("Opslaan en opnieuw bewerken")

    # --- acts ---------------------------------------------------------------------------------

    def does(self, act: str, reason: str = "") -> None:
        """An act of a record: its button, the page that asks, and the button there."""
        self.page.locator(".acts").get_by_role("link", name=act, exact=True).click()
        if reason:
            self.page.locator("form.sheet textarea").fill(reason)
        self.presses(act)

    # --- seeing -------------------------------------------------------------------------------

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def sees_at(self, name: str, message: str) -> None:
        """A message that stands with one field, and that a screen reader reads with it."""
        expect(self.page.locator(f"#id_{name}_error")).to_contain_text(message)
        described = self.page.locator(f"#id_{name}").get_attribute("aria-describedby") or ""
        assert f"id_{name}_error" in described.split()

    def value_of(self, label: str) -> str:
        return self._field(label, None).input_value()

    def sees_no_way_to_save(self) -> None:
        expect(self.page.locator("input[name^=_save], input[name=_continue]")).to_have_count(0)

    def needs_to_scroll_sideways(self) -> bool:
        wide: bool = self.page.evaluate(
            "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
        )
        return wide

"""The pages of destruction lists: who sees what, how much they ask, and what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, User
from privacyboard.vocabulary import Tone
from registers.actions.destroying import deciding, listing, stepping
from registers.choices.destruction import DestructionState
from registers.models import DestructionItem, DestructionList, RetentionRule
from registers.models.destruction_steps import edition_of_list
from registers.rules.destruction import guide
from registers.worklist import items_for
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
AsUser = Callable[[User], Client]
LISTS = "/register/vernietigen/"
READERS = ("fg", "ibp", "director", "board_member")
STRANGERS = ("care", "teacher", "auditor", "administrator", "eik_director")


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock: here it is the moment of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def url(found: DestructionList, end: str = "") -> str:
    return f"{LISTS}{found.number}/{end}"


def test_who_reads_a_list(cast: Cast, as_user: AsUser) -> None:
    found = make.handed(cast)
    task = found.tasks.get()
    for end in ("", "nummers/", "verloop/", f"taak/{task.pk}/lijst/"):
        seen = {
            name: as_user(getattr(cast, name)).get(url(found, end)).status_code
            for name in (*READERS, *STRANGERS)
        }
        assert seen == {**dict.fromkeys(READERS, 200), **dict.fromkeys(STRANGERS, 404)}, end


def test_who_has_a_list_of_lists(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    for name in (*READERS, "eik_director"):
        page = as_user(getattr(cast, name)).get(LISTS).content.decode()
        assert (found.number in page) is (name != "eik_director")
    for name in STRANGERS[:-1]:
        assert as_user(getattr(cast, name)).get(LISTS).status_code == 404


def test_the_list_of_the_office_is_for_the_board(cast: Cast, as_user: AsUser) -> None:
    found = listing.open_list(school=None, by=cast.ibp, at=NOW)
    seen = {
        name: as_user(getattr(cast, name)).get(url(found)).status_code
        for name in ("fg", "ibp", "board_member", "director")
    }
    assert seen == {"fg": 200, "ibp": 200, "board_member": 200, "director": 404}


def test_the_board_is_the_second_pair_of_eyes_of_the_office(cast: Cast, as_user: AsUser) -> None:
    found = listing.open_list(school=None, by=cast.ibp, at=NOW)
    DestructionList.objects.filter(pk=found.pk).update(
        state=DestructionState.CHECKED, checked_by=cast.ibp, checked_at=NOW
    )
    acts = {
        name: as_user(getattr(cast, name)).get(url(found, "goedkeuren/")).status_code
        for name in ("board_member", "fg")
    }
    assert acts == {"board_member": 200, "fg": 404}


def test_who_may_do_which_act(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    seen = {
        name: [
            as_user(getattr(cast, name)).get(url(found, f"{act}/")).status_code
            for act in ("toevoegen", "controleren", "goedkeuren", "intrekken", "bestaat-niet")
        ]
        for name in ("director", "ibp", "fg", "eik_director")
    }
    assert seen == {
        "director": [200, 200, 404, 200, 404],
        "ibp": [200, 200, 200, 200, 404],
        "fg": [404] * 5,
        "eik_director": [404] * 5,
    }


def test_a_row_of_another_list_is_not_found(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    make.leaver(cast.eik, "2001")
    make.sweep()
    other = DestructionItem.objects.get(person_key="2001")
    client = as_user(cast.director)
    assert client.get(url(found, f"langer-bewaren/{other.pk}/")).status_code == 404


def test_opening_the_numbers_and_taking_the_file_are_logged(cast: Cast, as_user: AsUser) -> None:
    found = make.handed(cast)
    client = as_user(cast.director)
    client.get(url(found))
    assert not AccessEntry.objects.exists()  # the page of the list shows no number
    client.get(url(found, "nummers/"))
    client.get(url(found, f"taak/{found.tasks.get().pk}/lijst/"))
    rows = AccessEntry.objects.order_by("pk").values_list(
        "act", "title", "by__first_name", "school"
    )
    assert list(rows) == [
        ("opened", found.number, "Dirk", cast.linde.pk),
        ("exported", found.number, "Dirk", cast.linde.pk),
    ]


def test_the_page_of_a_list_shows_counts_and_no_number(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast, "NR-1001", "NR-1002")
    page = as_user(cast.director).get(url(found)).content.decode()
    assert "NR-100" not in page
    assert "2 regels, uiterlijk 1 augustus 2026" in " ".join(page.split())
    assert "Ten hoogste 2 jaar na vertrek van de leerling." in page
    assert "Ik heb de lijst gecontroleerd" not in page
    assert url(found, "controleren/") in page


def test_a_name_stands_beside_the_number_while_the_pupil_is_known(
    cast: Cast, as_user: AsUser
) -> None:
    found = make.proposed(cast, "1001", "1002")
    Pupil.objects.filter(key="1002").delete()
    page = as_user(cast.director).get(url(found, "nummers/")).content.decode()
    assert ("1001" in page, "1002" in page, page.count("Noor Visser")) == (True, True, 1)


def test_numbers_are_found_by_rule_number_and_verdict(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast, "1001", "1002", "2003")
    make.keep(found.items.get(person_key="1001"), by=cast.director)
    client = as_user(cast.director)

    def shown(**asked: str) -> list[str]:
        page = client.post(url(found, "nummers/"), asked).content.decode()
        return [each for each in ("1001", "1002", "2003") if f">{each}<" in page]

    rule = str(RetentionRule.objects.get().pk)
    assert shown() == ["1001", "1002", "2003"]
    assert shown(zoek=" 10 ") == ["1001", "1002"]
    assert shown(besluit="later") == ["1001"]
    assert shown(termijn=rule) == ["1001", "1002", "2003"]
    assert shown(termijn=rule, besluit="destroy", zoek="100") == ["1002"]


def test_a_number_that_is_sought_stands_in_no_address(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast, "1001", "2002")
    client = as_user(cast.director)
    page = client.get(f"{url(found, 'nummers/')}?zoek=1001").content.decode()
    assert ">2002<" in page  # what stands in an address is not sought
    assert page.count("1001") == 2  # on its row, and in the words of its link
    before = (edition_of_list(found), DestructionItem.history.count())
    page = client.post(url(found, "nummers/"), {"zoek": "1001"}).content.decode()
    assert ">2002<" not in page
    assert '<form method="post" class="filter"' in page
    assert 'value="1001"' in page
    assert not re.search(r'(href|action)="[^"]*1001', page)
    assert (edition_of_list(found), DestructionItem.history.count()) == before
    assert [each.act for each in AccessEntry.objects.all()] == ["opened", "opened"]


def test_what_is_sought_comes_in_pages_too(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast, *(f"10{number:03}" for number in range(52)), "2001")
    client = as_user(cast.director)
    page = client.post(url(found, "nummers/"), {"zoek": "10"}).content.decode()
    assert (page.count("Noor Visser"), 'name="page" value="2"' in page) == (50, True)
    page = client.post(url(found, "nummers/"), {"zoek": "10", "page": "2"}).content.decode()
    assert (page.count("Noor Visser"), 'name="page" value="1"' in page) == (2, True)
    assert '<input type="hidden" name="zoek" value="10">' in page
    assert "?page=" not in page


def test_two_thousand_numbers_come_in_pages(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    first = found.items.first()
    assert first is not None
    DestructionItem.objects.bulk_create(
        DestructionItem(
            list=found,
            school=cast.linde,
            rule_id=first.rule_id,
            person_key=f"X{number:04}",
            event_on=first.event_on,
            seal=first.seal,
        )
        for number in range(1998)
    )
    client = as_user(cast.director)
    page = client.get(f"{url(found, 'nummers/')}?page=3").content.decode()
    assert page.count(">Langer bewaren<span") == 50
    assert "2000 regels" in client.get(url(found)).content.decode()
    checked = stepping.check(found=found, by=cast.director, at=NOW)
    assert checked.state == "checked"


# --- the acts through the pages ---------------------------------------------------------------


def test_from_proposal_to_certificate_by_clicking(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    item = found.items.get(person_key="1001")
    client = as_user(cast.director)
    kept = client.post(
        url(found, f"langer-bewaren/{item.pk}/"),
        {"ground": "law", "reason": "Onderzoek loopt.", "until": "2027-01-04"},
    )
    assert kept.headers["Location"] == url(found, "nummers/")
    assert client.post(url(found, f"toch-vernietigen/{item.pk}/")).status_code == 302
    assert client.post(url(found, "controleren/")).status_code == 302
    client = as_user(cast.ibp)
    assert "Keur de lijst goed" in client.get(url(found)).content.decode()
    assert client.post(url(found, "goedkeuren/")).status_code == 302
    client = as_user(cast.director)
    assert client.post(url(found, "uitzetten/"), {"chosen": ["system:sis"]}).status_code == 302
    given = {"done_on": "2026-03-02", "done_by": "Bea", "result": "Gewist."}
    task = found.tasks.get()
    assert client.post(url(found, f"bewijs/{task.pk}/"), given).status_code == 302
    assert client.post(url(found, "afsluiten/")).status_code == 302
    found.refresh_from_db()
    page = client.get(url(found)).content.decode()
    assert (found.state, found.items.count()) == ("closed", 0)
    assert reverse("document", args=[found.certificate_id]) in page
    assert "Klaar: alles is vernietigd" in page


def test_who_checked_sees_that_another_approves(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    stepping.check(found=found, by=cast.ibp, at=NOW)
    client = as_user(cast.ibp)
    page = client.get(url(found)).content.decode()
    assert "De lijst wacht op goedkeuring" in page
    refused = client.post(url(found, "goedkeuren/"))
    assert "U heeft deze lijst zelf gecontroleerd. Een ander keurt hem goed." in (
        refused.content.decode()
    )


def test_what_was_not_on_the_page_is_not_checked_along(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    client = as_user(cast.director)
    page = client.get(url(found, "controleren/")).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    make.leaver(cast.linde, "1003")
    make.sweep()
    answer = client.post(url(found, "controleren/"), {"seen": seen}).content.decode()
    assert "De lijst is veranderd sinds u hem opende. Kijk eerst wat er nu op staat." in answer
    found.refresh_from_db()
    assert found.state == "proposed"


def test_lines_are_added_on_the_page(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast)
    given = {
        "rule": RetentionRule.objects.get().pk,
        "event_on": "2025-01-09",
        "keys": "P-1\nP-2",
        "period": "",
        "reason": "",
    }
    client = as_user(cast.director)
    page = client.post(url(found, "toevoegen/"), given, follow=True).content.decode()
    assert "2 regels toegevoegd." in page
    page = client.post(url(found, "toevoegen/"), given, follow=True).content.decode()
    assert "Dit staat al op een lijst of op de planning: er is niets toegevoegd." in page


def test_a_bsn_is_asked_about_and_refused_until_somebody_says_it_is_none(
    cast: Cast, as_user: AsUser
) -> None:
    found = make.proposed(cast)
    given = {
        "rule": RetentionRule.objects.get().pk,
        "event_on": "2025-01-09",
        "keys": "123456782",
    }
    client = as_user(cast.director)
    page = client.post(url(found, "toevoegen/"), given).content.decode()
    assert "Hier staat een nummer dat een BSN kan zijn." in page
    assert found.items.count() == 2
    client.post(url(found, "toevoegen/"), {**given, "no_bsn": "123456782"})
    assert found.items.count() == 3


def test_a_list_is_begun_by_hand_once(cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.director)
    assert "Bestuurskantoor" not in client.get(f"{LISTS}nieuw/").content.decode()
    for _again in range(2):
        answer = client.post(f"{LISTS}nieuw/", {"school": cast.linde.pk})
        assert answer.headers["Location"] == f"{LISTS}VL-2026-0001/"
    assert client.post(f"{LISTS}nieuw/", {"school": cast.eik.pk}).status_code == 200
    assert client.post(f"{LISTS}nieuw/", {"school": ""}).status_code == 200
    assert DestructionList.objects.count() == 1
    assert as_user(cast.fg).get(f"{LISTS}nieuw/").status_code == 404
    assert as_user(cast.ibp).post(f"{LISTS}nieuw/", {"school": ""}).status_code == 302
    assert DestructionList.objects.filter(school=None).count() == 1


def test_what_happened_is_told_in_words(cast: Cast, as_user: AsUser) -> None:
    found = make.closed(cast)
    page = as_user(cast.fg).get(url(found, "verloop/")).content.decode()
    for words in ("voorgesteld", "gecontroleerd", "goedgekeurd", "uitgezet", "afgesloten"):
        assert f"<p>Reden: {words}</p>" in page
    # By its name, and once where the same happened to more than one at once.
    assert "<strong>Sis</strong>" in page
    assert "Taak van een vernietigingslijst" not in page
    assert "personen: 2" in page
    assert "people" not in page


def test_the_story_tells_decisions_and_not_that_each_line_came(cast: Cast, as_user: AsUser) -> None:
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "absence"), (rule, "results"))
    found = make.proposed(cast, "1001")
    lines = list(found.lines.all())
    assert len(lines) == 2
    client = as_user(cast.fg)
    page = client.get(url(found, "verloop/")).content.decode()
    assert "op de lijst gezet" not in page
    for line in lines:
        line.against, line.verdict = "Andere regel: ten minste 5 jaar", "conflict"
        line.record(by=None, why="er kwam een langere termijn")
    deciding.decide_conflict(
        line=lines[0], destroys=False, reason="De wet vraagt het.", by=cast.director, at=NOW
    )
    page = client.get(url(found, "verloop/")).content.decode()
    both = f"{lines[0].rule_name}: {', '.join(line.data for line in lines)}"
    assert page.count("Reden: er kwam een langere termijn") == 1
    assert page.count(f"<strong>{escape(both)}</strong>") == 1
    assert page.count(f"<strong>{escape(str(lines[0]))}</strong>") == 1
    assert "De wet vraagt het." in page


@pytest.mark.parametrize(
    ("undecided", "open_tasks", "words"),
    [
        (1, 0, "Over 1 soort gegevens moet u kiezen: er gelden twee termijnen, of geen."),
        (6, 0, "Over 6 soorten gegevens moet u kiezen: er gelden twee termijnen, of geen."),
        (0, 1, "Van 1 plaats is er nog geen bewijs. Leg het vast bij de plaats."),
        (0, 4, "Van 4 plaatsen is er nog geen bewijs. Leg het vast bij de plaats."),
    ],
)
def test_one_is_said_as_one(undecided: int, open_tasks: int, words: str) -> None:
    standing = guide.Standing(
        state=DestructionState.HANDED if open_tasks else DestructionState.PROPOSED,
        undecided=undecided,
        to_destroy=3,
        open_tasks=open_tasks,
        may_check=True,
        may_approve=False,
        checked_it=False,
        shortened_it=False,
        checker="De directeur",
    )
    assert guide.next_step(standing).why == words


def test_a_year_is_named_and_people_are_counted(cast: Cast, as_user: AsUser) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"))
    make.kept_in("V02", (make.book_year_rule(), "absence"))
    found = make.proposed(cast, "1001", "1002")
    page = " ".join(as_user(cast.director).get(url(found)).content.decode().split())
    (period,) = found.items.exclude(period="").values_list("period", flat=True)
    assert f"<dd>{period[:1].upper()}{period[1:]}" in page
    assert "<dd>2 regels" in page
    assert "<dd>1 regel" not in page


# --- what stays -------------------------------------------------------------------------------

HOLDS = f"{LISTS}vasthouden/"


def test_a_hold_is_put_seen_kept_and_lifted(cast: Cast, as_user: AsUser) -> None:
    found = make.proposed(cast, "1001", "1002")
    client = as_user(cast.director)
    given = {
        "kind": "lawsuit",
        "school": cast.linde.pk,
        "person_key": "1001",
        "rule": "",
        "reason": "Er loopt een zaak.",
        "owner": cast.director.pk,
        "review_on": "2026-09-01",
    }
    assert client.post(f"{HOLDS}nieuw/", given).headers["Location"] == HOLDS
    assert "Leerling 1001" in client.get(HOLDS).content.decode()
    numbers = client.get(url(found, "nummers/")).content.decode()
    assert "rechtszaak of claim (vraag Dirk Linde)" in numbers
    hold = Hold.objects.get()
    assert as_user(cast.eik_director).get(f"{HOLDS}{hold.pk}/opheffen/").status_code == 404
    assert as_user(cast.fg).get(f"{HOLDS}{hold.pk}/opheffen/").status_code == 404
    client = as_user(cast.director)
    client.post(f"{HOLDS}{hold.pk}/langer/", {"review_on": "2026-12-01"})
    hold.refresh_from_db()
    assert hold.review_on == date(2026, 12, 1)
    assert client.post(f"{HOLDS}{hold.pk}/opheffen/", {"because": ""}).status_code == 200
    client.post(f"{HOLDS}{hold.pk}/opheffen/", {"because": "Vonnis."})
    assert client.get(f"{HOLDS}{hold.pk}/opheffen/").status_code == 404
    assert "Vonnis." in client.get(f"{HOLDS}?toon=all").content.decode()


@pytest.mark.parametrize(
    "values",
    [
        {"person_key": ""},
        {"person_key": "1001", "rule": "rule"},
        {"review_on": "2026-03-02"},
        {"reason": ""},
        {"school": "eik"},
        {"kind": "request"},
        {"person_key": "123456782"},
    ],
)
def test_a_hold_that_says_too_little_is_refused(
    cast: Cast, as_user: AsUser, values: dict[str, str]
) -> None:
    rule = registry.retention_rule()
    stand = {"eik": str(cast.eik.pk), "rule": str(rule.pk)}
    given = {
        "kind": "lawsuit",
        "school": cast.linde.pk,
        "person_key": "1001",
        "reason": "Zaak.",
        "owner": cast.director.pk,
        "review_on": "2026-09-01",
        **{name: stand.get(value, value) for name, value in values.items()},
    }
    assert as_user(cast.director).post(f"{HOLDS}nieuw/", given).status_code == 200
    assert not Hold.objects.exists()


def test_a_hold_since_the_list_is_out_is_told_loudly(cast: Cast, as_user: AsUser) -> None:
    found = make.handed(cast, "1001", "1002")
    Hold(
        kind="lawsuit",
        school=cast.linde,
        person_key="1001",
        reason="Zaak.",
        owner=cast.director,
        review_on=TODAY + timedelta(days=9),
        put_at=NOW,
    ).record(by=None, why="proef")
    page = " ".join(as_user(cast.director).get(url(found)).content.decode().split())
    assert "1 regel moet nu toch blijven. Bel of mail meteen en vraag om te wachten: Sis." in page


# --- the worklist -----------------------------------------------------------------------------


def said(user: User) -> list[tuple[str, str, date | None]]:
    return [(each.sentence, each.url, each.due) for each in items_for(user, TODAY)]


def test_the_worklist_follows_the_list(cast: Cast) -> None:
    found = make.proposed(cast)
    item = items_for(cast.director, TODAY)[0]
    assert (item.sentence, item.url, item.act_label, item.due, item.tone) == (
        "Controleer wat op De Linde vernietigd mag worden (VL-2026-0001).",
        url(found),
        "Controleren",
        date(2026, 8, 1),
        Tone.ATTENTION,
    )
    assert [said(user) for user in (cast.ibp, cast.fg, cast.eik_director)] == [[], [], []]
    stepping.check(found=found, by=cast.director, at=NOW)
    assert said(cast.director) == []
    assert said(cast.ibp) == [
        (
            "De Linde: keur de vernietigingslijst goed (VL-2026-0001).",
            url(found),
            date(2026, 8, 1),
        )
    ]
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    assert said(cast.ibp) == []
    assert said(cast.director) == [
        ("De Linde: zet de goedgekeurde vernietigingslijst uit (VL-2026-0001).", url(found), None)
    ]


def test_who_checked_is_not_asked_to_approve(cast: Cast) -> None:
    stepping.check(found=make.proposed(cast), by=cast.ibp, at=NOW)
    assert said(cast.ibp) == []


def test_a_list_that_is_out_asks_attention_on_its_day_and_when_all_is_done(cast: Cast) -> None:
    found = make.handed(cast)
    assert said(cast.director) == []
    words = "De Linde: laat vernietigen en sluit de lijst af (VL-2026-0001)."
    late = items_for(cast.director, date(2026, 5, 1))
    assert [(each.sentence, each.due) for each in late] == [(words, date(2026, 5, 1))]
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    assert said(cast.director) == [(words, url(found), None)]


def test_a_hold_asks_its_owner_on_the_day_of_review(cast: Cast) -> None:
    Hold(
        kind="camera_incident",
        school=cast.linde,
        person_key="1001",
        reason="Zaak.",
        owner=cast.director,
        review_on=TODAY,
        put_at=NOW,
    ).record(by=None, why="proef")
    assert said(cast.director) == [
        (
            "De Linde: kijk of er nog reden is om te bewaren (incident op camerabeelden).",
            HOLDS,
            TODAY,
        )
    ]
    assert said(cast.ibp) == []


# --- how much the pages ask -------------------------------------------------------------------


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def _hold(cast: Cast, key: str) -> None:
    Hold(
        kind="other",
        school=cast.linde,
        person_key=key,
        reason="Zaak.",
        owner=cast.director,
        review_on=TODAY,
        put_at=NOW,
    ).record(by=None, why="proef")


def test_the_pages_ask_as_much_for_three_rows_as_for_one(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the apps upstairs ask to know who is held is theirs.
    monkeypatch.setattr("privacyboard.clockwork.holds._people", {})
    found = make.proposed(cast, "1001")
    make.leaver(cast.eik, "2001")
    make.sweep()
    _hold(cast, "H0")
    client = as_user(cast.director)
    paths = (LISTS, url(found), url(found, "nummers/"), HOLDS)
    one = [queries(client, path) for path in paths]
    for number in (2, 3):
        make.leaver(cast.linde, f"100{number}")
        DestructionList(
            number=f"VL-2026-01{number}",
            school=cast.linde,
            year=2026,
            serial=number,
            state="checked",
            proposed_at=NOW,
        ).record(by=None, why="proef")
        _hold(cast, f"H{number}")
    make.sweep()
    assert found.items.count() == 3
    three = [queries(client, path) for path in paths]
    assert (one, three) == ([7, 13, 16, 6], [7, 13, 16, 6])

"""A rule lost its term after rows were planned under it: a person decides, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.organisation.models import User
from registers.actions.destroying import deciding, handing, listing, stepping
from registers.choices import Bound, Fate
from registers.models import DestructionItem, DestructionLine, DestructionList, RetentionRule
from registers.models.destruction_places import places_of
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def without_term(**values: object) -> None:
    RetentionRule.objects.filter(code="pupil_file").update(
        bound=Bound.NONE, years=0, condition="Tot het niet meer nodig is.", **values
    )


def with_term() -> None:
    RetentionRule.objects.filter(code="pupil_file").update(bound=Bound.MAXIMUM, years=2)


def waiting(cast: Cast, left_on: date) -> DestructionItem:
    """Planned and not listed yet, of two kinds of data, when the term goes."""
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "results"), (rule, "care"))
    make.leaver(cast.linde, "1001", left_on)
    make.sweep()
    without_term()
    return DestructionItem.objects.get()


def asked(cast: Cast, *keys: str) -> DestructionList:
    """On a list, when the term goes; the check asks about it."""
    found = make.proposed(cast, *keys)
    without_term()
    with pytest.raises(ActRefused, match="gelden twee termijnen, of geen"):
        stepping.check(found=found, by=cast.director, at=NOW)
    return found


def decide(found: DestructionList, cast: Cast, *, destroys: bool, **values: object) -> None:
    later = {} if destroys else {"ground": "administration", "until": date(2027, 3, 2)}
    given = {"reason": "Zo staat het in het beleid.", **later, **values}
    line = found.lines.order_by("pk").first()
    assert line is not None
    deciding.decide_without_term(line=line, destroys=destroys, by=cast.director, at=NOW, **given)  # type: ignore[arg-type]


def test_it_comes_on_a_list_on_its_day_and_asks_a_person(cast: Cast) -> None:
    item = waiting(cast, date(2025, 8, 1))
    assert item.listed_from == date(2026, 11, 2)
    make.sweep(NOW + timedelta(days=244))
    assert not DestructionList.objects.exists()
    make.sweep(NOW + timedelta(days=245))
    item.refresh_from_db()
    assert item.list is not None
    lines = item.list.lines.values_list("verdict", "against", "data")
    assert list(lines) == [
        ("conflict", "geen vaste termijn meer", "Care"),
        ("conflict", "geen vaste termijn meer", "Results"),
    ]


def test_what_waited_without_a_day_is_asked_at_once(cast: Cast) -> None:
    item = waiting(cast, date(2025, 8, 1))
    RetentionRule.objects.update(fate=Fate.KEEP)
    make.sweep()
    assert DestructionItem.objects.filter(listed_from=None, list=None).count() == 1
    RetentionRule.objects.update(fate=Fate.DESTROY)
    make.sweep()
    item.refresh_from_db()
    assert (item.listed_from, item.list is not None) == (TODAY, True)


def test_nothing_goes_before_somebody_decided(cast: Cast) -> None:
    found = asked(cast)
    assert found.lines.get().verdict == "conflict"
    with pytest.raises(ActRefused, match="gelden twee termijnen, of geen"):
        stepping.check(found=found, by=cast.director, at=NOW)


def test_a_term_that_goes_after_the_check_stops_the_approval(cast: Cast) -> None:
    found = make.checked(cast)
    without_term()
    with pytest.raises(ActRefused, match="of is er geen vaste termijn meer"):
        stepping.approve(found=found, by=cast.ibp, at=NOW)


def test_it_goes_when_somebody_says_so(cast: Cast) -> None:
    found = asked(cast, "1001")
    decide(found, cast, destroys=True)
    line = found.lines.get()
    assert (line.verdict, line.reason, line.decided_by) == (
        "destroy",
        "Zo staat het in het beleid.",
        cast.director,
    )
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    assert found.items.get().person_key == "1001"


def test_what_stays_leaves_the_list_and_is_asked_again_on_its_day(cast: Cast) -> None:
    found = asked(cast, "1001")
    make.kept_in("V02", (make.absence_rule(), "absence"))
    make.leaver(cast.linde, "1002", make.LEFT_LONG_AGO)
    make.sweep()
    decide(found, cast, destroys=False)
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    assert list(found.items.values_list("person_key", "rule__code")) == [
        ("1002", "absence_enrolment")
    ]
    rest = DestructionItem.objects.filter(rule__code="pupil_file")
    for item in rest:
        assert (item.list, item.listed_from, item.verdict, item.ground) == (
            *(None, date(2027, 3, 2), "later", "administration"),
        )
    make.sweep(NOW + timedelta(days=364))
    assert not rest.filter(list__isnull=False).exists()
    make.sweep(NOW + timedelta(days=365))
    again = rest.filter(list__isnull=False)[0].list
    assert again is not None
    assert again.lines.get(rule__code="pupil_file").verdict == "conflict"


def test_a_row_that_comes_later_is_asked_about_again(cast: Cast) -> None:
    found = asked(cast, "1001")
    hold = put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een zaak.",
        owner=cast.director,
        review_on=TODAY + timedelta(days=30),
        by=cast.director,
        at=NOW,
        school=cast.linde,
        person_key="1001",
    )
    make.kept_in("V02", (make.absence_rule(), "absence"))
    make.leaver(cast.linde, "1002", make.LEFT_LONG_AGO)
    make.sweep()
    stepping.settle(held=found, by=None, at=NOW)
    decide(found, cast, destroys=False)
    assert found.items.get(person_key="1001").verdict == "held"
    lift_hold(hold=hold, because="Geschikt.", by=cast.director, at=NOW)
    # It was held when the others were kept: nobody decided about it yet.
    with pytest.raises(ActRefused, match="gelden twee termijnen, of geen"):
        stepping.check(found=found, by=cast.director, at=NOW)


def test_somebody_changes_a_mind(cast: Cast) -> None:
    found = asked(cast, "1001", "1002")
    make.keep(found.items.get(person_key="1002"), by=cast.director)
    decide(found, cast, destroys=False)
    decide(found, cast, destroys=True, reason="Toch weg.")
    verdicts = found.items.order_by("person_key").values_list("verdict", "reason")
    # Of 1002 it was decided apart that it stays.
    assert list(verdicts) == [("destroy", ""), ("later", "Er loopt een geschil.")]


def by_hand(found: DestructionList, cast: Cast) -> None:
    """Put on the list under the same rule, with what shows that its condition is met."""
    rule = RetentionRule.objects.get(code="pupil_file")
    added = listing.Added(
        rule=rule, event_on=date(2019, 8, 1), keys=("P-1",), reason="Besluit van 2 februari."
    )
    listing.add_items(found=found, added=added, by=cast.director, at=NOW)


def test_what_was_put_on_it_with_its_reason_goes_though_the_others_stay(cast: Cast) -> None:
    found = asked(cast, "1001")
    by_hand(found, cast)
    rows = found.items.order_by("person_key").values_list("person_key", "verdict", "reason")
    decide(found, cast, destroys=False)
    mine = ("P-1", "destroy", "Besluit van 2 februari.")
    assert list(rows.all()) == [("1001", "later", "Zo staat het in het beleid."), mine]
    decide(found, cast, destroys=True)
    assert list(rows.all()) == [("1001", "destroy", ""), mine]
    decide(found, cast, destroys=False)
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    found.refresh_from_db()
    # What stays has left: the line is about what goes, and somebody is asked to destroy it.
    line = found.lines.get()
    assert (line.verdict, line.number, line.against, line.reason) == ("destroy", 1, "", "")
    chosen = [place.key for place in places_of(found)]
    assert chosen == ["system:sis"]
    handing.hand_over(found=found, chosen=chosen, by=cast.director, at=NOW)
    assert list(rows.all()) == [mine]
    assert (found.tasks.get().name, found.lines.get().number) == ("Sis", 1)


def test_the_reason_with_which_it_came_is_back_when_it_goes_after_all(cast: Cast) -> None:
    found = asked(cast, "1001")
    by_hand(found, cast)
    for key, reason in (("P-1", "Besluit van 2 februari."), ("1001", "")):
        item = make.keep(found.items.get(person_key=key), by=cast.director)
        deciding.destroy_after_all(item=item, by=cast.director, at=NOW)
        item.refresh_from_db()
        assert (item.verdict, item.ground, item.reason) == ("destroy", "", reason)


def test_the_page_tells_the_term_that_is_gone_also_where_the_list_came_after_it(
    cast: Cast, as_user: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(cast, date(2025, 8, 1))
    later = NOW + timedelta(days=245)
    make.sweep(later)
    found = DestructionList.objects.get()
    line = found.lines.order_by("pk").first()
    assert line is not None
    assert line.term == "Tot het niet meer nodig is."
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    client, url = as_user(cast.director), f"/register/vernietigen/{found.number}/"
    page = client.get(f"{url}beslissen/{line.pk}/").content.decode()
    assert "<li>Eerst: ten hoogste 2 jaar na vertrek van de leerling</li>" in page
    assert "<li>Nu: Tot het niet meer nodig is.</li>" in page
    # A term by its condition is a sentence already: it gets no second full stop.
    page = client.get(url).content.decode()
    assert "Tot het niet meer nodig is." in page
    assert "nodig is.." not in page


def test_a_term_that_comes_back_asks_nothing(cast: Cast) -> None:
    found = asked(cast)
    with_term()
    stepping.check(found=found, by=cast.director, at=NOW)
    line = found.lines.get()
    assert (line.verdict, line.against) == ("destroy", "")
    with pytest.raises(ActRefused, match="De lijst is “gecontroleerd”"):
        decide(found, cast, destroys=True)


def test_what_was_put_on_it_with_its_reason_is_not_asked_about(cast: Cast) -> None:
    rule = make.no_term_rule()
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    added = listing.Added(rule=rule, event_on=date(2026, 1, 9), keys=("P-1",), reason="Klaar.")
    listing.add_items(found=found, added=added, by=cast.director, at=NOW)
    stepping.check(found=found, by=cast.director, at=NOW)
    assert DestructionLine.objects.get().verdict == "destroy"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ground": "zomaar"}, "ground"),
        ({"until": date(2026, 3, 2)}, "until"),
        ({"until": date(2036, 3, 2)}, "until"),
        ({"until": None}, "until"),
        ({"reason": "Van 1001."}, "reason"),
    ],
)
def test_what_a_decision_says(cast: Cast, values: dict[str, object], field: str) -> None:
    found = asked(cast)
    with pytest.raises(ActRefused) as problem:
        decide(found, cast, destroys=False, **values)
    assert list(problem.value.errors) == [field]
    assert found.lines.get().verdict == "conflict"


def test_the_page_says_what_to_do(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "results"), (rule, "care"))
    found = asked(cast, "1001")
    client = as_user(cast.director)
    home = f"/register/vernietigen/{found.number}/"
    page = " ".join(client.get(home).content.decode().split())
    assert page.count("Deze gegevens hebben geen vaste termijn meer.") == 1
    line = found.lines.all()[0]
    url = f"{home}beslissen/{line.pk}/"
    assert page.count(f'href="{url}"') >= 1
    form = client.get(url).content.decode()
    assert "Tot het niet meer nodig is." in form
    assert "Bewaren, en later opnieuw kijken" in form
    given = {"destroys": "no", "reason": "Nog nodig.", "ground": "", "until": ""}
    refused = client.post(url, given).content.decode()
    assert "Kies waarom dit langer moet blijven." in refused
    assert "Nog nodig.</textarea>" in refused
    good = {**given, "ground": "others", "until": "2026-09-01"}
    assert client.post(url, good).status_code == 302
    assert {each.verdict for each in found.lines.all()} == {"kept"}
    assert found.items.get().listed_from == date(2026, 9, 1)
    page = " ".join(client.get(home).content.decode().split())
    assert "Nog nodig." in page
    assert "Er mag nu niets weg" in page
    assert client.post(url, {"destroys": "yes", "reason": "Toch."}).status_code == 302
    assert found.items.get().verdict == "destroy"


def test_no_page_speaks_of_two_terms_where_there_is_none(cast: Cast, as_user: AsUser) -> None:
    """Neither the page of the list nor its history."""
    found = asked(cast, "1001")
    decide(found, cast, destroys=False)
    client = as_user(cast.director)
    page = f"/register/vernietigen/{found.number}/"
    told = client.get(page).content.decode() + client.get(f"{page}verloop/").content.decode()
    assert "(blijft nu, later opnieuw bekijken)" in told
    assert "geen vaste termijn, nog te beslissen" in told
    for wrong in ("twee termijnen", "langere termijn"):
        assert wrong not in told

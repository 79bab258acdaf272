"""How complete the whole register is, on one page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.models import User
from registers import actions
from registers.choices import ProcessGroup
from registers.letters import completeness_figure
from registers.rules.completeness import Gap
from registers.rules.overview import Checked, overview
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.registers.test_recipients import words_of

pytestmark = pytest.mark.django_db
PAGE = "/register/volledigheid/"
LAW = Gap("AVG 30 lid 1 g", "maatregelen", "Noem maatregelen.")
STOP = Gap("AVG 35", "DPIA", "Beantwoord de DPIA.", blocks=True)
OWN = Gap("OPOO 8.1.2", "maatregelen", "Laat tekenen.")


def one(pk: int = 1, group: str = "enrolment", **gaps: tuple[Gap, ...]) -> Checked:
    filled: dict[str, Any] = {"legal": (), "policy": (), **gaps}
    return Checked(pk, f"V{pk}", f"Naam {pk}", group, "concept", 10, **filled)


class TestTheFigures:
    def test_the_board_and_each_chapter_have_a_percentage(self) -> None:
        found = overview(
            [one(1, legal=(LAW, STOP)), one(2), one(3, "staff", legal=(LAW,))],
            board=(Gap("AVG 13 lid 1 b", "bestuur", "Vul de FG in.", True),),
            board_policy=(),
        )
        assert found.percentage == 88  # 4 of 6 + 30 are missing
        assert [(each.title, each.percentage) for each in found.chapters] == [
            (str(ProcessGroup.ENROLMENT.label), 90),
            (str(ProcessGroup.STAFF.label), 90),
        ]
        assert [each.percentage for each in found.chapters[0].activities] == [80, 100]

    def test_policy_does_not_count(self) -> None:
        assert overview([one(policy=(OWN,))], board=(), board_policy=(OWN,)).percentage == 100

    def test_an_empty_register_still_asks_the_board(self) -> None:
        found = overview([], board=(LAW, LAW, LAW), board_policy=())
        assert (found.percentage, found.chapters) == (50, ())


class TestTheGaps:
    CHECKED = (one(1, legal=(LAW, STOP), policy=(OWN,)), one(2, legal=(LAW,)))

    def test_what_stops_establishing_stands_first_then_what_is_most(self) -> None:
        found = overview(self.CHECKED, board=(), board_policy=(OWN,))
        assert [(each.name, len(each.found), each.blocks) for each in found.legal] == [
            ("AVG 35", 1, True),
            ("AVG 30 lid 1 g", 2, False),
        ]
        [policy] = found.policy
        assert [each.activity and each.activity.code for each in policy.found] == [None, "V1"]

    @pytest.mark.parametrize(
        ("kind", "article", "legal", "policy"),
        [
            ("", "", 2, 1),
            ("wet", "", 2, 0),
            ("beleid", "", 0, 1),
            ("nodig", "", 1, 0),
            ("", "AVG 35", 1, 0),
            ("beleid", "AVG 35", 0, 0),
            ("onzin", "", 2, 1),
            ("", "onzin", 0, 0),
        ],
    )
    def test_a_filter_chooses_what_is_listed_and_no_figure(
        self, kind: str, article: str, legal: int, policy: int
    ) -> None:
        found = overview(self.CHECKED, board=(), board_policy=(), kind=kind, article=article)
        assert (len(found.legal), len(found.policy)) == (legal, policy)
        assert found.percentage == overview(self.CHECKED, board=(), board_policy=()).percentage
        assert found.articles == ("AVG 30 lid 1 g", "AVG 35", "OPOO 8.1.2")

    def test_of_one_article_the_first_are_shown_and_all_when_it_is_asked_for(self) -> None:
        many = [one(number, legal=(LAW,)) for number in range(30)]
        [article] = overview(many, board=(), board_policy=()).legal
        assert (len(article.shown), article.more) == (25, 5)
        [article] = overview(many, board=(), board_policy=(), article=LAW.article).legal
        assert (len(article.shown), article.more) == (30, 0)


@pytest.mark.requirement("OPO-014")
def test_the_board_sees_what_is_incomplete_and_where(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    cast.board.fg_name = ""
    cast.board.record(by=None, why="proef")
    made = make.activity("V01", name="Verzuim", minimisation="")
    made.measures.clear()
    page = as_user(cast.board_member).get(PAGE).content
    words = words_of(page)
    assert "AVG 13 lid 1 b · 1 punt nodig om vast te stellen" in words
    assert "Het bestuur : Vul de naam van de FG in." in words
    assert "V01 Verzuim : Schrijf op waarom het niet met minder kan. (minimale gegevens)" in words
    assert "AVG 30 lid 1 g · 1 punt" in words
    assert "Eigen beleid Dit vragen de eigen reglementen" in words
    assert "OPOO 8.1.2 · 1 punt" in words
    assert f'href="/beheer/registers/processingactivity/{made.pk}/change/"' in page.decode()
    # AVG 13, AVG 37 (no FG number), and two of the activity, out of 6 + 18.
    assert "is 83% ingevuld" in words


def test_the_page_filters_by_kind_and_article(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    made = make.activity("V01", dpia_needed="")
    made.measures.clear()
    client = as_user(cast.ibp)

    def articles(**asked: str) -> set[str]:
        page = client.get(PAGE, asked).content.decode()
        return set(re.findall(r"<summary><strong>((?:AVG|OPOO|KPO|Veluwse)[^<]*)</strong>", page))

    everything = {"AVG 35", "AVG 30 lid 1 g", "AVG 37 lid 7", "OPOO 8.1.2", "Veluwse, Beveiliging"}
    assert articles() >= everything
    assert articles(soort="nodig") == {"AVG 35"}
    assert articles(soort="wet") == {"AVG 35", "AVG 30 lid 1 g", "AVG 37 lid 7"}
    assert articles(artikel="OPOO 8.1.2") == {"OPOO 8.1.2"}
    assert articles(soort="\x00", artikel="<script>") == set()
    assert b"<script>" not in client.get(PAGE, {"artikel": "<script>"}).content


def test_the_version_in_force_shows_beside_what_is_being_written(
    cast: Cast, now: datetime, as_user: Callable[[User], Client]
) -> None:
    make.measure("confidentiality", "Geheimhouding")
    made = make.established("V01", at=now, name="Dossier")
    client = as_user(cast.ibp)
    assert "de geldende versie" not in words_of(client.get(PAGE).content)
    actions.revise(activity=made, reason="Beter.", by=cast.ibp, at=now)
    made.refresh_from_db()
    made.minimisation = ""
    made.record(by=cast.ibp, why="bezig")
    words = words_of(client.get(PAGE, {"hoofdstuk": made.process_group}).content)
    assert "V01 Dossier concept 94% (de geldende versie: 100%) 1 1 nodig" in words


def test_the_activities_of_one_chapter_show_fifty_a_page(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    for number in range(51):
        activity = make.activity(f"V{number:02}", name="Begeleiding")
    client = as_user(cast.ibp)
    words = words_of(client.get(PAGE).content)
    chapter = str(ProcessGroup(activity.process_group).label)
    assert f"{chapter} 51 " in words
    assert "V50 Begeleiding concept" not in words
    asked = {"hoofdstuk": activity.process_group}
    first = client.get(PAGE, asked).content
    assert "V49 Begeleiding concept" in words_of(first)
    assert "V50 Begeleiding concept" not in words_of(first)
    assert b"hoofdstuk=" in first
    second = client.get(PAGE, {**asked, "page": "2", "iets": "xyzzy"}).content
    assert "V50 Begeleiding concept" in words_of(second)
    assert "V49 Begeleiding concept" not in words_of(second)
    assert b"xyzzy" not in second  # links are kept for others
    assert "Begeleiding concept" not in words_of(client.get(PAGE, {"hoofdstuk": "niets"}).content)


def test_what_expired_is_not_asked_anything(
    cast: Cast, now: datetime, as_user: Callable[[User], Client]
) -> None:
    made = make.established("V01", at=now)
    actions.expire(activity=made, reason="Klaar.", by=cast.ibp, at=now)
    assert "V01" not in words_of(as_user(cast.ibp).get(PAGE).content)


def test_a_published_statement_tells_which_activities_it_covers(
    cast: Cast, now: datetime, as_user: Callable[[User], Client]
) -> None:
    make.established("V01", at=now)
    client = as_user(cast.ibp)
    make.published(now)
    assert "AVG 13 en 14" not in words_of(client.get(PAGE).content)
    make.activity("V02", name="Nieuw")
    assert "V02 Nieuw : Deze verwerking staat in geen gepubliceerde privacyverklaring." in words_of(
        client.get(PAGE).content
    )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [("ibp", 11), ("director", 11), ("auditor", 11)])
def test_the_page_costs_the_same_for_few_and_many(
    cast: Cast,
    now: datetime,
    as_user: Callable[[User], Client],
    rows: int,
    role: str,
    queries: int,
) -> None:
    for number in range(rows):
        made = make.activity(f"V{number}", schools=(cast.linde,), minimisation="")
        make.data_line(made, category=make.category(f"soort-{number}", f"Soort {number}"))
        make.recipient_line(made)
    make.activity("X1", name="Alleen van De Eik", schools=(cast.eik,), minimisation="")
    client = as_user(getattr(cast, role))
    chapter = {"hoofdstuk": made.process_group}
    client.get(PAGE, chapter)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE, chapter).content.decode()
    # One chapter, and its activities.
    assert page.count('<th scope="row">') == 1 + rows + (role != "director")
    assert ("Alleen van De Eik" in page) is (role != "director")
    assert len(asked) == queries


def test_who_may_not_read_the_register_gets_404(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    may = {
        each.first_name for each in cast.everybody() if as_user(each).get(PAGE).status_code == 200
    }
    readers = ("fg", "ibp", "board_member", "director", "auditor", "eik_director")
    assert may == {getattr(cast, name).first_name for name in readers}
    assert Client().get(PAGE).status_code == 302


def test_a_director_is_told_about_the_own_school_only(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    words = words_of(as_user(cast.director).get(PAGE).content)
    assert "De Linde" in words
    assert "De Eik" not in words


def test_the_home_page_shows_the_figure_of_what_one_may_read(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    cache.clear()
    make.activity("V01", schools=(cast.linde,))
    bad = make.activity("V02", schools=(cast.eik,), minimisation="", subsidiarity="")
    bad.measures.clear()
    home = as_user(cast.ibp).get("/").content
    assert f'<a href="{PAGE}"><b>90%</b> compleet</a>' in home.decode()
    assert completeness_figure(user=cast.director, on=TODAY) == 95
    assert "Wat nog ontbreekt" in words_of(home)
    assert PAGE not in as_user(cast.teacher).get("/").content.decode()

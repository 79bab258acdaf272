"""Who sees which breach."""

from __future__ import annotations

from datetime import datetime

import pytest

from datalekken.actions.guarding import make_confidential, name_person, unname_person
from datalekken.models import Breach
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db


def seen_by(user: User) -> set[str]:
    fresh = User.objects.get(pk=user.pk)
    return set(Breach.objects.visible_to(fresh).values_list("number", flat=True))


def test_one_file_at_two_schools_is_read_at_both(cast: Cast, now: datetime) -> None:
    make.breach(cast.linde, cast.eik, at=now)
    make.breach(cast.eik, at=now)
    make.breach(at=now)
    everything = {"D-2026-0001", "D-2026-0002", "D-2026-0003"}
    assert seen_by(cast.ibp) == seen_by(cast.fg) == seen_by(cast.board_member) == everything
    assert seen_by(cast.director) == {"D-2026-0001"}
    assert seen_by(cast.eik_director) == {"D-2026-0001", "D-2026-0002"}
    for stranger in (cast.teacher, cast.care, cast.auditor, cast.administrator, cast.eik_teacher):
        assert seen_by(stranger) == set()


def test_a_confidential_file_is_for_fg_ibp_manager_and_named_people(
    cast: Cast, now: datetime
) -> None:
    made = make.breach(cast.linde, at=now)
    make_confidential(breach=made, reason="het gaat over de directeur", by=cast.ibp, at=now)
    assert seen_by(cast.director) == seen_by(cast.board_member) == set()
    assert seen_by(cast.fg) == seen_by(cast.ibp) == {"D-2026-0001"}
    name_person(breach=made, user=cast.board_member, by=cast.ibp, at=now)
    assert seen_by(cast.board_member) == {"D-2026-0001"}
    unname_person(breach=made, user=cast.board_member, by=cast.ibp, at=now)
    assert seen_by(cast.board_member) == set()

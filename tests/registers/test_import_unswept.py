"""An import puts the search for garbage off, and always lets it go on again."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest

from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.unswept import unswept
from registers import actions
from registers.actions import imports
from registers.choices import ImportKind, ImportState
from registers.models import ImportRun
from tests.conftest import NOW, Cast


def read(content: bytes, cast: Cast) -> ImportRun:
    return imports.read_import(
        content=content, file_name="r.json", kind=ImportKind.REGISTER, by=cast.ibp, at=NOW
    )


def processor(name: str) -> bytes:
    tables = {"processors": [{"code": "leverancier", "name": name}]}
    whole = {"format": "privacyboard-register", "version": 1, "tables": tables}
    return json.dumps(whole).encode()


@pytest.mark.django_db
def test_no_garbage_is_sought_while_a_file_is_looked_at_and_applied(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[bool] = []
    for name in ("make_plan", "write_plan"):
        work = getattr(imports, name)

        def looking(*given: Any, _work: Any = work, **named: Any) -> Any:
            sought.append(gc.isenabled())
            return _work(*given, **named)

        monkeypatch.setattr(imports, name, looking)
    run = imports.apply_import(run=read(processor("Leverancier"), cast), by=cast.ibp, at=NOW)
    assert run.state == ImportState.APPLIED
    assert sought == [False, False, False]
    assert gc.isenabled()


@pytest.mark.django_db
def test_after_a_refusal_garbage_is_sought_again(cast: Cast) -> None:
    with pytest.raises(FileUnreadable):
        read(b"{", cast)
    assert gc.isenabled()
    run = read(processor(""), cast)
    with pytest.raises(actions.ImportRefused):
        imports.apply_import(run=run, by=cast.ibp, at=NOW)
    assert gc.isenabled()


def test_who_had_put_it_off_already_keeps_it_off() -> None:
    with unswept():
        with unswept():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()

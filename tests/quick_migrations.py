"""The database of a test run in a fraction of the time, by the same migrations.

Django renders again every model that is related to a new one, and here all are: for each of the
hundreds of tables, all the others. But nobody points to a model that is new, and an index or a
constraint changes no other model: rendering the new one alone gives the same database.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.migrations.state import ProjectState


@contextmanager
def less_rendering() -> Iterator[None]:
    """Within this, migrations render a new model alone."""
    find = ProjectState._find_reload_model  # type: ignore[attr-defined]

    def related(state: Any, app_label: str, model_name: str, delay: bool = False) -> Any:
        if model_name in state.apps.all_models[app_label]:
            return find(state, app_label, model_name, delay)
        return {(app_label, model_name)}

    def append(state: Any, app_label: str, model_name: str, option: str, value: Any) -> None:
        options = state.models[app_label, model_name].options
        options[option] = [*options[option], value]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "_find_reload_model", related)
        patch.setattr(ProjectState, "_append_option", append)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any],
) -> Generator[None, object, object]:
    """Only while the database is made; a test that migrates does it as everywhere."""
    if fixturedef.argname != "django_db_setup":
        return (yield)
    with less_rendering():
        return (yield)

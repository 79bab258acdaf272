"""Content as JSON and back, and its digest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.content import ActivityContent, Named, digest, from_json, to_json
from tests.factories.register_content import CONTENT, CONTROLLER, TRANSFER, content

LINE_FIELDS = ("schools", "measures", "purposes", "data", "access", "recipients", "transfers")


def _shuffled(value: Any) -> Any:
    """The same JSON with every object's keys the other way round."""
    if isinstance(value, dict):
        return {key: _shuffled(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [_shuffled(each) for each in value]
    return value


@given(st.from_type(ActivityContent))
def test_content_comes_back_from_json_as_it_was(made: ActivityContent) -> None:
    assert from_json(to_json(made)) == made
    assert from_json(json.loads(json.dumps(to_json(made)))) == made


@given(st.from_type(ActivityContent))
def test_the_digest_does_not_depend_on_the_order_of_keys(made: ActivityContent) -> None:
    plain = to_json(made)
    assert digest(_shuffled(plain)) == digest(plain)


def test_the_digest_depends_on_every_word() -> None:
    assert digest(to_json(CONTENT)) != digest(to_json(content(place="Kluis")))


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ({}, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
        (
            {"b": "é", "a": [1, None]},
            "e03c3c1ebb5fccd76e3bd35b9a86169f35e6f1b069645d48ac278175f54c4208",
        ),
    ],
)
def test_the_digest_is_the_sha256_of_the_canonical_text(
    plain: dict[str, Any], expected: str
) -> None:
    assert digest(plain) == expected


def test_the_digest_of_an_activity_never_changes() -> None:
    assert digest(to_json(CONTENT)) == (
        "ae050dc92a63ae00b7c2c65d3e87d80d080df8aeaae559e7bef6657b7d5ab84e"
    )


def test_json_holds_plain_values_only() -> None:
    plain = to_json(content(recipients=(CONTROLLER,), transfers=(TRANSFER,)))
    assert plain["recipients"] == [
        {
            "kind": "controller",
            "party": {"code": "duo", "name": "DUO", "name_en": ""},
            "service": "",
            "basis": "legal_duty",
            "statute": "WPO 178a",
            "data": [{"code": "identity", "name": "Naam", "name_en": ""}],
            "purpose": "De bekostiging.",
        }
    ]
    assert all(type(plain[name]) is list for name in LINE_FIELDS)
    assert type(plain["process_group"]) is str


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"purposes": None}, TypeError),
        ({"purposes": [{"letter": "a"}]}, TypeError),
        ({"data": [{"group": {"code": "x"}}]}, KeyError),
        (
            {"access": [{"role": {"code": "x", "name": "y", "more": 1}, "category": None}]},
            TypeError,
        ),
    ],
)
def test_another_shape_is_refused(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        from_json({**to_json(CONTENT), **change})


def test_a_missing_field_is_refused() -> None:
    plain = to_json(CONTENT)
    del plain["owner"]
    with pytest.raises(KeyError, match="owner"):
        from_json(plain)


@pytest.mark.parametrize(
    ("changes", "slug", "holds"),
    [
        ({"all_schools": True}, "de-eik", True),
        ({"all_schools": False, "schools": (Named("de-eik", "De Eik"),)}, "de-eik", True),
        ({"all_schools": False, "schools": (Named("de-eik", "De Eik"),)}, "de-linde", False),
        ({"all_schools": False}, "de-linde", False),
    ],
)
def test_an_activity_holds_at_a_school(changes: dict[str, Any], slug: str, holds: bool) -> None:
    assert content(**changes).holds_at(slug) is holds

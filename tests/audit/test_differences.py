"""What differs between two contents is told value by value, however deep it lies, and once."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as some

from custody.audit.histories import differences

CAPS = [
    {"substance": None, "form": None, "grams": "1500000"},
    {"substance": "cocaine", "form": "barrel", "grams": "5"},
]
VALUES: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=3),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)
CONTENTS = some.dictionaries(some.text(max_size=3), VALUES, max_size=4)


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(" ".join(one.path), one.old, one.new) for one in differences(before, after, {})]


def test_one_more_row_among_others_changes_no_other() -> None:
    more = {"substance": "heroin", "form": None, "grams": "7"}
    found = told({"caps": CAPS}, {"caps": [CAPS[0], more, CAPS[1]]})
    assert found == [("caps heroin substance", None, "heroin"), ("caps heroin grams", None, "7")]


def test_rows_of_one_name_are_told_apart_by_their_lanes_and_their_order() -> None:
    fast, slow = ({"name": "store", "lanes": [lane], "limit": 1} for lane in ("fast", "standard"))
    found = told({"clocks": [fast, slow, slow]}, {"clocks": [fast, slow, {**slow, "limit": 2}]})
    assert found == [("clocks store, standard (2) limit", 1, 2)]


def test_what_only_changed_its_place_is_told() -> None:
    one, two = ({"name": name, "limit": 1} for name in ("plant", "store"))
    found = told({"clocks": [one, two]}, {"clocks": [{**two, "limit": 2}, one]})
    assert found == [
        ("clocks store limit", 1, 2),
        ("clocks order", ["plant", "store"], ["store", "plant"]),
    ]
    assert len(told({"clocks": [one, two]}, {"clocks": [two, one]})) == 1


def test_a_day_is_told_as_one_and_what_is_only_committed_to_is_not_told() -> None:
    day = {"from": "06:00", "to": "22:00"}
    assert told({"hours": {}}, {"hours": {"mon": day}}) == [("hours mon", None, day)]
    kept = "(kept beside the record)"
    before, after = ({"name": {"commitment": word}} for word in ("a", "b"))
    assert told(before, after) == [("name", kept, kept)]


def test_of_what_is_only_committed_to_it_is_told_whether_it_is_another() -> None:
    before, after = ({"name": {"commitment": word}} for word in ("a", "b"))
    assert list(differences(before, after, {"a": "N. N.", "b": "N. N."})) == []
    (found,) = differences(before, after, {"a": "N. N.", "b": "O. P."})
    assert found.words[1:] == (
        "(kept beside the record)",
        "(another one, kept beside the record)",
    )
    # of a text that was erased nobody knows
    (found,) = differences(before, after, {"b": "O. P."})
    assert found.old == found.new == "(kept beside the record)"
    (found,) = differences({"name": "(kept beside the record)"}, after, {})
    assert found.path == ("name",)


@example({"a": {"b": None}}, {})
@example({"a": [{"name": "b"}]}, {"a": [{"name": "b", "c": None}]})
@settings(max_examples=60, deadline=None)
@given(CONTENTS, CONTENTS)
def test_nothing_differs_exactly_if_nothing_was_changed(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert told(before, before) == []
    same = all(before.get(name) == after.get(name) for name in {*before, *after})
    assert (told(before, after) == []) is same

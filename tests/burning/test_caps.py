"""Caps of a session: each over what it is about, the first that is passed is named."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from custody.burning.caps import Cap, Load, excess, room

ANY = [None, "cocaine", "heroin"]
masses = st.integers(1, 40).map(Decimal)
loads = st.lists(
    st.builds(
        Load,
        label=st.integers(0, 999).map(str),
        substance=st.sampled_from(ANY[1:]),
        form=st.sampled_from(["barrel", "block"]),
        grams=masses,
    ),
    max_size=12,
)
caps = st.lists(
    st.builds(
        Cap,
        substance=st.sampled_from(ANY),
        form=st.sampled_from([None, "barrel", "block"]),
        grams=st.integers(1, 200).map(Decimal),
    ),
    min_size=1,
    max_size=6,
)


def passed(cap: Cap, units: list[Load]) -> bool:
    return sum(one.grams for one in units if cap.about(one)) > cap.grams


@given(caps=caps, units=loads)
def test_units_fit_when_no_cap_is_passed(caps: list[Cap], units: list[Load]) -> None:
    assert (excess(caps, units) is None) == (not any(passed(cap, units) for cap in caps))


@given(caps=caps, units=loads)
def test_the_named_unit_is_the_first_one_too_many(caps: list[Cap], units: list[Load]) -> None:
    found = excess(caps, units)
    if found is None:
        return
    count = next(n for n in range(1, len(units) + 1) if any(passed(cap, units[:n]) for cap in caps))
    assert found.label == units[count - 1].label
    over = [cap for cap in caps if passed(cap, units[:count])]
    assert found.cap.grams == min(cap.grams for cap in over)
    assert found.grams == sum(one.grams for one in units[:count] if found.cap.about(one))


@given(caps=caps, units=loads, more=masses)
def test_what_there_is_room_for_fits_and_a_gram_more_does_not(
    caps: list[Cap], units: list[Load], more: Decimal
) -> None:
    caps = [*caps, Cap(None, None, Decimal(100))]
    if excess(caps, units):
        return
    left = room(caps, units, "cocaine", "barrel")
    if left:
        assert excess(caps, [*units, Load("last", "cocaine", "barrel", left)]) is None
    assert excess(caps, [*units, Load("last", "cocaine", "barrel", left + more)]) is not None


def test_a_cap_is_told_in_words() -> None:
    assert Cap(None, None, Decimal(1)).what == "everything"
    assert Cap("cocaine", None, Decimal(1)).what == "cocaine"
    assert Cap("cocaine", "barrel", Decimal(1)).what == "cocaine in the form of barrel"
    assert Cap(None, "bag", Decimal(1)).what == "in the form of bag"

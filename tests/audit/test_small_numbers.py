"""What is hidden cannot be had by taking what is told from the sum."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custody.audit.small_numbers import LEAST, hidden


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 20), max_size=12))
def test_small_cells_are_hidden_and_never_alone(seizures: dict[str, int]) -> None:
    silent = hidden(seizures)
    assert all(key in silent for key, count in seizures.items() if count < LEAST)
    others = [key for key in silent if seizures[key] >= LEAST]
    assert len(others) <= 1
    if silent and silent != seizures.keys():
        # one of them stands for enough seizures by itself, and so do all together
        assert others
    if not any(count < LEAST for count in seizures.values()):
        assert not silent


def test_the_smallest_of_the_others_goes_with_it() -> None:
    assert hidden({"W1": 2, "W2": 9, "W3": 4}) == {"W1", "W3"}
    assert hidden({"W2": 9, "W3": 3}) == set()
    assert hidden({"W1": 1, "W2": 2}) == {"W1", "W2"}

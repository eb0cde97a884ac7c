"""A protocol is read strictly: whatever is wrong is named by its field."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from custody.ledger.events import SYSTEM
from custody.neutralising.models import Protocol
from custody.neutralising.protocols import InvalidProtocol, parse
from custody.neutralising.services import adopt_protocol
from tests.cast import PROTOCOL_CONTENT, Cast


def test_a_protocol_says_all_that_a_run_is_judged_by() -> None:
    protocol = parse(PROTOCOL_CONTENT)
    assert protocol.substances == {"cocaine", "heroin"}
    assert (protocol.ratio, protocol.tolerance) == (Decimal("0.1"), Decimal("0.06"))
    assert [one.name for one in protocol.readings] == ["pH"]
    assert protocol.readings[0].hold(Decimal(11))
    assert not protocol.readings[0].hold(Decimal("14.001"))
    assert "21 CFR 1300.05" in protocol.criterion.standard
    assert protocol.confirmed is False


WRONG: list[tuple[str, Any]] = [
    ("code", ""),
    ("code", "N/3"),
    ("code", None),
    ("substances", "cocaine"),
    ("substances", [""]),
    ("reagent", " RG"),
    ("ratio", "0.1"),
    ("ratio.grams_per_gram", 0.1),
    ("ratio.grams_per_gram", "0"),
    ("ratio.grams_per_gram", "1e3"),
    ("ratio.tolerance", "0.1"),
    ("ratio.tolerance", "-0.01"),
    ("hold_minutes", -1),
    ("hold_minutes", True),
    ("hold_minutes", "30"),
    ("mixing.how", ""),
    ("mixing.minutes", 1.5),
    ("readings", {}),
    ("readings.0.name", ""),
    ("readings.0.least", 11),
    ("readings.0.most", "10"),
    ("criterion.most", "-1"),
    ("criterion.method", 7),
    ("source", ""),
    ("confirmed", "yes"),
]


def changed(path: str, value: Any) -> dict[str, Any]:
    content = deepcopy(PROTOCOL_CONTENT)
    inner: Any = content
    *way, last = [int(one) if one.isdigit() else one for one in path.split(".")]
    for step in way:
        inner = inner[step]
    inner[last] = value
    return content


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_what_makes_no_sense_is_named_by_its_field(path: str, value: Any) -> None:
    with pytest.raises(InvalidProtocol) as error:
        parse(changed(path, value))
    assert error.value.field == path


@pytest.mark.parametrize("path", ["", "ratio.", "mixing.", "readings.0.", "criterion."])
def test_nothing_is_missing_and_nothing_is_too_much(path: str) -> None:
    with pytest.raises(InvalidProtocol) as error:
        parse(changed(f"{path}colour", "blue"))
    assert error.value.field == f"{path}colour"
    content = deepcopy(PROTOCOL_CONTENT)
    inner: Any = content
    for step in path.split(".")[:-1]:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    gone = min(inner)
    del inner[gone]
    with pytest.raises(InvalidProtocol) as error:
        parse(content)
    assert error.value.field == f"{path}{gone}"


def test_a_reading_is_named_once_and_has_a_bound() -> None:
    twice = [PROTOCOL_CONTENT["readings"][0]] * 2
    with pytest.raises(InvalidProtocol, match="twice"):
        parse({**PROTOCOL_CONTENT, "readings": twice})
    unbound = [{"name": "pH", "unit": "pH", "least": None, "most": None}]
    with pytest.raises(InvalidProtocol, match="bound"):
        parse({**PROTOCOL_CONTENT, "readings": unbound})


@pytest.mark.django_db
def test_each_adoption_is_a_version_that_never_changes(cast: Cast) -> None:
    first = Protocol.objects.get(pk="N-3/1")
    second = adopt_protocol({**PROTOCOL_CONTENT, "confirmed": True}, actor=SYSTEM)
    assert (second.key, second.rules.confirmed) == ("N-3/2", True)
    again = Protocol.objects.get(pk="N-3/1")
    assert (again.head, again.content) == (first.head, PROTOCOL_CONTENT)

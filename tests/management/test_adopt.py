"""A new installation opens its ledger and adopts who and what there is from a file."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.audit import replay
from custody.ledger.append import LedgerAlreadyOpen
from custody.ledger.models import Entry
from custody.people.models import Officer
from tests.burning.paper import ALWAYS
from tests.burning.paper import told as permit
from tests.cast import PROTOCOL_CONTENT

pytestmark = pytest.mark.usefixtures("bare_db")

WHOLE: dict[str, Any] = {
    "agencies": [{"code": "CUSTOMS", "name": "Customs", "kind": "customs"}],
    "units": [{"agency": "CUSTOMS", "code": "QUAY", "name": "Quay"}],
    "officers": [
        {
            "badge": "K1",
            "name": "A. Person",
            "unit": "CUSTOMS/QUAY",
            "roles": ["officer"],
            "password": "a long enough one",
        }
    ],
    "places": [
        {"code": "HERON", "kind": "quay", "unit": "CUSTOMS/QUAY"},
        {"code": "PLANT-A", "kind": "plant", "unit": "CUSTOMS/QUAY"},
        {"code": "LORRY", "kind": "vehicle", "unit": "CUSTOMS/QUAY"},
    ],
    "scales": [
        {
            "code": "S1",
            "unit": "CUSTOMS/QUAY",
            "capacity_grams": "150000",
            "readability_grams": "20",
            "calibrated_on": "2026-01-05",
        }
    ],
    "permits": [{"code": "OVAM-1", **permit()}],
    "crews": [
        {
            "code": "CREW-1",
            "unit": "CUSTOMS/QUAY",
            "size": 4,
            "hours": ALWAYS,
            "valid_from": "2026-01-01",
            "valid_until": None,
        }
    ],
    "vehicle_capacities": [{"place": "LORRY", "capacity_grams": "1200000"}],
    "policies": ["flanders-2024"],
    "protocols": [PROTOCOL_CONTENT],
    "reagent_lots": [
        {
            "code": "RG-17/0423",
            "reagent": "RG-17",
            "number": "0423",
            "unit": "CUSTOMS/QUAY",
            "grams": "25000",
            "expires_on": "2027-06-30",
        }
    ],
    "mass_rules": [
        {
            "effective_at": "2026-01-01T00:00:00.000000Z",
            "calibration_days": 365,
            "drying": [
                {"substance": "cannabis", "percent": "5.5", "days": 30, "source": "own weighings"}
            ],
        }
    ],
    "mailboxes": [
        {
            "officer": "K1",
            "address": "k1@customs.example",
            "quiet": {"from": "22:00", "until": "06:00"},
        },
        {"unit": "CUSTOMS/QUAY", "address": "quay@customs.example", "digest_at": "07:00"},
    ],
    "routes": [{"code": "fast", "lane": "fast", "level": "due", "mailboxes": ["CUSTOMS/QUAY"]}],
}


def adopt(tmp_path: Path, told: dict[str, Any]) -> None:
    path = tmp_path / "house.json"
    path.write_text(json.dumps(told))
    call_command("adopt", str(path), stdout=StringIO())


def test_everything_in_the_file_is_adopted_by_events(tmp_path: Path) -> None:
    adopt(tmp_path, WHOLE)
    assert Entry.objects.filter(kind__endswith=".adopted").count() == 16
    assert Entry.objects.filter(kind="reagent_lot.received").count() == 1
    assert Officer.objects.get(pk="K1").check_password("a long enough one")
    assert b"A. Person" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    replay.compare()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ships": []}, "ships is not known"),
        ({"units": {"code": "X"}}, "units is no list"),
        ({"mailboxes": [["K1"]]}, r"mailboxes\[0\] is no object"),
        ({"units": [{"agency": "NOBODY", "code": "X", "name": "X"}]}, r"units\[0\].*NOBODY"),
        ({"officers": [{"badge": "K1"}]}, r"officers\[0\]"),
        ({"mailboxes": [{"officer": "K1", "address": "nowhere"}]}, r"mailboxes\[0\].*Address"),
        (
            {"protocols": [{**PROTOCOL_CONTENT, "ratio": 0.1}]},
            r"protocols\[0\].*ratio is an object",
        ),
        (
            {"scales": [{**WHOLE["scales"][0], "capacity_grams": "abc"}]},
            r"scales\[0\]\.capacity_grams: .*abc is not a mass",
        ),
        (
            {"scales": [{**WHOLE["scales"][0], "readability_grams": "1e999999999999999999"}]},
            r"scales\[0\]\.readability_grams",
        ),
        ({"reagent_lots": [{"code": "X"}]}, r"reagent_lots\[0\].*reagent"),
        (
            {"reagent_lots": [{**WHOLE["reagent_lots"][0], "grams": "0"}]},
            r"reagent_lots\[0\].*nothing of it",
        ),
        (
            {"reagent_lots": [{**WHOLE["reagent_lots"][0], "unit": "NOBODY/X"}]},
            r"reagent_lots\[0\].*no unit NOBODY/X",
        ),
        ({"routes": [{"code": "x", "mailboxes": ["X"]}]}, r"routes\[0\].*no mailbox X"),
        (
            {"permits": [{"code": "X", **permit(sessions_per_week=0)}]},
            r"permits\[0\].*lies between",
        ),
        ({"crews": [{"code": "X"}]}, r"crews\[0\].*missing"),
        ({"vehicle_capacities": [{"place": "HERON", "capacity_grams": "1"}]}, "no vehicle HERON"),
        ({"mass_rules": [{"drying": []}]}, r"mass_rules\[0\].*calibration_days"),
        ({"agencies": [{"code": "X", "name": "X", "kind": "pirates"}]}, r"agencies\[0\].*pirates"),
    ],
)
def test_a_file_that_is_wrong_adopts_nothing(
    tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    before = Entry.objects.count()
    with pytest.raises(CommandError, match=named):
        adopt(tmp_path, WHOLE | change)
    assert Entry.objects.count() == before


def test_a_file_without_an_object_is_refused(tmp_path: Path) -> None:
    for told in ([], "house", None, 3):
        with pytest.raises(CommandError, match="holds no object"):
            adopt(tmp_path, told)  # type: ignore[arg-type]


def test_a_ledger_is_opened_once() -> None:
    with pytest.raises(CommandError, match=LedgerAlreadyOpen.template()):
        call_command("open_ledger", "--origin", "custody.example")

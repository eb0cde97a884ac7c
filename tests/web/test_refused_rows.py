"""A refused form marks what is missing where it is missing, by its title, and nothing in rows that were left out."""

from __future__ import annotations

import pytest

from custody.handling.seals import ApplySeal
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.deadlines.scenes import send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def test_rows_that_were_left_out_miss_nothing(cast: Cast, browse: Browser) -> None:
    told = {"exhibits-rows": "3", "exhibits-0-form": "barrel", "exhibits-0-gross_grams": ""}
    told |= {"exhibits-0-seal_number": "HS-1"}
    page = browse(cast.officer).post("/acts/intercept/", told).content.decode()
    assert 'id="id_exhibits-0-gross_grams_error"' in page
    for number in (1, 2):
        assert f'id="id_exhibits-{number}-gross_grams"' in page
        assert f'id="id_exhibits-{number}-gross_grams_error"' not in page


def test_a_seal_without_a_finding_is_told_beside_the_finding(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, ApplySeal(exhibit=barrel.label, number="HS-1", seal_class="H"))
    send(cast, barrel)
    told = {
        "exhibits": barrel.label,
        "place": "VAULT-A",
        "scale": FLOOR_SCALE,
        "checks-rows": "1",
        "checks-0-exhibit": barrel.label,
        "checks-0-seal_number": "HS-1",
        "checks-0-gross_grams": "25000",
    }
    answer = browse(cast.keeper).post("/acts/receive/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_checks-0-finding_error"' in page
    assert "Seal found is missing: of seal HS-1." in page
    assert "finding is missing" not in page

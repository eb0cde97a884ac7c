"""Photographs go into a bundle as they came; what was erased is told as erased, by which event."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from custody.attachments import storage
from custody.audit.attachments import FileMissing
from custody.audit.bundle.contents import WholeNeedsPurpose, of_exhibit, of_seizure
from custody.handling.erase import Erase
from custody.handling.photograph import Photograph
from custody.ledger.models import Disclosure
from custody.seizures.models import Exhibit
from tests.audit.evidence import KEY, flipped, judged, made
from tests.cast import Cast, catch, do
from tests.files import brought, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


@pytest.fixture
def barrel(cast: Cast) -> Exhibit:
    _, (unit,) = catch(cast)
    name = brought(cast.officer, picture())
    do(
        cast.officer,
        Photograph(exhibit=unit.label, photographs=(name,), caption="The seal, before."),
    )
    unit.refresh_from_db()
    return unit


def erase(cast: Cast, content: str) -> None:
    do(
        cast.supervisor,
        Erase(
            content=content,
            second=cast.second_supervisor.badge,
            ordered_by="Data protection authority, 2026/114",
            legal_basis="Directive (EU) 2016/680, article 16",
            reason="A bystander is in it.",
        ),
        cast.second_supervisor,
    )


def test_a_photograph_goes_along_as_it_came_and_is_checked(tmp_path: Path, barrel: Exhibit) -> None:
    found = made(of_exhibit(None, barrel))
    (name,) = [one for one in found if one.startswith("attachments/")]
    (photograph,) = barrel.photographs
    assert name == f"attachments/{photograph}.jpg"
    assert sha256(found[name]).hexdigest() == photograph
    verdict = judged(tmp_path / "whole", found, *KEY)
    assert verdict.status == 0, verdict.said
    assert "1 attachments have the hashes that events name" in verdict.said
    verdict = judged(tmp_path / "changed", {**found, name: flipped(found[name])}, *KEY)
    assert verdict.status == 1
    assert name in verdict.said


def test_what_was_erased_is_absent_and_the_event_that_erased_it_is_named(
    tmp_path: Path, cast: Cast, barrel: Exhibit
) -> None:
    caption = Disclosure.objects.get(name="caption").commitment
    erase(cast, barrel.photographs[0])
    erase(cast, caption)
    for name, contents in (
        ("exhibit", of_exhibit(None, barrel)),
        ("case", of_seizure(None, barrel.seizure)),
    ):
        found = made(contents)
        assert not [one for one in found if one.startswith("attachments/")]
        assert f"disclosures/{caption}.json" not in found
        verdict = judged(tmp_path / name, found, *KEY)
        assert verdict.status == 0, verdict.said
        assert verdict.said.count("erased by event") == 2, verdict.said


def test_originals_go_only_to_whoever_said_why(cast: Cast, barrel: Exhibit) -> None:
    with pytest.raises(WholeNeedsPurpose) as refused:
        of_exhibit(cast.supervisor, barrel)
    assert refused.value.legal


def test_no_bundle_goes_out_without_a_file_that_it_names(barrel: Exhibit) -> None:
    contents = of_exhibit(None, barrel)
    storage.remove(barrel.photographs[0])
    with pytest.raises(FileMissing):
        made(contents)

"""One life, and the bundles of it: bytes, so one serves every test that only judges them."""

from __future__ import annotations

import pytest

from custody.audit.bundle.contents import of_exhibit, of_seizure
from tests.audit.evidence import EXHIBITS, Files, Life, life, made
from tests.cast import Cast


@pytest.fixture
def lived(cast: Cast) -> Life:
    return life(cast)


@pytest.fixture(scope="session")
def _made() -> dict[str, Files]:
    """The bundles of the case and of each exhibit, once they are made."""
    return {}


@pytest.fixture
def bundles(_made: dict[str, Files], request: pytest.FixtureRequest) -> dict[str, Files]:
    if not _made:
        lived: Life = request.getfixturevalue("lived")
        _made["case"] = made(of_seizure(None, lived.seizure))
        for name in EXHIBITS:
            _made[name] = made(of_exhibit(None, getattr(lived, name)))
    return _made


@pytest.fixture
def files(bundles: dict[str, Files]) -> Files:
    """The bundle of the whole case."""
    return bundles["case"]

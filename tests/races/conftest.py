"""What every race leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command

from custody.audit import replay
from tests.cast import Cast


@pytest.fixture
def the_record_is_whole(committed_cast: Cast) -> Iterator[None]:
    """After it rows are what their events say, and the ledger holds."""
    yield
    replay.compare()
    call_command("verify_ledger")

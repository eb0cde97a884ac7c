"""A signer for the ledger's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.signers import Signing, new_signer
from tests.postgres import Server


@pytest.fixture
def signing(server: Server, transactional_db: str, tmp_path: Path) -> Signing:
    return Signing(server, transactional_db, new_signer(tmp_path / "signer"))

"""Requests that nobody thought of, made by schemathesis from the committed document, as every role there is.

All checks, all phases: no fault of ours, no answer that the document does not tell, no body taken that it forbids, none
refused that it allows but by a rule with a code of its own (``schemathesis/hooks.py``).
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from django.db import connection, transaction

from custody.audit import replay
from custody.ledger.events import SYSTEM
from custody.ledger.verify import verify
from custody.people.models import Officer
from custody.people.rights import Role
from custody.people.services import enrol
from tests.api.callers import Callers, caller
from tests.api.test_routes_by_role import Stage
from tests.cast import OFFICERS, Cast
from tests.clients.conftest import DOCUMENT, Door, run

HERE = Path(__file__).parent / "schemathesis"
pytestmark = pytest.mark.slow

#: Somebody for each role, and an outsider.
ONE_A_ROLE = [
    *{role: badge for badge, (_, role) in reversed(OFFICERS.items())}.values(),
    "outsider",
]


@pytest.fixture
def everybody(committed_cast: Cast) -> Officer:
    """Somebody with every role, whose requests no right keeps from being judged."""
    officer = enrol(
        badge="everybody", name="Everybody", unit="CUSTOMS/QUAY", roles=[Role.OFFICER], actor=SYSTEM
    )
    # nobody may be all that at once, so enrolling would refuse it
    officer.roles = list(Role)
    officer.save(update_fields=["roles"])
    return officer


def test_no_request_gets_what_the_document_does_not_tell(
    committed_cast: Cast, everybody: Officer, door: Door, python_tools: Path, tmp_path: Path
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # a slow machine thinks for longer between two statements than the app may
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
        Stage(Callers(committed_cast))
    tokens = {"everybody": caller(everybody).token} | {
        badge: door.tokens[badge] for badge in ONE_A_ROLE
    }
    seed = str(random.randrange(2**32))
    print("seed", seed)
    said = run(
        *(python_tools / "schemathesis", "--config-file", HERE / "schemathesis.toml", "--no-color"),
        *("run", DOCUMENT, "--url", door.address, "--seed", seed),
        *("--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        cwd=tmp_path,
        environment={
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "hooks",
            "TOKENS": json.dumps(tokens),
        },
    )
    print(said)
    verify()
    # who has every role was made so past the ledger
    Officer.objects.filter(pk=everybody.pk).update(roles=[Role.OFFICER])
    replay.compare()

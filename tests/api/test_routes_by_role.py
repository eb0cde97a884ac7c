"""Every address by every method, asked by every role: each answer is a cell of ``routes_by_role.toml``, or this fails."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from custody.handling.register import ACTS
from custody.kit import clock
from custody.notices.following import follow
from custody.notices.models import Notice
from custody.notices.webhooks import make_webhook
from custody.people.assigning import Purpose, assign, state_purpose
from custody.people.models import AssignmentKind, Unit
from custody.reading.digests import digest_reads
from custody.reading.models import ReadAlert
from custody.seizures.models import Seizure
from tests.api.callers import Callers
from tests.api.test_odd_values import fitted, told
from tests.api.test_visibility import ADDRESSES, WEBHOOK, World
from tests.burning.paper import permit
from tests.burning.scenes import asked
from tests.cast import OFFICERS
from tests.exchange.files import table

pytestmark = pytest.mark.django_db

#: Route → method → status → badges; a badge that is in no list gets ``rest``. What is not there answers 405.
TABLE: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "routes_by_role.toml").read_text()
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def expected(route: str, method: str, badge: str) -> int:
    cells = TABLE[route].get(method)
    if cells is None:
        return 405
    for status, badges in cells.items():
        if status != "rest" and badge in badges:
            return int(status)
    return int(cells["rest"])


class Stage(World):
    """The world with something to review and to end, and input that is whole."""

    def __init__(self, callers: Callers) -> None:
        super().__init__(callers)
        for badge in OFFICERS:
            getattr(callers, badge)
        self.seizure = Seizure.objects.get()
        state_purpose(
            callers.cast.officer,
            case=self.seizure.id,
            purpose=Purpose.EMERGENCY,
            reason="?",
            break_glass=True,
        )
        digest_reads()
        duty = assign(
            callers.cast.supervisor,
            kind=AssignmentKind.DUTY,
            officer=callers.cast.keeper,
            unit=Unit.objects.get(pk="CUSTOMS/STORE"),
            until=clock.now() + timedelta(days=1),
        )
        made, _ = make_webhook(
            callers.cast.supervisor, url="http://127.0.0.1:9/", officer="auditor"
        )
        permit()
        session = str(asked(callers.cast).id)
        follow()
        delivery = str(Notice.objects.latest("seq").pk)
        self.things |= {
            "review": str(ReadAlert.objects.get().id),
            "end-assignment": duty.code,
            **dict.fromkeys(WEBHOOK, made.code),
            "delivery": delivery,
            "session": session,
            "certificate": session,
        }

    def address(self, route: str) -> str:
        if route == "nothing":
            return "nothing/here"
        return self.path(route) + ("?recipient=Court" if route.endswith("-bundle") else "")

    def body(self, route: str) -> Any:
        if route.startswith("act-"):
            command = ACTS[route.removeprefix("act-")].command
            return fitted(told(command), self.label, self.seizure.reference)
        return {
            "acknowledge": {"reason": "?"},
            "refuse": {"reason": "?"},
            "accept": {"exhibits": [self.label]},
            "review": {"finding": "?"},
            "webhooks": {"url": "http://127.0.0.1:9/", "officer": "auditor"},
            "replay": {"after_seq": -1},
            "purposes": {
                "seizure": self.seizure.reference,
                "purpose": "audit",
                "reason": "?",
            },
            "identify": {"reason": "?"},
            "officers": {
                "badge": "newcomer",
                "name": "New Comer",
                "unit": "CUSTOMS/QUAY",
                "roles": ["officer"],
            },
            "assignments": {
                "kind": "duty",
                "officer": "keeper",
                "unit": "CUSTOMS/QUAY",
                "until": clock.to_text(clock.now() + timedelta(days=1)),
            },
            "sampling-plans": {
                "seizure": self.seizure.reference,
                "method": "hypergeometric",
                "share": "0.9",
                "confidence": "0.95",
            },
            "imports": {"source": "OLD", "table": table({}).decode()},
            "batches": {
                "acts": [
                    {
                        "act": "report",
                        "told": {"exhibit": self.label, "what": "seal", "details": "?"},
                    }
                ]
            },
        }.get(route)

    def answer(self, callers: Callers, route: str, method: str, badge: str) -> int:
        with transaction.atomic():
            found = getattr(callers, badge).ask(
                method,
                self.address(route),
                self.body(route) if method == "POST" else None,
                headers={"idempotency-key": f"by-{badge}"},
            )
            transaction.set_rollback(True)
        return int(found.status_code)


ROUTES = sorted(str(one.name) for one in ADDRESSES)


def test_every_address_is_in_the_table() -> None:
    assert set(ROUTES) == TABLE.keys()
    for cells in TABLE.values():
        for by_status in cells.values():
            assert {
                one for badges in by_status.values() if isinstance(badges, list) for one in badges
            } <= OFFICERS.keys()


@pytest.mark.parametrize("route", ROUTES)
def test_every_role_gets_what_the_table_says(callers: Callers, route: str) -> None:
    stage = Stage(callers)
    found = {
        (method, badge): stage.answer(callers, route, method, badge)
        for method in METHODS
        for badge in OFFICERS
    }
    wanted = {(method, badge): expected(route, method, badge) for method, badge in found}
    assert found == wanted

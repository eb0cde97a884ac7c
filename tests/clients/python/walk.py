"""One barrel from interception to ash, by the generated Python client alone.

Reads the address and everybody's token from standard input; says the barrel's label and the kinds of its trail.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from typing import TypeVar
from uuid import uuid4

from custody_client import AuthenticatedClient
from custody_client.api.acts import (
    act_apply_seal,
    act_break_seal,
    act_dispatch,
    act_give_order,
    act_incinerate,
    act_intercept,
    act_load,
    act_photograph,
    act_receive,
    act_sample,
    act_stage,
    act_store,
    act_withdraw,
)
from custody_client.api.exhibits import list_exhibits, read_exhibit, read_trail
from custody_client.api.proposals import confirm_proposal, list_proposals
from custody_client.api.seizures import list_seizures
from custody_client.models import (
    ApplySealAct,
    BreakSealAct,
    CheckRow,
    DispatchAct,
    Exhibit,
    FindingEnum,
    FoundRow,
    GiveOrderAct,
    IncinerateAct,
    InterceptAct,
    LaneEnum,
    ListExhibitsForm,
    ListProposalsWaiting,
    LoadAct,
    PaginatedExhibitList,
    PaginatedProposalList,
    PaginatedSeizureList,
    Pending,
    PhotographAct,
    Receipt,
    ReceiveAct,
    SampleAct,
    SampleFormEnum,
    SealClassEnum,
    StageAct,
    StageEnum,
    StoreAct,
    TakenRow,
    Trail,
    UnitFormEnum,
    WeighedRow,
    WithdrawAct,
    WithdrawActPurposeEnum,
)

told = json.load(sys.stdin)
Known = TypeVar("Known")

#: One pixel, as PNG.
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNQcEgAAAFEAME1cEXuAAAAAElFTkSuQmCC"
)


def person(badge: str) -> AuthenticatedClient:
    """Somebody's client."""
    return AuthenticatedClient(
        base_url=told["address"],
        token=told["tokens"][badge],
        prefix="Token",
        raise_on_unexpected_status=True,
    )


officer, colleague, keeper = person("officer"), person("colleague"), person("keeper")
driver, analyst, prosecutor = person("driver"), person("analyst"), person("prosecutor")
operator, second_operator = person("operator"), person("second_operator")


def a(kind: type[Known], answer: object) -> Known:
    """The answer, which has to be of this model."""
    assert isinstance(answer, kind), answer
    return answer


def key() -> str:
    return str(uuid4())


def confirmed(answer: object, *confirmers: AuthenticatedClient) -> None:
    """A proposal that each of these confirms, seeing first that it waits for them."""
    proposal = a(Pending, answer).proposal
    for number, one in enumerate(confirmers, 1):
        mine = a(
            PaginatedProposalList,
            list_proposals.sync(client=one, waiting=ListProposalsWaiting.ME),
        )
        assert [paper.id for paper in mine.results] == [proposal]
        word = confirm_proposal.sync(str(proposal), client=one)
        a(Receipt if number == len(confirmers) else Pending, word)


def carry(
    labels: list[str],
    giver: AuthenticatedClient,
    destination: str,
    taker: AuthenticatedClient,
    checks: list[CheckRow] | None = None,
) -> None:
    """The driver takes over from the giver and hands over at the destination."""
    asked = DispatchAct(exhibits=labels, driver="driver", vehicle="VAN-A", destination=destination)
    confirmed(act_dispatch.sync(client=giver, body=asked, idempotency_key=key()), driver)
    shown = a(Exhibit, read_exhibit.sync(labels[0], client=driver))
    assert shown.stage is StageEnum.IN_TRANSIT
    arrived = ReceiveAct(exhibits=labels, place=destination, checks=checks)
    confirmed(act_receive.sync(client=taker, body=arrived, idempotency_key=key()), driver)


def catch() -> tuple[str, str]:
    """One barrel under a seal; the seizure's reference and the barrel's label."""
    found = FoundRow(
        form=UnitFormEnum.BARREL,
        gross_grams="25000.000",
        tare_grams="1000.000",
        seal_number="HS-1",
        seal_class=SealClassEnum.H,
    )
    seizure = InterceptAct(
        customs_report="PV-2026-PYTHON",
        prosecutor_unit="COURT/PORT",
        container_number="CSQU3054383",
        vessel_imo="9074729",
        location="BEANR",
        place="QUAY-A",
        substance="cocaine",
        lane=LaneEnum.FAST,
        scale="FLOOR",
        exhibits=[found],
    )
    a(Receipt, act_intercept.sync(client=officer, body=seizure, idempotency_key=key()))
    (known,) = a(PaginatedSeizureList, list_seizures.sync(client=officer)).results
    page = a(PaginatedExhibitList, list_exhibits.sync(client=officer, seizure=known.reference))
    (barrel,) = page.results
    assert barrel.clocks
    assert not barrel.late
    return known.reference, barrel.label


def sample(reference: str, barrel: str) -> list[str]:
    """The barrel is opened, sampled with a colleague, and sealed again; the samples' labels."""
    opened = BreakSealAct(exhibit=barrel, number="HS-1", reason="Sampling")
    a(Receipt, act_break_seal.sync(client=officer, body=opened, idempotency_key=key()))
    taken = SampleAct(
        exhibit=barrel,
        scale="FINE",
        samples=[
            TakenRow(form=form, gross_grams="7.50", tare_grams="2.50") for form in SampleFormEnum
        ],
    )
    confirmed(act_sample.sync(client=officer, body=taken, idempotency_key=key()), colleague)
    closed = ApplySealAct(exhibit=barrel, number="HS-2", seal_class=SealClassEnum.H)
    a(Receipt, act_apply_seal.sync(client=officer, body=closed, idempotency_key=key()))
    return [
        one.label
        for form in (ListExhibitsForm.SAMPLE, ListExhibitsForm.COUNTER_SAMPLE)
        for one in a(
            PaginatedExhibitList,
            list_exhibits.sync(client=officer, seizure=reference, form=form),
        ).results
    ]


def photograph(barrel: str) -> None:
    """A picture of the barrel as it stands, brought over the client's own connection and named by its hash."""
    brought = officer.get_httpx_client().post(
        "/api/v1/attachments", files={"file": ("barrel.png", PICTURE, "image/png")}
    )
    brought.raise_for_status()
    shown = PhotographAct(exhibit=barrel, photographs=[brought.json()["sha256"]])
    a(Receipt, act_photograph.sync(client=officer, body=shown, idempotency_key=key()))


def burn(barrel: str) -> None:
    """The barrel is weighed at the kiln's mouth, loaded, and burnt before two witnesses."""
    weighed = [WeighedRow(exhibit=barrel, gross_grams="25000.000")]
    staged = StageAct(scale="FLOOR", units=weighed)
    a(Receipt, act_stage.sync(client=operator, body=staged, idempotency_key=key()))
    loaded = LoadAct(exhibits=[barrel], kiln="K1")
    a(Receipt, act_load.sync(client=operator, body=loaded, idempotency_key=key()))
    burnt = IncinerateAct(scale="FLOOR", temperature_celsius=1100, units=weighed)
    answer = act_incinerate.sync(client=operator, body=burnt, idempotency_key=key())
    confirmed(answer, second_operator, keeper)


reference, barrel = catch()
samples = sample(reference, barrel)
photograph(barrel)
carry(samples, officer, "LAB-A", analyst)
order = GiveOrderAct(seizure=reference, number="D-1", reasons="No need to keep the bulk")
a(Receipt, act_give_order.sync(client=prosecutor, body=order, idempotency_key=key()))
intact = CheckRow(exhibit=barrel, seal_number="HS-2", finding=FindingEnum.INTACT)
carry([barrel], officer, "VAULT-A", keeper, [intact])
stored = StoreAct(exhibits=[barrel], place="VAULT-A")
a(Receipt, act_store.sync(client=keeper, body=stored, idempotency_key=key()))
withdrawn = WithdrawAct(exhibits=[barrel], purpose=WithdrawActPurposeEnum.DESTRUCTION)
a(Receipt, act_withdraw.sync(client=keeper, body=withdrawn, idempotency_key=key()))
carry([barrel], keeper, "PLANT-A", operator)
burn(barrel)
trail = a(Trail, read_trail.sync(barrel, client=officer))
print(json.dumps({"label": barrel, "kinds": [one.kind for one in trail.events]}))

"""An example of every act, for readers of the OpenAPI document. Tests put each through its serializer."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample

from custody.handling.acts import Act
from custody.handling.commands import Description, Kind, describe
from custody.seizures.labels import ISSUER, check_character

_BODIES = ("7K3M9Q2X", "4TB80W5N")
LABELS = [f"{ISSUER}-{body}-{check_character(ISSUER + body)}" for body in _BODIES]
_BY_KIND: dict[Kind, Any] = {
    Kind.LABEL: LABELS[0],
    Kind.LABELS: LABELS,
    Kind.SEIZURE: "BEANR-20261124-7K3M9",
    Kind.PLACE: "VAULT-A",
    Kind.OFFICER: "B2041",
    Kind.UNIT: "COURT/PORT",
    Kind.SCALE: "FLOOR",
    Kind.GRAMS: "25000.000",
    Kind.NUMBER: "12.5",
    Kind.PROTOCOL: "N-3/1",
    Kind.LOT: "RG-17/0423",
    Kind.INTEGER: 1100,
    Kind.CODE: "A-1024",
    Kind.TEXT: "As seen on the spot.",
    Kind.DATE: date(2026, 11, 24).isoformat(),
    Kind.MOMENT: "2026-11-24T06:00:00.000000Z",
    Kind.PHOTOGRAPHS: [sha256(b"a photograph").hexdigest()],
    Kind.DOCUMENTS: [sha256(b"a document").hexdigest()],
    Kind.IDENTIFIER: str(UUID(int=0x7F3A_55D0_9C1E_4B7A_8F20_1D2C_3B4A_5968)),
}
_BY_NAME: dict[str, Any] = {
    "container_number": "CSQU3054383",
    "vessel_imo": "9074729",
    "location": "BEANR",
    "place": "QUAY-A",
    "vehicle": "VAN-A",
    "destination": "PLANT-A",
    "substance": "cocaine",
    "tare_grams": "1000.000",
    "number": "HS-204117",
    "seal_number": "HS-204117",
    "seal_class": "H",
    "kiln": "K1",
    "plant": "PLANT-A",
    "ends_at": "2026-11-24T10:00:00.000000Z",
    "amount": "25.5",
    "seized_at": "2026-11-24T07:54:32Z",
    "content": sha256(b"a text").hexdigest(),
    "ordered_by": "Data protection authority, 2026/114",
    "legal_basis": "Directive (EU) 2016/680, article 16",
    "badge": "B2041",
}


def _value(name: str, one: Description) -> Any:
    if one.kind is Kind.CHOICE:
        return one.options[0]
    if one.kind is Kind.ROWS:
        assert one.row is not None
        return [told(one.row)]
    return _BY_NAME.get(name, _BY_KIND[one.kind])


def told(described: type[Any]) -> dict[str, Any]:
    """An example of a command or row: what must be told, and the seal."""
    return {
        name: _value(name, one)
        for name, one in describe(described)
        if one.required or name in {"seal_number", "seal_class", "tare_grams"}
    }


def examples_of(act: Act) -> list[OpenApiExample]:
    """What a request of this act looks like."""
    return [OpenApiExample(act.title.partition(":")[0], value=told(act.command), request_only=True)]

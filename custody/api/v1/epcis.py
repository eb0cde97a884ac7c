"""Trails for other systems: GS1 EPCIS 2.0."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment
from custody.api.resources import Resource, limit_of, require_row
from custody.api.v1.exhibits import find
from custody.api.v1.exports import RECIPIENT, lead_on, recipient_of
from custody.exchange.epcis import PAGE, document, exhibits_of
from custody.reading.models import Action
from custody.seizures.models import Seizure


class EpcisBodySerializer(serializers.Serializer[Any]):
    """What happened, in the order of the ledger."""

    eventList = serializers.ListField(  # noqa: N815  # GS1's name
        child=serializers.DictField(),
        help_text="EPCIS events; members of ours bear the prefix `custody:`, see `docs/exchange.md`.",
    )


class EpcisDocumentSerializer(serializers.Serializer[Any]):
    """A GS1 EPCIS 2.0 document in JSON-LD."""

    type = serializers.CharField(help_text="`EPCISDocument`.")
    schemaVersion = serializers.CharField(help_text="`2.0`.")  # noqa: N815  # GS1's name
    creationDate = Moment()  # noqa: N815  # GS1's name
    epcisBody = EpcisBodySerializer()  # noqa: N815  # GS1's name

    def get_fields(self) -> dict[str, Any]:
        """The first one has a name that Python has none for."""
        context = serializers.ListField(help_text="GS1's context, and what our prefix stands for.")
        return {"@context": context, **super().get_fields()}


class ExhibitEpcis(Resource):
    """An exhibit's trail as EPCIS."""

    serializer_class = EpcisDocumentSerializer
    parameters = frozenset({"recipient"})
    action = Action.DISCLOSURE

    @extend_schema(
        operation_id="read_epcis",
        summary="Read a trail as EPCIS",
        tags=["exchange"],
        parameters=[RECIPIENT],
    )
    def get(self, request: Request, label: str) -> Response:
        """The trail as a GS1 EPCIS 2.0 document in JSON-LD, corrections as error declarations. Who is told transports
        by their day alone gets them so here too. It is a disclosure in the read log."""
        self.leaves_for(recipient_of(request))
        row = find(self.officer, label)
        return Response(document([row], self.shows_exhibits([row])))


class SeizureEpcis(Resource):
    """The trails of a seizure as EPCIS."""

    serializer_class = EpcisDocumentSerializer
    parameters = frozenset({"after", "limit", "recipient"})
    action = Action.DISCLOSURE

    @extend_schema(
        operation_id="read_seizure_epcis",
        summary="Read a seizure's trails as EPCIS",
        tags=["exchange"],
        parameters=[
            OpenApiParameter("after", str, description="Label of the last exhibit you have."),
            OpenApiParameter(
                "limit",
                int,
                description=f"Trails of at most so many exhibits: 1 to {PAGE}; {PAGE} unless told.",
            ),
            RECIPIENT,
        ],
    )
    def get(self, request: Request, reference: str) -> Response:
        """The trails of the exhibits that you may see, by label, each event once a document; `Link` leads to the
        next. Each document is a disclosure in the read log."""
        recipient = recipient_of(request)
        size = limit_of(request, PAGE, PAGE)
        seizure = require_row(Seizure.objects.visible_to(self.officer), reference=reference)
        rows = exhibits_of(self.officer, seizure, request.query_params.get("after"), size)
        shown = rows[:size]
        self.leaves_for(recipient)
        self.shows_seizures([seizure])
        response = Response(document(shown, self.shows_exhibits(shown)))
        if len(rows) > size:
            lead_on(request, response, after=shown[-1].label, limit=size, recipient=recipient)
        return response

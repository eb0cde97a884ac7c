"""Proposals: acts that wait for a second person, and their word on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.commands import command_of, row_serializer
from custody.api.examples import LABELS
from custody.api.fields import Moment, StrictObject, Text
from custody.api.locating import locate
from custody.api.proofs import by_browser, require_fresh_proof
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.api.v1.acts import KEY, MATCH, key_of, seen_of
from custody.api.v1.receipts import (
    AwaitsSerializer,
    PendingSerializer,
    ReceiptSerializer,
    respond,
)
from custody.audit.trails import hides_a_way, with_told_times
from custody.handling import proposals
from custody.handling.accepting import accept
from custody.handling.checking import Acceptance
from custody.handling.models import Proposal, ProposalState
from custody.handling.register import ACTS, FINAL
from custody.kit.clock import start_of_day
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.reading.models import Action
from custody.seizures.lifecycle import Confirmers
from custody.seizures.models import Exhibit
from custody.seizures.reach import Reach


@dataclass(frozen=True)
class Paper:
    """A proposal as it is shown to one officer.

    Attributes:
        masked: it is of a transport that they are told by its day: neither the way, nor who drives or takes, nor when.
    """

    row: Proposal
    yours_to_confirm: bool
    masked: bool = False

    @property
    def command(self) -> dict[str, Any] | None:
        return None if self.masked else self.row.command

    @property
    def title(self) -> str:
        return ACTS[self.row.act].title

    @property
    def proposer(self) -> dict[str, str]:
        return {"badge": self.row.proposer_id, "unit": self.row.proposer.unit_id}

    @property
    def exhibits(self) -> list[str]:
        return sorted(one.exhibit.label for one in self.row.units.all())

    @property
    def awaits_badges(self) -> list[str]:
        return [] if self.masked else self.row.awaits_badges

    @property
    def awaits_units(self) -> list[str]:
        return [] if self.masked else self.row.awaits_units

    @property
    def confirmed_by(self) -> list[dict[str, Any]]:
        if self.masked:
            return []
        rows = sorted(self.row.confirmations.all(), key=lambda one: one.pk)
        return [{"badge": one.officer_id, "confirmed_at": one.confirmed_at} for one in rows]

    @property
    def occurred_at(self) -> datetime:
        return self._at(self.row.occurred_at)

    @property
    def proposed_at(self) -> datetime:
        return self._at(self.row.proposed_at)

    @property
    def lapses_at(self) -> datetime:
        return self._at(self.row.lapses_at)

    @property
    def ended_at(self) -> datetime | None:
        return self.row.ended_at and self._at(self.row.ended_at)

    def _at(self, moment: datetime) -> datetime:
        """Of a transport that is hidden the day alone: from when it lapses one could tell when it was proposed."""
        return start_of_day(moment) if self.masked else moment


class ProposerSerializer(serializers.Serializer[Any]):
    """Who proposed it."""

    badge = serializers.CharField()
    unit = serializers.CharField()


class ConfirmationSerializer(serializers.Serializer[Any]):
    """A word on it."""

    badge = serializers.CharField()
    confirmed_at = Moment()


class ProposalSerializer(serializers.Serializer[Any]):
    """An act that waits, or waited, for a second person."""

    id = serializers.UUIDField(source="row.act_id", help_text="Also the id of the act to be.")
    act = serializers.CharField(source="row.act")
    title = serializers.CharField()
    command = serializers.DictField(
        allow_null=True,
        help_text="What the act was told. Null for a transport that you are told by its day alone.",
    )
    exhibits = serializers.ListField(child=serializers.CharField(), help_text="Their labels.")
    proposer = ProposerSerializer()
    occurred_at = Moment()
    late_reason = serializers.CharField(source="row.late_reason", allow_null=True)
    proposed_at = Moment()
    lapses_at = Moment()
    rule = serializers.ChoiceField(source="row.rule", choices=[one.value for one in Confirmers])
    needed = serializers.IntegerField(source="row.needed")
    awaits = AwaitsSerializer(source="*")
    confirmed_by = ConfirmationSerializer(
        many=True, help_text="Empty for a transport that you are told by its day alone."
    )
    yours_to_confirm = serializers.BooleanField(
        help_text="It waits for you, as far as the rule tells."
    )
    state = serializers.ChoiceField(source="row.state", choices=ProposalState.values)
    ended_at = Moment(allow_null=True)


class ProposalFilter(django_filters.FilterSet):
    """What a list of proposals can be narrowed to."""

    state = django_filters.ChoiceFilter(choices=ProposalState.choices)
    act = django_filters.CharFilter(label="Name of an act")

    class Meta:
        model = Proposal
        fields = ()


def visible(actor: Officer) -> QuerySet[Proposal]:
    """The proposals that an officer may see, with what is shown of them."""
    return (
        Proposal.objects.visible_to(actor)
        .select_related("proposer")
        .prefetch_related("units__exhibit", "confirmations")
    )


def papers(actor: Officer, rows: Sequence[Proposal], reached: Mapping[UUID, Reach]) -> list[Paper]:
    """These proposals as one officer sees them, with their reach to the exhibits named."""
    waiting: set[UUID] = set()
    if any(row.state == ProposalState.OPEN for row in rows):
        waiting = {row.pk for row in proposals.waiting_for(actor)}
    return [
        Paper(
            row,
            row.pk in waiting,
            hides_a_way(actor, row, [reached[one.exhibit_id] for one in row.units.all()]),
        )
        for row in rows
    ]


def _exhibits(rows: Sequence[Proposal]) -> list[Exhibit]:
    return list({one.exhibit_id: one.exhibit for row in rows for one in row.units.all()}.values())


class Proposals(Listing):
    """Proposals that one may see, the latest first; those that you are told by their day, in front of the others of that day."""

    queryset = Proposal.objects.all()
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter
    ordering = ("-told_at", "act_id")
    parameters = frozenset({"waiting"})

    def visible(self) -> QuerySet[Proposal]:
        rows: QuerySet[Proposal] = with_told_times(self.officer, visible(self.officer))
        waiting = self.request.query_params.get("waiting")
        if waiting == "me":
            return rows.filter(pk__in=[one.pk for one in proposals.waiting_for(self.officer)])
        if waiting == "mine":
            return rows.filter(proposer=self.officer, state=ProposalState.OPEN)
        if waiting is not None:
            raise ValidationError({"waiting": ["Give me or mine."]})
        return rows

    def present(self, rows: Sequence[Proposal]) -> Sequence[Paper]:
        return papers(self.officer, rows, self.shows_exhibits(_exhibits(rows)))

    @extend_schema(
        operation_id="list_proposals",
        summary="List proposals",
        tags=["proposals"],
        parameters=[
            OpenApiParameter(
                "waiting",
                str,
                enum=["me", "mine"],
                description="`me`: those that wait for you. `mine`: yours that wait for others.",
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Your proposals, those that wait for you, and those about exhibits that concern you; latest first."""
        return self.page()


class OneProposal(Resource):
    """One proposal."""

    serializer_class = ProposalSerializer

    @extend_schema(operation_id="read_proposal", summary="Read a proposal", tags=["proposals"])
    def get(self, request: Request, proposal_id: str) -> Response:
        """What was proposed, by whom, and what became of it."""
        row = require_row(visible(self.officer), pk=identifier(proposal_id))
        (paper,) = papers(self.officer, [row], self.shows_exhibits(_exhibits([row])))
        return Response(ProposalSerializer(paper).data)


class Confirm(Resource):
    """Confirming."""

    serializer_class = ReceiptSerializer
    action = Action.ALTERATION

    @extend_schema(
        operation_id="confirm_proposal",
        summary="Confirm a proposal",
        tags=["proposals"],
        request=None,
        responses={201: ReceiptSerializer, 202: PendingSerializer},
    )
    def post(self, request: Request, proposal_id: str) -> Response:
        """Confirm with your own login. The confirmation that completes it records the act, judged afresh; until
        then the answer says whom it still waits for. Confirming twice answers the same twice."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        key = identifier(proposal_id)
        if by_browser(request) and visible(self.officer).filter(pk=key, act__in=FINAL).exists():
            require_fresh_proof(request)
        return respond(self, proposals.confirm(self.officer, key))


_EXAMPLE = {
    "exhibits": LABELS[:1],
    "checks": [{"exhibit": LABELS[0], "seal_number": "HS-204117", "finding": "intact"}],
    "not_taken": [{"exhibit": LABELS[1], "objection": "seal_broken"}],
}


class Accept(Resource):
    """Taking a part of what was proposed to pass to one."""

    serializer_class = ReceiptSerializer
    action = Action.ALTERATION

    @extend_schema(
        operation_id="accept_proposal",
        summary="Take some of the units of a proposal",
        tags=["proposals"],
        parameters=[KEY, MATCH],
        request=row_serializer(Acceptance),
        responses={201: ReceiptSerializer},
        examples=[OpenApiExample("Accept", value=_EXAMPLE, request_only=True)],
    )
    def post(self, request: Request, proposal_id: str) -> Response:
        """Take units that somebody hands over to you, dispatches with you or brings you, as you found them, and say of
        each of the others why not: they stay where they are, and supervisors get a flag. It is all or nothing, and
        names every unit of the proposal once. What is taken is judged afresh."""
        row = require_row(visible(self.officer), pk=identifier(proposal_id))
        key, seen = key_of(request), seen_of(request, "accept")
        given = row_serializer(Acceptance)(data=request.data)
        given.is_valid(raise_exception=True)
        acceptance = command_of(Acceptance, given.validated_data)
        try:
            receipt = accept(self.officer, row.pk, acceptance, key=key, seen=seen)
        except CustodyError as error:
            error.field = locate(error, acceptance)
            raise
        return respond(self, receipt)


class RefusalSerializer(StrictObject):
    """Why a proposal is refused."""

    reason = Text(
        lines=True, max_length=4_000, help_text="Free text; only a commitment is recorded."
    )


class Refuse(Resource):
    """Refusing, or withdrawing one's own."""

    serializer_class = RefusalSerializer
    action = Action.ALTERATION

    @extend_schema(
        operation_id="refuse_proposal",
        summary="Refuse a proposal",
        tags=["proposals"],
        request=RefusalSerializer,
        responses=ProposalSerializer,
    )
    def post(self, request: Request, proposal_id: str) -> Response:
        """Refuse what waits for you, or withdraw what is yours. It becomes an event and a supervisor's task:
        what physically happened is not forgotten."""
        key = identifier(proposal_id)
        given = RefusalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        proposals.refuse(self.officer, key, given.validated_data["reason"])
        row = require_row(visible(self.officer), pk=key)
        self.shows_exhibits(_exhibits([row]))
        return Response(ProposalSerializer(Paper(row, yours_to_confirm=False)).data)

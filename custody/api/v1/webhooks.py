"""Webhooks: systems that are told of flags, and what each of them was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.fields import Moment, StrictObject, Text
from custody.api.proofs import require_fresh_proof
from custody.api.resources import Listing, Resource, identifier, require_row
from custody.api.v1.acts import KEY, key_of
from custody.handling.record import once
from custody.notices import webhooks
from custody.notices.models import Notice, NoticeState, Webhook
from custody.notices.posting import LONGEST_URL
from custody.people.rights import Right

KINDS = ["flag.raised", "flag.acknowledged", "flag.resolved", "flag.annulled"]


class WebhookSerializer(serializers.Serializer[Any]):
    """An address to which a system is told of the flags that its service officer may see."""

    id = serializers.CharField(source="code")
    officer = serializers.CharField(source="officer_id", help_text="Badge of the service officer.")
    url = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    secret_fingerprint = serializers.CharField(
        help_text="SHA-256 of the signing secret in force, in hex, as the ledger has it."
    )

    def get_url(self, row: Webhook) -> str | None:
        urls: dict[str, str | None] = self.context["urls"]
        return urls[row.url_commitment]


class NewWebhookSerializer(WebhookSerializer):
    """A webhook with its signing secret."""

    secret = serializers.SerializerMethodField(
        help_text="Shown once: null when the request is repeated. Standard Webhooks, `v1`."
    )

    def get_secret(self, row: Webhook) -> str | None:
        secret: str | None = self.context["secret"]
        return secret


class MakeWebhookSerializer(StrictObject):
    """Where a system listens, and as whom."""

    url = Text(max_length=LONGEST_URL, help_text="HTTPS, at a public address.")
    officer = Text(max_length=24, help_text="Badge of the service officer, of your agency.")


class DeliverySerializer(serializers.Serializer[Any]):
    """What a webhook was told, or is to be told."""

    id = serializers.UUIDField(help_text="Without its dashes behind `msg_`: the `webhook-id`.")
    seq = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=KINDS)
    flag = serializers.UUIDField(source="flag_id")
    level = serializers.CharField()
    state = serializers.ChoiceField(choices=NoticeState.values)
    tries = serializers.IntegerField()
    made_at = Moment()
    next_try_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    fault = serializers.CharField(allow_null=True, help_text="Why the last try failed.")


class ReplaySerializer(StrictObject):
    """From where on to tell again."""

    after_seq = serializers.IntegerField(
        min_value=-1, max_value=2**62, help_text="The last `seq` that you have."
    )


class ReplayedSerializer(serializers.Serializer[Any]):
    """How much is told again."""

    deliveries = serializers.IntegerField()


def _told(row: Webhook) -> dict[str, Any]:
    return dict(WebhookSerializer(row, context={"urls": webhooks.urls_of([row])}).data)


def _shown_once(row: Webhook, secret: str | None) -> dict[str, Any]:
    context = {"urls": webhooks.urls_of([row]), "secret": secret}
    return dict(NewWebhookSerializer(row, context=context).data)


class Webhooks(Listing):
    """Webhooks of your agency."""

    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer
    ordering = ("code",)

    def visible(self) -> QuerySet[Webhook]:
        self.officer.require(Right.ASSIGN)
        return Webhook.objects.visible_to(self.officer)

    def present(self, rows: Sequence[Webhook]) -> Sequence[Webhook]:
        self.urls = webhooks.urls_of(rows)
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "urls": getattr(self, "urls", {})}

    @extend_schema(operation_id="list_webhooks", summary="List webhooks", tags=["webhooks"])
    def get(self, request: Request) -> Response:
        """Those of your agency."""
        return self.page()

    @extend_schema(
        operation_id="make_webhook",
        summary="Make a webhook",
        tags=["webhooks"],
        parameters=[KEY],
        request=MakeWebhookSerializer,
        responses={201: NewWebhookSerializer},
    )
    def post(self, request: Request) -> Response:
        """Have a system told of the flags that its service officer may see: CloudEvents 1.0 bodies under Standard
        Webhooks headers, tried for a day. A body names the flag, its level, a link and the `seq`; whoever missed
        something asks `GET events/?after_seq=`."""
        self.officer.require(Right.ASSIGN)
        require_fresh_proof(request)
        key = key_of(request)
        told = MakeWebhookSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = told.validated_data
        row, secret = once(
            self.officer,
            key,
            ["webhook", dict(values)],
            lambda code: webhooks.make_webhook(self.officer, code=code, **values),
            lambda code: (Webhook.objects.get(pk=str(code)), None),
        )
        return Response(_shown_once(row, secret), status.HTTP_201_CREATED)


class OneWebhook(Resource):
    """One webhook."""

    serializer_class = WebhookSerializer

    @extend_schema(operation_id="read_webhook", summary="Read a webhook", tags=["webhooks"])
    def get(self, request: Request, webhook_id: str) -> Response:
        """One webhook of your agency."""
        self.officer.require(Right.ASSIGN)
        rows = Webhook.objects.visible_to(self.officer)
        return Response(_told(require_row(rows, pk=str(identifier(webhook_id)))))


class RotateSecret(Resource):
    """A new signing secret."""

    serializer_class = NewWebhookSerializer

    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="Replace the secret",
        tags=["webhooks"],
        request=None,
        responses=NewWebhookSerializer,
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """A new secret, by an event. For a day the old one signs beside it, then no more."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        require_fresh_proof(request)
        row, secret = webhooks.rotate(self.officer, identifier(webhook_id))
        return Response(_shown_once(row, secret))


class DisableWebhook(Resource):
    """Ending one."""

    serializer_class = WebhookSerializer

    @extend_schema(
        operation_id="disable_webhook",
        summary="End a webhook",
        tags=["webhooks"],
        request=None,
        responses=WebhookSerializer,
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """End it at once and for good, by an event; what waits for it is withdrawn."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        require_fresh_proof(request)
        return Response(_told(webhooks.disable(self.officer, identifier(webhook_id))))


class DeliveryFilter(django_filters.FilterSet):
    """What deliveries can be narrowed to."""

    state = django_filters.ChoiceFilter(choices=NoticeState.choices)

    class Meta:
        model = Notice
        fields = ()


class Deliveries(Listing):
    """What a webhook was told."""

    queryset = Notice.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    ordering = ("-seq",)

    def visible(self) -> QuerySet[Notice]:
        self.officer.require(Right.ASSIGN)
        code = str(identifier(self.kwargs["webhook_id"]))
        require_row(Webhook.objects.visible_to(self.officer), pk=code)
        return Notice.objects.visible_to(self.officer).filter(webhook=code)

    @extend_schema(operation_id="list_deliveries", summary="List deliveries", tags=["webhooks"])
    def get(self, request: Request, webhook_id: str) -> Response:
        """What it was told and what waits for it, the latest first; `state=dead` is what never arrived."""
        return self.page()


class ReplayDelivery(Resource):
    """Telling one thing again."""

    serializer_class = ReplayedSerializer

    @extend_schema(
        operation_id="replay_delivery",
        summary="Tell it again",
        tags=["webhooks"],
        request=None,
        responses=ReplayedSerializer,
    )
    def post(self, request: Request, webhook_id: str, delivery_id: str) -> Response:
        """Once more, under the same `webhook-id`."""
        StrictObject(data=request.data).is_valid(raise_exception=True)
        code, only = identifier(webhook_id), identifier(delivery_id)
        return _replayed(webhooks.replay(self.officer, code, only=only))


class Replay(Resource):
    """Telling again from somewhere on."""

    serializer_class = ReplaySerializer

    @extend_schema(
        operation_id="replay_deliveries",
        summary="Tell again from somewhere on",
        tags=["webhooks"],
        request=ReplaySerializer,
        responses=ReplayedSerializer,
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """Everything after a `seq` that it was told, or should have been, under the same `webhook-id`s."""
        told = ReplaySerializer(data=request.data)
        told.is_valid(raise_exception=True)
        code: UUID = identifier(webhook_id)
        return _replayed(
            webhooks.replay(self.officer, code, after_seq=told.validated_data["after_seq"])
        )


def _replayed(count: int) -> Response:
    return Response(ReplayedSerializer({"deliveries": count}).data)

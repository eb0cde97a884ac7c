"""The addresses of the REST door, below ``/api/v1/``. Lists end in a slash, single things do not."""

from __future__ import annotations

from django.urls import path, re_path

from custody.api.documents import Docs, Index, Nothing, OneProblem, OpenApi, Problems
from custody.api.v1 import (
    acts,
    assignments,
    batches,
    events,
    exhibits,
    flags,
    proposals,
    purposes,
    reads,
    reference,
    seizures,
    statistics,
    webhooks,
)

app_name = "api"

urlpatterns = [
    path("", Index.as_view(), name="index"),
    path("openapi.json", OpenApi.as_view(), name="openapi"),
    path("docs/", Docs.as_view(), name="docs"),
    path("problems/", Problems.as_view(), name="problems"),
    path("problems/<str:code>", OneProblem.as_view(), name="problem"),
    path("me", reference.Me.as_view(), name="me"),
    path("seizures/", seizures.Seizures.as_view(), name="seizures"),
    path("seizures/<str:reference>", seizures.OneSeizure.as_view(), name="seizure"),
    path("exhibits/", exhibits.Exhibits.as_view(), name="exhibits"),
    path("exhibits/<str:label>", exhibits.OneExhibit.as_view(), name="exhibit"),
    path("exhibits/<str:label>/trail", exhibits.Trail.as_view(), name="trail"),
    path("events/", events.Events.as_view(), name="events"),
    path("events/<str:event_id>", events.OneEvent.as_view(), name="event"),
    path("flags/", flags.Flags.as_view(), name="flags"),
    path("flags/<str:flag_id>", flags.OneFlag.as_view(), name="flag"),
    path("flags/<str:flag_id>/acknowledge", flags.Acknowledge.as_view(), name="acknowledge"),
    path("proposals/", proposals.Proposals.as_view(), name="proposals"),
    path("proposals/<str:proposal_id>", proposals.OneProposal.as_view(), name="proposal"),
    path("proposals/<str:proposal_id>/confirm", proposals.Confirm.as_view(), name="confirm"),
    path("proposals/<str:proposal_id>/refuse", proposals.Refuse.as_view(), name="refuse"),
    path("places/", reference.Places.as_view(), name="places"),
    path("scales/", reference.Scales.as_view(), name="scales"),
    path("units/", reference.Units.as_view(), name="units"),
    path("officers/", reference.Officers.as_view(), name="officers"),
    path("assignments/", assignments.Assignments.as_view(), name="assignments"),
    path(
        "assignments/<str:assignment_id>/end",
        assignments.EndAssignment.as_view(),
        name="end-assignment",
    ),
    path("purposes/", purposes.Purposes.as_view(), name="purposes"),
    path("reads/", reads.Reads.as_view(), name="reads"),
    path("reads/alerts/", reads.Alerts.as_view(), name="read-alerts"),
    path("reads/alerts/<str:alert_id>/review", reads.Review.as_view(), name="review"),
    path("statistics/", statistics.Statistics.as_view(), name="statistics"),
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<str:webhook_id>", webhooks.OneWebhook.as_view(), name="webhook"),
    path("webhooks/<str:webhook_id>/rotate", webhooks.RotateSecret.as_view(), name="rotate-secret"),
    path(
        "webhooks/<str:webhook_id>/disable",
        webhooks.DisableWebhook.as_view(),
        name="disable-webhook",
    ),
    path("webhooks/<str:webhook_id>/replay", webhooks.Replay.as_view(), name="replay"),
    path("webhooks/<str:webhook_id>/deliveries/", webhooks.Deliveries.as_view(), name="deliveries"),
    path(
        "webhooks/<str:webhook_id>/deliveries/<str:delivery_id>/replay",
        webhooks.ReplayDelivery.as_view(),
        name="replay-delivery",
    ),
    path("acts/", acts.Acts.as_view(), name="acts"),
    *acts.addresses(),
    path("batches", batches.Batches.as_view(), name="batches"),
    re_path(r"^.*\Z", Nothing.as_view(), name="nothing"),
]

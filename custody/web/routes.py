"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from custody.web import (
    acting,
    attachments,
    board,
    bundles,
    countersigning,
    exhibits,
    fast_lane,
    flags,
    masses,
    officers,
    people,
    reading,
    searching,
    seizures,
    signing,
    webhooks,
)

urlpatterns = [
    path("", board.board, name="board"),
    path("sign-in/", signing.SignIn.as_view(), name="sign_in"),
    path("sign-out/", signing.SignOut.as_view(), name="sign_out"),
    path("stages/<slug:name>/", board.stage, name="stage"),
    path("search/", searching.search, name="search"),
    path("exhibits/<str:label>/", exhibits.exhibit, name="exhibit"),
    path("exhibits/<str:label>/bundle/", bundles.exhibit, name="exhibit_bundle"),
    path("seizures/", seizures.seizures, name="seizures"),
    path("seizures/<str:reference>/", seizures.seizure, name="seizure"),
    path("seizures/<str:reference>/bundle/", bundles.seizure, name="seizure_bundle"),
    path("seizures/<str:reference>/masses/", masses.mass_account, name="mass_account"),
    path("seizures/<str:reference>/purpose/", reading.purpose, name="purpose"),
    path("attachments/<str:sha256>/", attachments.shown, name="attachment"),
    path("attachments/<str:sha256>/small/", attachments.small, name="small-attachment"),
    path("attachments/<str:sha256>/original/", attachments.original, name="original"),
    path("people/", people.people, name="people"),
    path("people/officers/", officers.officers, name="officers"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:code>/", webhooks.webhook, name="webhook"),
    path("reads/", reading.reads, name="reads"),
    path("reads/<uuid:alert_id>/", reading.alert, name="alert"),
    path("acts/<slug:name>/", acting.act, name="act"),
    path("receipts/<uuid:act_id>/", acting.receipt, name="receipt"),
    path("proposals/", countersigning.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>/", countersigning.proposal, name="proposal"),
    path("fast-lane/", fast_lane.fast_lane, name="fast_lane"),
    path("fast-lane/table.csv", fast_lane.fast_lane_table, name="fast_lane_table"),
    path("mass-drift/", masses.mass_drift, name="mass_drift"),
    path("mass-drift/table.csv", masses.mass_drift_table, name="mass_drift_table"),
    path("flags/", flags.flags, name="flags"),
    path("flags/<uuid:flag_id>/", flags.flag, name="flag"),
]

"""The columns of tables to keep, as the reader's language calls them; what programs read keeps the columns' own names."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEADINGS: Mapping[str, Promise] = {
    "agency": _("Agency"),
    "agreeing": _("Of these in this direction"),
    "at": _("At"),
    "begun": _("Begun"),
    "burnt_grams": _("Burnt, in grams"),
    "by": _("By"),
    "cap_grams": _("At most, in grams"),
    "cases": _("Cases assigned"),
    "chance": _("Chance of it"),
    "clock": _("Clock"),
    "comparisons": _("Comparisons"),
    "definition": _("Definition"),
    "direction": _("Direction"),
    "ended": _("Ended"),
    "events": _("Events of the ledger"),
    "false_alarm_one_in": _("One false alarm in"),
    "from": _("From"),
    "frozen_at": _("Frozen"),
    "grams": _("Grams"),
    "kept": _("Limit kept"),
    "key": _("Which"),
    "kilogram_hours": _("Kilogram-hours"),
    "lane": _("Lane"),
    "late": _("Late"),
    "late_running": _("Late and running"),
    "measure": _("Measure"),
    "median_seconds": _("Median, in seconds"),
    "p95_seconds": _("95th percentile, in seconds"),
    "part": _("Day or week"),
    "planned_grams": _("Planned, in grams"),
    "plant": _("Plant"),
    "quarter": _("Quarter"),
    "requisitioned": _("Requisitioned"),
    "scope": _("Scope"),
    "seizures": _("Seizures"),
    "session": _("Session"),
    "share_within_limit": _("Share within the limit"),
    "since": _("Since"),
    "source": _("From stage"),
    "stage": _("Stage"),
    "starts_at": _("Begins"),
    "state": _("State"),
    "stays": _("Stays"),
    "target": _("To stage"),
    "to": _("To"),
    "units": _("Units"),
    "unweighed": _("Not weighed"),
    "what": _("What"),
}

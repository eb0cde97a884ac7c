"""The laboratory's page: samples to analyse, leftovers to return, counter-samples and until when they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from custody.deadlines.telling import telling
from custody.kit import clock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.sampling.queries import analysed_among
from custody.seizures.lifecycle import SAMPLE_FORMS, Form, Stage
from custody.seizures.models import Exhibit
from custody.seizures.queries import holding_samples
from custody.web.access import show, shows, signed_in
from custody.web.cards import cards, reached_by
from custody.web.overview import by_limit, live_units

#: What a page holds of each; the rest is a search away.
SHOWN = 40


@signed_in()
def laboratory(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What the officer's laboratory has in hand, by what is to be done with it."""
    officer.require(Right.ASSAY)
    now, hidden = clock.now(), telling()
    held = live_units(officer).filter(custodian_unit=officer.unit_id)
    own = by_limit(officer, held.exclude(stage=Stage.MISSING), now, hidden)
    samples = list(
        own.filter(form__in=[form.value for form in SAMPLE_FORMS]).select_related("seizure")
    )
    done = analysed_among([row.pk for row in samples])
    closed = list(
        own.exclude(form__in=[form.value for form in SAMPLE_FORMS]).select_related("seizure")
    )
    holding = holding_samples([row.pk for row in closed])
    coming = live_units(officer).filter(stage=Stage.IN_TRANSIT, destination__unit=officer.unit_id)
    counters = [row for row in samples if row.form == Form.COUNTER_SAMPLE]
    groups = {
        "to_analyse": [row for row in samples if row.form == Form.SAMPLE and row.pk not in done],
        "to_open": [row for row in closed if row.pk in holding],
        "to_return": [row for row in samples if row.form == Form.SAMPLE and row.pk in done],
        "kept": counters,
        "coming": list(by_limit(officer, coming, now, hidden).select_related("seizure")),
    }
    shown = cards(officer, [row for rows in groups.values() for row in rows[:SHOWN]], now)
    shows(request, reached_by(shown))
    by_unit = {card.exhibit.pk: card for card in shown}
    return show(
        request,
        officer,
        "laboratory.html",
        groups={
            name: ([by_unit[row.pk] for row in rows[:SHOWN]], len(rows))
            for name, rows in groups.items()
        },
        return_address=_form("dispatch", groups["to_return"]),
    )


def _form(act: str, rows: Sequence[Exhibit]) -> str | None:
    told = urlencode([("exhibit", row.label) for row in rows[:SHOWN]])
    return f"{reverse('act', args=[act])}?{told}" if rows else None

"""Neutralising on the quay: seals off, reagent in, seals on, and the laboratory's word."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING

from custody.demo.cast import FLOOR_SCALE, PROTOCOL, REAGENT_LOT
from custody.handling.assay import Assay
from custody.handling.neutralise import InProcess, Neutralise, Treated
from custody.handling.seals import ApplySeal, BreakSeal
from custody.seizures.models import Exhibit

if TYPE_CHECKING:
    from custody.demo.story import Story


def arrange(story: Story, labels: Sequence[str]) -> None:
    """Let these units be neutralised within the hour."""
    story.after(15, lambda: _open(story, labels))
    story.after(45, lambda: _neutralise(story, labels))


def _open(story: Story, labels: Sequence[str]) -> None:
    """Seals are broken before anything is mixed in."""
    for row in Exhibit.objects.filter(label__in=labels).order_by("label"):
        for seal in row.seals.filter(ended_at__isnull=True):
            story.do(
                "quay-2",
                BreakSeal(exhibit=row.label, number=seal.number, reason="To neutralise it."),
            )


def _neutralise(story: Story, labels: Sequence[str]) -> None:
    """On the quay, before two witnesses; the laboratory says whether it worked."""
    rows = Exhibit.objects.in_bulk(labels, field_name="label")
    # a fifth of the net mass, in full steps of the scale
    reagent = {
        label: ((row.net_grams or story.grams[label]) / 250).to_integral_value(ROUND_UP) * 50
        for label, row in rows.items()
    }
    for label in labels:
        story.grams[label] = (story.grams[label] + reagent[label]) // 50 * 50
    story.do(
        "quay-2",
        Neutralise(
            protocol=PROTOCOL,
            scale=FLOOR_SCALE,
            held_minutes=25,
            laboratory="INSTITUTE/DRUGS",
            units=tuple(
                Treated(
                    exhibit=label,
                    lot=REAGENT_LOT,
                    reagent_grams=reagent[label],
                    gross_grams=story.grams[label],
                )
                for label in labels
            ),
            readings=(
                InProcess(name="pH", value=Decimal("12.6")),
                InProcess(name="temperature", value=Decimal(38)),
            ),
            first_witness="store-2",
            second_witness="furnace-1",
        ),
        "store-2",
        "furnace-1",
    )
    for label in labels:
        seal = f"HN{label[3:11]}"
        story.do("quay-2", ApplySeal(exhibit=label, number=seal, seal_class="H"))
    story.after(20, lambda: story.to_vault(labels))
    story.after(240, lambda: _assay(story, labels[0]))
    story.after(300, lambda: story.queue.extend(labels))


def _assay(story: Story, label: str) -> None:
    """One unit of a run is examined."""
    story.do(
        "analyst",
        Assay(exhibit=label, method="GC-MS", result="pass", measured=Decimal("0.02")),
    )

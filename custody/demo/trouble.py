"""What goes wrong in the month: everything that a supervisor has to see once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from custody.demo.cast import FLOOR_SCALE, VAULT
from custody.demo.month import Catch
from custody.demo.story import Story
from custody.handling.correct import Correct
from custody.handling.hand_over import HandOver
from custody.handling.hold import PlaceHold
from custody.handling.pack import Pack
from custody.handling.presence import Miss
from custody.handling.record import perform
from custody.handling.seals import CheckSeal
from custody.handling.store import Move
from custody.handling.transport import Dispatch
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit

#: Minutes before the end at which the last catches come in: long overdue, just run out, soon, running.
LAST_CATCHES = (215, 125, 100, 20)
#: A catch that nobody fetches from the vault, so that there is something in it for every trouble.
KEPT = (24_000,) * 8


def arrange(story: Story, until: datetime, number: int) -> None:
    """Put the month's troubles on the calendar.

    Args:
        story: the month.
        until: its end.
        number: of the next catch.
    """
    at = until - timedelta(days=7)
    kept = Catch(number, at, KEPT, "barrel", fast=False, fetched=False)
    story.at(at, partial(story.intercept, kept))
    for ahead, work in (
        (timedelta(days=6), _late_entry),
        (timedelta(days=5), _hold),
        (timedelta(days=4), _wrong_weight),
        (timedelta(days=3), _unconfirmed),
        (timedelta(hours=20), _missing),
        (timedelta(hours=9), _short_weight),
        (timedelta(hours=6), _tampered),
        (timedelta(minutes=50), _on_the_road),
        (timedelta(minutes=15), _waiting),
    ):
        story.at(until - ahead, partial(work, story))
    for offset, minutes in enumerate(LAST_CATCHES):
        at = until - timedelta(minutes=minutes)
        units = (48_000,) * (3 - offset % 2)
        catch = Catch(number + 1 + offset, at, units, "barrel", fast=True, fetched=False)
        story.at(at, partial(story.intercept, catch))
    at = until - timedelta(hours=30)
    bricks = Catch(number + 1 + len(LAST_CATCHES), at, (1_100,) * 20, "block", fast=False)
    story.at(at, lambda: _bricks(story, bricks))


def _stored(story: Story) -> str:
    """A unit in the vault that nothing else is planned for."""
    row = (
        Exhibit.objects.filter(stage="stored", place=VAULT, holds=[], disputed=False)
        .exclude(label__in=story.special)
        .order_by("-intercepted_at", "label")
        .first()
    )
    assert row is not None, "the vault is empty"
    story.special.add(row.label)
    story.queue = [label for label in story.queue if label != row.label]
    return row.label


def _late_entry(story: Story) -> None:
    story.do(
        "store-1",
        Move(exhibits=(_stored(story),), place="ATTIC"),
        "store-2",
        late="The terminal in the store was down.",
    )


def _hold(story: Story) -> None:
    story.do(
        "prosecutor",
        PlaceHold(exhibits=(_stored(story),), reason="Counter-expertise asked for by the defence."),
    )


def _wrong_weight(story: Story) -> None:
    """Two figures swapped while typing; corrected by two supervisors."""
    label = _stored(story)
    right = story.grams[label] // 50 * 50
    story.do("store-1", Weigh(exhibit=label, scale=FLOOR_SCALE, gross_grams=right + 9_000))
    wrong = Entry.objects.filter(kind="exhibit.weighed").order_by("-seq").first()
    assert wrong is not None
    story.do(
        "quay-chief",
        Correct(
            event=wrong.event_id,
            declaration="incorrect_data",
            reason="Two figures were swapped.",
            gross_grams=right,
        ),
        "quay-deputy",
    )


def _unconfirmed(story: Story) -> None:
    """Proposed, never confirmed: it lapses after twelve hours and becomes a task."""
    _propose(story, "store-1", HandOver(exhibits=(_stored(story),), taker="store-2"))


def _missing(story: Story) -> None:
    story.do(
        "store-1", Miss(exhibits=(_stored(story),), searched="Both stores and the loading bay.")
    )


def _short_weight(story: Story) -> None:
    label = _stored(story)
    short = story.grams[label] // 50 * 50 - Decimal(1_500)
    story.do("store-1", Weigh(exhibit=label, scale=FLOOR_SCALE, gross_grams=short))


def _tampered(story: Story) -> None:
    label = _stored(story)
    seal = Exhibit.objects.get(label=label).seals.get(ended_at__isnull=True)
    story.do("store-2", CheckSeal(exhibit=label, number=seal.number, finding="tampered"))


def _on_the_road(story: Story) -> None:
    """A load that is still on its way at the end."""
    labels = _at_hand()
    story.do(
        "quay-1",
        Dispatch(exhibits=tuple(labels), driver="driver-2", vehicle="SWALLOW", destination=VAULT),
        "driver-2",
    )


def _waiting(story: Story) -> None:
    """A hand-over that waits for the driver's own phone."""
    _propose(
        story,
        "quay-1",
        Dispatch(
            exhibits=tuple(_at_hand()), driver="driver-1", vehicle="SWALLOW", destination=VAULT
        ),
    )


def _at_hand() -> list[str]:
    labels = list(
        Exhibit.objects.filter(
            stage="intercepted", within__isnull=True, custodian_unit="CUSTOMS/QUAY", form="barrel"
        )
        .order_by("intercepted_at", "label")
        .values_list("label", flat=True)[:2]
    )
    assert labels, "nothing is left on the quay"
    return labels


def _propose(story: Story, badge: str, command: HandOver | Dispatch) -> None:
    perform(story.officers[badge], command, key=f"demonstration-{story.clock.at:%m%d%H%M}")


def _bricks(story: Story, catch: Catch) -> None:
    """Bricks in a sealed barrel: one unit in custody, twenty exhibits."""
    story.intercept(catch)
    labels = tuple(sorted(story.seized[-1].labels))
    story.after(30, lambda: _pack(story, labels))


def _pack(story: Story, labels: tuple[str, ...]) -> None:
    gross = sum((story.grams[label] for label in labels), Decimal(3_000)) // 50 * 50
    story.do(
        "quay-1",
        Pack(
            exhibits=labels,
            form="barrel",
            scale=FLOOR_SCALE,
            gross_grams=gross,
            tare_grams=Decimal(3_000),
            seal_number="HS9900001",
            seal_class="H",
        ),
    )

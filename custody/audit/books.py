"""Keeping a mass account: events are entered in the order of the ledger, each unit in a book of its own. Pure.

Of each unit the net mass counts where packaging was weighed, the gross mass otherwise. A unit is compared with itself
before anything is summed up: one that gained cannot hide one that lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.audit.account import ZERO, Account, Heading, Line, Passage, Point, Reason
from custody.audit.book import Book, born_of, fresh
from custody.seizures.lifecycle import ENDED, Stage
from custody.seizures.masses import differs, uncertainty
from custody.seizures.states import ExhibitState

#: What may have dried away of an exhibit of so many grams between two moments.
DryingOf = Callable[[ExhibitState, Decimal, datetime, datetime], Decimal]


def no_drying(_state: ExhibitState, _grams: Decimal, _since: datetime, _until: datetime) -> Decimal:
    """Nothing dries."""
    return ZERO


def account(passages: Iterable[Passage], drying: DryingOf = no_drying) -> Account:
    """The account that these events make.

    Args:
        passages: those of all exhibits of one seizure that count, in any order.
        drying: what may have dried away between two readings.
    """
    ordered = sorted(passages, key=lambda one: one.seq)
    books = _Books(ordered, drying)
    for passage in ordered:
        books.enter(passage)
    return books.close()


class _Books:
    """The books of all exhibits of a seizure, while its events are entered."""

    def __init__(self, ordered: Sequence[Passage], drying: DryingOf) -> None:
        self.drying = drying
        self.books: dict[UUID, Book] = {}
        self.lines: list[Line] = []
        self.missed: dict[UUID, int] = {}
        #: What each event makes, by its number: new exhibits follow what they come out of within one act.
        self.made: dict[int, list[Passage]] = {}
        self.sourced: set[int] = set()
        last: dict[tuple[UUID, str], int] = {}
        for one in ordered:
            origin = born_of(one).get("made_from")
            if origin:
                source = last.get((one.event.act_id, origin))
                if source is not None:
                    self.made.setdefault(source, []).append(one)
                    self.sourced.add(one.seq)
            last[one.event.act_id, str(one.after.id)] = one.seq

    # --- entering

    def enter(self, passage: Passage) -> None:
        if passage.before is None:
            self._open(passage)
            return
        book = self.books[passage.after.id]
        book.state = passage.after
        for one in self._within(passage.after.id):
            self.books[one].lies(passage.after)
        contents = self._contents(passage)
        if passage.event.kind == "exhibit.packed":
            book.inside |= contents
        self._move(passage, book)
        if passage.event.kind == "exhibit.unpacked":
            self._unpack(passage, book, contents)
        if passage.event.kind == "exhibit.missed":
            self.missed[passage.after.id] = passage.seq
        if passage.event.kind == "exhibit.incinerated":
            for one in self._within(passage.after.id):
                self._burn(passage, self.books[one])
        if passage.after.stage in ENDED and not book.ended:
            # an end that says nothing of its mass: then that is where it went
            self._unexplained(passage, book, expected=book.mass, measured=ZERO)
            book.ended = True

    def _open(self, passage: Passage) -> None:
        born = born_of(passage)
        book = Book(passage.after, passage.seq, made=passage.event.kind == "exhibit.packed")
        self.books[passage.after.id] = book
        told = born.get("reading") or {}
        if book.made:
            book.inside |= self._contents(passage)
            if told:
                self._weigh_full(passage, book, told)
            return
        book.read(told)
        book.anchored(passage)
        if passage.event.kind == "exhibit.intercepted":
            self._line(passage, Heading.INTERCEPTED, book.mass, reading=told)
        elif passage.seq not in self.sourced:
            self._unexplained(passage, book, expected=ZERO, measured=book.mass)

    def _move(self, passage: Passage, book: Book) -> None:
        """Mass that this event adds, takes, divides or reads anew."""
        payload: Any = passage.event.payload
        told = payload.get("reading") or {}
        births = self.made.get(passage.seq, [])
        reagent = Decimal(payload.get("reagent_grams") or 0)
        taken = Decimal(payload.get("taken_grams") or 0)
        if not (told.get("gross_grams") or births or reagent or taken):
            return
        if book.inside and not births:
            self._weigh_full(passage, book, told, reagent)
        elif births or reagent or taken or told.get("calculated"):
            self._change(passage, book, told, births, reagent, taken)
        else:
            self._reweigh(passage, book, told)

    def _change(
        self,
        passage: Passage,
        book: Book,
        told: Mapping[str, Any],
        births: Sequence[Passage],
        reagent: Decimal,
        taken: Decimal,
    ) -> None:
        """A unit is divided, sampled, treated or used up: in = out ± U."""
        before, gross, net = book.mass, book.gross, book.tare is not None
        parts = [fresh(one) for one in births]
        out = sum((one.mass for one in parts), ZERO)
        steps = [book.step, *(one.step for one in parts)]
        if told.get("scale"):
            steps.append(Decimal(told["readability_grams"]))
            portions: Any = passage.event.payload.get("portions", ())
            steps += [Decimal(told["readability_grams"])] * len(portions)
        portion: Any = passage.event.payload.get("taken_on")
        if portion:
            steps.append(Decimal(portion["readability_grams"]))
        ends = passage.after.stage in ENDED
        book.read(told)
        if ends and parts:
            by_net = net and all(one.tare is not None for one in parts)
            expected = (before if by_net else gross or ZERO) + reagent
            measured = out if by_net else sum((one.gross or ZERO for one in parts), ZERO)
            after = ZERO
        else:
            expected = (gross or ZERO) + reagent - taken - out
            measured = book.gross or ZERO
            after = book.mass
        known = gross is not None
        difference = measured - expected if known else ZERO
        self._line(passage, Heading.REAGENT, reagent)
        self._line(passage, Heading.CONSUMED, -taken)
        if known:
            self._compared(passage, book, expected, measured, difference, steps, ZERO, told)
        rest = after + out - before - reagent + taken - difference
        self._line(passage, Heading.PACKAGING if known else Heading.INTERCEPTED, rest)
        book.ended = ends
        book.anchored(passage)

    def _reweigh(self, passage: Passage, book: Book, told: Mapping[str, Any]) -> None:
        """The same unit on a scale again: judged by its anchor, so that small losses do not add up unseen."""
        before, gross = book.mass, book.gross
        book.read(told)
        measured = book.gross or ZERO
        if gross is None or book.anchor is None:
            self._line(passage, Heading.INTERCEPTED, book.mass - before, reading=told)
            book.anchored(passage)
            return
        difference = measured - gross
        assert book.anchor_at is not None
        dried = self.drying(
            passage.after,
            book.anchor - (book.tare or ZERO),
            book.anchor_at,
            passage.event.occurred_at,
        )
        steps = [book.anchor_step, book.step]
        beyond = self._compared(
            passage, book, book.anchor, measured, difference, steps, dried, told
        )
        self._line(passage, Heading.PACKAGING, book.mass - before - difference)
        if beyond:
            book.anchored(passage)

    def _weigh_full(
        self, passage: Passage, book: Book, told: Mapping[str, Any], reagent: Decimal = ZERO
    ) -> None:
        """A container with what is in it: the difference is the container's until it is opened."""
        inside = [self.books[one] for one in self._within(passage.after.id)[1:]]
        around = sum((one.gross or ZERO for one in inside), ZERO)
        before, gross, own = book.mass, book.gross, book.anchor
        steps = [book.anchor_step]
        if book.inside != book.anchor_inside:
            steps += [one.step for one in inside]
        book.read(told, around)
        self._line(passage, Heading.REAGENT, reagent)
        if gross is None and not book.made:
            self._line(passage, Heading.INTERCEPTED, book.mass - before - reagent, reading=told)
            book.anchored(passage)
            return
        if gross is None:
            if book.tare is None or any(one.gross is None for one in inside):
                # nothing to compare with: what is not in the contents counts as packaging
                book.tare = book.gross
                book.anchored(passage)
                return
            # the packaging was weighed now, so its own step counts once more
            gross = own = book.tare
            steps = [book.step, *(one.step for one in inside)]
        expected = around + (own or ZERO) + reagent
        measured = around + (book.gross or ZERO)
        difference = measured - around - gross - reagent
        beyond = self._compared(
            passage, book, expected, measured, difference, [*steps, book.step], ZERO, told
        )
        self._line(passage, Heading.PACKAGING, book.mass - before - reagent - difference)
        if beyond or reagent or book.inside != book.anchor_inside:
            book.anchored(passage)

    def _unexplained(
        self, passage: Passage, book: Book, *, expected: Decimal, measured: Decimal
    ) -> None:
        self._line(
            passage,
            Heading.DIFFERENCE,
            measured - expected,
            expected=expected,
            measured=measured,
            beyond=True,
            since_seq=book.anchor_seq,
            holders=tuple(sorted(book.holders)),
        )

    def _compared(
        self,
        passage: Passage,
        book: Book,
        expected: Decimal,
        measured: Decimal,
        difference: Decimal,
        steps: Sequence[Decimal | None],
        dried: Decimal,
        told: Mapping[str, Any],
    ) -> bool:
        within = uncertainty(*steps)
        beyond = differs(expected, measured, within, dried) is not None
        if told.get("calculated") and not difference:
            return False
        self._line(
            passage,
            Heading.DIFFERENCE,
            difference,
            always=True,
            reading=told,
            expected=expected,
            measured=measured,
            within=within,
            step=max((one for one in steps if one is not None), default=ZERO),
            drying=dried,
            beyond=beyond,
            since_seq=book.anchor_seq,
            holders=tuple(sorted(book.holders)),
            custodians=tuple(sorted(book.custodians)),
            places=tuple(sorted(book.places)),
        )
        book.custodians, book.places = {passage.after.custodian_id}, set()
        book.lies(passage.after)
        return beyond

    def _burn(self, passage: Passage, book: Book) -> None:
        if not book.ended:
            self._line(passage, Heading.BURNT, -book.mass, of=book.state)
            book.ended = True

    def _contents(self, passage: Passage) -> set[UUID]:
        """What a container's event says went in or came out, as far as it ever was."""
        payload: Any = passage.event.payload
        return {UUID(one) for one in payload.get("contents", ())} & self.books.keys()

    def _unpack(self, passage: Passage, book: Book, contents: set[UUID]) -> None:
        book.inside -= contents
        if contents and book.made and not book.inside and book.mass:
            self._line(passage, Heading.OPENED, -book.mass)
            book.gross = book.anchor = book.tare

    def _within(self, exhibit: UUID) -> list[UUID]:
        """An exhibit and whatever is inside it, however deep."""
        found = [exhibit]
        for one in found:
            found += self.books[one].inside
        return found

    def _line(
        self,
        passage: Passage,
        heading: Heading,
        grams: Decimal,
        *,
        of: ExhibitState | None = None,
        always: bool = False,
        reading: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        if not grams and not always:
            return
        state = of or passage.after
        self.lines.append(
            Line(
                seq=passage.seq,
                at=passage.event.occurred_at,
                exhibit=state.id,
                label=state.label,
                kind=passage.event.kind,
                heading=heading,
                grams=grams,
                place=passage.after.place_id,
                holder=passage.after.custodian_unit,
                scale=(reading or {}).get("scale"),
                read_by=(reading or {}).get("read_by"),
                **more,
            )
        )

    # --- closing

    def close(self) -> Account:
        held: dict[Stage, Decimal] = {}
        points = [
            Point(
                reason=Reason.DIFFERENCE,
                label=one.label,
                exhibit=one.exhibit,
                seq=one.seq,
                grams=None
                if one.measured is None or one.expected is None
                else one.measured - one.expected,
            )
            for one in self.lines
            if one.beyond
        ]
        tops = self._tops()
        for key, book in self.books.items():
            stage = self.books[tops[key]].state.stage
            if book.ended:
                continue
            if book.mass:
                held[stage] = held.get(stage, ZERO) + book.mass
            if stage is Stage.MISSING:
                seq = self.missed.get(tops[key], book.born)
                points.append(self._point(Reason.MISSING, book, seq, book.mass))
            if book.gross is None and not book.made:
                points.append(self._point(Reason.UNWEIGHED, book, book.born, None))
            if book.state.disputed:
                points.append(self._point(Reason.DISPUTED, book, book.born, None))
        points.sort(key=lambda one: (one.seq, one.label))
        return Account(tuple(self.lines), held, tuple(points))

    def _point(self, reason: Reason, book: Book, seq: int, grams: Decimal | None) -> Point:
        return Point(
            reason=reason, label=book.state.label, exhibit=book.state.id, seq=seq, grams=grams
        )

    def _tops(self) -> dict[UUID, UUID]:
        around = {one: key for key, book in self.books.items() for one in book.inside}
        tops = {}
        for key in self.books:
            top = key
            while top in around:
                top = around[top]
            tops[key] = top
        return tops

"""Reading under lock: what an act names, found for the actor who names it, and held until the act is closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from custody.handling.errors import (
    Busy,
    Changed,
    InsideContainer,
    LabelInUse,
    LabelTwice,
    SealInUse,
    UnknownSeizure,
)
from custody.people.models import Officer
from custody.places.models import Scale
from custody.seizures import labels as exhibit_labels
from custody.seizures import rows
from custody.seizures.admitting import NotLegalNow
from custody.seizures.labels import UnknownLabel
from custody.seizures.lifecycle import ENDED
from custody.seizures.mass_rules import MassRules
from custody.seizures.models import Exhibit, Seal, Seizure
from custody.seizures.queries import outermost, seals_of
from custody.seizures.states import ExhibitState, SeizureState


class Sight:
    """What one actor has in sight during one act.

    Attributes:
        actor: who acts.
        touched: the exhibits read or made, as they now stand in this act.
        scales: those used so far; ``uncalibrated`` those of them whose calibration had run out.
        mass_rules: all that were ever adopted, once they were asked for.
        compared: whether anything was held against what the actor had seen.
    """

    def __init__(
        self,
        actor: Officer,
        seen: Collection[str] | None = None,
        known: Mapping[str, ExhibitState] | None = None,
    ) -> None:
        """Look with the rights of an officer.

        Args:
            actor: who looks.
            seen: the heads of what they read before, if they say so.
            known: exhibits that they may see and that are locked already, by label, with their seals.
        """
        self.actor = actor
        self.compared = False
        self._seen = seen
        self._known = known or {}
        self.touched: dict[UUID, ExhibitState] = {}
        self.scales: dict[str, Scale] = {}
        self.uncalibrated: dict[str, Scale] = {}
        self.mass_rules: list[MassRules] | None = None
        self._before: dict[UUID, ExhibitState] = {}
        self._new_seals: dict[str, str] = {}

    def units(
        self, names: Sequence[str], *, field: str = "exhibits", with_seals: bool = False
    ) -> list[ExhibitState]:
        """Lock and read the handling units with these labels, in the order given.

        Raises:
            MisreadLabel, LabelTwice, UnknownLabel: a label is wrong, doubled, or not the actor's to see.
            InsideContainer: one is in a container, and has to be taken out first.
        """
        states = self.exhibits(names, field=field, with_seals=with_seals)
        for state in states:
            if state.within_id:
                container = Exhibit.objects.get(pk=state.within_id)
                raise InsideContainer(field=field, label=state.label, container=container.label)
        return states

    def unit(self, name: str, *, field: str = "exhibit", with_seals: bool = False) -> ExhibitState:
        """Lock and read one handling unit; see :meth:`units`."""
        return self.units([name], field=field, with_seals=with_seals)[0]

    def exhibits(
        self, names: Sequence[str], *, field: str = "exhibits", with_seals: bool = False
    ) -> list[ExhibitState]:
        """Lock and read exhibits, wherever they are; see :meth:`units`."""
        parsed = [self.label(name, field=field) for name in names]
        doubled = (
            {label for label in parsed if parsed.count(label) > 1} if len(parsed) > 1 else set()
        )
        if doubled:
            raise LabelTwice(field=field, label=min(doubled))
        if self._seen is None and all(label in self._known for label in parsed):
            known = [self._known[label] for label in parsed]
            self._remember(known)
            return [self.touched[state.id] for state in known]
        found = {
            row.label: row
            for row in Exhibit.objects.visible_to(self.actor)
            .filter(label__in=parsed)
            .order_by("id")
            .select_for_update(of=("self",))
        }
        for label in parsed:
            if label not in found:
                raise UnknownLabel(field=field, label=label)
        for row in found.values():
            self.compare_seen(row.label, row.head)
        self._adopt(list(found.values()), with_seals=with_seals)
        return [self.touched[found[label].id] for label in parsed]

    def enclosing(self, names: Sequence[str], *, field: str = "exhibits") -> list[ExhibitState]:
        """Lock the handling units around these exhibits first, then the exhibits; return the exhibits.

        So no container can be opened or closed over them meanwhile.

        Raises:
            Busy: one was packed or taken out at this very moment.
            NotLegalNow: the container that one is in has come to its end, and it with it.
        """
        parsed = [self.label(name, field=field) for name in names]
        seen = Exhibit.objects.visible_to(self.actor).filter(label__in=parsed)
        tops = outermost(list(seen.values_list("pk", flat=True)))
        locked = {
            row.id: row
            for row in Exhibit.objects.filter(pk__in=tops.values())
            .order_by("id")
            .select_for_update()
        }
        states = self.exhibits(names, field=field)
        if outermost([state.id for state in states]) != tops:
            raise Busy
        for state in states:
            top = locked[tops[state.id]]
            if top.stage in ENDED and top.id != state.id:
                raise NotLegalNow(
                    field=field, label=state.label, stage=top.stage, kind="this", options="nothing"
                )
        return states

    def locked(self, ids_: Sequence[UUID], *, with_seals: bool = False) -> list[ExhibitState]:
        """Lock and read exhibits by id: those that a thing already visible names.

        The handling units around them first, then in id order, as everybody locks.
        """
        tops = set(outermost(ids_).values())
        list(Exhibit.objects.filter(pk__in=tops).order_by("id").select_for_update())
        found = list(Exhibit.objects.filter(pk__in=ids_).order_by("id").select_for_update())
        self._adopt(found, with_seals=with_seals)
        return [self.touched[row.id] for row in found]

    def _adopt(self, found: Sequence[Exhibit], *, with_seals: bool) -> None:
        seals = seals_of(found) if with_seals else {}
        self._remember([rows.exhibit_state(row, seals.get(row.id, ())) for row in found])

    def _remember(self, states: Sequence[ExhibitState]) -> None:
        for state in states:
            if state.id not in self.touched:
                self.touched[state.id] = self._before[state.id] = state

    def seizure(self, reference: str) -> SeizureState:
        """Lock and read a seizure by its reference.

        Raises:
            UnknownSeizure: there is none that the actor may see.
        """
        row = (
            Seizure.objects.visible_to(self.actor)
            .filter(reference=reference)
            .select_for_update(of=("self",))
            .first()
        )
        if row is None:
            raise UnknownSeizure(field="seizure", reference=reference)
        self.compare_seen(row.reference, row.head)
        return rows.seizure_state(row)

    def compare_seen(self, name: str, head: str) -> None:
        """Pass if the actor has seen this state, or does not say what they have seen.

        Raises:
            Changed: they have seen another.
        """
        self.compared = True
        if self._seen is not None and head not in self._seen:
            raise Changed(label=name)

    def label(self, name: str, *, field: str) -> str:
        """The label in its printed form; MisreadLabel names the field."""
        try:
            return exhibit_labels.parse(name)
        except exhibit_labels.MisreadLabel as error:
            error.field = field
            raise

    def new_labels(self, names: Sequence[str | None], *, field: str) -> list[str]:
        """Labels for new exhibits: those given, and new ones where none is.

        Raises:
            MisreadLabel, LabelTwice: one is wrong or doubled.
            LabelInUse: an exhibit bears it already.
        """
        chosen = [
            self.label(name, field=field) if name else exhibit_labels.new_label() for name in names
        ]
        for label in chosen:
            if chosen.count(label) > 1:
                raise LabelTwice(field=field, label=label)
        used = Exhibit.objects.filter(label__in=chosen).values_list("label", flat=True)
        for label in sorted(used):
            raise LabelInUse(field=field, label=label)
        return chosen

    def new_seal(self, number: str, seal_class: str, *, field: str) -> dict[str, str]:
        """A seal as events tell it; :meth:`check_new_seals` sees whether it was used before.

        Raises:
            SealInUse: this act uses it already.
        """
        if number in self._new_seals:
            raise SealInUse(field=field, number=number)
        self._new_seals[number] = field
        return {"number": number, "class": seal_class}

    def check_new_seals(self) -> None:
        """Pass if every seal that the act applies is new.

        Raises:
            SealInUse: one was used before, on whatever unit.
        """
        if not self._new_seals:
            return
        used = Seal.objects.filter(pk__in=self._new_seals).order_by("pk").first()
        if used:
            raise SealInUse(field=self._new_seals[used.number], number=used.number)

    def already_there(self) -> list[UUID]:
        """The ids of the exhibits that this act found, as opposed to those that it makes."""
        return sorted(self._before)

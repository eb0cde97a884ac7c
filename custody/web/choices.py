"""What selects offer: places, scales, officers, units, sessions; each read once for a form, what is one's own in front."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custody.audit.words import mass, plain, said
from custody.handling.commands import Description, Kind
from custody.kit import clock
from custody.neutralising.models import Protocol, ReagentLot
from custody.people.models import AgencyKind, Officer, Unit
from custody.people.rights import Right, Role, roles_with
from custody.places.models import Place, Scale
from custody.web.session_choices import session_named, sessions_for
from custody.web.words import capital

Choice = tuple[str, str]

#: Beyond this a list is too long for a thumb, and the code is typed.
LONGEST = 150

_UNITS = {"prosecutor_unit": AgencyKind.PROSECUTION, "laboratory": AgencyKind.LABORATORY}
#: Fields for somebody else than who acts, and the right that they need.
_OTHERS = {
    "second": Right.ERASE,
    "first_witness": Right.WITNESS,
    "second_witness": Right.WITNESS,
}


class Choices:
    """The reference data for one form of one officer.

    Args:
        act: whose form it is, by its name, where that decides what is offered.
    """

    def __init__(self, officer: Officer, act: str = "") -> None:
        self.officer = officer
        self.act = act

    def of(self, name: str, description: Description) -> list[Choice] | None:
        """What a field offers; None where it is typed."""
        if description.kind is Kind.CHOICE:
            return [
                (value, said(_WORDS[value]) if value in _WORDS else capital(value))
                for value in description.options
            ]
        if description.kind is Kind.PLACE:
            return self._own_first(
                (place.code, f"{place.code} · {plain(place.kind)}", place.unit_id)
                for place in self._places
                if not description.places or place.kind in description.places
            )
        if description.kind is Kind.SCALE:
            return self._own_first(
                (
                    scale.code,
                    _reach(scale),
                    scale.unit_id,
                )
                for scale in self._scales
            )
        if description.kind is Kind.OFFICER:
            return self._officers_for(name)
        if description.kind is Kind.UNIT:
            kind = _UNITS.get(name)
            return _bounded(
                [
                    (unit.code, f"{unit.code} · {unit.name}")
                    for unit in self._units
                    if kind is None or unit.agency.kind == kind
                ]
            )
        if description.kind is Kind.PROTOCOL:
            return self._protocols
        if description.kind is Kind.LOT:
            return self._lots
        if name == "session":
            return self._sessions
        return None

    def session_named(self, told: str) -> Choice | None:
        """A session that a form names and does not offer, if the officer sees it."""
        return session_named(self.officer, told)

    def own(self, description: Description) -> list[str]:
        """The places of these kinds that the officer's unit keeps."""
        return [
            place.code
            for place in self._places
            if place.unit_id == self.officer.unit_id
            and (not description.places or place.kind in description.places)
        ]

    def own_place(self, description: Description) -> str | None:
        """The one place of these kinds that the officer's unit keeps; None if it has none or several."""
        own = self.own(description)
        return own[0] if len(own) == 1 else None

    def keeps_scale(self, code: str | None) -> bool:
        """Whether a scale is the officer's own unit's."""
        return any(one.code == code and one.unit_id == self.officer.unit_id for one in self._scales)

    def _officers_for(self, name: str) -> list[Choice] | None:
        wanted = set(roles_with(_OTHERS.get(name, Right.TRANSFER)))
        if name == "driver":
            wanted = {Role.DRIVER.value}
        return self._own_first(
            (one.badge, f"{one.badge} · {one.unit_id}", one.unit_id)
            for one in self._officers
            if wanted & set(one.roles) and not (name in _OTHERS and one == self.officer)
        )

    def _own_first(self, rows: Iterable[tuple[str, str, str]]) -> list[Choice] | None:
        ordered = sorted(rows, key=lambda row: (row[2] != self.officer.unit_id, row[0]))
        return _bounded([(code, text) for code, text, _ in ordered])

    @cached_property
    def _protocols(self) -> list[Choice] | None:
        """The last version of each."""
        newest = Protocol.objects.visible_to(self.officer).order_by("code", "-number")
        return _bounded([(one.key, one.key) for one in newest.distinct("code")])

    @cached_property
    def _lots(self) -> list[Choice] | None:
        """What is left in the officer's own stock, the first to expire in front."""
        lots = ReagentLot.objects.filter(
            unit=self.officer.unit_id, left_grams__gt=0, expires_on__gte=clock.now().date()
        )
        return _bounded(
            [
                (one.code, f"{one.code} · {one.reagent}, {mass(one.left_grams)}")
                for one in lots.order_by("expires_on", "code")
            ]
        )

    @cached_property
    def _sessions(self) -> list[Choice]:
        return sessions_for(self.officer, self.act, most=LONGEST)

    @cached_property
    def _places(self) -> list[Place]:
        return list(Place.objects.order_by("code"))

    @cached_property
    def _scales(self) -> list[Scale]:
        return list(Scale.objects.order_by("code"))

    @cached_property
    def _officers(self) -> list[Officer]:
        return list(Officer.objects.filter(is_active=True).order_by("badge"))

    @cached_property
    def _units(self) -> list[Unit]:
        return list(Unit.objects.select_related("agency").order_by("code"))


def _bounded(choices: list[Choice]) -> list[Choice] | None:
    return choices if len(choices) <= LONGEST else None


def _reach(scale: Scale) -> str:
    told = _("to {capacity}, in steps of {step}").format(
        capacity=mass(scale.capacity_grams), step=mass(scale.readability_grams)
    )
    return f"{scale.code} · {told}"


_WORDS = {
    "I": gettext_noop("I · indicative"),
    "S": gettext_noop("S · security"),
    "H": gettext_noop("H · high security"),
    "did_not_occur": gettext_noop("It did not occur"),
    "incorrect_data": gettext_noop("Its data are wrong"),
}

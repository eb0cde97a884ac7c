"""What a form says to who fills it in: its name, and beside a field what an empty one means or what stands there already."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.handling.acts import Act
from custody.kit import clock
from custody.law.profiles import Deed
from custody.law.queries import profile_at
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.web.forms import ActForm
from custody.web.words import after_colon, before_colon

#: What it means to leave a field empty, where nobody would think of it.
_EMPTY = {
    ("intercept", "prosecutor_unit"): gettext_lazy(
        "Left empty, no prosecutor hears of this seizure, and nobody can order its destruction."
    )
}
#: Acts before witnesses, and what the law calls the deed.
_WITNESSED = {"incinerate": Deed.INCINERATE, "neutralise": Deed.NEUTRALISE}
_AS_LAST_TIME = gettext_lazy("As last time: change it if it is not so.")


def tell(
    form: ActForm, officer: Officer, exhibits: Sequence[Exhibit], *, again: Collection[str] = ()
) -> None:
    """Say beside each field what its title cannot.

    Args:
        officer: who fills it in.
        exhibits: the units at hand.
        again: the fields that hold what was chosen last time.
    """
    for name, field in form.fields.items():
        told = [_EMPTY.get((form.act.name, name)), _AS_LAST_TIME if name in again else None]
        field.help_text = " ".join(str(one) for one in told if one) or field.help_text
    if form.act.name == "receive" and _gives(officer, exhibits):
        _ask_for_the_taker(form)
    if form.act.name in _WITNESSED:
        _ask_for_the_witnesses(form)


def titled(officer: Officer, act: Act, exhibits: Sequence[Exhibit]) -> tuple[str, str]:
    """What an act is called and what it is for, to the officer who fills in its form."""
    if act.name == "receive" and _gives(officer, exhibits):
        return _("Deliver"), _("Hand the load to who receives it")
    return before_colon(act.title), after_colon(act.title)


def _gives(officer: Officer, exhibits: Sequence[Exhibit]) -> bool:
    """Whether the units are in the officer's own hands: then somebody else takes them."""
    return bool(exhibits) and all(one.custodian_id == officer.pk for one in exhibits)


def _ask_for_the_witnesses(form: ActForm) -> None:
    """That the law in force asks for witnesses; naming them sees to it that it waits for these two."""
    profile = profile_at(clock.now())
    asked = profile.deeds[_WITNESSED[form.act.name]].witnesses if profile else None
    if asked is None:
        return
    first, second = (form.fields[name] for name in ("first_witness", "second_witness"))
    form.asked |= {"first_witness", "second_witness"}
    first.label, second.label = _("First witness"), _("Second witness")
    first.help_text = _(
        "The law in force asks for {count} witnesses, {others} of another agency. "
        "If you name nobody, it waits for whoever sees it and may witness it."
    ).format(count=asked.count, others=asked.other_agency)


def _ask_for_the_taker(form: ActForm) -> None:
    field = form.fields["taker"]
    field.label = _("Who takes them over")
    field.required = True
    field.error_messages["required"] = _("{title}: this is missing.").format(title=field.label)
    told = _("They check what you bring, and confirm it from their own login.")
    field.help_text = " ".join(str(one) for one in (told, field.help_text) if one)

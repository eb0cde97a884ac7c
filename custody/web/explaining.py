"""A page for each act: what it is for, when it is legal, who may, who confirms, what it asks and which rule is behind it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from custody.handling.commands import describe
from custody.handling.register import ACTS
from custody.people.models import Officer
from custody.people.rights import NEEDS_CUSTODY, Right, roles_with
from custody.seizures.lifecycle import ENDED, TABLE, Confirmers, Stage
from custody.web.access import show, signed_in

#: Why the house asks for a second person, and on whose authority.
CONFIRMATION = {
    Confirmers.NOBODY: "Nobody: it counts once it is recorded.",
    Confirmers.COUNTERPARTY: "The other side of the hand-over, from their own login: what one gives another takes, and nothing is in nobody's hands.",
    Confirmers.COLLEAGUE: "A colleague of your unit: sampling is done by two, one of whom witnesses (EU customs sampling manual).",
    Confirmers.SECOND_CORRECTOR: "Another officer who may correct: nobody rewrites a trail alone.",
    Confirmers.SECOND_ERASER: "The second person whom you name: what is erased does not come back.",
    Confirmers.WITNESSES: "Two witnesses, one of another agency, neither who sampled it nor who ordered it (IAPE 9.7; 21 CFR 1317.95).",
}

#: The rules behind acts, each with its source; house rules are called so.
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "intercept": (
        (
            "Both case numbers are kept: the customs report and the prosecutor's notice.",
            "Belgian practice: customs is administrative and judicial",
        ),
        (
            "On the fast lane it is harmless within two hours of the catch.",
            "VITO's target for neutralisation on the spot",
        ),
    ),
    "weigh": (
        (
            "Gross, tare and net are kept with the scale, its readability and its calibration: the gross of the sealed package is what later weighings are held against.",
            "SWGDRUG SD-3; house rule",
        ),
        ("A difference is recorded and reported, never refused or smoothed.", "House rule"),
    ),
    "sample": (
        (
            "Two officers: one samples, one witnesses; every sample has a label of its own.",
            "EU customs sampling manual, PIC-202-02",
        ),
        (
            "Sample and counter-sample are kept by another custodian than the bulk.",
            "Belgian practice of 2018: at the registry, for analysis and counter-expertise",
        ),
    ),
    "give_order": (
        (
            "The order is written and gives reasons; while a judicial investigation is open the investigating judge authorises it first.",
            "Code of Criminal Procedure (BE), art. 28novies",
        ),
    ),
    "place_hold": (("A hold on one brick keeps the whole barrel from the kiln.", "House rule"),),
    "neutralise": (
        (
            "Neutralised is what can never again be turned into the drug: non-retrievable.",
            "21 CFR 1300.05",
        ),
        (
            "The bulk may go once a sample and a counter-sample are kept elsewhere.",
            "Code of Criminal Procedure (BE), art. 28novies; bill of 2014 as announced",
        ),
    ),
    "incinerate": (
        (
            "Every unit is weighed at the kiln mouth, and two people see it burn.",
            "21 CFR 1317.95; IAPE 9.7 and 11.9",
        ),
        (
            "The kiln is at 850 °C at least, 1,100 °C for waste with more than 1 % of halogens.",
            "Directive 2010/75/EU, chapter IV",
        ),
    ),
    "dispatch": (
        (
            "From hand to hand without a stop: two accompany what goes to be destroyed.",
            "21 CFR 1317.95",
        ),
    ),
    "correct": (
        (
            "What was recorded stays readable for ever; a correction stands beside it.",
            "House rule: nothing is changed, everything is answered",
        ),
    ),
    "erase": (
        (
            "Texts that the law wants gone go; that they were there, and who erased them, stays.",
            "Directive 2016/680, article 16",
        ),
    ),
    "photograph": (
        (
            "The rest is photographed or filmed before it is destroyed.",
            "Bill of 2014 as announced (BE)",
        ),
    ),
}


@signed_in()
def acts(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every act there is, those of the reader first."""
    order = list(TABLE)
    every = sorted(ACTS.values(), key=lambda one: order.index(one.kind))
    own = [one for one in every if Right(TABLE[one.kind].right) in officer.rights]
    return show(
        request, officer, "help.html", own=own, others=[one for one in every if one not in own]
    )


@signed_in()
def about(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """One act."""
    act = ACTS.get(name)
    if act is None:
        raise Http404(f"There is no act {name}.")
    row = TABLE[act.kind]
    right = Right(row.right)
    return show(
        request,
        officer,
        "help_act.html",
        act=act,
        row=row,
        stages=_stages(row.sources),
        holders=roles_with(right),
        in_hand=right in NEEDS_CUSTODY,
        mine=right in officer.rights,
        confirmation=CONFIRMATION[row.confirmers],
        fields=[one for _, one in describe(act.command)],
        rules=RULES.get(name, ()),
    )


def _stages(sources: frozenset[Stage]) -> list[str]:
    """In which stages it is legal, in their order; empty for an act about no unit, or about one not yet there."""
    if sources == frozenset(Stage):
        return [gettext_noop("any")]
    if sources == frozenset(Stage) - ENDED:
        return [gettext_noop("any before its end")]
    return [one.value for one in Stage if one in sources]

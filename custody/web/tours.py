"""What a first run shows to each role, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from custody.people.rights import Role


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        words: what to do there, and why.
        route: the name of the page.
        argument: what its address ends in, where no thing says it: an act's name, a stage's.
        about: the thing of the officer's own ground that it leads to; without such a thing the step falls away.
        read: the page that the read log must tell of for it to count as done.
        exactly: whether that page must have shown this very thing.
        done: what the record must tell: ``recorded`` and a kind of event, ``proposed`` and an act, or ``confirmed``.
            Without this and without ``read`` nobody can tell, and nothing is ticked.
        writes: whether it records something: only in a demonstration.
    """

    words: Any
    route: str
    argument: str | None = None
    about: str | None = None
    read: str | None = None
    exactly: bool = True
    done: tuple[str, ...] | None = None
    writes: bool = False


def _recording(words: Any, act: str, kind: str, *, about: str | None = "own") -> Step:
    """Record an event of a kind by an act's form."""
    return Step(words, "act", act, about=about, done=("recorded", kind), writes=True)


def _help(act: str) -> Step:
    return Step(
        _("Read what the law and the house rule behind an act are, and who may do it."),
        "help_act",
        act,
    )


BOARD = Step(
    _("Look at the board: what hurts most is on top, the clocks run by the server's time."),
    "board",
    read="board",
)
LATE = Step(
    _("Open the unit that is late: its clocks, what is legal now, and its trail."),
    "exhibit",
    about="late",
    read="exhibit",
)
OWN = Step(
    _(
        "Open a unit that is in your hands: only what is legal now, and for you, can be pressed; the rest says what is missing."
    ),
    "exhibit",
    about="own",
    read="exhibit",
)
SCAN = Step(
    _("Scan it, or type its label: several units and a shelf make one act."),
    "scan",
    about="own",
    read="scan",
    exactly=False,
)
WEIGH = _recording(
    _("Weigh it, and keep the receipt: its leaf proves later that you recorded this."),
    "weigh",
    "exhibit.weighed",
)
WAITING = Step(
    _("See what waits for your word. Nothing counts before the second person says so."),
    "proposals",
)
CONFIRM = Step(
    _("Confirm what waits for you, or refuse it with a reason."),
    "proposal",
    about="proposal",
    done=("confirmed",),
    writes=True,
)
SESSIONS = Step(_("See which sessions are booked, and how full they are."), "sessions")
SESSION = Step(
    _("Open a session: what is planned, staged, loaded and burnt, unit by unit."),
    "session",
    about="session",
    read="session",
)
SEIZURE = Step(
    _("Open a seizure: both case numbers, where its units are, its orders and holds."),
    "seizure",
    about="seizure",
    read="seizure",
)
MASSES = Step(
    _("Read its mass account: every gram from interception to ash, and where it does not close."),
    "mass_account",
    about="seizure",
    read="mass_account",
)
BUNDLE = Step(
    _("Take an evidence bundle along: it is checked offline, by anybody, without trusting us."),
    "exhibit_bundle",
    about="late",
)
MISSING = Step(
    _("Find the unit that is missing, and who had it last."),
    "exhibit",
    about="missing",
    read="exhibit",
)
DOUBTFUL = Step(
    _("Find the unit that does not add up: its weight or its seal is not what the record expects."),
    "exhibit",
    about="doubtful",
    read="exhibit",
)
FAST_LANE = Step(
    _("Read how fast the fast lane is, with what is counted and as of when."), "fast_lane"
)


TOURS: dict[Role, tuple[Step, ...]] = {
    Role.OFFICER: (
        BOARD,
        LATE,
        SCAN,
        WEIGH,
        Step(
            _(
                "Hand it to a driver: it waits until the driver confirms from a login of their own. Then sign in as the driver, and do so."
            ),
            "act",
            "dispatch",
            about="own",
            done=("proposed", "dispatch"),
            writes=True,
        ),
        WAITING,
        _recording(
            _("Record a catch of your own: its clock begins to run at once."),
            "intercept",
            "exhibit.intercepted",
            about=None,
        ),
        _help("dispatch"),
    ),
    Role.KEEPER: (
        BOARD,
        OWN,
        SCAN,
        WEIGH,
        MISSING,
        DOUBTFUL,
        _recording(
            _("Move it to another store: it is scanned there, with its shelf."),
            "move",
            "exhibit.moved",
        ),
        _help("store"),
    ),
    Role.DRIVER: (
        BOARD,
        WAITING,
        CONFIRM,
        OWN,
        _recording(
            _("Say that something is not as the record has it, before you hand it on."),
            "report",
            "exhibit.discrepancy_reported",
        ),
        _help("receive"),
    ),
    Role.LABORATORY: (BOARD, OWN, SCAN, WEIGH, WAITING, _help("analyse")),
    Role.OPERATOR: (BOARD, SESSIONS, SESSION, OWN, WAITING, _help("incinerate")),
    Role.PROSECUTOR: (
        BOARD,
        SEIZURE,
        _recording(
            _("Give a destruction order for the whole seizure: one act, with its reasons."),
            "give_order",
            "order.given",
            about="seizure",
        ),
        LATE,
        BUNDLE,
        _help("give_order"),
    ),
    Role.SUPERVISOR: (
        BOARD,
        LATE,
        MISSING,
        DOUBTFUL,
        Step(
            _("Acknowledge what you have seen, with a reason; until then it is told again."),
            "flags",
            done=("recorded", "flag.acknowledged"),
            writes=True,
        ),
        SESSIONS,
        Step(_("Ask for a plan of the next sessions, and see what it gains."), "plans"),
        FAST_LANE,
    ),
    Role.AUDITOR: (BOARD, SEIZURE, MASSES, LATE, BUNDLE, FAST_LANE),
    Role.ADMINISTRATOR: (
        Step(_("See who is in service, with which roles."), "officers"),
        Step(
            _(
                "Take somebody into service; their first password is shown once, and good for one sign-in."
            ),
            "officers",
            writes=True,
        ),
        Step(_("Read what the law asks, rule by rule, each with its source."), "profiles"),
        Step(_("Put down what a plant of yours may burn, or end it."), "permits", writes=True),
        Step(
            _("Give a clock of the policy its holidays, from a day to come."),
            "policy_calendar",
            writes=True,
        ),
        _help("intercept"),
    ),
    Role.STATISTICIAN: (FAST_LANE, _help("neutralise")),
    Role.PROTECTION: (
        Step(_("Read who was shown what, and why; alerts come first."), "reads"),
        Step(_("Ask who is behind a badge: that you asked goes on record."), "officers"),
        _help("erase"),
    ),
}

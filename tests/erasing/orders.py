"""Something to erase, and who has it erased."""

from __future__ import annotations

from custody.handling.erase import Erase
from custody.handling.report import Report
from custody.ledger.models import Disclosure
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do

SECRET = "The witness is called Jan Peeters."
BY = {"ordered_by": "Data protection authority, 2026/114", "legal_basis": "LED, article 16"}


def order(content: str, second: str = "second_supervisor") -> Erase:
    return Erase(content=content, reason="He asked for it.", second=second, **BY)


def reported(cast: Cast) -> tuple[Exhibit, str]:
    """A report with a name in it, and the commitment to it."""
    _, (barrel,) = catch(cast)
    do(cast.officer, Report(exhibit=barrel.label, what="other", details=SECRET))
    return barrel, Disclosure.objects.get(text=SECRET).commitment


def erased(cast: Cast, content: str) -> None:
    do(cast.supervisor, order(content), cast.second_supervisor)

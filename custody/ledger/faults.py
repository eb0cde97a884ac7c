"""What verification raises. Pure."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class LedgerFault(CustodyError):
    """seq {seq}, field {name}: {why}."""

    code = "ledger_fault"
    category = "unavailable"

    def __init__(self, *, seq: int, name: str, why: str) -> None:
        super().__init__(field=name, seq=seq, name=name, why=why)
        self.seq = seq


class StrayText(CustodyError):
    """A text is kept under {commitment}, and no event commits to it."""

    code = "stray_text"

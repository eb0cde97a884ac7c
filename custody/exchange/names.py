"""URIs of ours, as CBV 2.0 wants them of who has no GS1 keys: below the ledger's own name. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Names:
    """The URIs of one installation. Exhibits go by their id: a label is told by the event that is about it alone.

    Attributes:
        origin: the name under which its ledger was opened.
    """

    origin: str

    @property
    def vocabulary(self) -> str:
        """What the prefix ``custody:`` stands for."""
        return f"https://{self.origin}/ns/epcis#"

    def exhibit(self, exhibit_id: object) -> str:
        return self._name("obj", exhibit_id)

    def substance(self, substance: str) -> str:
        return self._name("class", substance)

    def place(self, code: object) -> str:
        return self._name("loc", code)

    def party(self, unit: object) -> str:
        return self._name("party", unit)

    def case(self, kind: str, case_id: object) -> str:
        """A seizure, an order or a hold."""
        return self._name(f"bt/{kind}", case_id)

    def _name(self, kind: str, name: object) -> str:
        return f"https://{self.origin}/{kind}/{quote(str(name), safe='')}"

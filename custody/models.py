"""Noticeboard: imports only. Django finds the tables of a room here and nowhere else."""

from __future__ import annotations

from custody.attachments import models as attachments
from custody.burning import models as burning
from custody.deadlines import models as deadlines
from custody.handling import models as handling
from custody.inventories import models as inventories
from custody.labelling import models as labelling
from custody.law import models as law
from custody.ledger import models as ledger
from custody.ledger import witnesses
from custody.neutralising import models as neutralising
from custody.notices import models as notices
from custody.people import models as people
from custody.places import models as places
from custody.planning import models as planning
from custody.reading import models as reading
from custody.sampling import models as sampling
from custody.seizures import models as seizures

__all__ = [
    "attachments",
    "burning",
    "deadlines",
    "handling",
    "inventories",
    "labelling",
    "law",
    "ledger",
    "neutralising",
    "notices",
    "people",
    "places",
    "planning",
    "reading",
    "sampling",
    "seizures",
    "witnesses",
]

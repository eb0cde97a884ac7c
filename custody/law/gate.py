"""The gate before neutralisation and incineration. Pure: facts in, what is missing out.

Rules and their sources: an order in writing with reasons, and the judge's authorisation while a judicial
investigation is open (Belgian Code of Criminal Procedure, art. 28novies); a sample kept before destruction
(announced with the same bill; Dutch BES decree art. 15); sample and counter-sample away from the bulk (US
customs audits found the retention rule evaded by keeping both in one package).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from custody.kit.errors import CustodyError
from custody.seizures.lifecycle import SAMPLE_FORMS, Form


class Deed(StrEnum):
    NEUTRALISE = "neutralise"
    INCINERATE = "incinerate"


@dataclass(frozen=True)
class Content:
    """What the law asks of one exhibit: the unit itself, or anything inside it.

    Attributes:
        ordered: an order in force names it.
        disputed: its trail is one that could not have been.
    """

    label: str
    form: Form
    held: bool
    ordered: bool
    disputed: bool = False


@dataclass(frozen=True)
class SampleKept:
    """A sample of the same seizure that is kept outside the unit, and the officers' unit that has it."""

    form: Form
    custodian: str


@dataclass(frozen=True)
class Facts:
    """Everything that the gate looks at, for one handling unit.

    Attributes:
        unit: the handling unit.
        contents: everything inside it, however deep.
        samples: samples and counter-samples of the seizure that are still kept, but for those in the unit.
        custodian: code of the officers' unit that has it.
        investigation_open: a judicial investigation runs at that time.
        authorised: every order in force on the unit carries a judge's authorisation.
    """

    unit: Content
    contents: Sequence[Content]
    samples: Sequence[SampleKept]
    custodian: str
    investigation_open: bool
    authorised: bool


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way, and the rule that asks for it."""

    code: str
    text: str
    rule: str


class GateClosed(CustodyError):
    """{label} may not be destroyed now: {missing}."""

    code = "gate_closed"
    category = "unlawful"


def missing(deed: Deed, facts: Facts) -> list[Missing]:
    """What stands between this unit and the deed; empty when it is lawful now.

    Neutralisation on the quay works under a standing authorisation: it needs samples and no hold, and no
    order. Incineration needs an order that names the unit and everything inside it. One held, disputed or
    retained brick keeps the whole barrel, and is named.
    """
    everything = (facts.unit, *facts.contents)
    found = [one for content in everything for one in _of_one(content)]
    for form in (Form.SAMPLE, Form.COUNTER_SAMPLE):
        kept = [sample for sample in facts.samples if sample.form is form]
        name = form.replace("_", "-")
        if not kept:
            found.append(
                Missing(
                    f"no_{form.value}",
                    f"no {name} of this seizure is kept",
                    "A sample and a counter-sample are taken before destruction",
                )
            )
        elif all(sample.custodian == facts.custodian for sample in kept):
            found.append(
                Missing(
                    f"{form.value}_with_bulk",
                    f"the {name} is in the hands of {facts.custodian}, who has the bulk too",
                    "Samples are kept by another custodian than the bulk",
                )
            )
    if deed is Deed.INCINERATE:
        if unordered := [content.label for content in everything if not content.ordered]:
            found.append(
                Missing(
                    "no_order",
                    f"no destruction order in force names {', '.join(unordered[:5])}",
                    "Code of Criminal Procedure (BE), art. 28novies: a written and reasoned order",
                )
            )
        elif facts.investigation_open and not facts.authorised:
            found.append(
                Missing(
                    "no_authorisation",
                    "a judicial investigation is open and the judge has not authorised the order",
                    "Code of Criminal Procedure (BE), art. 28novies: the investigating judge first",
                )
            )
    return found


def _of_one(content: Content) -> Iterator[Missing]:
    """What stands in the way of one exhibit, whatever it is in."""
    if content.held:
        yield Missing(
            "held", f"{content.label} is on hold", "A hold stops destruction until it is lifted"
        )
    if content.disputed:
        yield Missing(
            "disputed",
            f"{content.label} is disputed",
            "What is in dispute is not destroyed before the dispute is settled",
        )
    if content.form in SAMPLE_FORMS:
        yield Missing(
            "retained",
            f"{content.label} is retained as a {content.form.replace('_', '-')}",
            "Samples are kept for analysis and counter-expertise",
        )


def require(deed: Deed, facts: Facts) -> None:
    """Pass if the deed is lawful now.

    Raises:
        GateClosed: naming everything that is missing.
    """
    found = missing(deed, facts)
    if found:
        raise GateClosed(
            label=facts.unit.label,
            missing="; ".join(item.text for item in found),
            legal=[item.rule for item in found],
        )

"""The gate before neutralisation and incineration. Pure: facts in, what is missing out.

What it asks stands in the profile of the jurisdiction that was in force when the deed was done. Whatever the
profile says, what is on hold, in dispute or kept as a sample is not destroyed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from custody.kit.errors import CustodyError
from custody.kit.grams import to_text
from custody.kit.sentences import Sentence, joined
from custody.law.facts import Content, Facts, Order
from custody.law.profiles import (
    Deed as Deed,
)
from custody.law.profiles import (
    DeedRules,
    MustHold,
    OrderRule,
    PeriodRule,
    PhotographsRule,
    Profile,
    Shown,
    Since,
)
from custody.seizures.lifecycle import SAMPLE_FORMS

#: So many labels are told at most.
_TOLD = 5


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


class NoProfile(CustodyError):
    """{label} may not be destroyed: no legal profile was in force on {at}. Adopt one, such as "belgium"."""

    code = "no_profile"
    category = "unlawful"


def missing(deed: Deed, facts: Facts) -> list[Missing]:
    """What stands between this unit and the deed; empty when it is lawful now.

    One held, disputed or retained brick keeps the whole barrel, and is named.
    """
    found = [one for content in facts.everything for one in _of_one(content)]
    if facts.profile is None:
        return [*found, _NO_PROFILE]
    rules = facts.profile.deeds[deed]
    for asked in (_samples, _photographs, _order, _periods, _retained):
        found += asked(facts.profile, rules, facts)
    return found


def require(deed: Deed, facts: Facts) -> None:
    """Pass if the deed is lawful now.

    Raises:
        NoProfile: nobody can say, since no profile is in force.
        GateClosed: naming everything that is missing.
    """
    if facts.profile is None:
        raise NoProfile(label=facts.unit.label, at=facts.at.date().isoformat())
    found = missing(deed, facts)
    if found:
        raise GateClosed(
            label=facts.unit.label,
            missing=joined([item.text for item in found], "; "),
            legal=[item.rule for item in found],
        )


_NO_PROFILE = Missing(
    "no_profile",
    'no legal profile is in force: adopt one, such as "belgium"',
    "What nobody can hold against the law is not destroyed",
)


def _of_one(content: Content) -> Iterator[Missing]:
    """What stands in the way of one exhibit, whatever it is in and whatever the profile says."""
    if content.held:
        yield Missing(
            "held",
            Sentence("{label} is on hold", label=content.label),
            "A hold stops destruction until it is lifted",
        )
    if content.disputed:
        yield Missing(
            "disputed",
            Sentence("{label} is disputed", label=content.label),
            "What is in dispute is not destroyed before the dispute is settled",
        )
    if content.form in SAMPLE_FORMS:
        yield Missing(
            "retained",
            Sentence(
                "{label} is retained as a {form}",
                label=content.label,
                form=content.form.replace("_", "-"),
            ),
            "Samples are kept for analysis and counter-expertise",
        )
    for number in content.kept_by:
        yield Missing(
            "kept_by_order",
            Sentence("{label} is kept by order {number}", label=content.label, number=number),
            "What an order keeps is not destroyed before the order is revoked",
        )


def _samples(profile: Profile, rules: DeedRules, facts: Facts) -> Iterator[Missing]:
    if rules.samples is None:
        return
    for form in rules.samples.forms:
        kept = [sample for sample in facts.samples if sample.form is form]
        name = form.replace("_", "-")
        if not kept:
            yield Missing(
                f"no_{form.value}",
                Sentence("no {name} of this seizure is kept", name=name),
                profile.cite(rules.samples),
            )
        elif rules.apart and all(sample.custodian == facts.custodian for sample in kept):
            yield Missing(
                f"{form.value}_with_bulk",
                Sentence(
                    "the {name} is in the hands of {custodian}, who has the bulk too",
                    name=name,
                    custodian=facts.custodian,
                ),
                profile.cite(rules.apart),
            )


def _photographs(profile: Profile, rules: DeedRules, facts: Facts) -> Iterator[Missing]:
    rule = rules.photographs
    if rule is None:
        return
    lacking = _unphotographed(rule, facts)
    if lacking:
        yield Missing(
            "no_photograph",
            Sentence(
                "no photograph shows {lacking} as it is"
                if rule.least == 1
                else "under {least} photographs show {lacking} as it is",
                least=rule.least,
                lacking=_some(lacking),
            ),
            profile.cite(rule),
        )


def _unphotographed(rule: PhotographsRule, facts: Facts) -> list[str]:
    """Labels of what is not shown often enough; empty when enough is."""
    outside = [] if facts.unit.photographs >= rule.least else [facts.unit.label]
    if rule.of is Shown.UNIT:
        return outside
    inside = [
        content.label
        for content in facts.everything
        if content.innermost and content.photographs < rule.least
    ]
    if rule.of is Shown.CONTENTS:
        return inside
    return outside if outside and inside else []


def _order(profile: Profile, rules: DeedRules, facts: Facts) -> Iterator[Missing]:
    if rules.order is None:
        return
    if unordered := [one.label for one in facts.everything if not one.orders]:
        yield Missing(
            "no_order",
            Sentence("no destruction order in force names {unordered}", unordered=_some(unordered)),
            profile.cite(rules.order),
        )
    told: set[Missing] = set()
    for content in facts.everything:
        faults = [list(_faults(profile, rules, rules.order, one, facts)) for one in content.orders]
        if faults and all(faults):
            # the newest order is what people would put right
            newest = max(range(len(faults)), key=lambda n: content.orders[n].given_at)
            yield from (one for one in faults[newest] if one not in told)
            told.update(faults[newest])


def _faults(
    profile: Profile, rules: DeedRules, rule: OrderRule, order: Order, facts: Facts
) -> Iterator[Missing]:
    """Why an order does not do."""
    cited = profile.cite(rule)
    if order.given_by not in rule.by:
        yield Missing(
            "order_without_power",
            Sentence(
                "order {number} was given by {given_by}, not by {by}",
                number=order.number,
                given_by=order.given_by,
                by=" or ".join(sorted(rule.by)),
            ),
            cited,
        )
    if MustHold.GROUND in rule.must_hold and order.ground is None:
        yield Missing(
            "order_without_ground",
            Sentence("order {number} names no ground", number=order.number),
            cited,
        )
    if rule.valid_days is not None and facts.at >= order.given_at + timedelta(rule.valid_days):
        yield Missing(
            "order_out_of_date",
            Sentence(
                "order {number} is older than {valid_days} days",
                number=order.number,
                valid_days=rule.valid_days,
            ),
            cited,
        )
    if rules.judge and facts.investigation_open and not order.authorised:
        yield Missing(
            "no_authorisation",
            "a judicial investigation is open and the judge has not authorised the order",
            profile.cite(rules.judge),
        )


def _periods(profile: Profile, rules: DeedRules, facts: Facts) -> Iterator[Missing]:
    for period in rules.periods:
        if period.since is Since.OWNER_NOTIFIED:
            found = _of_the_owner(period, facts)
        elif period.since is Since.SEIZURE_OPENED:
            found = _over(period, facts.seized_at, facts.at)
        else:
            given = [min(one.given_at for one in c.orders) for c in facts.everything if c.orders]
            found = _over(period, max(given), facts.at) if given else None
        if found:
            yield Missing(*found, profile.cite(period))


def _of_the_owner(period: PeriodRule, facts: Facts) -> tuple[str, str] | None:
    """What is missing of a period that counts where the owner is known; its last day is the owner's still."""
    if facts.owner is None:
        return None
    if facts.owner.notified_on is None:
        return "owner_not_told", "the owner is known and was not told"
    last = facts.owner.notified_on + timedelta(period.days)
    if facts.owner.until:
        last = max(last, facts.owner.until)
    return None if facts.at.date() > last else _runs(period, last)


def _over(period: PeriodRule, since: datetime, at: datetime) -> tuple[str, str] | None:
    end = since + timedelta(period.days)
    return None if at >= end else _runs(period, end.date())


def _runs(period: PeriodRule, until: date) -> tuple[str, str]:
    return f"{period.name}_runs", Sentence(
        "the time of {name} runs until {until}", name=period.name, until=until.isoformat()
    )


def _retained(profile: Profile, rules: DeedRules, facts: Facts) -> Iterator[Missing]:
    substances = {
        one.substance for one in facts.everything if one.innermost and one.form not in SAMPLE_FORMS
    }
    for substance in sorted(substances):
        amounts: list[tuple[Decimal, str]] = []
        if rules.retained and substance in rules.retained.grams:
            grams = rules.retained.grams[substance]
            if grams is None:
                yield Missing(
                    "retained_amount_unknown",
                    Sentence(
                        "how much {substance} is to be kept is not known yet", substance=substance
                    ),
                    profile.cite(rules.retained),
                )
                continue
            amounts.append((grams, profile.cite(rules.retained)))
        if facts.retained_grams:
            grams, number = facts.retained_grams
            amounts.append(
                (grams, Sentence("Order {number} keeps so much of each substance", number=number))
            )
        if not amounts:
            continue
        grams, rule = max(amounts)
        if facts.left.get(substance, Decimal(0)) < grams:
            yield Missing(
                "retained_amount",
                Sentence(
                    "less than {grams} g of {substance} would be left of the seizure",
                    grams=to_text(grams),
                    substance=substance,
                ),
                rule,
            )


def _some(labels: Sequence[str]) -> str:
    more, told = len(labels) - _TOLD, ", ".join(labels[:_TOLD])
    return Sentence("{labels} and {more} more", labels=told, more=more) if more > 0 else told

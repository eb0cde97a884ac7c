"""The law as it is written down here: each profile with what each of its rules asks, and where that comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from custody.audit.histories import history
from custody.audit.words import mass, plain
from custody.kit import clock
from custody.law.models import Profile
from custody.law.profiles import Deed, DeedRules, PeriodRule, RetainedRule, Rule, Shown, Since
from custody.law.queries import profile_at
from custody.ledger.events import Subject
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import show, signed_in
from custody.web.words import capital, listed

_DEEDS = {
    Deed.INCINERATE: gettext_lazy("Before something is incinerated"),
    Deed.NEUTRALISE: gettext_lazy("Before something is neutralised"),
}
_SHOWN = {
    Shown.UNIT: gettext_lazy("of the unit itself"),
    Shown.CONTENTS: gettext_lazy("of each innermost unit, before it was packed"),
    Shown.UNIT_OR_CONTENTS: gettext_lazy("of the unit, or of each innermost one before packing"),
}
_SINCE = {
    Since.OWNER_NOTIFIED: gettext_lazy(
        "the day on which the lawful owner was told, if one is known"
    ),
    Since.ORDER_GIVEN: gettext_lazy("the order"),
    Since.SEIZURE_OPENED: gettext_lazy("the seizure"),
}


@dataclass(frozen=True)
class Asked:
    """What one rule asks.

    Attributes:
        confirmed: somebody read it in its source.
    """

    what: str
    source: str
    confirmed: bool


def _asked(what: str, rule: Rule) -> Asked:
    return Asked(what, rule.source, rule.confirmed)


def asked_of(rules: DeedRules) -> Iterator[Asked]:
    """What a deed needs, rule by rule, in words."""
    order = rules.order
    if order:
        told = [
            _("An order in force that names it, given by: {agencies}; it holds: {held}.").format(
                agencies=listed(sorted(order.by)), held=listed(sorted(order.must_hold))
            )
        ]
        if order.valid_days is not None:
            days = order.valid_days
            told.append(
                ngettext(
                    "It is {days} day old at most.", "It is {days} days old at most.", days
                ).format(days=days)
            )
        yield _asked(" ".join(told), order)
    if rules.standing:
        yield _asked(_("A standing authorisation: no order is needed."), rules.standing)
    if rules.judge:
        yield _asked(
            _("While a judicial investigation is open, a judge authorises the order first."),
            rules.judge,
        )
    if rules.samples:
        forms = listed(one.value for one in rules.samples.forms)
        yield _asked(
            _("Of the seizure are taken and kept: {forms}.").format(forms=forms), rules.samples
        )
    if rules.apart:
        yield _asked(_("Samples lie with another custodian than the rest."), rules.apart)
    if rules.photographs:
        least = rules.photographs.least
        yield _asked(
            ngettext(
                "{least} photograph at least, {what}.",
                "{least} photographs at least, {what}.",
                least,
            ).format(least=least, what=_SHOWN[rules.photographs.of]),
            rules.photographs,
        )
    yield from (_asked(_period(one), one) for one in rules.periods)
    if rules.retained:
        yield _asked(_retained(rules.retained), rules.retained)
    if rules.witnesses:
        count, others = rules.witnesses.count, rules.witnesses.other_agency
        yield _asked(
            _("Witnesses: {count}, of another agency: {others} of them.").format(
                count=count, others=others
            ),
            rules.witnesses,
        )


def _period(rule: PeriodRule) -> str:
    return ngettext(
        "{name}: {days} day is over since {since}.",
        "{name}: {days} days are over since {since}.",
        rule.days,
    ).format(name=capital(rule.name), days=rule.days, since=_SINCE[rule.since])


def _retained(rule: RetainedRule) -> str:
    kept = ", ".join(
        f"{plain(substance)} {_('all, until the amount is known') if grams is None else mass(grams)}"
        for substance, grams in rule.grams.items()
    )
    return _("Of each seizure stays, whatever is destroyed: {kept}.").format(kept=kept)


@signed_in()
def profiles(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every profile that was adopted, the last first, and which of them holds."""
    held = profile_at(clock.now())
    rows = [(row, _state(row, held.key if held else None)) for row in _rows()]
    return show(
        request, officer, "profiles.html", rows=rows, may_adopt=Right.ADOPT in officer.rights
    )


@signed_in()
def profile(request: HttpRequest, officer: Officer, code: str, number: int) -> HttpResponse:
    """One profile: what it asks before each deed, rule by rule, and who adopted it."""
    row, held = _find(code, number), profile_at(clock.now())
    rules = row.rules
    return show(
        request,
        officer,
        "profile.html",
        row=row,
        state=_state(row, held.key if held else None),
        deeds=[(title, list(asked_of(rules.deeds[deed]))) for deed, title in _DEEDS.items()],
        adoption=history(Subject(Profile.subject_type, row.key))[0],
        may_adopt=Right.ADOPT in officer.rights,
    )


@signed_in()
def profile_file(
    request: HttpRequest,  # noqa: ARG001  one signature for all
    officer: Officer,  # noqa: ARG001
    code: str,
    number: int,
) -> HttpResponse:
    """A profile as the file from which it could be adopted: where its next version begins."""
    row = _find(code, number)
    text = json.dumps({"profiles": [row.content]}, indent=2, ensure_ascii=False)
    answer = HttpResponse(f"{text}\n", content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{number}.json"'
    return answer


def _rows() -> list[Profile]:
    return list(Profile.objects.order_by("-effective_at"))


def _find(code: str, number: int) -> Profile:
    row = Profile.objects.filter(pk=f"{code}/{number}").first()
    if row is None:
        raise Http404(f"There is no profile {code}/{number}.")
    return row


def _state(row: Profile, held: str | None) -> str:
    if row.key == held:
        return "now"
    return "past" if row.effective_at <= clock.now() else "future"

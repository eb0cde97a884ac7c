"""The certificate of destruction on paper, in the reader's language, with the agency's signature."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from custody.audit.bundle.papers import HERE, LANGUAGES, UnknownLanguage, site_time, typeset
from custody.audit.bundle.signing import signed
from custody.audit.certificates import Certificate
from custody.audit.timeline import who
from custody.audit.words import mass, plain
from custody.kit import clock


def certificate_pdf(certificate: Certificate, language: str) -> bytes:
    """The certificate as PDF/A-2b, signed where a certificate of ours is configured; it bears the time of its event.

    Raises:
        UnknownLanguage: it is written in no such language.
        CertificateUnusable: it was to be signed and cannot be.
    """
    if language not in LANGUAGES:
        raise UnknownLanguage(field="language", languages=", ".join(LANGUAGES), legal=LANGUAGES)
    event = certificate.event
    with translation.override(language):
        told = {"language": language, **_told(certificate)}
    code = f"{event.subject.id}\n{certificate.seq}\n{event.leaf}\n"
    return signed(typeset(HERE / "certificate.typ", told, code, event.occurred_at))


def _told(certificate: Certificate) -> dict[str, Any]:
    event = certificate.event
    payload: Any = event.payload
    booked: Any = certificate.booked.payload
    units = certificate.units
    total = sum((Decimal(one["kiln_grams"]) for one in units), Decimal(0))
    facts = [
        (_("Session"), event.subject.id),
        (_("Plant"), booked["plant"]),
        (_("Permit"), payload["permit"]),
        (_("Slot"), _span(booked["starts_at"], booked["ends_at"])),
        (_("Burnt"), _span(payload["first_burnt_at"], payload["last_burnt_at"])),
        (
            _("Temperature, °C"),
            _("{lowest} to {highest}; by the permit at least {minimum}").format(
                lowest=payload["lowest_celsius"],
                highest=payload["highest_celsius"],
                minimum=payload["minimum_celsius"],
            ),
        ),
        *((_("Temperature log, SHA-256"), one) for one in payload["logs"]),
        (_("Seizures"), ", ".join(sorted({one["seizure"] for one in units}))),
        (_("Units"), str(len(units))),
        (_("Mass at the kiln mouth"), mass(total)),
        (_("Certified by"), who(event.actor)),
        (_("Certified on"), site_time(event.occurred_at)),
    ]
    notice = [
        _(
            "Every unit planned into this session was scanned on arrival, before the kiln and at its mouth, and burnt."
        ),
        _("The record is event no. {seq} of the log, with the leaf {leaf}.").format(
            seq=certificate.seq, leaf=event.leaf
        ),
    ]
    if len(units) < certificate.all_units:
        notice.append(
            _("This is an excerpt: {shown} of {all} units.").format(
                shown=len(units), all=certificate.all_units
            )
        )
    return {
        "title": _("Certificate of destruction"),
        "words": {
            "unit": _("Unit"),
            "mass": _("Mass"),
            "burnt": _("Burnt"),
            "who": _("Who"),
            "page": _("Page"),
        },
        "facts": facts,
        "notice": notice,
        "units": [_unit(one) for one in units],
    }


def _unit(one: Any) -> dict[str, Any]:
    contents = one["contents"]
    return {
        "label": one["label"],
        "facts": [
            (_("Case"), one["seizure"]),
            (_("Substance"), f"{plain(one['substance'])}, {plain(one['form'])}"),
            *([(_("Contents"), ", ".join(contents))] if contents else []),
        ],
        "masses": [
            (_("Staged at the kiln"), mass(one["staged_grams"])),
            (_("Kiln mouth"), mass(one["kiln_grams"])),
            (_("Net"), mass(one["net_grams"])),
        ],
        "burnt": [
            site_time(clock.from_text(one["burnt_at"])),
            f"{one['temperature_celsius']} °C",
        ],
        "people": [(_("Operator"), one["operator"])]
        + [(_("Witness"), badge) for badge in one["witnesses"]],
        "leaf": one["burnt_leaf"],
    }


def _span(first: str, last: str) -> str:
    return f"{site_time(clock.from_text(first))} \N{EN DASH} {site_time(clock.from_text(last))}"

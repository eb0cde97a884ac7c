"""The readable trail of a bundle: a page without scripts, and the same as PDF/A, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import segno
import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from custody.audit.bundle.contents import Contents
from custody.audit.timeline import labels_in, timeline, who
from custody.kit.errors import CustodyError

HERE = Path(__file__).parent
#: Languages that the bundle's own words are kept in.
LANGUAGES = ("en", "nl", "fr", "de")


class UnknownLanguage(CustodyError):
    """A bundle is written in one of: {languages}."""

    code = "unknown_language"


@dataclass(frozen=True)
class Asked:
    """Who asked for a bundle, for whom, why and when.

    Attributes:
        badge: of who asked; ``system`` at the server's console.
        unit: theirs.
        recipient: who is to get it, in words.
        purpose: why they see the whole of it, if they had to say.
        language: of the readable trail.
        at: when.
    """

    badge: str
    unit: str
    recipient: str | None
    purpose: str | None
    language: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One event as it is read on paper."""

    seq: int
    at: str
    recorded_at: str
    label: str
    title: str
    facts: Sequence[tuple[str, str]]
    people: Sequence[str]
    remarks: Sequence[str]
    leaf: str


@dataclass(frozen=True)
class Paper:
    """All that the page and the PDF say; both are made of this."""

    language: str
    words: dict[str, str]
    title: str
    facts: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    notice: Sequence[str]
    code: str


def paper(contents: Contents, asked: Asked, checkpoint: str) -> Paper:
    """What the readable trail says.

    Args:
        contents: the events.
        asked: by whom, for whom, why.
        checkpoint: the signed note that the proofs lead to.

    Raises:
        UnknownLanguage: it is kept in no such language.
    """
    if asked.language not in LANGUAGES:
        raise UnknownLanguage(field="language", languages=", ".join(LANGUAGES), legal=LANGUAGES)
    origin, size, root = checkpoint.split("\n")[:3]
    with translation.override(asked.language):
        labels = labels_in(contents.steps)
        facts = [
            (_("Case"), contents.seizure.reference),
            (_("Customs report"), contents.seizure.customs_report),
            (_("Prosecutor's notice"), contents.seizure.prosecutor_notice),
            (_("Asked for by"), f"{asked.badge} ({asked.unit})" if asked.unit else asked.badge),
            (_("For"), asked.recipient),
            (_("Purpose"), asked.purpose),
            (_("Made on"), site_time(asked.at)),
            (_("Log"), origin),
            (_("Events in the log"), size),
            (_("Root of the log"), root),
        ]
        return Paper(
            language=asked.language,
            words={
                "number": _("No."),
                "when": _("When"),
                "what": _("What happened"),
                "who": _("Who"),
                "page": _("Page"),
            },
            title=_("Chain of custody of {name}").format(name=contents.name),
            facts=[(name, text) for name, text in facts if text],
            lines=[_line(one, labels) for one in timeline(contents.steps, labels)],
            notice=[
                _("This is made for reading. The record is the exact bytes in the folder events."),
                _("Check them with verify.py or as README.txt says, with a key got elsewhere."),
                _(
                    "Times are those of {zone}; the record is in UTC. Codes stand as they were recorded."
                ).format(zone=settings.DISPLAY_TIME_ZONE),
            ],
            code=f"{origin}\n{size}\n{root}\n",
        )


def _line(happening: Any, labels: dict[str, str]) -> Line:
    step = happening.step
    event = step.event
    remarks = []
    if happening.corrects is not None:
        remarks.append(_("Corrects no. {seq}").format(seq=happening.corrects))
    remarks += [
        _("Corrected by no. {seq}").format(seq=one.step.seq) for one in happening.corrections
    ]
    if happening.taken_out:
        remarks.append(_("Declared not to have occurred"))
    if event.late:
        reason = happening.late_reason or ""
        remarks.append(_("Recorded late: {reason}").format(reason=reason))
    people = [who(event.actor), *(who(one) for one in event.confirmers)]
    return Line(
        seq=step.seq,
        at=site_time(event.occurred_at),
        recorded_at=site_time(step.recorded_at),
        label=step.label or labels.get(event.subject.id) or "",
        title=happening.title,
        facts=happening.facts,
        people=[*people, *([happening.taker] if happening.taker else [])],
        remarks=remarks,
        leaf=event.leaf,
    )


def site_time(at: datetime) -> str:
    """A time on the site's clock with its distance from UTC: the same in every language."""
    return at.astimezone(ZoneInfo(settings.DISPLAY_TIME_ZONE)).strftime("%Y-%m-%d %H:%M:%S %z")


def html(told: Paper) -> bytes:
    """The page: one file, no script, nothing from outside; it prints well."""
    picture = segno.make(told.code, error="m").svg_data_uri(scale=3, border=2)
    return render_to_string("bundle/trail.html", {"paper": told, "picture": picture}).encode()


def pdf(told: Paper, at: datetime) -> bytes:
    """The same as PDF/A-2b, from the fonts of the typesetter alone: the same bytes on every machine.

    Args:
        told: what it says.
        at: the time that it bears.
    """
    return typeset(HERE / "trail.typ", asdict(told), told.code, at)


def typeset(template: Path, told: Mapping[str, Any], code: str, at: datetime) -> bytes:
    """A paper as PDF/A-2b, from the fonts of the typesetter alone.

    Args:
        template: how it is laid out.
        told: what it says, as JSON has it.
        code: what the picture on it says to a phone.
        at: the time that it bears.
    """
    picture = BytesIO()
    segno.make(code, error="m").save(picture, kind="svg", scale=3, border=2)
    data = _settable({**told, "picture": picture.getvalue().decode()})
    made = typst.compile(
        template.read_bytes(),
        format="pdf",
        pdf_standards="a-2b",
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def _settable(value: Any) -> Any:
    """The same with whatever the typesetter's fonts lack as its code point: PDF/A takes no empty boxes."""
    if isinstance(value, dict):
        return {name: _settable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_settable(inner) for inner in value]
    if isinstance(value, str) and not (value.isascii() and value.isprintable()):
        return "".join(one if _has_shape(ord(one)) else f"[U+{ord(one):04X}]" for one in value)
    return value


#: Stretches of Unicode that the fonts in the typesetter's wheel have whole; a test sets each of their characters.
_SHAPES = (
    (0x0A, 0x0A),
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x391, 0x3A1),
    (0x3A3, 0x3A9),
    (0x3B1, 0x3C9),
    (0x400, 0x45F),
    (0x2010, 0x2014),
    (0x2018, 0x201E),
    (0x2026, 0x2026),
    (0x202F, 0x202F),
    (0x20AC, 0x20AC),
)


def _has_shape(point: int) -> bool:
    return any(first <= point <= last for first, last in _SHAPES)

"""Files in forms: taken with the camera or chosen, kept under their hash at once, and named by it from then on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from custody.attachments.services import bring
from custody.audit.words import said
from custody.handling.commands import Kind
from custody.kit.errors import CustodyError
from custody.people.models import Officer

_HASH = re.compile(r"[0-9a-f]{64}")
#: A phone opens its camera for the first; papers are chosen from what is there.
_ASKED = {
    Kind.PHOTOGRAPHS: {"accept": "image/*", "capture": "environment"},
    Kind.DOCUMENTS: {"accept": "application/pdf"},
}


class FilesInput(forms.Widget):
    """New files, and those that were sent before something else in the form was wrong."""

    needs_multipart_form = True

    def __init__(self, kind: Kind) -> None:
        super().__init__({"type": "file", "multiple": True, **_ASKED[kind]})
        self.kept: list[str] = []

    def value_from_datadict(
        self, data: Any, files: Any, name: str
    ) -> list[str | UploadedFile[bytes]]:
        """The hashes named, then the files sent."""
        named = data.getlist(name) if hasattr(data, "getlist") else []
        sent = files.getlist(name) if hasattr(files, "getlist") else []
        return [*named, *sent]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and name not in files

    def render(
        self,
        name: str,
        value: Any,  # noqa: ARG002  what was sent is in kept
        attrs: Mapping[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002  the framework's name
    ) -> SafeString:
        known = format_html_join(
            "",
            '<label><input type="checkbox" name="{}" value="{}" checked><span>{}…</span></label>',
            ((name, one, one[:12]) for one in self.kept),
        )
        return format_html(
            "<input{}>{}",
            forms.utils.flatatt({"name": name, **self.attrs, **(attrs or {})}),
            format_html('<div class="ticks">{}</div>', known) if known else "",
        )


class FilesField(forms.Field):
    """Files by their hash; what is sent is kept while it is judged, so that nobody sends it twice."""

    def __init__(self, kind: Kind, officer: Officer, **kwargs: Any) -> None:
        self.officer = officer
        megabytes = settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 1_000_000
        super().__init__(
            widget=FilesInput(kind),
            help_text=_(
                "All of them together at most {megabytes} MB. Their names are not kept."
            ).format(megabytes=megabytes),
            **kwargs,
        )

    def clean(self, value: Iterable[str | UploadedFile[bytes]]) -> list[str]:
        """The hashes, none twice.

        Raises:
            ValidationError: there is none, or a file is not one that is kept.
        """
        kept: list[str] = []
        widget = self.widget
        assert isinstance(widget, FilesInput)
        errors = []
        for one in value or ():
            if isinstance(one, str):
                if _HASH.fullmatch(one):
                    kept.append(one)
                continue
            try:
                kept.append(bring(self.officer, one.read()).sha256)
            except CustodyError as error:
                errors.append(ValidationError(said(error), code=error.code))
        widget.kept = list(dict.fromkeys(kept))
        if errors:
            raise ValidationError(errors)
        if self.required and not widget.kept:
            raise ValidationError(self.error_messages["required"], code="required")
        return widget.kept

"""Files in forms: taken with the camera or chosen, kept under their hash at once, and named by it from then on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from custody.attachments.content import FileTooLarge
from custody.attachments.services import bring
from custody.audit.words import said
from custody.handling.commands import Kind
from custody.kit.errors import CustodyError
from custody.people.models import Officer

_HASH = re.compile(r"[0-9a-f]{64}")
_ASKED = {Kind.PHOTOGRAPHS: "image/*", Kind.DOCUMENTS: "application/pdf"}
_MEGABYTE = 1_000_000


class FilesInput(forms.Widget):
    """New files, and those that were sent before something else in the form was wrong.

    A phone opens its camera for photographs; a second input offers what is on it already.
    """

    needs_multipart_form = True

    def __init__(self, kind: Kind) -> None:
        super().__init__({"type": "file", "accept": _ASKED[kind], "multiple": True})
        self.from_camera = kind is Kind.PHOTOGRAPHS
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
        taken = {"name": name, **self.attrs, **(attrs or {})}
        together = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        return render_to_string(
            "_files.html",
            {
                "name": name,
                "taken": taken | ({"capture": "environment"} if self.from_camera else {}),
                "chosen": taken | {"id": f"{taken.get('id', name)}_chosen"}
                if self.from_camera
                else None,
                "kept": self.kept,
                "most": settings.ATTACHMENT_MOST_BYTES,
                "most_megabytes": settings.ATTACHMENT_MOST_BYTES // _MEGABYTE,
                "most_together": together,
                "most_together_megabytes": together // _MEGABYTE,
                "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
            },
        )


class FilesField(forms.Field):
    """Files by their hash; what is sent is kept while it is judged, so that nobody sends it twice."""

    def __init__(self, kind: Kind, officer: Officer, **kwargs: Any) -> None:
        self.officer = officer
        self.left_out = False
        super().__init__(
            widget=FilesInput(kind),
            help_text=_(
                "At most {each} MB each, {together} MB together. Their names are not kept."
            ).format(
                each=settings.ATTACHMENT_MOST_BYTES // _MEGABYTE,
                together=settings.FILE_UPLOAD_MAX_MEMORY_SIZE // _MEGABYTE,
            ),
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
                errors.append(ValidationError(f"{one.name}: {_said(error)}", code=error.code))
        widget.kept = list(dict.fromkeys(kept))
        if self.left_out:
            raise ValidationError(_too_large_together(), code="files_left_out")
        if errors:
            raise ValidationError(errors)
        if self.required and not widget.kept:
            raise ValidationError(self.error_messages["required"], code="required")
        return widget.kept


def tell_left_out(request: HttpRequest, form: forms.Form) -> None:
    """Let the form's files say so, where more was sent than is read."""
    for field in form.fields.values():
        if isinstance(field, FilesField):
            field.left_out = getattr(request, "files_left_out", False)


def _too_large_together() -> str:
    return _(
        "The files had more than {most} MB together, and were not taken; everything else that you filled in is still "
        "here. Choose fewer of them, or take the photographs again at a smaller size."
    ).format(most=settings.FILE_UPLOAD_MAX_MEMORY_SIZE // _MEGABYTE)


def _said(error: CustodyError) -> str:
    """What is wrong with a file, and what to do about it."""
    if isinstance(error, FileTooLarge):
        return _(
            "This has more than {most} MB. Take the photograph again at a smaller size, or bring a document in parts."
        ).format(most=settings.ATTACHMENT_MOST_BYTES // _MEGABYTE)
    return said(error)

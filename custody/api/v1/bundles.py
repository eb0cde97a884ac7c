"""Evidence bundles: a zip for whoever has to check the record without trusting us."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from custody.api.proofs import require_fresh_proof
from custody.api.resources import Resource, require_row
from custody.api.v1 import exhibits
from custody.audit.bundle.contents import Contents, of_exhibit, of_seizure
from custody.audit.bundle.exporting import export
from custody.audit.bundle.papers import LANGUAGES
from custody.people.rights import Right
from custody.reading.models import Action
from custody.seizures.models import Seizure

RECIPIENT_LENGTH = 200
_PARAMETERS = [
    OpenApiParameter(
        "recipient",
        {"type": "string", "minLength": 1, "maxLength": RECIPIENT_LENGTH},
        required=True,
        description="Who is to get it: it goes into the read log.",
    ),
    OpenApiParameter(
        "language", enum=LANGUAGES, description="Of the readable trail; `en` unless told."
    ),
]
_ANSWER = {(200, "application/zip"): OpenApiTypes.BINARY}


class Bundle(Resource):
    """One bundle."""

    serializer_class = Serializer[Any]
    parameters = frozenset({"recipient", "language"})
    action = Action.DISCLOSURE
    problems = {
        "403": "You may not disclose, or not see the whole of it: state a purpose first.",
        "503": "The log has not signed its last event yet, or its papers cannot be signed.",
    }

    def answer(self, contents: Contents, recipient: str, language: str) -> HttpResponse:
        """The zip, once it is known that the reader may have it."""
        data = export(contents, self.officer, recipient=recipient, language=language)
        self.shows(contents.reached)
        self.leaves_for(recipient)
        response = HttpResponse(data, content_type="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{contents.name}.zip"'
        return response

    def asked(self, request: Request) -> tuple[str, str]:
        """The recipient and the language.

        Raises:
            RightMissing: the officer may not disclose.
            ProofRequired: by the session of the pages, without a fresh proof.
            ValidationError: nobody is named, or there is no such language.
        """
        self.officer.require(Right.DISCLOSE)
        require_fresh_proof(request)
        recipient = request.query_params.get("recipient", "").strip()
        if not recipient.isprintable() or not 1 <= len(recipient) <= RECIPIENT_LENGTH:
            raise ValidationError(
                {"recipient": [f"Say who gets it, in 1 to {RECIPIENT_LENGTH} characters."]}
            )
        language = request.query_params.get("language", LANGUAGES[0])
        if language not in LANGUAGES:
            raise ValidationError({"language": [f"Give one of {', '.join(LANGUAGES)}."]})
        return recipient, language


class ExhibitBundle(Bundle):
    """An exhibit's bundle."""

    @extend_schema(
        operation_id="export_exhibit",
        summary="Export an exhibit as evidence",
        tags=["exhibits"],
        parameters=_PARAMETERS,
        responses=_ANSWER,
    )
    def get(self, request: Request, label: str) -> HttpResponse:
        """Its whole trail as exact bytes with their proofs, the texts, a readable trail, and `verify.py`, which
        checks all of it offline. For who may disclose and sees the whole of it: state a purpose first."""
        asked = self.asked(request)
        row = exhibits.find(self.officer, label)
        return self.answer(of_exhibit(self.officer, row), *asked)


class SeizureBundle(Bundle):
    """A seizure's bundle."""

    @extend_schema(
        operation_id="export_seizure",
        summary="Export a seizure as evidence",
        tags=["seizures"],
        parameters=_PARAMETERS,
        responses=_ANSWER,
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The same for a whole case: its own events, and those of every unit, order, hold and flag of it."""
        asked = self.asked(request)
        row = require_row(Seizure.objects.visible_to(self.officer), reference=reference)
        return self.answer(of_seizure(self.officer, row), *asked)

"""Attachments: bringing photographs and documents, and getting them back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from custody.api.resources import Resource
from custody.attachments import storage
from custody.attachments.content import Kind
from custody.attachments.services import bring, require_bringer
from custody.attachments.serving import file_response
from custody.audit.attachments import sight_of
from custody.reading.models import Action

#: What a form around the file may take.
_FRAME = 10_000


class TooLarge(APIException):
    """More than is read at all."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"

    def __init__(self) -> None:
        super().__init__(f"A file has at most {settings.ATTACHMENT_MOST_BYTES:,} bytes.")


class FileSerializer(serializers.Serializer[Any]):
    """A file to keep."""

    file = serializers.FileField(help_text="JPEG, PNG, WebP, HEIC or PDF. Its name is not kept.")


class AttachmentSerializer(serializers.Serializer[Any]):
    """A file that is kept."""

    sha256 = serializers.CharField(help_text="Of its bytes as they came: what acts name it by.")
    kind = serializers.ChoiceField(choices=[one.value for one in Kind])
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")


class Attachments(Resource):
    """Bringing files."""

    serializer_class = AttachmentSerializer
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="bring_attachment",
        summary="Bring a file",
        tags=["attachments"],
        request={"multipart/form-data": FileSerializer},
        responses={201: AttachmentSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep a photograph or a document under the hash of its bytes. It is judged by its content. Until an act
        names it, it is yours alone, and goes after a day; the same file again gives the same answer."""
        require_bringer(self.officer)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.ATTACHMENT_MOST_BYTES + _FRAME:
            raise TooLarge
        # not read before this: who may not, or sends too much, is not listened to
        form: Any = request.data
        told = form.getlist("file") if isinstance(form, QueryDict) else []
        if len(told) != 1 or not isinstance(told[0], UploadedFile) or len(form) != 1:
            raise ValidationError(
                {"file": ["Send one file in the field `file`, and nothing else."]}
            )
        row = bring(self.officer, told[0].read())
        return Response(AttachmentSerializer(row).data, status.HTTP_201_CREATED)


class Shown(Resource):
    """A photograph as it is shown."""

    parameters = frozenset({"size"})

    @extend_schema(
        operation_id="read_attachment",
        summary="See a photograph",
        tags=["attachments"],
        parameters=[
            OpenApiParameter(
                "size", str, enum=["shown", "small"], description="`shown` unless told."
            )
        ],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, sha256: str) -> HttpResponse:
        """Its pixels as a new JPEG, at most 1,600 (`small`: 320) to a side, without anything that the camera
        noted. Whoever sees a unit that names it sees it; one taken on the road only who sees the way."""
        size = request.query_params.get("size", storage.SHOWN)
        if size not in {storage.SHOWN, storage.SMALL}:
            raise ValidationError({"size": ["Give shown or small."]})
        sight = sight_of(self.officer, sha256)
        data = sight.shown(size)
        self.shows(sight.reached)
        return file_response(data, "image/jpeg")


class Original(Resource):
    """A file as it came."""

    action = Action.DISCLOSURE

    @extend_schema(
        operation_id="read_original",
        summary="Get a file as it came",
        tags=["attachments"],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="Under the media type of the file."
            )
        },
    )
    def get(self, request: Request, sha256: str) -> HttpResponse:
        """The exact bytes, whose SHA-256 is in the address. State a purpose for the case first (`POST purposes/`):
        it is logged as a disclosure with that purpose."""
        sight = sight_of(self.officer, sha256)
        data = sight.original()
        self.shows(sight.reached)
        return file_response(data, sight.row.media_type, name=sha256)

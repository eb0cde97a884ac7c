"""Taking files in: in memory, where they are expected, and nowhere else."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile

#: Pages that take files; those who open them are signed in. The REST door judges who asks before it reads.
_FORMS = ("/acts/", "/adopt/")
_DOOR = "/api/v1/attachments"


class InMemory(MemoryFileUploadHandler):
    """Files stay in memory until they are judged: evidence is not left in a temporary folder.

    Nothing is held of what strangers send, or of more than the settings allow: such a file counts as not sent.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  the framework's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        path = self.request.path if self.request else ""
        user = getattr(self.request, "user", None)
        expected = path == _DOOR or (path.startswith(_FORMS) and user and user.is_authenticated)
        fits = content_length <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        self.activated = bool(expected) and fits
        if expected and not fits and self.request:
            # a form tells so beside its field; what else was typed is kept
            self.request.files_left_out = True  # type: ignore[attr-defined]
        return None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.activated:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        return super().file_complete(file_size) if self.activated else None

"""Styles and scripts as production serves them: gathered once, compressed, each under the hash of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from custody.kit.errors import CustodyError

#: What comes from npm, and is not in the repository.
THIRD_PARTY = ("scanner/zxing_reader.js", "scanner/zxing_reader.wasm")


class NotBuilt(CustodyError):
    """{missing} is not built: run `make third-party` first, so that labels can be scanned."""

    code = "not_built"


class Gathered(CompressedManifestStaticFilesStorage):
    """Refuses to gather a part: a page that names what is not there would fail on the quay."""

    def post_process(self, paths: dict[str, Any], *more: Any, **options: Any) -> Iterator[Any]:
        """Hash and compress what was gathered.

        Raises:
            NotBuilt: the scripts of others are not among it.
        """
        missing = [name for name in THIRD_PARTY if name not in paths]
        if missing:
            raise NotBuilt(missing=", ".join(missing))
        yield from super().post_process(paths, *more, **options)

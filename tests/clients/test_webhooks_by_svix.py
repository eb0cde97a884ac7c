"""Svix's library for receivers takes our webhooks, and nothing that was changed on the way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from custody.notices.telling import tell
from tests.cast import Cast
from tests.clients.conftest import PACKAGES, run
from tests.notices.receivers import receiving, thanks
from tests.notices.scenes import late_barrels, webhook

SCRIPT = Path(__file__).parent / "typescript" / "webhook.mjs"
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_a_delivery_verifies_and_a_changed_one_does_not(
    cast: Cast, node: str, tmp_path: Path
) -> None:
    with receiving(thanks) as receiver:
        _, secret = webhook(cast, receiver.url)
        late_barrels(cast, minutes=95)
        tell()
    (one,) = receiver.got
    shutil.copy(SCRIPT, tmp_path)
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    told = {"secret": secret, "body": one.body.decode(), "headers": dict(one.headers)}
    said = json.loads(run(node, SCRIPT.name, cwd=tmp_path, told=json.dumps(told)))
    nothing = dict.fromkeys(("changed", "renamed", "old", "foreign"))
    assert said == {"whole": "custody.flag.raised", **nothing}

"""What pictures of pages are taken with: a server of its own at a moment that stands still, a screen, and a folder."""

from __future__ import annotations

import io
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PHONE, DESK = (360, 740), (1366, 900)
#: Bytes: a page of the README is not to be waited for.
MOST = 150_000
COLOURS = 256


@contextmanager
def server(at: str, load: Callable[[datetime], None]) -> Iterator[str]:
    """A database with what is loaded and the server on it, at that moment, gone afterwards; yields the address."""
    folder = Path(tempfile.mkdtemp(prefix="custody-pictures-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CUSTODY_MODE": "development",
        "CUSTODY_DATA": str(folder),
        "CUSTODY_PICTURES_AT": at,
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    os.environ.pop("DATABASE_URL", None)
    (folder / "metrics").mkdir()
    import django
    from django.core.management import call_command

    from config import embedded
    from config.local.postgres import Embedded
    from config.local.processes import Processes, wait_until_alive
    from custody.kit.roles import APP, AUDITOR, MIGRATOR, SIGNER, Logins, prepare_database

    logins = Logins(
        app=(APP, ""), migrator=(MIGRATOR, ""), signer=(SIGNER, ""), auditor=(AUDITOR, "")
    )
    database = Embedded(folder)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(database.stop)
        database.start()
        prepare_database(database.url("postgres", "postgres"), embedded.NAME, logins)
        django.setup()
        call_command("migrate", verbosity=0)
        load(datetime.fromisoformat(at))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        processes = stack.enter_context(Processes(folder / "log"))
        command = ("-m", "gunicorn", "--config", "python:config.serving", "tests.browser.standing")
        processes.start("web", *command, "--bind", f"127.0.0.1:{port}", "--no-control-socket")
        home = f"http://127.0.0.1:{port}"
        wait_until_alive(f"{home}/livez", processes)
        yield home


@contextmanager
def screen(
    browser: Any, home: str, badge: str, password: str, size: tuple[int, int], theme: str = "light"
) -> Iterator[Any]:
    """Somebody's screen of that size, on which they have signed in and were led around."""
    width, height = size
    context = browser.new_context(
        base_url=home,
        viewport={"width": width, "height": height},
        is_mobile=size == PHONE,
        has_touch=size == PHONE,
        device_scale_factor=1.5 if size == PHONE else 1,
        locale="en-GB",
        reduced_motion="reduce",
        color_scheme="light",
    )
    try:
        kept = {"custody-theme": theme, "custody-toured": badge}
        context.add_cookies(
            [{"name": name, "value": told, "url": home} for name, told in kept.items()]
        )
        context.clock.set_fixed_time(os.environ["CUSTODY_PICTURES_AT"])
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto("/sign-in/")
        page.locator("#id_login").fill(badge)
        page.locator("#id_password").fill(password)
        page.locator("#id_password").press("Enter")
        page.wait_for_url(f"{home}/")
        yield page
    finally:
        context.close()


def keep(name: str, shot: bytes) -> int:
    """Keep it under its name, in few colours, a quarter of the bytes; its size."""
    from PIL import Image

    made = Image.open(io.BytesIO(shot)).convert("RGB")
    few = made.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    path = IMAGES / f"{name}.png"
    few.save(path, "PNG", optimize=True)
    return path.stat().st_size

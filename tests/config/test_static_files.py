"""Static files: the decoder alone may compile, and production gathers all or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from config.headers import CONTENT_RULES, DECODER_RULES
from config.static import THIRD_PARTY, Gathered, NotBuilt

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["camera.js", "scanning.js", "forms.js"])
def test_no_page_and_no_other_script_may_compile(script: str) -> None:
    answer = Client().get(f"/static/web/{script}")
    assert answer["Content-Security-Policy"] == CONTENT_RULES.format(targets="")
    assert "wasm" not in answer["Content-Security-Policy"]


def test_the_decoder_may_compile_and_reaches_nobody_but_us() -> None:
    answer = Client().get("/static/web/decoder.js")
    assert answer["Content-Security-Policy"] == DECODER_RULES
    rules = dict(one.strip().partition(" ")[::2] for one in DECODER_RULES.split(";"))
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["connect-src"] == "'self'"
    assert rules["default-src"] == "'none'"


def test_the_scanner_is_built_and_served() -> None:
    for name in THIRD_PARTY:
        assert finders.find(name), f"{name}: make third-party"
    answer = Client().get("/static/scanner/zxing_reader.wasm")
    assert answer["Content-Type"] == "application/wasm"
    assert b"".join(answer.streaming_content).startswith(b"\0asm")  # type: ignore[attr-defined]


def test_production_gathers_nothing_without_the_scanner(tmp_path: Path) -> None:
    storage = Gathered(location=tmp_path)
    with pytest.raises(NotBuilt, match=r"zxing_reader\.wasm.*make third-party"):
        list(storage.post_process({"scanner/zxing_reader.js": None}))


def test_production_gathers_all_of_it_under_its_hash(tmp_path: Path) -> None:
    storage = Gathered(location=tmp_path)
    found = {}
    for finder in finders.get_finders():
        for name, source in finder.list([]):
            if name.startswith(("web/", "scanner/")):
                with source.open(name) as stream:
                    storage._save(name, stream)
                found[name] = (source, name)
    list(storage.post_process(found))
    kept = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert set(THIRD_PARTY) <= set(kept)
    decoder = kept["web/decoder.js"]
    assert decoder.startswith("web/decoder.")
    assert decoder != "web/decoder.js"
    assert (tmp_path / f"{kept['scanner/zxing_reader.wasm']}.gz").stat().st_size < 500_000


@pytest.mark.parametrize("folder", ["custody/web/third_party", "tests/clients/typescript"])
def test_scripts_of_others_are_pinned_by_their_hash_and_by_no_address(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert "resolved" not in one, name


def test_settings_serve_what_was_built() -> None:
    assert settings.WHITENOISE_ADD_HEADERS_FUNCTION
    assert all(Path(one).is_dir() for one in settings.STATICFILES_DIRS)

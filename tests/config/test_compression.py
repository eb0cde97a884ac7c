"""Pages travel compressed; what holds a secret, and what is compressed already, does not."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.cast import Cast, catch

pytestmark = pytest.mark.django_db
ASKS = {"accept-encoding": "gzip, br"}


def test_a_page_is_compressed_and_its_length_tells_nothing(cast: Cast, client: Client) -> None:
    catch(cast, 4)
    client.force_login(cast.officer)
    plain = client.get("/")
    assert "Content-Encoding" not in plain
    pages = [client.get("/", headers=ASKS) for _ in range(8)]
    assert all(one["Content-Encoding"] == "gzip" for one in pages)
    assert all("Accept-Encoding" in one["Vary"] for one in pages)
    assert len({len(one.content) for one in pages}) > 1
    assert gzip.decompress(pages[0].content).count(b"<h1") == 1
    assert len(pages[0].content) * 3 < len(plain.content)


@pytest.mark.parametrize("address", ["/account/second-factor/", "/people/officers/", "/webhooks/"])
def test_what_shows_a_secret_once_is_not(cast: Cast, client: Client, address: str) -> None:
    badge = "administrator" if "officers" in address else "supervisor"
    client.force_login(cast.officers[badge])
    answer = client.get(address, headers=ASKS)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


def test_the_rest_door_answers_as_ever(cast: Cast, client: Client) -> None:
    catch(cast, 4)
    client.force_login(cast.officer)
    assert "Content-Encoding" not in client.get("/api/v1/exhibits/", headers=ASKS)


def test_a_style_sheet_is_compressed_and_found_unchanged(client: Client) -> None:
    first = client.get("/static/web/frame.css", headers=ASKS)
    assert first["Content-Encoding"] == "gzip"
    assert b"--paper" in gzip.decompress(first.getvalue())
    again = client.get("/static/web/frame.css", headers={**ASKS, "if-none-match": first["ETag"]})
    assert again.status_code == 304

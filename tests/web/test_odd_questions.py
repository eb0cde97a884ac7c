"""Whatever a page is asked for, it shows a page: never a fault of ours, never somebody's text as markup."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.api.test_injection import HOSTILE, WORKED_OUT
from tests.cast import Cast, catch
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

ASKED = [
    "/?seizure={}",
    "/?page={}",
    "/stages/stored/?seizure={}",
    "/stages/{}/",
    "/search/?q={}",
    "/scan/?q={}",
    "/scan/?unit={}",
    "/scan/?place={}",
    "/i/{}",
    "/p/{}",
    "/flags/?exhibit={}",
    "/flags/?seizure={}",
    "/flags/?level={}",
    "/flags/?cause={}",
    "/flags/?page={}",
    "/seizures/?page={}",
    "/seizures/{}/",
    "/exhibits/{}/",
    "/acts/weigh/?exhibit={}",
    "/acts/weigh/?seizure={}",
    "/acts/{}/",
    "/reads/?badge={}",
    "/reads/?page={}",
    "/pictures/{}/",
    "/pictures/stock/?from={}",
    "/pictures/flow/?from=2026-11-01&to={}",
    "/sign-in/?next={}",
]


@pytest.mark.parametrize("path", ASKED)
def test_odd_questions_get_a_page(cast: Cast, browse: Browser, path: str) -> None:
    catch(cast)
    browser = browse(cast.officer if path.startswith("/acts") else cast.supervisor)
    for text in [*HOSTILE, "\0", "a\0b", "%00"]:
        answer = browser.get(path.format(quote(text, safe="")))
        assert answer.status_code in {200, 302, 400, 403, 404}, (text, answer.status_code)
        shown = answer.content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert WORKED_OUT not in shown
        assert "Set-Cookie: a" not in str(answer.headers)
        assert not answer.headers.get("Location", "/").startswith(("//", "http", "javascript"))
